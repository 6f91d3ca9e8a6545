#!/usr/bin/env python3
"""What may hang on a serial port besides an ESP8266: a pty for pogo to open.

    serial_peer.py LINK KIND

LINK becomes the name of the pty; `ready` is printed when it is there. Ends with
stdin. What is text at one speed comes as noise at another one."""

import fcntl
import os
import random
import select
import struct
import sys
import time
import tty

TCGETS2 = 0x802C542A
SPEED_AT = 40  # of c_ospeed in struct termios2

ESPHOME = b"[12:00:01][D][sensor:093]: 'Power': Sending state 3.1 W\r\n"
TASMOTA = b"00:12:04.274 RSL: tele/plug/STATE = {\"Vcc\":3.4}\r\n"
VENDOR = b"SDK ver: 2.2.1(6ab97e9) compiled @ Feb 27 2018 15:32:49\r\n"


def speed(master):
    """The speed at which the other side listens."""
    settings = fcntl.ioctl(master, TCGETS2, bytes(44))
    return struct.unpack_from("<I", settings, SPEED_AT)[0]


def log_of(text, its_speed):
    """A program that says a line every 50 ms."""
    noise = random.Random(1)

    def talk(master, _):
        if speed(master) == its_speed:
            return text
        return bytes(noise.choice(b"\x80\xf8\x1e\x06\x78\xe6\x98")
                     for _ in range(len(text) // 2))
    return talk


def garbage(master, _):
    noise = random.Random(time.monotonic_ns())
    return noise.randbytes(20)


def echo(_, got):
    return got


def silence(_, got):
    return b""


def frame(payload):
    body = payload.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
    return b"\xc0" + body + b"\xc0"


def esp32(_, got):
    """Its ROM's answers to SYNC and READ_REG: four bytes of status."""
    out = b""
    for request in got.split(b"\xc0"):
        if len(request) < 8 or request[0] != 0:
            continue
        value = 0x00F01D83 if request[1] == 0x0A else 0x20120707
        out += frame(struct.pack("<BBHII", 1, request[1], 4, value, 0))
    return out


KINDS = {
    "silence": silence,
    "echo": echo,
    "garbage": garbage,
    "esp32": esp32,
    "tasmota": log_of(TASMOTA, 115200),
    "esphome": log_of(ESPHOME, 115200),
    "vendor": log_of(VENDOR, 74880),
}


def main():
    link, kind = sys.argv[1:]
    answer = KINDS[kind]
    master, slave = os.openpty()  # slave stays open: no hang-up in between
    tty.setraw(slave)
    os.symlink(os.ttyname(slave), link)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([master, sys.stdin], [], [], 0.05)
        if sys.stdin in ready and not sys.stdin.buffer.read(1):
            return
        got = os.read(master, 4096) if master in ready else b""
        is_asked = kind in ("echo", "esp32")
        if got and is_asked or not ready and not is_asked:
            os.write(master, answer(master, got))


if __name__ == "__main__":
    main()
