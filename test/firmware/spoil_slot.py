"""Makes slot images (image and trailer, docs/flash.md) that mkota must refuse.

    spoil_slot.py word IN OUT OFFSET    another word at this offset of the image
    spoil_slot.py large IN OUT SIZE     one more segment: an image of this size
    spoil_slot.py version IN OUT NUMBER the same image, said to be of this version

Checksum, CRC and trailer are right again afterwards."""
import struct
import sys
import zlib


def seal(image, segments, version=0x00020000):
    """The checksum byte: the XOR of all bytes of all segments."""
    total, at = 0xEF, 8
    for _ in range(segments):
        size = struct.unpack("<I", image[at + 4:at + 8])[0]
        for byte in image[at + 8:at + 8 + size]:
            total ^= byte
        at += 8 + size
    image[-1] = total
    trailer = b"PGT1" + struct.pack("<III", len(image), zlib.crc32(image),
                                    version)
    return bytes(image) + trailer + struct.pack("<I", zlib.crc32(trailer))


def main():
    what, name, out, number = sys.argv[1:5]
    data, number = open(name, "rb").read(), int(number, 0)
    image = bytearray(data[:-20])
    segments = image[1]
    if what == "version":
        open(out, "wb").write(seal(image, segments, number))
        return
    if what == "word":
        image[number] ^= 1
        image[number + 4] ^= 1  # the checksum stays as it was
    else:
        at = 8
        for _ in range(segments):
            at += 8 + struct.unpack("<I", image[at + 4:at + 8])[0]
        size = number - at - 8 - 16
        segments += 1
        image[1] = segments
        image[at:] = struct.pack("<II", 0x3FFF0000, size) + bytes(size + 16)
    open(out, "wb").write(seal(image, segments))


main()
