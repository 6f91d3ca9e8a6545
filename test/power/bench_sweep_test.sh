#!/bin/bash
# The power-cut sweeps with the real image on the bench, the sampled form: every
# story is there, power was cut, and nothing was lost.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# A fork takes many times as long with AddressSanitizer.
thin=1
[ "${B##*/}" != san ] || thin=8
timeout 300 "$B/test/power/bench_sweep" --sample --thin $thin >"$work/said" 2>&1
tap $? "power may go at any flash operation" "$work/said"
ok "no setting is lost, no device is a brick" \
    grep -qE '^cuts [1-9][0-9]+ boots [1-9][0-9]+ settings lost 0 bricks 0$' \
    "$work/said"
sed 's/^/# /' "$work/said"
tap_end
