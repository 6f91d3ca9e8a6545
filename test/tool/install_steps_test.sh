#!/usr/bin/env bash
# pogo install's later steps on the bench: the start is watched, and what does not
# start is named; relays, button and S2 are tested, and put back as they were.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
answer=$PWD/test/tool/answer.py
cd "$work" || exit 1
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >home.air
echo "battery staple" >wifi
image=$B/pogo-bench.bin
net=(-s cellar --hidden --password-file wifi --no-backup)

# install FILE OPTIONS…: on a device inside pogo, whose flash is the file
install() {
    local flash=$1
    shift
    run "$B/pogo" install -p "bench:mini,flash=$flash,air=home.air" "$@"
}
# What was said, in one line: it is broken at 80 columns.
said_words() { # NAME CODE WORDS
    tr -s ' \n' '  ' <said >said.line
    [ "$code" = "$2" ] && grep -qF -- "$3" said.line
    tap $? "$1 (exit code $code)" said
}
quiet() { # NAME WORDS: those were not said
    ! grep -qF -- "$2" "$work/said"
    tap $? "$1" "$work/said"
}

# ---- the start ----

install loop --no-backup --no-setup "$B/guest/resets.bin"
said "what restarts for ever" 1 "boot-loop: The device starts again"
ok "names the step" grep -q 'stopped at step 3 of 3, start' said
install loop "${net[@]}" "$image"
said "another image on the same device" 0 "http://127."
quiet "stops nowhere" "stopped at"
install mute --no-backup --no-setup "$B/guest/fault_early.bin"
said "what says nothing" 1 "mute: The program says nothing"
install held,do=press\ 0 --wait 15 "${net[@]}" "$image"
said_words "GPIO0 that stays low" 1 "download-mode: The device waits for a flasher"
said_words "is asked for again" 1 "at GND. Once more. Resetting"
rm -f pogo-*.install # so that it begins anew
install held,no-lines "${net[@]}" "$image"
said_words "by hand, released" 0 "release the button"

# ---- relays ----

install lamp --board mini "${net[@]}" "$image"
said "a relay" 0 "relay: on and off, 1 of 1; with 3.3 V it does not click"
ok "nobody was asked for the button" grep -q 'button: not asked' said
ok "nor for S2" grep -q 'S2: not asked' said
ok "what lets one switch" grep -q 'pogo setup --web-password-file F' said
ok "and no link that is refused" sh -c "! grep -q '/cm?cmnd=' said"
install lamp --no-test "${net[@]}" "$image"
said "--no-test" 0 "Step 4 of 4, set-up"
quiet "tests nothing" "relay:"
install lamp --json "${net[@]}" "$image"
ok "--json" python3 -c "
import json
rows = [json.loads(s) for s in open('said') if s.startswith('{')]
test = [r for r in rows if r.get('event') == 'test']
assert test == [{'event': 'test', 'relays': 1, 'button': 'not asked',
                 's2': 'not there', 'wifi': True, 'mqtt': False}], test"
install none --template '{"NAME":"x","GPIO":[32,0,0,0,0,0,0,0,0,0,0,0,0,0],"FLAG":0,"BASE":18}' \
    "${net[@]}" "$image"
said "a board without a relay" 0 "relay: the device tells of none"
install lamp --board mini --test-button "${net[@]}" "$image"
said "nobody presses the button" 1 "no press of the button was seen"
ok "names the step, too" grep -q 'stopped at step 5 of 5, test' said

# ---- somebody at the device ----

cp "$image" flash
start_bench --virtual --flash flash --air home.air --pty "$work/tty"
# by_hand COMMAND…: what is asked for is done
by_hand() {
    : >said
    timeout 100 "$@" >said 2>&1 </dev/null &
    local pid=$!
    await_words said "press the device's button" && echo 'press 0 100' >&8
    await_words said 'touch S1 and S2' && echo 's2 close' >&8
    await_words said 'Take the wire away' && echo 's2 open' >&8
    wait $pid
    code=$?
}
by_hand "$B/pogo" install -p "$url" --board mini --test-button "${net[@]}" \
    "$image"
said "button and S2" 0 "S2: seen"
ok "both" grep -q 'button: seen' said
[ "$(grep -o 'relay 1 o[nf]*' events | tail -n 1)" = "relay 1 off" ]
tap $? "the relay is off again" events

printf '%s\n' 'console Backlog PowerOnState 1; PulseTime1 0; Power ON' >&8
await_words events 'relay 1 on'
sleep 1
run "$B/pogo" install -p "$url" --no-backup --name On "$image"
said "a relay that is on" 0 "on and off, 1 of 1"
[ "$(grep -o 'relay 1 o[nf]*' events | tail -n 1)" = "relay 1 on" ]
tap $? "is on again" events

echo 'console Backlog PowerOnState 0; PulseTime1 1; Power OFF' >&8
await_words events 'RESULT = {"PulseTime1"' && sleep 2 # until it is kept
run "$B/pogo" install -p "$url" --no-backup --name Off "$image"
said "a relay that does not stay on" 1 "relay 1 does not go on"
tap_end
