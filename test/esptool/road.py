"""The owner's road with one release of esptool, step by step, on a blank and on
a full flash: `write_flash -fm dout 0x0` is the very line that owners type.
"""

import os
from concurrent.futures import ThreadPoolExecutor

from peer import (FLASH_SIZE, IMAGE, Bench, Esptool, Tap, flash_file,
                  work_folder)

MAC = "5C:CF:7F:A1:B2:C3"

# The image that was written boots after each command and writes to the flash; a
# command whose effect is compared byte by byte leaves the chip in the loader.
STAY = ("--after", "no_reset")


def image_bytes():
    with open(IMAGE, "rb") as f:
        return f.read()


def identify(tap, tool, options, label):
    for command, expected in (("chip_id", "ESP8285"), ("read_mac", MAC.lower()),
                              ("flash_id", "1MB")):
        good = tool.run(*options, command)
        tap.ok(good and expected in tool.output, f"{label}: {command}",
               tool.output)


def write(tap, tool, bench, options, flags, label):
    """write_flash, then look at the flash itself, not at what esptool says."""
    image = image_bytes()
    good = tool.run(*options, *STAY, "write_flash", *flags, "0x0", IMAGE)
    same = bench.content(0, len(image)) == image
    tap.ok(good and same, f"{label}: write_flash {' '.join(flags)} 0x0 "
           f"(flash {'holds' if same else 'does NOT hold'} the image)",
           tool.output)


def read_whole(tap, tool, bench, options, label):
    path = bench.flash + ".read"
    good = tool.run(*options, *STAY, "read_flash", "0", hex(FLASH_SIZE), path)
    same = False
    if good:
        with open(path, "rb") as f:
            same = f.read() == bench.content()
    tap.ok(good and same, f"{label}: read_flash of the whole 1 MB is identical",
           tool.output)


def erase(tap, tool, bench, options, label):
    before = bench.content()
    good = tool.run(*options, *STAY, "erase_region", "0x40000", "0x3000")
    after = bench.content()
    as_asked = (after[0x40000:0x43000] == b"\xff" * 0x3000
                and after[:0x40000] == before[:0x40000]
                and after[0x43000:] == before[0x43000:])
    tap.ok(good and as_asked, f"{label}: erase_region erases that and no more",
           tool.output)
    good = tool.run(*options, "erase_flash")
    tap.ok(good and bench.content() == b"\xff" * FLASH_SIZE,
           f"{label}: erase_flash leaves nothing", tool.output)


def boots(tap, bench, label):
    """After esptool's own reset the image runs and its console moves the relay."""
    bench.forget()
    bench.say("power cycle")
    booted = bench.wait("boot cause 1 mode (3")
    tap.ok(booted and bench.wait("Version"), f"{label}: boots from flash",
           "\n".join(bench.lines[-30:]))
    bench.say("console Template " + TEMPLATE)
    bench.say("console Module 0")
    tap.ok(bench.wait("boot cause 3", 30), f"{label}: Module 0 restarts it",
           "\n".join(bench.lines[-30:]))
    bench.wait("Version")
    bench.say("console Power TOGGLE")
    answered = bench.wait('{"POWER":"ON"}')
    tap.ok(answered, f"{label}: the console answers Power TOGGLE",
           "\n".join(bench.lines[-30:]))
    tap.ok("relay 1 on" in bench.lines, f"{label}: the relay wire moved",
           "\n".join(bench.lines[-30:]))


TEMPLATE = ('{"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],'
            '"FLAG":0,"BASE":1}')


def with_stub(tap, major, kind, folder):
    label = f"esptool {major}, {kind} flash, stub"
    with Bench("mini", flash_file(folder, kind + "-stub"), "--virtual",
               "--mac", MAC) as bench:
        tool = Esptool(major, bench.url)
        fast = ("--baud", "921600")
        identify(tap, tool, (), label)
        write(tap, tool, bench, (), ("-fm", "dout"), label + ", 115200")
        good = tool.run(*fast, *STAY, "verify_flash", "0x0", IMAGE)
        tap.ok(good, f"{label}: verify_flash", tool.output)
        read_whole(tap, tool, bench, fast, label + ", 921600")
        erase(tap, tool, bench, fast, label)
        write(tap, tool, bench, fast, ("-fm", "dout", "--no-compress"),
              label + ", 921600")
        good = tool.run(*fast, "erase_flash")
        tap.ok(good, f"{label}: erase_flash again", tool.output)
        write(tap, tool, bench, fast, ("-fm", "dout"), label + ", 921600")
        good = tool.run("run")
        tap.ok(good, f"{label}: run", tool.output)
        boots(tap, bench, label)


def without_stub(tap, major, kind, folder):
    label = f"esptool {major}, {kind} flash, no stub"
    with Bench("mini", flash_file(folder, kind + "-rom"), "--virtual",
               "--mac", MAC) as bench:
        tool = Esptool(major, bench.url)
        options = ("--no-stub",)
        identify(tap, tool, options, label)
        write(tap, tool, bench, options, ("-fm", "dout"), label)
        good = tool.run(*options, "run")
        tap.ok(good, f"{label}: run", tool.output)
        boots(tap, bench, label)


def main(major):
    tap = Tap()
    with work_folder() as folder:
        tool = Esptool(major, "none")
        good = tool.run("image_info", IMAGE)
        tap.ok(good and "(valid)" in tool.output,
               f"esptool {major}: image_info finds our checksum valid",
               tool.output)
        # All at once: pyserial's RFC 2217 client sleeps most of the time (0.2 s
        # for each command that esptool sends).
        with ThreadPoolExecutor(4) as pool:
            roads = [pool.submit(road, tap, major, kind, folder)
                     for road in (with_stub, without_stub)
                     for kind in ("blank", "full")]
        for done in roads:
            done.result()
    tap.done()
