#!/usr/bin/env bash
# pogo doctor and the login of a genuine mosquitto, in real time. The adapter has no
# lines, so the doctor asks for a power cycle. What needs no broker is in
# doctor_log_test.sh, in virtual time.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
. test/tool/doctor_steps.sh
broker=""
at_exit() {
    stop_bench
    [ -z "$broker" ] || { kill "$broker" && wait "$broker"; } 2>/dev/null
}
cd "$work" || exit 1
echo 'ap "cellar" password "battery staple" hidden channel 3' >home.air
cp "$B/pogo-bench.bin" flash
start_broker 21830
start_bench --flash flash --air home.air --pty "$work/tty"
happens 'Web password'

# by_hand LINE SECONDS: the doctor asks for the power, and LINE is what happens.
by_hand() {
    timeout 120 "$B/pogo" doctor -p "$work/tty" --no-flash --time "$2" \
        >"$work/said" 2>&1 </dev/null &
    local doctor=$!
    await_words "$work/said" 'Never with mains'
    sleep 0.5
    echo "$1" >&8
    wait "$doctor"
    code=$?
}
# mended ROW: by a person's hand here.
mended() {
    by_hand 'power cycle' 10
    said "$1 is mended: healthy" 0 "healthy"
}
echo 'broker pass' >right
echo "console Backlog SSId1 cellar; Password1 battery staple; MqttHost 127.0.0.1;" \
    "MqttPort $port; MqttUser lamp; MqttPassword zebra crossing" >&8
happens 'does not let us in'
by_hand 'power cycle' 10
named mqtt-login "does not let us in"
run "$B/pogo" setup -p "$work/tty" --mqtt 127.0.0.1 --mqtt-port "$port" --mqtt-user lamp \
    --mqtt-password-file right
said "the advised pogo setup --mqtt-user" 0 "MqttUser lamp"
mended mqtt-login
ok "it is at the broker" grep -q 'MQT: Connected' events
ok "no password was shown" sh -c \
    "! grep -q -e staple -e zebra -e 'broker pass' '$work/said'"
tap_end
