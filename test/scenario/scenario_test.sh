#!/bin/bash
# Every scenario text in both worlds: the posix device, and the image on the
# bench as machine code. The first line of a scenario names its board.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

for text in test/scenario/*.txt; do
    board=$(sed -n '1s/^# board: //p' "$text")
    name=$(basename "$text" .txt)
    cp "$B/pogo-bench.bin" "$work/flash.bin"
    timeout 120 "$B/pogo" bench "$board" --virtual --flash "$work/flash.bin" \
        --script "$text" >"$work/log" 2>&1 </dev/null
    tap $? "$name passes as machine code on the bench" "$work/log"
    timeout 120 "$B/pogo-posix" --board "$board" --virtual --flash "$work/posix.bin" \
        --script "$text" >"$work/log" 2>&1 </dev/null
    tap $? "$name passes on the posix device" "$work/log"
    rm -f "$work/posix.bin" "$work/flash.bin"
done

# A scenario that can't hold must fail, or the above proves nothing.
printf 'power on\nexpect relay 1 on within 100\n' >"$work/false.txt"
cp "$B/pogo-bench.bin" "$work/flash.bin"
timeout 60 "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
    --script "$work/false.txt" >"$work/log" 2>&1 </dev/null
[ $? = 1 ]
tap $? "a false expectation fails on the bench" "$work/log"
timeout 60 "$B/pogo-posix" --board mini --virtual --flash "$work/posix.bin" \
    --script "$work/false.txt" >"$work/log" 2>&1 </dev/null
[ $? = 1 ]
tap $? "a false expectation fails on the posix device" "$work/log"
tap_end
