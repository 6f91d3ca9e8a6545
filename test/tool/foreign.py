#!/usr/bin/env python3
"""foreign.py GUEST.bin IMAGE: a guest program (build/guest) as somebody else's,
without Pogo's boot sector: one image at 0. What runs from the mapped flash lies in
it where it is linked to, in a segment of 12 KB that fills the place."""
import struct
import sys

SLOT, MAPPED, FILLER_AT, FILLER = 0x1000, 0x40200000, 0x40104000, 0x3000
HEADER = 8  # of the image, and of a segment


def segments(image):
    at = HEADER
    for _ in range(image[1]):
        address, size = struct.unpack_from("<II", image, at)
        yield address, image[at + HEADER : at + HEADER + size]
        at += HEADER + size


slot = open(sys.argv[1], "rb").read()[SLOT:]
(entry,) = struct.unpack_from("<I", slot, 4)
filler = bytearray(i * 7 & 0xFF for i in range(FILLER))
parts = [(FILLER_AT, filler)]
for address, data in segments(slot):
    if address < MAPPED:
        parts.append((address, data))
    else:
        at = address - MAPPED - 2 * HEADER
        filler[at : at + len(data)] = data
assert len(filler) == FILLER, "the mapped code is too large"

out = bytearray(struct.pack("<4BI", 0xE9, len(parts), 3, 0x20, entry))
check = 0xEF
for address, data in parts:
    out += struct.pack("<II", address, len(data)) + data
    for byte in data:
        check ^= byte
out += bytes(15 - len(out) % 16) + bytes([check])
open(sys.argv[2], "wb").write(out)
