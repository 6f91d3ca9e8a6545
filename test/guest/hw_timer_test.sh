#!/bin/bash
# guest/hw_timer.bin switches GPIO13 from an interrupt handler: the waveform shows
# when it did, edge by edge.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# edges FILE: for each edge of GPIO13 how long after the one before, in us.
edges() {
    awk '$1 == "$var" && $5 == "gpio13" { pin = $4 }
        /^#/ { now = substr($1, 2) / 10000 }
        pin && ($1 == "0" pin || $1 == "1" pin) {
            if (seen++ > 0) printf "%.1f\n", now - last
            last = now
        }' "$1"
}

beat() { # us, how many edges at least: within a microsecond of each other
    edges "$work/trace.vcd" |
        awk -v us="$1" '$1 > us - 1 && $1 < us + 1 { n++ } END { print n + 0 }' |
        tee "$work/count"
    [ "$(cat "$work/count")" -ge "$2" ]
}

cp "$B/guest/hw_timer.bin" "$work/flash.bin"
run "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
    --script test/guest/hw_timer.txt --trace "$work/trace.vcd"
[ "$code" = 0 ]
tap $? "the program runs" "$work/said"
ok "FRC1's interrupt switches the pin at 1 kHz" beat 500 99
ok "the NMI at 2 kHz, while interrupts are locked" beat 250 99
tap_end
