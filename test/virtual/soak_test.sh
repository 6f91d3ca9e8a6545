#!/bin/bash
# Fifty requests a second for ten minutes of virtual time on the real image: all
# are answered, no heap is lost, and the session with the broker lasts.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

minutes=10
[ "${B##*/}" != san ] || minutes=1
timeout 300 "$B/test/virtual/soak" $minutes >"$work/said" 2>&1
tap $? "fifty requests a second lose no heap" "$work/said"
ok "all of them were right" \
    grep -qE "^end +$((minutes * 3000)) +$((minutes * 3000)) " "$work/said"
sed 's/^/# /' "$work/said"
tap_end
