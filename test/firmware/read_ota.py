"""Reads an OTA file by docs/flash.md alone: not with the code that made it.

    read_ota.py FILE.ota OUT_A OUT_B    the image as it is in either slot
    read_ota.py FILE.ota DIGEST DER     what was signed, and the signature
    read_ota.py FILE.ota --record       the record of slot B, sequence 2, on stdout

It fails when header, digest or a CRC is wrong."""
import hashlib
import struct
import sys
import zlib

DISTANCE = 0x7B000


def read(data):
    head = struct.unpack("<4sHHIIIIIIII", data[:40])
    magic, form, size, version, board, length, crc_a, crc_b, body, words, key = head
    assert (magic, form, size) == (b"PGOT", 1, 148), head
    assert zlib.crc32(data[:144]) == struct.unpack("<I", data[144:148])[0]
    assert len(data) == size + body
    digest = hashlib.sha256(data[:48] + data[148:]).digest()
    assert digest == data[48:80]
    return version, length, (crc_a, crc_b), words


def images(data, length, crcs, words):
    out, at = [bytearray(), bytearray()], 148
    for _ in range(words):
        count = shift = 0
        while True:
            byte = data[at]
            at += 1
            count |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        plain, at = data[at:at + 4 * count], at + 4 * count
        word, at = struct.unpack("<I", data[at:at + 4])[0], at + 4
        for slot in range(2):
            out[slot] += plain + struct.pack("<I", word + slot * DISTANCE)
    for slot in range(2):
        out[slot] += data[at:]
        assert len(out[slot]) == length
        assert zlib.crc32(out[slot]) == crcs[slot]
    return out


def integer(half):
    half = half.lstrip(b"\0")
    half = b"\0" + half if half[0] & 0x80 else half
    return bytes([2, len(half)]) + half


def main():
    data = open(sys.argv[1], "rb").read()
    version, length, crcs, words = read(data)
    if sys.argv[2] == "--record":
        record = b"PGR1" + struct.pack("<IIII", 2, length, crcs[1], version)
        sys.stdout.buffer.write(record + struct.pack("<I", zlib.crc32(record)))
    elif sys.argv[3].endswith(".der"):
        both = integer(data[80:112]) + integer(data[112:144])
        open(sys.argv[2], "wb").write(data[48:80])
        open(sys.argv[3], "wb").write(bytes([0x30, len(both)]) + both)
    else:
        for slot, image in enumerate(images(data, length, crcs, words)):
            open(sys.argv[2 + slot], "wb").write(image)


main()
