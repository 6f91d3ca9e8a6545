#!/usr/bin/env bash
# setup, install, update, doctor and console over bad lines and with the adapter
# pulled out: each ends by itself, with two lines or with what it says it did.
# road_noise.py says how; SEEDS=60 of this script, or `make road-noise`, does more.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
timeout 1500 python3 test/tool/road_noise.py "$B/pogo" "$B" "${SEEDS:-5}" "$work" \
    >"$work/results" 2>&1
code=$?
tap_lines <"$work/results"
[ $code = 0 ]
tap $? "it came to its end" "$work/results"
tap_end
