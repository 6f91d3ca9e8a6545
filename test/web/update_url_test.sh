#!/bin/bash
# Updates that the device fetches from a url: both worlds at once, because most of
# it is waiting for time-outs.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

for world in posix bench; do
    mkdir "$work/$world"
    timeout 200 /usr/bin/python3 test/web/update_url.py $world "$B" "$work/$world" \
        >"$work/$world/said" 2>&1 ||
        echo "not ok - $world: exit code" >>"$work/$world/said" &
done
wait
for said in "$work"/*/said; do
    tap_lines <"$said"
done
tap_end
