#!/usr/bin/env bash
# pogo install on the bench: over lines that reset, and by hand over a bare
# adapter; backup, flash, Wi-Fi, in one command. What fails names its step.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
answer=$PWD/test/tool/answer.py
cd "$work" || exit 1
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >home.air
echo "battery staple" >wifi
echo "open sesame" >web

mini() { # FLASH
    start_bench --virtual --flash "$1" --air home.air --pty "$work/tty" \
        --mac 5C:CF:7F:A1:B2:C3
}
install() { # ARGUMENTS
    timeout 200 "$B/pogo" install "$@" >"$work/said" 2>&1 </dev/null
    code=$?
}

# ---- the line ----

install
said "no file" 2 "one file is meant"
install --help
said "--help" 0 "Never with mains connected"
ok "is at 80 columns" sh -c "! grep -q '.\{81\}' '$work/said'"
install -s cellar x.bin
said "no password, no terminal: before anything is done" 2 \
    "no password for the network cellar"
install x.bin
said "nothing to set up: said before anything is done" 2 "what is to be set?"
install -p bench:mini --board toaster --no-setup "$B/pogo-bench.bin"
said "an unknown board" 1 "no board toaster"
install --no-setup none.bin
said "a file that is not there" 1 "none.bin"
ok "the warning comes first" sh -c "head -1 '$work/said' | grep -q '^Never'"

# ---- what is wrong in what it was told, before the device is touched ----

echo secret >short
printf 'ssid = cellar\nwlan = x\n' >typo.conf
printf 'ssid = cellar\npassword = abc\n' >short.conf
printf '[lamp]\nssid = cellar\n' >lamp.conf
printf 'mac,ssid,pasword\n5C:CF:7F:A1:B2:C3,cellar,x\n' >column.csv
printf 'mac,board\n5C:CF:7F:A1:B2:C3,toaster\n' >board.csv
for row in '--config typo.conf|1|typo.conf:2: not a key: wlan' \
    '--config none.conf|1|none.conf' \
    '--config short.conf|1|short.conf:2: it has 8 to 63' \
    '--config lamp.conf --device kitchen|1|says nothing of kitchen' \
    '--config column.csv|1|pasword' '--config board.csv|1|no such board' \
    '--board toaster|5|no such board' '--module 99|5|0 to 75' \
    '--template none.json|5|no template' '--timezone 25|5|timezone' \
    '-s cellar --password-file short|5|password'; do
    IFS='|' read -r options want words <<<"$row"
    # shellcheck disable=SC2086
    install -p bench:mini,flash=untouched $options "$B/pogo-bench.bin"
    said "before it begins: $options" "$want" "$words"
    ok "and nothing was touched" [ ! -e untouched ]
done

head -c 8192 /dev/urandom >noise.bin
for row in "$PWD/none.bin|1|none.bin" "$PWD/noise.bin|5|noise.bin" \
    "$B/pogo-bench.bin|3|/dev/not-there"; do
    IFS='|' read -r file want words <<<"$row"
    timeout 60 python3 "$answer" -- "$B/pogo" install -p /dev/not-there \
        "$file" >"$work/said" 2>&1
    code=$?
    said "before the first question: $words" "$want" "$words"
    ok "and there was none" sh -c "! grep -q 'Which is it' '$work/said'"
done
timeout 60 python3 "$answer" 'Which is it=\x03' -- "$B/pogo" install \
    -p bench:mini "$B/pogo-bench.bin" >"$work/said" 2>&1
ok "Ctrl-C names the step" grep -q 'interrupted at step 1 of 5, board' \
    "$work/said"
timeout 100 python3 "$answer" 'Which is it=' 'Is mains disconnected=yes' \
    'Wi-Fi network (=\x03' -- "$B/pogo" install --no-backup -p bench:mini,flash=ended \
    "$B/pogo-bench.bin" >"$work/said" 2>&1
ok "and the one after writing" grep -q 'interrupted at step 4 of 5, set-up' \
    "$work/said"
ok "and what goes on" grep -q 'pogo setup: the firmware is on it' "$work/said"

# ---- an adapter with lines ----

head -c 1048576 /dev/urandom >old
cp old flash
mini flash
install -p "$url" --board mini -s cellar --hidden --password-file wifi \
    --web-password-file web --name Lamp "$B/pogo-bench.bin"
said "all of it in one command" 0 "http://127."
ok "it told how to hear the click" grep -q 'log in as admin' "$work/said"
page=$(sed -n 's/^net \(127[^ ]*\):80 tcp.*/\1/p
    s/^net \(127[^ ]*\) is port 80.*/\1/p' events | tail -1)
ok "who logs in may switch" curl -sf -m 20 -o answer -u "admin:open sesame" \
    -H "Referer: http://$page/" "http://$page/cm?cmnd=Power%20TOGGLE"
ok "and it does" grep -q '"POWER":"ON"' answer
curl -sf -m 20 -o answer -u "admin:open" "http://$page/cm?cmnd=Power"
[ $? = 22 ]
tap $? "a wrong password may not" answer
ok "it told where to look for the pads" grep -q 'Small flat pads' \
    "$work/said"
ok "the board is set" grep -q 'Template Sonoff Mini' "$work/said"
cp "$work/said" first
backup=$(ls pogo-5CCF7FA1B2C3-*.bin)
ok "the backup is what was on it" cmp "$backup" old
ok "no password is shown" sh -c "! grep -q 'staple\|sesame' first"

timeout 170 python3 "$answer" 'Which is it=mini' 'Is mains disconnected=no' -- \
    "$B/pogo" install -p "$url" "$B/pogo-bench.bin" >"$work/said" 2>&1
code=$?
said "at a terminal: who does not say yes is not flashed" 5 "nothing is done"
timeout 170 python3 "$answer" 'Which is it=minni' \
    'Which is it=mini' 'Is mains disconnected=yes' \
    'Wi-Fi network (Enter: as it is): =cellar' 'is not shown): =battery staple' \
    'Name of the device=Asked' 'MQTT broker=' 'Password for its page=' -- \
    "$B/pogo" install -p "$url" --no-test --no-backup "$B/pogo-bench.bin" \
    >"$work/said" 2>&1
code=$?
said "at a terminal: all is asked" 0 "FriendlyName1 Asked"
ok "a board that is none is asked for again" grep -q 'No board minni' \
    "$work/said"
ok "and no password shown" sh -c "! grep -q staple '$work/said'"

# Again: what is on it is kept beside the first backup.
install -p "$url" -s wrong --password-file wifi --wait 20 "$B/pogo-bench.bin"
said "a network that is not there" 1 "does not find the Wi-Fi network"
ok "says where to go on" grep -q 'pogo setup goes on from here' "$work/said"
ok "the first backup stays" cmp "$backup" old
[ "$(ls pogo-5CCF7FA1B2C3-*.bin | wc -l)" = 2 ]
tap $? "and there is a second one" "$work/said"

# ---- a bare adapter: a person at the button ----

cp old flash2
mini flash2
timeout 200 "$B/pogo" install -p "$work/tty" --no-backup -s cellar \
    --password-file wifi "$B/pogo-bench.bin" >"$work/said" 2>&1 </dev/null &
installing=$!
await_words "$work/said" 'Waiting for the chip'
printf '%s\n' 'power off' 'press 0' 'power on' 'release 0' >&8
for _ in $(seq 1200); do
    grep -q 'pogo listens' "$work/said" && break
    sleep 0.1
done
sleep 1
echo 'power cycle' >&8
wait $installing
code=$?
said "by hand: button, power, and power again" 0 "http://127."
[ "$(ls pogo-5CCF7FA1B2C3-*.bin | wc -l)" = 2 ]
tap $? "--no-backup makes none" "$work/said"
tap_end
