#!/usr/bin/env bash
# A stranger's session with pogo, as the README tells it, on a virtual Mini whose
# serial port is like a bare adapter's: no reset lines, a button held by hand. What
# stands in parentheses is what the hands do. `make session` puts it into
# docs/session-flash.txt; a test runs it and compares. It stops by itself.
# Usage: scripts/flash_session.sh >FILE
set -euo pipefail
cd "$(dirname "$0")/.."
B=$(realpath "${B:-build}")
export COLUMNS=80
work=$(mktemp -d)
bench="" pogo=""
finish() {
    exec 3>&- || true
    [ -z "$pogo" ] || kill "$pogo" 2>/dev/null || true
    [ -z "$bench" ] || kill "$bench" 2>/dev/null || true
    wait 2>/dev/null || true
    fold -w 80 "$work/talk" # as a terminal does with the firmware's long lines
    rm -rf "$work"
}
trap finish EXIT
cp README.md "$B/pogo-bench.bin" "$work"
cd "$work"
echo 'ap "cellar" password "battery staple" hidden channel 3' >home.air
echo "battery staple" >wifi
: >talk

# put TEXT: a line of the session.
put() { printf '%s\n' "$1" >>talk; }

# hands TEXT CONTROL…: what the hands do, and the lines that tell the bench.
hands() {
    put "($1)"
    shift
    printf '%s\n' "$@" >&3
}

# await WORDS [FILE]: until they come, below what was there at begin.
await() {
    local end=$((SECONDS + 60))
    until tail -n +"$from" "${2:-talk}" | grep -qF -- "$1"; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "session: waited in vain for: $1" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# begin ARGUMENTS…: a command that goes on while hands do something.
begin() {
    put ""
    put "\$ pogo $*"
    from=$(($(wc -l <talk) + 1))
    "$B/pogo" "$@" >>talk 2>&1 </dev/null &
    pogo=$!
}

# ends CODE: how the command ends.
ends() {
    local code=0
    wait "$pogo" || code=$?
    pogo=""
    [ "$code" = "$1" ] || { echo "session: exit code $code, not $1" >&2; exit 1; }
    [ "$code" = 0 ] || put "(exit code $code)"
}

mkfifo control
"$B/pogo" bench mini --mac 5C:CF:7F:0A:0B:0C --off --pty mini --air home.air <control >events 2>&1 &
bench=$!
exec 3>control
from=1
await "bench mini ready" events

begin backup --port /dev/ttyUSB9 vendor.bin
ends 3

put ""
put "(The right port, but the 3.3 V is not connected.)"
begin backup --port mini --wait 3 vendor.bin
ends 3

put ""
put "(The 3.3 V is connected, and the button forgotten; then it is held.)"
begin backup --port mini vendor.bin
await "Waiting for the chip"
hands "You connect the 3.3 V." "power on"
await "hold the button first"
hands "You disconnect the 3.3 V, hold the button, and connect it again." \
    "power off" "press 0" "power on"
ends 0

begin flash --port mini README.md
ends 5
begin flash --port mini pogo-bench.bin
ends 0
begin flash --port mini pogo-bench.bin
ends 0
begin verify --port mini pogo-bench.bin
ends 0
begin flash --port mini --backup vendor.bin pogo-bench.bin
ends 5

begin flash --port mini --monitor-time 4 pogo-bench.bin
await "Now release the button"
hands "You release the button, disconnect the 3.3 V and connect it again." \
    "release 0" "power cycle"
ends 0

put ""
put "(And back to what was there before.)"
begin restore --port mini vendor.bin
await "Waiting for the chip"
hands "You disconnect the 3.3 V, hold the button, and connect it again." \
    "power off" "press 0" "power on"
ends 0
begin info --port mini
ends 0

put ""
put "(Or all of it by one command, the README's road. The network is a hidden one;"
put "its password is the first line of the file wifi.)"
begin install --port mini --board mini --ssid cellar --hidden \
    --password-file wifi pogo-bench.bin
await "pogo listens"
hands "You release the button, disconnect the 3.3 V and connect it again." \
    "release 0" "power cycle"
ends 0
echo quit >&3
wait "$bench"
bench=""
