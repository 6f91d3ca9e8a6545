#!/bin/bash
# The boot sector on the bench: what it does with images that are not whole, and
# how soon the relay has its state.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

check() { # name flash script
    run "$B/pogo" bench mini --virtual --flash "$2" --script "$3"
    tap $code "$1" "$work/said"
}

says() {
    echo "expect console pogo: no program to start: $1 within 2000"
    echo "expect console connect 3.3 V, and flash within 1000"
    echo "refute console Project within 1000"
}

image=$B/pogo-bench.bin
head -c 4096 "$image" >"$work/none.bin"
says "slot A is empty, slot B is empty" >"$work/none.txt"
check "a boot sector alone says that there is no program" \
    "$work/none.bin" "$work/none.txt"

head -c 20000 "$image" >"$work/cut.bin"
says "slot A is damaged, slot B is empty" >"$work/cut.txt"
check "an image that is cut short is not run" "$work/cut.bin" "$work/cut.txt"

cp "$image" "$work/sum.bin"
printf 'pogo' | dd of="$work/sum.bin" bs=1 seek=9000 conv=notrunc 2>/dev/null
says "slot A is damaged, slot B is empty" >"$work/sum.txt"
check "an image with wrong bytes is not run" "$work/sum.bin" "$work/sum.txt"

cp "$image" "$work/good.bin"
cat >"$work/good.txt" <<'TEXT'
expect console Version within 2000
console PowerOnState 1
expect console {"PowerOnState":1} within 500
sleep 2000
power off
sleep 500
power on
expect relay 1 on within 300
TEXT
check "the relay has its state within 300 ms of power" \
    "$work/good.bin" "$work/good.txt"

# pogo image: the trailer of a whole file, and of one with a wrong byte in code
# that the image's checksum does not see (two of them, equal).
trailers() {
    "$B/pogo" image "$image" | grep -q '^trailer .*, right$' &&
        "$B/pogo" image "$B/slot-b.bin" | grep -q '^trailer .*, right$' ||
        return 1
    python3 - "$B/slot-b.bin" "$work/swapped.bin" <<'PYTHON'
import sys
image = bytearray(open(sys.argv[1], "rb").read())
image[9000] ^= 1
image[9001] ^= 1
open(sys.argv[2], "wb").write(image)
PYTHON
    "$B/pogo" image "$work/swapped.bin" >"$work/said" &&
        grep -q '^trailer .*, wrong$' "$work/said" &&
        grep -q '^checksum .*, right$' "$work/said"
}
ok "pogo image says whether the trailer's CRC is right" trailers

# What the vendor's LAN mode takes (diy-mode.md), and what a loader does with a
# slot's image: its first segment is where the cache shows it, and is skipped.
shape() {
    python3 - "$image" "$B/slot-b.bin" <<'PYTHON'
import struct, sys
whole = open(sys.argv[1], "rb").read()
assert len(whole) <= 508 * 1024, len(whole)
slots = ((whole[0x1000:], 0x1000), (open(sys.argv[2], "rb").read(), 0x7C000))
for image, at in slots:
    magic, _, mode, size, _, address, length = struct.unpack_from(
        "<BBBBIII", image)
    print(hex(at), hex(magic), mode, hex(size), hex(address), length)
    assert (magic, mode, size) == (0xE9, 3, 0x20)
    assert address == 0x40200000 + at + 16 and length > len(image) / 2
PYTHON
}
ok "an install is at most 508 KB, its slots are E9 with the irom first" shape

ok "a full slot is checked in less than 300 ms" "$B/boot_times" "$image"

tap_end
