#!/bin/bash
# Each kind of update that may not run, on each road over the network, on the real
# image: refused, told everywhere, and what ran still runs.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 200 "$B/test/virtual/refusals" >"$work/said" 2>&1
tap $? "every update that may not run is refused on every road" "$work/said"
is_all() { [ "$(grep -c '^uploaded\|^OtaUrl' "$work/said")" = 42 ]; }
ok "all of them were tried" is_all
sed 's/^/# /' "$work/said"
tap_end
