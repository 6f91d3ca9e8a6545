#!/bin/bash
# `pogo ota` on the bench's Tasmota of three versions: it becomes Pogo, by each way.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 400 python3 test/tool/ota_tasmota.py "$B" "$work" >"$work/clients" 2>&1 ||
    echo "not ok - exit code" >>"$work/clients"
tap_lines <"$work/clients"
ok "all of it was tried" [ $tap_count = 15 ]
tap_end
