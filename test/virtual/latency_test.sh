#!/bin/bash
# Commands and presses on the real image, in virtual time: none may take longer
# than its limit. The program fails when one does.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 200 "$B/test/virtual/latency" >"$work/said" 2>&1
tap $? "no command, answer or press is late" "$work/said"
sed 's/^/# /' "$work/said"
tap_end
