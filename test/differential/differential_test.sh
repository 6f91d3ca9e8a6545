#!/bin/bash
# Our CPU beside qemu-system-xtensa -cpu lx106 on 20,000 random instruction
# groups. SEED=n for others than the usual ones.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

seed=${SEED:-1}
"$B/differential" --seed "$seed" --count 20000 >"$work/log" 2>&1
code=$?
tap $code "the CPU does what qemu's does (seed $seed)" "$work/log"
[ $code != 0 ] || sed 's/^/# /' "$work/log"
tap_end
