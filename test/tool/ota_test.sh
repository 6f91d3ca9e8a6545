#!/bin/bash
# `pogo ota` over the network: devices with Pogo on the bench and as a process. A file
# in its place is looked at by test/tool/ota_*_test.c.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 300 python3 test/tool/ota.py "$B" "$work" >"$work/clients" 2>&1 ||
    echo "not ok - exit code" >>"$work/clients"
tap_lines <"$work/clients"
ok "all of it was tried" [ $tap_count = 28 ]
tap_end
