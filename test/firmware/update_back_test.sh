#!/bin/bash
# Updates of the real image that was in a Wi-Fi: the new one must join it again,
# or is left. And the same update on the posix device, from A to B to A.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

next=$B/update/next.ota
pid=

at_exit() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
}

# until WORDS SECONDS: until the device has said so.
until_said() {
    for _ in $(seq $(($2 * 10))); do
        ! grep -qF -- "$1" "$work/events" || return 0
        sleep 0.1
    done
    return 1
}

# ---- the bench ----

script() { # NAME FLASH OPTIONS, the lines on stdin
    local name=$1 file=$2
    shift 2
    cat >"$work/script"
    run "$B/pogo" bench mini --virtual --flash "$file" --script "$work/script" \
        --no-stdin "$@"
    tap "$code" "$name" "$work/said"
}

cp "$B/pogo-bench.bin" "$work/flash.bin"
script "a device joins its Wi-Fi and proves itself" "$work/flash.bin" \
    --air test/air/home.air <<'TEXT'
expect console Version 0.1.0 within 3000
console Backlog SSId1 home; Password1 correct horse
wait console WIF: Connected to AP1 home 60000
expect console UPD: this version has proved itself within 30000
sleep 3000
TEXT

# Once it is in its network it gets the update, in real time.
echo "wait console +done 60000" >"$work/live"
timeout 100 "$B/pogo" bench mini --flash "$work/flash.bin" --pty "$work/tty" \
    --air test/air/home.air --script "$work/live" >"$work/events" 2>&1 </dev/null &
pid=$!
until_said "WIF: Connected to AP1 home" 30
"$B/pogo" update -p "$work/tty" "$next" >"$work/said" 2>&1
wait "$pid"
code=$?
pid=
tap $code "it gets an update" "$work/said"
cp "$work/flash.bin" "$work/updated.bin"

script "with its network back the new version is confirmed" \
    "$work/updated.bin" --air test/air/home.air <<'TEXT'
expect console Version 0.2.0 within 3000
expect console WIF: Connected to AP1 home within 30000
expect console UPD: this version has proved itself within 15000
TEXT

script "without it, it is given up three times and left" "$work/flash.bin" <<'TEXT'
expect console on trial, start 1 of 3 within 3000
expect console UPD: this version is given up: its network did not come back within 302000
expect console on trial, start 2 of 3 within 5000
expect console UPD: this version is given up within 302000
expect console on trial, start 3 of 3 within 5000
expect console UPD: this version is given up within 302000
expect console Version 0.1.0 within 5000
expect console UPD: left version 0.2.0: its network did not come back within 100
console Status 2
expect console "Confirmed":"ON","Left":"0.2.0: its network did not come back" within 500
TEXT

# ---- the posix device ----

# It is one program whatever is in its slots, so of its own version.
mkfifo "$work/lines"
"$B/pogo-posix" --board mini --flash "$work/posix.bin" --pty="$work/ptty" \
    <"$work/lines" >"$work/events" 2>&1 &
pid=$!
exec 3>"$work/lines"
until_said "Project pogo" 5
posix() { # NAME CODE WORDS
    run "$B/pogo" update -p "$work/ptty" "$B/pogo-bench.ota"
    said "$@"
}
posix "posix: an update to slot B" 0 "The device runs version"
until_said "on trial, start 1 of 3" 5
tap $? "posix: the device is on trial" "$work/events"
posix "posix: another waits, and goes to slot A" 0 "The device runs version"
said "posix: it says that it waits" 0 "waits up to 15 s"
until_said "UPD: this version has proved itself" 20
tap $? "posix: the first one is confirmed" "$work/events"
echo "console Upgrade" >&3
until_said "in slot A, on trial" 5
tap $? "posix: it runs there" "$work/events"
echo quit >&3
wait "$pid"
tap $? "posix: no word of the flash was programmed twice" "$work/events"
pid=
tap_end
