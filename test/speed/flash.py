"""`make speed-flash`: pogo beside the genuine esptool, each on a bench of its own
with the same flash content, over the bench's pty in real time. Prints a table of
seconds and ratios, with MISS where a goal of issue 6 is missed.

    flash.py [--baud N,...] [--latency MS] [--quick] [--sample] [--doc FILE]

--quick takes one speed, and leaves out reading and the whole road;
--sample is for `make test`: TAP, two rows, and limits that a busy machine keeps.
--doc puts the table into a file, between its two marks.
"""

import argparse
import os
import re
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "esptool"))
from peer import BUILD, FLASH_SIZE, POGO, ROOT, Bench, Tap, work_folder

SECTOR, HALF, BLOCK, PAGE = 0x1000, 0x8000, 0x10000, 0x100
PADDED_SIZE = 0x80000
# The model's typical times: emulator/flash_chip.c (chip.md F3).
PROGRAM_S = (30 + (PAGE - 1) * 2.6) / 1e6
SECTOR_S, HALF_S, BLOCK_S = 0.050, 0.120, 0.200
STAY = ["--before", "no-reset", "--after", "no-reset"]
ESPTOOL = os.environ.get(
    "ESPTOOL", os.path.join(ROOT, "build", "esptool-5", "bin", "esptool"))
# Of esptool's time, by row and speed; of the limit, for the first row.
GOALS = {"write and verify": {115200: .90, 460800: .80, 921600: .80, 0: .25},
         "again, unchanged": {115200: .10, 460800: .10, 921600: .20},
         "again, 1 % changed": {115200: .15, 460800: .15, 921600: .25},
         "read 1 MB, half blank": {115200: .60, 460800: .60, 921600: .60},
         "whole road": {115200: .60, 460800: .60, 921600: .60}}
LIMIT_GOAL = 1.10
MARKS = "<!-- speed-flash -->\n", "<!-- end -->\n"


def read_file(path):
    with open(path, "rb") as f:
        return f.read()


def write_file(path, content):
    with open(path, "wb") as f:
        f.write(content)


def our_image():
    """512 KB of lx106 code: our firmware, then its parts again. They stand too
    far apart for either tool's compressor to see that."""
    parts = [read_file(os.path.join(BUILD, name)) for name in
             ("pogo-bench.bin", "slot-b.bin", "slot-a.bin")]
    if max(len(p) for p in parts) < 100000:
        sys.exit("speed-flash: the images in build/ are too small to pad with")
    content = b"".join(parts)
    return (content + content)[:PADDED_SIZE]


def the_image():
    """A real one of somebody else's, and its name; ours where set-up could not
    get it (test/speed/micropython.txt)."""
    path = os.path.join(ROOT, "build", "micropython", "image.bin")
    if not os.path.exists(path):
        return our_image(), "our firmware padded with its own parts"
    image = bytearray(read_file(path))
    image[3] = image[3] & 0x0F | 0x20 # the bench's 1 MB: nothing left to set
    return bytes(image), "MicroPython 1.8.6"


def limit_seconds(image, baud):
    """Whichever is longer: the compressed bytes on the line, or the flash."""
    line = len(zlib.compress(image, 9)) * 10 / baud
    blocks, rest = divmod(len(image), BLOCK)
    halves, rest = divmod(rest, HALF)
    sectors = -(-rest // SECTOR)
    pages = sum(image[i:i + PAGE].strip(b"\xff") != b""
                for i in range(0, len(image), PAGE))
    flash = (blocks * BLOCK_S + halves * HALF_S + sectors * SECTOR_S
             + pages * PROGRAM_S)
    return max(line, flash), line, flash


class Desk:
    """The files of one run, and how to time a command."""

    def __init__(self, folder, latency):
        self.folder = folder
        self.latency = latency
        self.image, self.name = the_image()
        changed = bytearray(self.image)
        for at in (0x21000, 0x5A000): # 2 sectors
            changed[at + 100:at + 140] = bytes(range(40))
        self.changed = bytes(changed)
        # Something else, not blank, where the image will come.
        old = self.image[0x40000:] + self.image[:0x40000]
        self.blank_half = b"\xff" * (FLASH_SIZE - len(self.image))
        self.states = {"old": old + self.blank_half,
                       "new": self.image + self.blank_half}
        self.new = self.file("new.bin", self.image)
        self.newer = self.file("newer.bin", self.changed)

    def file(self, name, content=None):
        path = os.path.join(self.folder, name)
        if content is not None:
            write_file(path, content)
        return path

    def start(self, state):
        flash = self.file("flash.bin", self.states[state])
        return Bench("basic", flash, "--hold-button", "--usb-latency",
                     str(self.latency))

    def time(self, bench, command):
        start = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True,
                              errors="replace", timeout=400)
        seconds = time.monotonic() - start
        if done.returncode != 0:
            sys.exit(f"speed-flash: {' '.join(command)}\n"
                     f"{done.stdout[-1500:]}{done.stderr[-1500:]}")
        return seconds

    def run(self, state, expected, commands):
        """Each command finds a chip that was just put into download mode; then
        the flash must hold what was expected."""
        seconds = 0
        for number, command in enumerate(commands):
            with self.start(state) as bench:
                seconds += self.time(bench, command(bench.pty))
                content = bench.content()
            self.states["last"], state = content, "last"
        if content != expected + self.blank_half:
            sys.exit("speed-flash: the flash holds something else")
        return seconds


def pogo(baud, name, *rest):
    speed = ["-b", str(baud)] if baud else []
    return lambda port: [POGO, name, "-p", port, *speed, *STAY, *rest]


def esptool(baud, *rest):
    speed = ["--baud", str(baud)] if baud else []
    return lambda port: [ESPTOOL, "--chip", "esp8266", "--port", port, *speed,
                         *STAY, *rest]


def has_session():
    said = subprocess.run([POGO, "flash", "--help"], capture_output=True,
                          text=True)
    return "--backup" in said.stdout + said.stderr


def rows(desk, baud):
    """Name, the flash before, what it holds then, pogo's commands, esptool's."""
    copy = desk.file("copy.bin")
    whole = hex(FLASH_SIZE)
    steps = [pogo(baud, "read", copy, "0", whole), pogo(baud, "erase"),
             pogo(baud, "flash", desk.new)]
    if has_session():
        steps = [pogo(baud, "flash", "--backup", copy, "--erase", "all",
                      desk.new)]
    write = [pogo(baud, "flash", desk.new)], [esptool(baud, "write-flash", "0",
                                                      desk.new)]
    # Its checksum is wrong now.
    newer = [pogo(baud, "flash", "--force", desk.newer)], [esptool(baud, "write-flash", "0",
                                                        desk.newer)]
    yield "write and verify", "old", desk.image, *write
    if not baud:
        return
    yield "again, unchanged", "new", desk.image, *write
    yield "again, 1 % changed", "new", desk.changed, *newer
    yield ("read 1 MB, half blank", "new", desk.image, steps[:1]
           if len(steps) > 1 else [pogo(baud, "read", copy, "0", whole)],
           [esptool(baud, "read-flash", "0", whole, copy)])
    yield ("whole road", "old", desk.image, steps,
           [esptool(baud, "read-flash", "0", whole, copy),
            esptool(baud, "erase-flash"),
            esptool(baud, "write-flash", "0", desk.new),
            esptool(baud, "verify-flash", "0", desk.new)])


def check_copy(desk, name):
    """A read that was wrong is no read."""
    copy = desk.file("copy.bin")
    if (name.startswith("read")
            and read_file(copy) != desk.image + desk.blank_half):
        sys.exit("speed-flash: what was read is something else")
    if os.path.exists(copy):
        os.unlink(copy)


class Result:
    def __init__(self, desk, baud, row):
        self.name, state, expected, ours, theirs = row
        self.baud = baud
        self.pogo = desk.run(state, expected, ours)
        check_copy(desk, self.name)
        self.esptool = desk.run(state, expected, theirs)
        check_copy(desk, self.name)
        self.ratio = self.pogo / self.esptool
        self.goal = GOALS[self.name].get(baud)
        self.limit = None
        if self.name == "write and verify" and baud:
            self.limit = self.pogo / limit_seconds(desk.image, baud)[0]

    def missed(self):
        return ((self.goal is not None and self.ratio > self.goal)
                or (self.limit is not None and self.limit > LIMIT_GOAL))

    def line(self):
        of_limit = f"{self.limit:.2f}" if self.limit else ""
        goal = f"{self.goal:.2f}" if self.goal is not None else ""
        return (f"{self.baud or 'default':>7} {self.name:22} {self.pogo:7.1f} "
                f"{self.esptool:8.1f} {self.ratio:6.2f} {goal:>5} "
                f"{of_limit:>6}{' MISS' if self.missed() else ''}")


def header(desk):
    version = subprocess.run([ESPTOOL, "version"], capture_output=True,
                             text=True).stdout.split()
    size = len(zlib.compress(desk.image, 9))
    road = ("one session" if has_session()
            else "three commands")
    return [
        f"pogo beside esptool {version[-1] if version else '?'} with its stub, "
        "on a virtual line:",
        f"a bench in real time, USB latency {desk.latency} ms. Image: "
        f"{desk.name},",
        f"{len(desk.image)} bytes, {size} after zlib -9. The flash is assumed "
        "to take",
        f"{PROGRAM_S * 1000:.2f} ms for a page, {SECTOR_S * 1000:.0f} ms for an "
        f"erase of 4 KB, {HALF_S * 1000:.0f} ms of 32 KB, "
        f"{BLOCK_S * 1000:.0f} ms",
        f"of 64 KB. Whole road: backup, erase, write, verify; pogo's in {road}.",
        "",
        "   baud row                       pogo  esptool  ratio  goal  limit"]


def put_doc(path, lines):
    text = open(path).read()
    head, rest = text.split(MARKS[0])
    tail = rest.split(MARKS[1])[1]
    body = "\n".join(("    " + line).rstrip() for line in lines)
    with open(path, "w") as f:
        f.write(f"{head}{MARKS[0]}\n{body}\n\n{MARKS[1]}{tail}")


def info_seconds(desk, latency):
    desk.latency = latency
    with desk.start("old") as bench:
        return desk.time(bench, pogo(115200, "info")(bench.pty))


def sample(desk):
    """Two rows at one speed, with room for a machine that is busy. With
    sanitizers no chip keeps real time: then only the flash is looked at."""
    tap = Tap()
    is_timed = not BUILD.endswith("/san")
    for row in list(rows(desk, 460800))[:2]:
        result = Result(desk, 460800, row)
        most = 0.95 if row[0] == "write and verify" else 0.5
        tap.ok(result.ratio <= most or not is_timed,
               f"{result.name}: at most {most} of esptool's time",
               result.line())
    # It asks a dozen times.
    slower = info_seconds(desk, 40) - info_seconds(desk, 0)
    tap.ok(slower > 0.25, "40 ms of USB latency are felt", slower)
    tap.done()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--baud", default="")
    parser.add_argument("--latency", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--doc")
    wish = parser.parse_args()
    with work_folder() as folder:
        desk = Desk(folder, wish.latency)
        if wish.sample:
            sample(desk)
        bauds = [int(n) for n in re.findall(r"\d+", wish.baud)]
        if not bauds:
            bauds = [921600] if wish.quick else [115200, 460800, 921600, 0]
        lines = header(desk)
        print("\n".join(lines), flush=True)
        for baud in bauds:
            for row in rows(desk, baud):
                if wish.quick and not row[0].startswith(("write", "again")):
                    continue
                lines.append(Result(desk, baud, row).line())
                print(lines[-1], flush=True)
        lines.append("limit: pogo's time by the longer one of line and flash; "
                     f"its goal is {LIMIT_GOAL:.2f}")
        print(lines[-1])
        if wish.doc:
            put_doc(wish.doc, lines)


if __name__ == "__main__":
    main()
