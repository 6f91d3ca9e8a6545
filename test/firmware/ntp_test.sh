#!/bin/bash
# The time from genuine servers, on the posix device and on the image on the bench:
# the right time, summer's beginning, answers that are not believed, the second
# server, servers that are gone and come back.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

for world in posix bench; do
    timeout 200 /usr/bin/python3 test/firmware/ntp.py $world "$B" "$work" \
        >"$work/$world" 2>&1 || echo "not ok - $world: exit code" >>"$work/$world" &
done
wait
tap_lines < <(cat "$work/posix" "$work/bench")
tap_end
