#!/bin/bash
# An update of a device that is in a network: the new image proves itself when it
# is there again, and is left when it does not come back.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

flash=$work/flash.bin
bench=
at_exit() {
    [ -z "$bench" ] || { kill "$bench" && wait "$bench"; } 2>/dev/null
}

# script NAME [AIR]: control lines from stdin, in virtual time.
script() {
    cat >"$work/script"
    run "$B/pogo" bench mini --virtual --no-stdin --flash "$flash" \
        --script "$work/script" --air "${2:-test/air/home.air}"
    tap "$code" "$1" "$work/said"
}

cp "$B/pogo-bench.bin" "$flash"
script "a device is set up" <<'TEXT'
expect console Set-up access point within 3000
console Backlog SSId1 home; Password1 correct horse
expect wifi joined "home" within 9000
expect console UPD: this version has proved itself within 15000
sleep 2000
TEXT

# seen WORDS: the bench says so within 20 s.
seen() {
    for _ in $(seq 200); do
        ! grep -q "$1" "$work/events" || return 0
        sleep 0.1
    done
    return 1
}
"$B/pogo" bench mini --virtual --no-stdin --flash "$flash" \
    --air test/air/home.air >"$work/events" 2>&1 &
bench=$!
seen '^wifi joined "home"'
tap $? "it is in its network" "$work/events"
port=$(sed -n 's/.*ready: \(rfc2217:[^ ]*\).*/\1/p' "$work/events")
run "$B/pogo" update -p "$port" "$B/update/next.ota"
said "and takes an update" 0 "The device runs version 0.2.0."
kill $bench && wait $bench 2>/dev/null
bench=
cp "$flash" "$work/trial.bin"

script "the new version proves itself with the network" <<'TEXT'
expect console UPD: this version is on trial within 3000
expect wifi joined "home" within 9000
expect console UPD: this version has proved itself within 15000
TEXT

cp "$work/trial.bin" "$flash"
sed 's/"home"/"away"/' test/air/home.air >"$work/away.air"
script "without it the version before comes back, and says why" \
    "$work/away.air" <<'TEXT'
expect console UPD: this version is on trial within 3000
refute console this version has proved itself within 290000
expect console this version is given up: its network did not come back within 900000
expect console Version 0.1.0 within 900000
console Status 2
expect console "Left":"0.2.0: its network did not come back" within 500
TEXT
tap_end
