#!/bin/sh
# TAP: our CPU beside qemu-system-xtensa -cpu lx106 on 20,000 random instruction
# groups. SEED=n for others than the usual ones.
B=${B:-build}
cd "$(dirname "$0")/../.." || exit 1
seed=${SEED:-1}
echo 1..1
if text=$("$B/differential" --seed "$seed" --count 20000 2>&1); then
    echo "ok 1 - the CPU does what qemu's does: $text"
else
    echo "$text" | sed 's/^/# /'
    echo "not ok 1 - the CPU does what qemu's does (seed $seed)"
fi
