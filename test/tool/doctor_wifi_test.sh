#!/usr/bin/env bash
# pogo doctor, Wi-Fi and a weak supply, on a bench with a radio in real time: wrong settings are
# named, the right ones make it healthy. Its adapter has no lines, so the doctor
# asks for a power cycle.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
bench=""
at_exit() {
    exec 8>&-
    [ -z "$bench" ] || { kill "$bench" && wait "$bench"; } 2>/dev/null
}
cd "$work" || exit 1
cat >home.air <<'END'
ap "cellar" password "battery staple" hidden channel 3
ap "mute" dhcp off channel 9
END
mkfifo lines
cp "$B/pogo-bench.bin" flash
"$B/pogo" bench mini --flash flash --air home.air --pty "$work/tty" \
    <lines >events 2>&1 &
bench=$!
exec 8>lines
await_words events 'bench mini ready' || echo "Bail out! no bench"
await_words events 'Web password' || echo "Bail out! no firmware"

wifi() { # NAME CODE WORDS BACKLOG
    echo "console Backlog $4" >&8
    sleep 4 # it is kept, and tried
    timeout 100 "$B/pogo" doctor -p "$work/tty" --no-flash --time 15 \
        >"$work/said" 2>&1 </dev/null &
    local doctor=$!
    await_words "$work/said" 'Never with mains'
    sleep 0.5
    echo 'power cycle' >&8
    wait "$doctor"
    code=$?
    said "$1" "$2" "$3"
}
wifi "a wrong password" 1 "wifi-password" "SSId1 cellar; Password1 wrong staple"
wifi "not found" 1 "wifi-not-found" "SSId1 attic; Password1 battery staple"
wifi "no broker" 1 "MQT: Connect failed" \
    "SSId1 cellar; Password1 battery staple; MqttHost 127.0.0.1; MqttPort 9"
wifi "the right settings" 0 "healthy" "MqttHost 0"

# The program listens at 115200 baud already when the next banner comes.
timeout 100 "$B/pogo" doctor -p "$work/tty" --no-flash --time 10 \
    >"$work/said" 2>&1 </dev/null &
doctor=$!
await_words "$work/said" 'Never with mains'
sleep 0.5
echo 'brownout 25 700 300' >&8
wait "$doctor"
code=$?
said "a supply that breaks down" 1 "power came on"
ok "no password was shown" sh -c "! grep -q staple '$work/said'"
tap_end
