#!/bin/sh
# TAP: the programs that `make speed` measures give the same numbers on our CPU
# as in qemu, and the firmware answers every command. No times.
B=${B:-build}
cd "$(dirname "$0")/../.." || exit 1
echo 1..1
if text=$("$B/speed/speed" --check "$B/speed" "$B/pogo-bench.bin" 2>&1); then
    echo "ok 1 - the programs of make speed give the right results"
else
    echo "$text" | sed 's/^/# /'
    echo "not ok 1 - the programs of make speed give the right results"
fi
