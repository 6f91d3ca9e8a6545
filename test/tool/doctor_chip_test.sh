#!/usr/bin/env bash
# pogo doctor and what is broken around the chip, on one bench: wires on the
# wrong pins, a flash chip that is dead, protected or can't be read twice alike.
# Each is named, the advised fix is done there, and the doctor says healthy.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
. test/tool/doctor_steps.sh
at_exit() {
    stop_bench
}
cd "$work" || exit 1
image=$B/pogo-bench.bin
cp "$image" flash
start_bench --flash flash --virtual
happens 'has proved itself'
look=("$url" --time 1 --flash)

echo "tie 2 low" >&8
doctor "$url" --time 1
named strap "boot mode 2"
echo "tie 2 off" >&8
mended strap "$url" --time 1
echo "tie 15 high" >&8
doctor "$url" --time 1
named strap "boot mode 7"
echo "tie 15 off" >&8
mended strap "$url" --time 1

echo "flash dead" >&8
doctor "${look[@]}"
named flash-id "0xffffff"
echo "flash sound" >&8
mended flash-id "${look[@]}"

echo "weak 160" >&8 # of slot B, where nothing is
doctor "${look[@]}"
named unreadable "0xa0000"
ok "as advised: the sector is erased" "$B/pogo" erase -p "$url" 0xA0000 0x1000
mended unreadable "${look[@]}"

echo "flash protected" >&8
doctor "${look[@]}"
named protected
run "$B/pogo" flash -p "$url" "$image" --erase all
said "it is locked" 1 "locked until its power goes"
echo "power cycle" >&8
ok "as advised: without power once, then pogo flash" \
    "$B/pogo" flash -p "$url" "$image" --erase all
mended protected "${look[@]}"
tap_end
