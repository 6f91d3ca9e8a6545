#!/usr/bin/env bash
# The owner's story on the bench: a blank Sonoff Mini is flashed through its
# serial pads, set up, and switched. `make demo` runs it; it stops by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
events=$work/events
pty=$work/tty
bench=""
finish() {
    exec 3>&- || true
    [ -z "$bench" ] || kill "$bench" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

step() { printf '\n== %s\n' "$1"; }

# What is longer than a line ends after a word, with "…" for the rest.
shorten() {
    awk '{
        if (length > 80) {
            $0 = substr($0, 1, 78)
            sub(/[ ,][^ ,]*$/, "")
            $0 = $0 " …"
        }
        print
    }'
}

# Move the virtual world, and say what a person would have done.
tell() {
    printf '   you:   %s\n' "$2"
    printf '%s\n' "$1" >&3
}

# Wait until an event line begins with $1, and show what came until then.
shown=0
await() {
    local end=$((SECONDS + ${2:-10})) lines
    while :; do
        lines=$(wc -l <"$events")
        if tail -n +$((shown + 1)) "$events" | grep -qF -- "$1"; then break; fi
        if [ "$SECONDS" -ge "$end" ]; then
            tail -n 20 "$events"
            echo "demo: waited in vain for: $1" >&2
            exit 1
        fi
        sleep 0.05
    done
    lines=$(tail -n +$((shown + 1)) "$events" | grep -nF -m1 -- "$1" | cut -d: -f1)
    tail -n +$((shown + 1)) "$events" | head -n "$lines" |
        grep -vE '^(bench|button|switch|reset|uart .*not text)' |
        sed 's/^uart  */   chip:  /; t; s/^/   board: /' | shorten || true
    shown=$((shown + lines))
}

step "A blank Sonoff Mini lies on the bench"
echo "   It is virtual. With a real one: NEVER with mains connected, 3.3 V only."
mkfifo "$work/control"
build/pogo bench mini --flash "$work/flash.bin" --off --pty "$pty" \
    <"$work/control" >"$events" 2>"$work/talk" &
bench=$!
exec 3>"$work/control"
await "bench mini ready"

step "Hold the button, connect the adapter's 3.3 V: the chip waits for a flasher"
tell "press 0" "hold the button"
tell "power on" "connect 3.3 V"
await "uart  ets"

step "pogo flash"
COLUMNS=70 build/pogo flash --port "$pty" build/pogo-bench.bin 2>&1 | sed 's/^/   pogo:  /'

step "Release the button, disconnect, connect again: it boots from flash"
tell "release 0" "release the button"
tell "power cycle" "unplug, plug in again"
await "uart  ets"
await "Project" 15

step "Tell it what board it is: paste the template, activate it"
template='{"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],"FLAG":0,"BASE":1}'
await "Module: Sonoff Basic"
tell "console Template $template" "$(printf '%s\n          %s' \
    'Template {"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,' \
    '0,0,255],"FLAG":0,"BASE":1}')"
await 'RESULT = {"NAME"'
tell "console SetOption31 1" "SetOption31 1: no flashing for want of Wi-Fi"
await 'RESULT = {"SetOption31"'
tell "console Module 0" "Module 0"
await "boot cause 3" 15
await "Module: Sonoff Mini" 15

step "The wall switch on S1/S2 and the button switch the relay"
sleep 4.2 # inputs sleep for 4 s after a start, as Tasmota's do
tell "s2 close" "flip the wall switch"
await "POWER = ON"
tell "s2 open" "flip it back"
await "POWER = OFF"
tell "press 0 120" "press the button"
await "POWER = ON"
tell "console Power TOGGLE" "Power TOGGLE, typed on the console"
await "POWER = OFF"

step "What was used"
size() { printf '   %-28s %8d bytes\n' "$1" "$2"; }
size "image (build/pogo-bench.bin)" "$(stat -c %s build/pogo-bench.bin)"
size "flash of the Mini" "$(stat -c %s "$work/flash.bin")"

cat <<'TEXT'

== The same on a real device
   FIRST: never with mains connected. All of the board is at mains potential,
   the S1/S2 terminals too. Only the adapter's 3.3 V, never 5 V.
   The image above runs only on the bench. One for real devices is linked with
   Espressif's NonOS SDK, which Pogo does not contain:
      make firmware SDK=path     (make firmware alone says how to get it)
   Any other ESP8266 image can be flashed today:
      build/pogo flash --port /dev/ttyUSB0 tasmota.bin
   Pogo has not been run on real hardware yet: docs/architecture.md says what
   that means.

== Play on
   build/pogo bench mini    a Mini in this terminal; type: help, show, or
                            press 0 100 (the button on GPIO0, for 100 ms)
   docs/bench.md            a session to repeat
TEXT
