#!/bin/bash
# The programs that `make speed` measures give the same numbers on our CPU as in
# qemu, and the firmware answers every command. No times.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

ok "the programs of make speed give the right results" \
    "$B/speed/speed" --check "$B/speed" "$B/pogo-bench.bin"
tap_end
