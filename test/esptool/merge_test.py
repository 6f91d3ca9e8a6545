#!/usr/bin/python3
"""pogo merge, its header patching and pogo image beside the genuine esptool's.

No device and no bench: both make files of the same inputs, and the bytes are
compared. esptool runs inside one process of its own environment. Prints TAP.
"""

import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
POGO = os.path.join(BUILD, "pogo")
PYTHON = os.path.join(ROOT, "build", "esptool-5", "bin", "python3")
# One line of words in, one line "code" out, its talk in the file talk.txt.
PEER = """
import contextlib, sys, esptool
for line in sys.stdin:
    code = 0
    with open("talk.txt", "w") as talk, contextlib.redirect_stdout(talk), \\
            contextlib.redirect_stderr(talk):
        try:
            esptool.main(line.split())
        except SystemExit as e:
            code = e.code or 0
        except Exception as e:
            print(e)
            code = 1
    print(code, flush=True)
"""
count = 0
failed = 0


def check(is_right, name, more=""):
    global count, failed
    count += 1
    print(("ok" if is_right else "not ok"), count, "-", name)
    if not is_right:
        failed += 1
        print("#", more)


def image(segments, mode=2, size_freq=0x20, entry=0x40100004):
    """Version 1 by Espressif's description of it (chip.md A10)."""
    out = bytearray(struct.pack("<BBBBI", 0xE9, len(segments), mode, size_freq, entry))
    total = 0xEF
    for address, data in segments:
        out += struct.pack("<II", address, len(data)) + data
        for byte in data:
            total ^= byte
    out += bytes(15 - len(out) % 16)
    out.append(total)
    return bytes(out)


def put(name, data):
    with open(name, "wb") as f:
        f.write(data)


def get(name):
    with open(name, "rb") as f:
        return f.read()


def make_files():
    r = random.Random(6)
    put("a.bin", image([(0x40100000, r.randbytes(1000)), (0x3FFE8000, r.randbytes(64))]))
    put("b.bin", image([(0x40100000, r.randbytes(3000))], 0, 0x4F))
    bad = bytearray(get("a.bin"))
    bad[-1] ^= 1
    put("bad.bin", bad)
    put("boot.bin", image([(0x4010F000, r.randbytes(400))], 3, 0x20, 0x4010F004))
    put("raw.bin", r.randbytes(5001))
    put("short.bin", b"\xE9\x01")


ROWS = [
    "0x0 a.bin",
    "0x0 a.bin 0x2000 raw.bin",
    "0x5000 raw.bin 0x0 b.bin",
    "0x1000 raw.bin",
    "--target-offset 0x1000 0x1000 raw.bin 0x4000 a.bin",
    "-fm dout 0x0 a.bin 0x2000 b.bin",
    "-fm dout -fs 4MB -ff 80m 0x0 boot.bin 0x1000 b.bin",
    "-fs 512KB 0x0 b.bin",
    "-fs 2MB-c1 -ff 26m 0x0 b.bin",
    "-ff 20m -fm qout 0x0 a.bin",
    "-fm keep -fs keep -ff keep 0x0 b.bin",
    "-fm dio 0x0 raw.bin",
    "-fm dio 0x0 bad.bin",
    "-fm dio 0x0 short.bin",
    "-fm dio 0x1000 a.bin",
    "--pad-to-size 512KB 0x0 a.bin 0x3000 raw.bin",
    "--pad-to-size 1MB 0x1000 raw.bin",
]
REFUSED = [
    "0x0 a.bin 0x0 raw.bin",
    "0x0 raw.bin 0x1000 a.bin",
    "--target-offset 0x2000 0x1000 raw.bin",
    "0x0 none.bin",
]


def pogo(words):
    return subprocess.run([POGO] + words.split(), capture_output=True, text=True,
                          check=False, timeout=60)


def ask(peer, words):
    peer.stdin.write(words + "\n")
    peer.stdin.flush()
    return int(peer.stdout.readline())


def test_merge(peer):
    for row in ROWS + REFUSED:
        for name in ("theirs.bin", "ours.bin"):
            if os.path.exists(name):
                os.remove(name)
        theirs = ask(peer, "--chip esp8266 merge-bin -o theirs.bin " + row)
        done = pogo("merge_bin -o ours.bin " + row)
        if row in REFUSED:
            check(theirs != 0 and done.returncode != 0 and not os.path.exists("ours.bin"),
                  "neither merges " + row, done.stderr + get("talk.txt").decode())
            continue
        same = (theirs == 0 and done.returncode == 0
                and get("ours.bin") == get("theirs.bin"))
        check(same, "the same bytes of " + row, done.stderr + get("talk.txt").decode())


def numbers_of(talk):
    """What esptool's image-info says of a version 1 image."""
    segments = [tuple(int(n, 16) for n in row) for row in re.findall(
        r"^\s*\d+\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)", talk, re.M)]
    entry = re.search(r"Entry point:\s+(0x[0-9a-f]+)", talk)
    mode = re.search(r"Flash mode:\s+(\w+)", talk)
    size = re.search(r"Flash size:\s+(\S+)", talk)
    freq = re.search(r"Flash freq:\s+(\w+)", talk)
    total = re.search(r"Checksum:\s+(0x[0-9a-f]+) \((\w+)", talk)
    if not (segments and entry and mode and size and freq and total):
        return None
    return {
        "entry": int(entry[1], 16), "mode": mode[1].lower(),
        "flash_size": size[1], "frequency": freq[1],
        # size, address, offset
        "segments": [(s[1], s[0]) for s in segments],
        "checksum": int(total[1], 16), "is_right": total[2] == "valid",
    }


def test_image(peer):
    for name in ("a.bin", "b.bin", "boot.bin"):
        code = ask(peer, "--chip esp8266 image-info " + name)
        talk = get("talk.txt").decode()
        theirs = numbers_of(talk)
        ours = json.loads(pogo("image --json " + name).stdout)
        mine = {
            "entry": ours["entry"], "mode": ours["mode"],
            "flash_size": ours["flash_size"], "frequency": ours["frequency"],
            "segments": [(s["address"], s["size"]) for s in ours["segments"]],
            "checksum": ours["checksum"], "is_right": True,
        }
        check(code == 0 and theirs == mine, "image says the same of " + name,
              f"{mine}\n# {theirs}\n" + talk)


def main():
    if not os.path.exists(PYTHON):
        print("1..0 # SKIP no esptool 5: ./setup.sh makes build/esptool-5")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_files()
        with subprocess.Popen([PYTHON, "-c", PEER], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as peer:
            test_merge(peer)
            test_image(peer)
            peer.stdin.close()
            peer.wait(30)
        os.chdir("/")
    print(f"1..{count}")
    return failed > 0


sys.exit(main())
