#!/bin/bash
# Syslog with a real server: the posix device and the image on the bench.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

for world in posix bench; do
    timeout 120 /usr/bin/python3 test/net/syslog.py $world "$B" "$work" \
        >"$work/clients" 2>&1 || echo "not ok - $world: exit code" >>"$work/clients"
    tap_lines <"$work/clients"
done
ok "both have said all of it" [ $tap_count = 8 ]
tap_end
