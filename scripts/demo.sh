#!/usr/bin/env bash
# The owner's story on the bench: a blank Sonoff Mini is flashed through its
# serial pads, set up onto a hidden network, switched by hand, page and MQTT,
# updated, and the doctor calls it healthy. `make demo` runs it; it stops by
# itself. Where mosquitto or Chromium are not there, their part is left out, and
# that is said.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
events=$work/events
pty=$work/tty
bench="" broker="" hearer="" doctor=""
finish() {
    exec 3>&- || true
    for pid in $bench $broker $hearer $doctor; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

step() { printf '\n== %s\n' "$1"; }

# What is longer than a line: a chip's ends after a word, with "…" for the
# rest, but for the line with the password; pogo's goes on in the next.
shorten() {
    awk '{
        if ($0 ~ /^   pogo: /) {
            while (length > 80) {
                at = 80
                while (at > 12 && substr($0, at, 1) != " ") at--
                if (at <= 12) break
                print substr($0, 1, at - 1)
                $0 = "   pogo:    " substr($0, at + 1)
            }
        } else if (length > 80 && $0 !~ /user admin, password/) {
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

# What came until now was shown by pogo already.
skip_to_now() { shown=$(wc -l <"$events"); }

# await_line FILE WORDS
await_line() {
    for _ in $(seq 200); do
        ! grep -q -- "$2" "$1" || return 0
        sleep 0.05
    done
    echo "demo: waited in vain for: $2" >&2
    exit 1
}

say_sent() { printf '   you:   %s\n' "$1"; }

# mqtt: what pogo setup is told of the broker, if there is one.
mqtt=()
start_broker() {
    command -v mosquitto >/dev/null && command -v mosquitto_pub >/dev/null ||
        return 0
    for _ in 1 2 3 4 5 6 7 8; do # a free port
        mqtt_port=$((20000 + RANDOM % 20000))
        (echo >"/dev/tcp/127.0.0.1/$mqtt_port") 2>/dev/null || break
    done
    printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$mqtt_port" \
        >"$work/mosquitto.conf"
    chmod 755 "$work"
    mosquitto -c "$work/mosquitto.conf" >/dev/null 2>&1 &
    broker=$!
    mqtt=(--mqtt 127.0.0.1 --mqtt-port "$mqtt_port")
}

step "A blank Sonoff Mini lies on the bench"
echo "   It is virtual. With a real one: NEVER with mains connected, 3.3 V only."
mkfifo "$work/control"
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >"$work/air"
build/pogo bench mini --flash "$work/flash.bin" --off --pty "$pty" \
    --air "$work/air" \
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

step "pogo setup: a network that hides its name, MQTT, a name, the board"
start_broker
echo "battery staple" >"$work/wifi"
COLUMNS=70 build/pogo setup --port "$pty" --ssid cellar --hidden \
    --password-file "$work/wifi" --name "Cellar lamp" --topic lamp --board mini \
    ${mqtt[@]+"${mqtt[@]}"} >"$work/said" 2>&1 ||
    { cat "$work/said" && exit 1; }
sed 's/^/   pogo:  /' "$work/said" | shorten
await "Module: Sonoff Mini" 15
skip_to_now

step "The wall switch on S1/S2 and the button switch the relay"
sleep 1
tell "s2 close" "flip the wall switch"
await "POWER = ON"
tell "s2 open" "flip it back"
await "POWER = OFF"
tell "press 0 120" "press the button"
await "POWER = ON"

step "MQTT: a genuine mosquitto"
if [ -n "$broker" ]; then
    mosquitto_sub -p "$mqtt_port" -v -t 'stat/lamp/POWER' -t 'tele/lamp/LWT' \
        >"$work/heard" &
    hearer=$!
    await_line "$work/heard" 'LWT Online'
    say_sent "cmnd/lamp/Power OFF"
    mosquitto_pub -p "$mqtt_port" -t cmnd/lamp/Power -m OFF
    await "POWER = OFF"
    await_line "$work/heard" 'POWER OFF'
    sed 's/^/   heard: /' "$work/heard"
else
    echo "   left out: mosquitto is not installed (make setup gets it)"
fi

step "The device's own page, in Chromium"
page=$(sed -n 's/^net \(127[^ ]*\):80 tcp.*/http:\/\/\1\//p
    s/^net \(127[^ ]*\) is port 80/http:\/\/\1\//p' "$events" | tail -1)
if command -v chromium >/dev/null && command -v python3 >/dev/null; then
    password=$(sed -n 's/.*Web password, until you set one: user admin, password //p' \
        "$events" | tail -1 | tr -d '\r')
    timeout 40 scripts/demo_page.py "$page" "$password" >"$work/said" ||
        { cat "$work/said" && exit 1; }
    sed 's/^/   see:   /' "$work/said"
else
    echo "   left out: Chromium is not installed (make setup gets it)"
fi

step "pogo ota: the next version, signed, over Wi-Fi"
skip_to_now
echo "demo password" >"$work/web"
tell "console WebPassword $(cat "$work/web")" "a web password, on its console"
await '{"WebPassword"'
COLUMNS=70 build/pogo ota --password-file "$work/web" "${page#http://}" \
    build/update/next.ota >"$work/said" 2>&1 || { cat "$work/said" && exit 1; }
sed 's/^/   pogo:  /' "$work/said"
skip_to_now

step "pogo doctor: is all well?"
COLUMNS=70 build/pogo doctor --port "$pty" --no-flash --time 12 \
    >"$work/said" 2>&1 &
doctor=$!
await_line "$work/said" 'pogo listens'
tell "power cycle" "unplug, plug in again, as it asks"
is_well=0
wait "$doctor" || is_well=$?
sed 's/^/   pogo:  /' "$work/said" | shorten
[ "$is_well" = 0 ]
grep -qx healthy "$work/said"

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
   Any other ESP8266 image, Tasmota's too, goes this way today:
      build/pogo install --port /dev/ttyUSB0 tasmota.bin
   Pogo has not been run on real hardware yet: docs/architecture.md says what
   that means.

== Play on
   build/pogo bench mini    a Mini in this terminal; type: help, show, or
                            press 0 100 (the button on GPIO0, for 100 ms)
   docs/bench.md            a session to repeat
TEXT
