#!/usr/bin/env bash
# pogo setup against the bench's Tasmota, three versions side by side: what is set is asked
# for by curl as well; wrong networks, a genuine mosquitto that refuses, templates of both
# times. What is said is searched for the passwords.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
pids=""
at_exit() {
    exec 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    for pid in $pids; do
        kill "$pid" 2>/dev/null && wait "$pid"
    done 2>/dev/null
}
cd "$work" || exit 1
secret='battery staple'
cat >home.air <<'END'
ap "cellar" password "battery staple" hidden channel 3 rssi -75
ap "mute" dhcp off channel 9
ap "open house" channel 11
END
mkfifo in4 in5 in6 in7 in8 in9
start() { # FD VERSION
    "$B/pogo" bench mini --tasmota "$2" --air home.air --pty "$work/tty$1" \
        --mac "5C:CF:7F:A1:B2:0$1" <"in$1" >"events$1" 2>&1 &
    pids="$pids $!"
}
start 5 6.6.0
start 6 8.5.1
start 7 14
start 4 14 # three more, for what goes wrong
start 8 6.6.0
start 9 8.5.1
exec 4>in4 5>in5 6>in6 7>in7 8>in8 9>in9

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
pids="$pids $!"

# one FD ARGUMENTS: in the background; what it says is in saidFD. wait_all ends it.
jobs=""
one() {
    (
        timeout 120 "$B/pogo" setup -p "$work/tty$1" "${@:2}" >"said$1" 2>&1 </dev/null
        echo $? >"code$1"
    ) &
    jobs="$jobs $!"
}
wait_all() {
    wait $jobs
    jobs=""
}
each() { # ARGUMENTS: all three at once
    for fd in 5 6 7; do
        one $fd "$@"
    done
    wait_all
}
told() { # FD NAME CODE WORDS
    code=$(cat "code$1")
    cp "said$1" said
    said "$2" "$3" "$4"
    grep -qF -e "$secret" -e "broker pass" -e "not the staple" "said$1" &&
        tap 1 "a password was shown" "said$1"
}
all() { # NAME CODE WORDS: each of them has said so
    for fd in 5 6 7; do
        told $fd "$1 ($fd)" "$2" "$3"
    done
}
ask() { # FD COMMAND: by its page
    curl -s -m 20 -G "$(sed -n 's/.* joined .*\(http:[^ ]*\).*/\1/p' "events$1" |
        tail -n 1)/cm" --data-urlencode "cmnd=$2"
}

printf '%s\n' "$secret" >wifi
printf 'broker pass\n' >mqtt
printf 'not the staple\n' >wrong
: >empty
for fd in 4 5 6 7 8 9; do
    await_words events$fd '^tasmota ready' || echo "Bail out! no device"
done

# ---- networks that do not let it in ----

one 4 -s cellar --hidden --password-file wifi --mqtt 127.0.0.1 --mqtt-port "$port" \
    --mqtt-user lamp --mqtt-password-file wrong
one 8 -s nowhere --password-file empty
one 9 -s mute --password-file empty
each -s cellar --hidden --password-file wrong
all "a wrong password, in its words" 1 'WIF: Connect failed (wrong password)'
ok "with what to try" sh -c "cat said5 said6 said7 | grep -c '^  try: ' | grep -qx 3"
told 8 "a network that is not there" 1 'AP cannot be reached'
told 9 "no address" 1 'no IP address received'
told 4 "the broker refuses" 1 "refuses user or password"

# ---- all of it ----

# Looking first, and going by that, it does not find what is hidden.
printf 'console SetOption56 1\n' | tee /dev/fd/6 >&8
one 8 -s cellar --password-file wifi
each -s cellar --hidden --password-file wifi --mqtt 127.0.0.1 --mqtt-port "$port" \
    --mqtt-user lamp --mqtt-password-file mqtt --topic lamp --name 'My "lamp"; hall' \
    --board mini --timezone +05:30 --json
all "all of it at once" 0 '"broker":true'
told 8 "a hidden one, not said to be hidden" 1 'AP cannot be reached'
for fd in 5 6 7; do
    ask $fd 'Status 0' >"status$fd"
    ask $fd Template >"template$fd"
    [ $fd = 7 ] && pins='[32,0,0,0,160,0,0,0,224,320,0,0,0,0]' ||
        pins='[17,0,0,0,9,0,0,0,21,56,0,0,0]'
    python3 - "$fd" "$pins" >log 2>&1 <<'END'
import json
import sys

fd, pins = sys.argv[1], json.loads(sys.argv[2])
said = json.loads([line for line in open(f"said{fd}") if line.startswith("{")][0])
status = json.load(open(f"status{fd}"))
template = json.load(open(f"template{fd}"))
print(said, status, template)
assert said["mac"] == f"5C:CF:7F:A1:B2:0{fd}"
assert said["settings"]["SSId1"] == status["StatusLOG"]["SSId"][0] == "cellar"
assert status["Status"]["FriendlyName"][0] == 'My "lamp"; hall'
assert (status["Status"].get("DeviceName") == 'My "lamp"; hall') == (fd == "7")
assert status["Status"]["Module"] == 0 and status["Status"]["Topic"] == "lamp"
assert status["StatusMQT"]["MqttUser"] == "lamp" and status["StatusMQT"]["MqttCount"] == 1
assert status["StatusTIM"]["Timezone"] == "+05:30"
assert status["StatusNET"]["IPAddress"] == said["address"]
assert template["NAME"] == "Sonoff Mini"
assert template["GPIO"][:12] == pins[:12] and len(template["GPIO"]) == len(pins), template
END
    tap $? "and it is so, asked by curl ($fd)" log
done

# ---- templates of both times; the other port; an open network ----

old='{"NAME":"Old","GPIO":[17,0,0,0,0,0,0,0,21,56,0,0,0],"FLAG":0,"BASE":1}'
new='{"NAME":"New","GPIO":[32,0,0,0,0,0,0,0,224,320,0,0,0,0],"FLAG":0,"BASE":1}'
one 4 --name Alone
one 5 -p "$(sed -n 's/.*ready: \(rfc2217[^ ]*\) .*/\1/p' events5)" -s "open house" \
    --password-file empty
one 6 --template "$old"
one 7 --template "$old"
one 8 --template "$new"
wait_all
told 4 "a name alone" 0 "FriendlyName1 Alone"
told 5 "over RFC 2217, an open network" 0 "http://127."
told 6 "13 numbers" 0 "Template Old"
told 7 "13 numbers, since version 9 too" 0 "Template Old"
ask 7 Template >template7
ok "which turns them into its own" grep -qF '[32,0,0,0,0,0,0,0,224,320,0,0,0,0]' template7
told 8 "14 numbers: not before it" 5 "the old form with 13"
tap_end
