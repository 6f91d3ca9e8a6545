#!/usr/bin/env bash
# pogo doctor on two devices with Tasmota, as the bench models it: a minimal image,
# with a wrong Wi-Fi password; and version 14 with a template without a part, and a
# broker that refuses it. Both at the same time, for it takes real seconds.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/tool/doctor_steps.sh
broker="" pids=""
at_exit() {
    exec 6>&- 7>&-
    for pid in $pids $broker; do
        kill "$pid" && wait "$pid"
    done 2>/dev/null
}
cd "$work" || exit 1
echo 'ap "cellar" password "battery staple" channel 3' >home.air
start_broker 23830

start() { # FD VERSION: its port is in $url
    mkfifo "in$1"
    "$B/pogo" bench mini --tasmota "$2" --air home.air --flash "flash$1" \
        <"in$1" >"events$1" 2>&1 &
    pids="$pids $!"
    eval "exec $1>in$1"
    await_words "events$1" 'tasmota ready' || echo "Bail out! no Tasmota $2"
    url=$(grep -o -m 1 'rfc2217://[^ ]*' "events$1")
}
both() { # the doctor at both; what it says is in one and two
    timeout 120 "$B/pogo" doctor -p "$one" --no-flash --time 10 >one 2>&1 &
    local first=$!
    timeout 120 "$B/pogo" doctor -p "$two" --no-flash --time 10 >two 2>&1
    code_two=$?
    wait "$first"
    code_one=$?
}
of_one() { cp one said && code=$code_one; }
of_two() { cp two said && code=$code_two; }
# mended ROW: the last doctor called it healthy.
mended() {
    said "$1 is mended: healthy" 0 "healthy"
}

start 6 8.5.1-minimal
one=$url
start 7 14
two=$url
printf 'saved SSId1 cellar\nsaved Password1 wrong staple\npower cycle\n' >&6
echo 'console Template {"NAME":"Dead","GPIO":[32,0,0,0,160,0,0,0,0,320,0,0,0,0],"FLAG":0,"BASE":1}' >&7
echo "console Backlog Module 0; SSId1 cellar; Password1 battery staple;" \
    "MqttHost 127.0.0.1; MqttPort $port; MqttUser lamp; MqttPassword zebra" >&7
sleep 3
both
of_one
named minimal "8.5.1(minimal)"
named wifi-password "Connect failed (wrong password)"
of_two
named mqtt-login "rc 5"
named template "module 0, Dead"

# The button is held while power comes: its first flashing by wires.
echo 'press 0' >&6
echo 'power cycle' >&6
await_words events6 'bench mini ready'
echo 'release 0' >&6
ok "the advised pogo flash" "$B/pogo" flash -p "$one" "$B/pogo-bench.bin"
echo 'broker pass' >right
ok "the advised pogo setup" "$B/pogo" setup -p "$two" --board mini \
    --mqtt 127.0.0.1 --mqtt-port "$port" --mqtt-user lamp \
    --mqtt-password-file right
both
of_one
mended minimal
of_two
mended template
mended mqtt-login
ok "no password was shown" sh -c \
    "! grep -q -e staple -e zebra -e 'broker pass' '$work/one' '$work/two'"
tap_end
