#!/bin/bash
# Wi-Fi that goes wrong at random, on the real image: twenty schedules of half an
# hour each, the same ones every time.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

count=20
[ "${B##*/}" != san ] || count=8
timeout 300 "$B/test/virtual/outages" $count >"$work/said" 2>&1
tap $? "every schedule ends in the network and at the broker" "$work/said"
ok "all of them were lived through" \
    grep -qx "outages: $count schedules, 0 wrong" "$work/said"
sed 's/^/# /' "$work/said"
tap_end
