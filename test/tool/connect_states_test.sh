#!/usr/bin/env bash
# What pogo says when the chip does not answer: each state that a port can be in
# is made, by the bench or by a peer at the other end of a pty, and named
# rightly. All at once, because each takes some seconds of real time.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
pogo=$B/pogo
pids=()

at_exit() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null
    wait
}

# ask NAME [OPTIONS]: pogo info at that port, in the background.
ask() {
    local name=$1
    shift
    (
        timeout 60 "$pogo" -p "$work/$name.tty" --wait 6 "$@" info \
            >"$work/$name.said" 2>&1 </dev/null
        echo $? >"$work/$name.code"
    ) &
    asked+=($!)
}
asked=()

# A peer that lives as long as the file descriptor that it reads.
mkfifo "$work/hold"
exec 9<>"$work/hold"
peer() {
    python3 test/tool/serial_peer.py "$work/$1.tty" "$1" \
        <"$work/hold" >"$work/$1.events" &
    pids+=($!)
    await_words "$work/$1.events" ready || echo "Bail out! no peer $1"
    ask "$1"
}

# bench NAME [OPTIONS]: control lines come from the descriptor that follows it.
bench() {
    local name=$1
    shift
    mkfifo "$work/$name.in"
    "$pogo" bench mini --pty "$work/$name.tty" "$@" \
        <>"$work/$name.in" >"$work/$name.events" 2>&1 &
    pids+=($!)
    await_words "$work/$name.events" rfc2217 || echo "Bail out! no bench $name"
}
tell() {
    echo "$2" >"$work/$1.in"
}

head -c 1048576 /dev/zero | tr '\0' '\377' >"$work/pogo.flash"
dd if="$B/pogo-bench.bin" of="$work/pogo.flash" conv=notrunc status=none

for kind in silence echo garbage esp32 tasmota esphome vendor; do
    peer $kind
done
for name in button weak held; do
    bench $name --off
    ask $name
done
bench pogo --off --flash "$work/pogo.flash"
ask pogo
sleep 2
tell button "power on"
tell pogo "power on"
tell held "press 0"
tell held "power on"
for _ in $(seq 16); do
    tell weak "power on"
    sleep 0.1
    tell weak "power off"
    sleep 0.05
done
wait "${asked[@]}"

# is NAME CODE WORDS WHAT: the exit code, and words that were said.
is() {
    code=$(cat "$work/$1.code")
    # Lines are broken where the name of the port lets them.
    tr -s ' \n' ' ' <"$work/$1.said" >"$work/said"
    said "$4" "$2" "$3"
}

is silence 3 "silence for 6 s" "nothing comes: silence"
is silence 3 "check that RX and TX cross" "and what to look at"
is echo 3 "what pogo sends comes back" "TX and RX touch: its own echo"
is echo 3 "part the TX and RX wires" "and that they are to be parted"
is garbage 3 "only noise came" "no text at any speed: noise"
is garbage 3 "set the adapter to 3.3 V" "and what makes noise"
is esp32 5 "it is an ESP32" "another chip is named"
is tasmota 3 "at 115200 baud: Tasmota" "Tasmota's log at 115200 baud"
is esphome 3 "at 115200 baud: ESPHome" "ESPHome's log"
is vendor 3 "at 74880 baud: the vendor's" "a vendor's log at 74880 baud"
is vendor 3 "A program runs on it" "it is told while there is time to act"
is button 3 "boot mode 3: GPIO0 was not low" "the button was up"
is button 3 "the button was not held" "and it is told at once"
is pogo 3 "it runs Pogo" "the button was up, and Pogo ran"
is weak 3 "power had just come on" "the power comes and goes"
is weak 3 "starts again and again" "and it is told at once"
is held 0 "ESP8285" "the button was held: connected"

# None of it is wider than a terminal, or tells to connect before it warns.
code=0
for said in "$work"/*.said; do
    awk 'length > 80 { print; bad = 1 } END { exit bad }' "$said" || code=1
    first=$(grep -n -m1 -i 'connect ' "$said" | cut -d: -f1)
    mains=$(grep -n -m1 -i 'never with mains' "$said" | cut -d: -f1)
    [ -z "$first" ] || [ "${mains:-999}" -le "$first" ] || {
        cat "$said"
        code=1
    }
done >"$work/wrong"
tap $code "80 columns, and first of all: never with mains connected" \
    "$work/wrong"

run "$pogo" -p bench:mini --reset-sequence "D0|R1|W0.1|D1|R0|W0.05|D0" \
    --wait 0 info
said "a reset in esptool's words" 0 "ESP8285"
run "$pogo" -p bench:mini --reset-sequence "R1|W0.1|R0" --wait 0 info
said "one that leaves GPIO0 high is heard" 3 "boot mode 3"
run "$pogo" -p bench:mini --reset-sequence "D0|Q1" info
said "one that is none" 2 "--reset-sequence can't be D0|Q1"

tap_end
