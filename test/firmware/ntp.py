"""A device and two genuine time servers of ours: `ntp.py WORLD BUILD WORK`, WORLD
posix or bench, in real time. The servers are at port 123 of addresses of their own
in 127.0.0.0/8. Prints TAP lines."""
import calendar
import random
import re
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, "test/web")
from device import NETWORK, Device  # noqa: E402

SINCE_1900 = 2208988800


def utc(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%S"))


class Server:
    """Says `date` and what has passed since it was set; `how` it answers may be
    right, silent, or wrong in one thing."""

    def __init__(self):
        self.address = f"127.92.{random.randrange(256)}.{random.randrange(1, 255)}"
        self.how, self.asked, self.ports = "silent", [], set()
        self.set("2040-01-01T00:00:00")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.address, 123))
        threading.Thread(target=self.serve, daemon=True).start()

    def set(self, date, how=None):
        self.zero = utc(date) - time.monotonic()
        self.how = how or self.how

    def now(self):
        return self.zero + time.monotonic()

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(2000)
            self.asked.append(question)
            self.ports.add(client[1])
            answer = self.answer(question)
            if answer and self.how == "from another port":
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                    other.bind((self.address, 0))
                    other.sendto(answer, client)
            elif answer:
                self.socket.sendto(answer, client)

    def answer(self, question):
        first, stratum, origin = 0x24, 2, question[40:48]
        if self.how == "silent":
            return None
        if self.how == "a clock that was never set":
            first = 0xE4
        elif self.how == "a kiss of death":
            stratum = 0
        elif self.how == "another one's question":
            origin = bytes(8)
        now = self.now()
        stamp = struct.pack("!II", (int(now) + SINCE_1900) & 0xFFFFFFFF,
                            int(now % 1 * 2**32))
        answer = struct.pack("!BBbbII4s", first, stratum, 6, -20, 0, 0, b"RATE")
        answer += stamp + origin + stamp + stamp
        return answer[:40] if self.how == "half an answer" else answer


class Clock:
    """The device's, by its console."""

    def __init__(self, device):
        self.device = device

    def ask(self, command, pattern):
        since = len(self.device.lines)
        self.device.do("console " + command)
        match, _ = self.device.wait(r"uart .*RSL: [A-Z0-9]+ = " + pattern, since)
        return match.group(1)

    def date(self):
        return self.ask("Time", r'{"Time":"([^"]*)"')

    def comes_to(self, prefix, patience=15):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self.date().startswith(prefix):
                return True
            time.sleep(0.2)
        return False


def tap(is_so, name, why=""):
    print(("ok - " if is_so else "not ok - ") + name, flush=True)
    if not is_so:
        print("# " + str(why), flush=True)


def right_time(world, device, clock, first):
    device.wait(r"uart .*NTP: it is 2026-03-29T00:59:5")
    tap(True, f"{world}: the first server tells the time")
    question = first.asked[0]
    tap(len(question) == 48 and question[0] == 0x23 and question[40:] != bytes(8),
        f"{world}: the question is one of SNTP's", question)
    asked = first.now()
    late = clock.ask("Time 4", r'{"Time":"([^"]*)"')
    told = utc(late[:19]) + int(late[20:]) / 1000 - 3600
    device.do("console Time 1")
    tap(abs(told - asked) < 1, f"{world}: it is right", told - asked)
    tap(late.startswith("2026-03-29T01:59:5"), f"{world}: local time is winter's", late)
    tap(clock.comes_to("2026-03-29T03:00"), f"{world}: summer begins while it runs")
    utc_now = clock.ask("Status 7", r'{"StatusTIM":{"UTC":"([^"]*)Z"')
    tap(utc_now.startswith("2026-03-29T01:00:"), f"{world}: UTC goes on", utc_now)
    start = clock.ask("Status 1", r'.*"StartupUTC":"([^"]*)"')
    tap(start.startswith("2026-03-29T00:59:"), f"{world}: it knows when it started", start)


def wrong_answers(world, device, clock, first, second):
    """Of the first server; the second one is then asked, and right."""
    year = 2030
    for how in ("a kiss of death", "a clock that was never set", "another one's question",
                "from another port", "half an answer", "silent"):
        year += 1
        asked = len(first.asked)
        first.set("2045-06-01T00:00:00", how)
        second.set(f"{year}-01-15T12:00:00", "right")
        device.do(f"console NtpServer1 {first.address}")  # asks anew
        is_so = clock.comes_to(f"{year}-01-15T13:0")
        tap(is_so and len(first.asked) > asked,
            f"{world}: {how}: the second server is believed", clock.date())


def router_knows():
    """This computer, which is the device's router, is a time server itself."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        try:
            client.sendto(b"\x23" + bytes(47), ("127.0.0.1", 123))
            return len(client.recv(100)) > 0
        except OSError:
            return False


def gone_and_back(world, device, clock, first, second):
    first.how = second.how = "silent"
    since = len(device.lines)
    device.do(f"console NtpServer1 {first.address}")
    device.wait(r"uart .*NTP: no server tells the time; next try in 16 s", since)
    tap(clock.date().startswith("2036-01-15T13:0"), f"{world}: without servers it goes on")
    first.set("2033-05-05T05:00:00", "right")
    device.wait(r"uart .*NTP: it is 2033-05-05T05:00:", since, 30)
    tap(True, f"{world}: a server that is back is asked again")
    tap(clock.comes_to("2033-05-05T07:00"), f"{world}: and believed")
    tap(len(first.ports) > 1, f"{world}: questions come from changing ports", first.ports)


def main():
    world, build, work = sys.argv[1:]
    try:
        first, second = Server(), Server()
    except PermissionError:
        print(f"ok - {world}: # SKIP port 123 may not be had here")
        return
    first.set("2026-03-29T00:59:50", "right")
    device = Device(world, build, work, flash=f"{work}/ntp.bin",
                    setup=f"Timezone 99; NtpServer1 {first.address}; "
                          f"NtpServer2 {second.address}; {NETWORK}")
    clock = Clock(device)
    try:
        right_time(world, device, clock, first)
        wrong_answers(world, device, clock, first, second)
        if not router_knows():
            gone_and_back(world, device, clock, first, second)
    except AssertionError as error:
        tap(False, f"{world}: to the end", re.sub(r"\s+", " ", str(error)))
    finally:
        device.end()


main()
