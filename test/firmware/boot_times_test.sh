#!/bin/bash
# Promise 5 on the bench: the relay has its power-on state before user_pre_init
# ends, hence before the radio starts, and within 300 ms of the boot ROM's entry
# with the CRC of a full slot checked. The program fails when it is not so.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

relay_in_time() {
    "$B/boot_times" "$B/pogo-bench.bin"
}

ok "the relay is on in time, before the radio starts" relay_in_time
tap_end
