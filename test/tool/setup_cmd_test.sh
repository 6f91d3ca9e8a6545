#!/usr/bin/env bash
# pogo setup against our firmware on the bench: hidden, open and wrong networks, a
# genuine mosquitto, questions at a terminal, a file, an unplugged adapter. What
# is said is searched for the passwords.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
broker="" answer=$PWD/test/tool/answer.py
at_exit() {
    [ -z "$broker" ] || { kill "$broker" && wait "$broker"; } 2>/dev/null
}
cd "$work" || exit 1
secret='battery staple'
odd='semi;colon "q" {x'
cat >home.air <<'END'
ap "cellar" password "battery staple" hidden channel 3 rssi -75
ap "open house" channel 11
ap "12345678901234567890123456789012" password "semi;colon \"q\" {x" channel 1
ap "mute" dhcp off channel 9
END
cp "$B/pogo-bench.bin" flash
start_bench --virtual --flash flash --air home.air --pty "$work/tty" \
    --mac 5C:CF:7F:A1:B2:C3

port=18830
for _ in 1 2 3 4 5 6 7 8; do # a free one
    port=$((port + RANDOM % 2000))
    (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
mosquitto_passwd -b -c users lamp "broker pass" 2>/dev/null
cat >mosquitto.conf <<END
listener $port 127.0.0.1
allow_anonymous false
password_file $work/users
END
chmod 644 users
chmod 755 "$work"
mosquitto -c mosquitto.conf >broker.log 2>&1 &
broker=$!

setup() { # ARGUMENTS: what is said is in $work/said, and has no secret in it
    timeout 120 "$B/pogo" setup -p "$work/tty" "$@" >"$work/said" 2>&1 \
        </dev/null
    code=$?
    # Where a password is told on purpose there is none of ours.
    grep -qF -e "$secret" -e "broker pass" -e "$odd" "$work/said" &&
        tap 1 "a password was shown" "$work/said"
}

printf '%s\n' "$secret" >wifi
printf 'broker pass\n' >mqtt
: >empty
printf '%s' "$odd" >odd

# ---- what is wrong on the line ----

setup -s cellar --password "$secret"
said "a password on the line is refused" 2 "is seen by all programs"
setup -s cellar
said "no password, no terminal" 2 "no password for the network cellar"
setup
said "nothing to do" 2 "what is to be set?"
setup -s " x" --password-file wifi
said "a name that can't be given" 5 "blanks at its beginning"
setup --help
said "--help" 0 "Never with mains connected"
ok "is at 80 columns" sh -c "! grep -q '.\{81\}' '$work/said'"

# ---- networks ----

echo 'not the staple' >wrong
setup -s cellar --hidden --password-file wrong
said "a wrong password" 1 "refuses the password"
ok "in the device's words" sh -c "tr -s ' \n' '  ' <'$work/said' |
    grep -q \"network cellar; the device's own words: .*refused the password\""
ok "and not shown" sh -c "! grep -q 'not the staple' '$work/said'"
setup -s nowhere --password-file empty
said "a network that is not there" 1 "does not find the Wi-Fi network"
setup -s mute --password-file empty --wait 40
said "no address" 1 "gives the device no address"
setup -s 12345678901234567890123456789012 --password-file odd
said "32 bytes, and a password with ; and quotes and a brace" 0 \
    "http://127."
setup -s "open house" --password-file empty
said "an open network" 0 "http://127."

# ---- all of it, hidden, with a broker ----

cp flash before
POGO_MQTT_PASSWORD=wrong setup -s cellar --hidden --password-file wifi \
    --mqtt 127.0.0.1 --mqtt-port "$port" --mqtt-user lamp
said "the broker refuses" 1 "refuses user or password"
setup -s cellar --hidden --password-file wifi --mqtt 127.0.0.1 \
    --mqtt-port "$port" --mqtt-user lamp --mqtt-password-file mqtt \
    --topic lamp --name 'My "lamp"; hall' --board mini --timezone +05:30 --json
said "all of it at once" 0 '"broker":true'
grep '^{' "$work/said" >json
ok "as JSON" python3 -c "
import json
d = json.load(open('$work/json'))
assert d['mac'] == '5C:CF:7F:A1:B2:C3', d
s = d['settings']
assert s['SSId1'] == 'cellar' and s['Topic'] == 'lamp', s
assert s['FriendlyName1'] == 'My \"lamp\"; hall' and s['Module'] == '0', s
assert s['Timezone'] == '+05:30' and s['Template'] == 'Sonoff Mini', s
open('$work/address', 'w').write(d['address'])"
ok "the broker has it" timeout 20 mosquitto_sub -p "$port" -u lamp \
    -P "broker pass" -t tele/lamp/LWT -C 1
ok "its page answers" curl -sf -m 20 -o page \
    "$(sed -n 's/^net \(127[^ ]*\):80 tcp.*/http:\/\/\1\//p;s/^net \(127[^ ]*\) is port 80/http:\/\/\1\//p' \
        events | tail -1)"

# ---- questions, and a file ----

timeout 170 python3 "$answer" 'Wi-Fi network (Enter: as it is): =cellar' \
    'is not shown): =wrong\x7f\x7f\x7f\x7f\x7fbattery staple' \
    'Name of the device=Asked' 'MQTT broker=' 'Password for its page=' -- \
    "$B/pogo" setup -p "$work/tty" >"$work/said" 2>&1
code=$?
said "questions at a terminal" 0 "FriendlyName1 Asked"
ok "the password is not echoed" sh -c "! grep -q staple '$work/said'"

timeout 170 python3 "$answer" 'Wi-Fi network (Enter: as it is): =' \
    'Name of the device=' 'MQTT broker=bad host' 'MQTT broker=127.0.0.1' \
    'User there=lamp' 'Password at the MQTT broker (Enter: as it is=' \
    'Password for its page=1' 'Password for its page=1' \
    'Password for its page=1' -- \
    "$B/pogo" setup -p "$work/tty" >"$work/said" 2>&1
code=$?
said "three answers that can't be given" 5 "mean something else"
ok "one is asked for again, with the reason" grep -q \
    'bad host: it has blanks' "$work/said"
[ "$(grep -c 'Password at the MQTT' "$work/said")" = 1 ]
tap $? "the broker's password is asked for once" "$work/said"

cat >pogo.conf <<END
ssid = cellar
password = $secret
[5C:CF:7F:A1:B2:C3]
name = By file
END
setup --config pogo.conf
said "a file's section" 0 "FriendlyName1 By file"
setup --config pogo.conf --device attic
said "a section that is not there" 1 "pogo.conf says nothing of attic"
setup --module 5
said "what the firmware refuses" 4 "the device says: Refused: Sonoff Dual"

# ---- the line ----

echo 'noise lose 0.1' >&8
sleep 0.3
setup --name Noisy
said "a line that loses bytes" 0 "FriendlyName1 Noisy"
echo 'noise off' >&8
(sleep 5 && echo 'unplug 60000' >&8) &
setup -s nowhere --password-file empty --wait 30
wait $!
said "unplugged: an end with a message" 3 "the port went away"
ok "that says what to try" grep -q '^  try: ' "$work/said"

"$B/pogo" setup -p bench:mini --name x >"$work/said" 2>&1 </dev/null
code=$?
said "a blank device" 3 "  try: "
"$B/pogo" setup -p bench:mini,flash=flash2,hold-button --name x \
    >"$work/said" 2>&1 </dev/null
code=$?
said "a device with its button held" 3 "the chip waits for a flasher"
tap_end
