#!/usr/bin/env bash
# pogo report on the bench: what it tells, and that no secret of a device that was
# set up stands in it, whatever the device's log and its flash hold.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
at_exit() { stop_bench; }
cd "$work" || exit 1
ssid="zebra crossing" password="battery staple" broker=127.99.88.77
user=quagga mqtt_password="mqtt okapi" name="Tapir room" topic=axolotl
template=Ocelot
mac_end=A1:B2:C3 # also in names: tasmota-A1B2C3-4803

# Everything that may stand in no report. What is said on stderr is no report.
secrets=(zebra crossing "$password" "$broker" "$user" okapi "$name" Tapir
    "$topic" "$template" "$mac_end" A1B2C3 "a1:b2:c3" 4803 127.8 127.99)
report() { # PORT OPTIONS…: the report is in $work/said
    local port=$1
    shift
    timeout 60 "$B/pogo" report -p "$port" "$@" >"$work/said" 2>talk </dev/null
    code=$?
}
is_clean() { # NAME FILE
    local found="" word
    for word in "${secrets[@]}"; do
        ! grep -qiF -- "$word" "$2" || found+=" [$word]"
    done
    [ -z "$found" ]
    tap $? "$1: no secret in it$found" "$2"
}

# ---- a device that was set up ----

cat >home.air <<END
ap "$ssid" password "$password" channel 3 rssi -60
END
cp "$B/pogo-bench.bin" flash
start_bench --virtual --flash flash --air home.air --pty "$work/tty" \
    --mac "5C:CF:7F:$mac_end"
printf '%s\n' "$password" >wifi
ok "set up" timeout 60 "$B/pogo" setup -p "$work/tty" -s "$ssid" \
    --password-file wifi --name "$name" --topic "$topic"
# Its template has no part, which the doctor names.
pins=0,0,0,0,0,0,0,0,0,0,0,0,0,0
echo "Backlog MqttHost $broker; MqttUser $user; MqttPassword $mqtt_password;\
 Template {\"NAME\":\"$template\",\"GPIO\":[$pins],\"FLAG\":0,\"BASE\":18};\
 Module 0" | timeout 20 "$B/pogo" console -p "$work/tty" >console.log 2>&1
report "$url" --time 3
said "over the network, from a device that is in its network" 0 "WIF: Connected"
ok "and its MQT lines" grep -q '^  MQT: ' said
is_clean "a device in its network" said
stop_bench
ok "the flash holds the secrets" sh -c \
    "grep -qaF '$password' flash && grep -qaF '$topic' flash"

port="bench:mini,flash=flash,mac=5C:CF:7F:$mac_end"
report "$port" --board mini
said "the board" 0 "board     Sonoff Mini"
cp said text
for words in "pogo      0." "computer  Linux" "chip      ESP8285 on the bench" \
    "MAC       5C:CF:7F:xx:xx:xx" "flash     0x144051" "1024 KB" \
    "stub at 921600 baud" "image     Pogo 0." "header    dout, 1MB, 40m" \
    "flash read again" "start heard" "rst cause:2, boot mode:(3," \
    "label on the board:"; do
    said "has $words" 0 "$words"
done
ok "is at 80 columns" sh -c "! grep -q '.\{81\}' text"
ok "has what the doctor finds in the settings" grep -q 'module 0, \.\.\.' text
is_clean "a device that does not reach its network" text
report "$port" --json
cp said json
ok "--json is one object" python3 -c "
import json
r = json.load(open('json'))
assert r['chip'] == 'ESP8285' and r['is_bench'] and r['mode'] == 'dout', r
assert r['mac'] == '5C:CF:7F:xx:xx:xx' and r['flash_bytes'] == 1 << 20
assert [s['name'] for s in r['steps']][0] == 'chip reached', r['steps']
assert any(l.startswith('WIF: ') for l in r['log']), r['log']"
is_clean "--json" json

# ---- a Tasmota, the button not held ----

rm -f "$work/control"
mkfifo "$work/control"
"$B/pogo" bench mini --virtual --tasmota 8.5.1 --air home.air \
    --mac "5C:CF:7F:$mac_end" <control >events 2>&1 &
bench=$!
exec 8>control
await_words events 'ready: rfc2217' || echo "Bail out! no Tasmota"
url=$(grep -o -m 1 'rfc2217://[^ ]*' events)
echo "console Backlog SSId1 $ssid; Password1 $password; MqttHost $broker;\
 MqttUser $user; MqttPassword $mqtt_password; FriendlyName1 $name;\
 Topic $topic" >&8
happens 'tasmota joined'
report "$url" --wait 4 --time 3
said "no flash, but what it says" 3 "WIF: Connect"
ok "and that no chip was reached" grep -q "^chip      .* the chip\|^chip      the chip started" said
ok "what it is" grep -q 'Project \.\.\. Version 8\.5\.1' said
is_clean "a Tasmota" said
stop_bench

# ---- what is wrong with it ----

report "$port,do=noise lose 100" --wait 2
said "no answer: still a report" 3 "chip      no answer"
is_clean "no answer" said
ok "and the owner is told" grep -q '^  try: ' talk
cp "$B/pogo-bench.bin" bad
printf '\000' | dd of=bad bs=1 seek=2 conv=notrunc 2>dd.log
report bench:mini,flash=bad --time 5
said "what the doctor finds stands in it" 0 "found     flash-mode:"
ok "and where" grep -q 'qio' said
report bench:mini,flash=blank --no-start
said "a blank one" 0 "image     none"
ok "was not started" grep -q "start was not listened to" said
report /dev/nothing
said "no port" 3 "chip      no such port"
ok "is no device of the bench: a line for the table" grep -q docs/tried.md said

# ---- words ----

report bench:mini,flash=bad --no-start --out out.txt
ok "--out" grep -q 'flash-mode' out.txt
ok "and nothing on stdout" [ ! -s said ]
ok "--out says where" grep -q 'The report is in out.txt' talk
run "$B/pogo" report --board toaster
said "an unknown board" 2 "pogo boards lists the names"
run "$B/pogo" report --time 0
said "no time" 2 "seconds are meant"
run "$B/pogo" report --frob
said "an unknown option" 2 "unknown option"
run "$B/pogo" report word
said "a word" 2 "options only"
run "$B/pogo" report --help
said "--help" 0 "Never with mains connected"
ok "at 80 columns" sh -c "! grep -q '.\{81\}' said"
tap_end
