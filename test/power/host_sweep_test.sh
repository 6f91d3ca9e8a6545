#!/bin/bash
# Power-cut sweeps on the host, as a sample: flash chip, boot sector and core,
# cut at flash operations everywhere. `make sweep` makes all cuts.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 300 "$B/test/power/host_sweep" --sample >"$work/said" 2>"$work/errors"
code=$?
cat "$work/said" >>"$work/errors"
tap $code "no cut breaks a promise" "$work/errors"
ends_well() {
    tail -n 1 "$work/said" |
        grep -qE '^cuts [0-9]{4,} boots [0-9]{4,} settings lost 0 bricks 0$'
}
ok "the last line has cuts, boots, and nothing lost" ends_well
sed 's/^/# /' "$work/said"
tap_end
