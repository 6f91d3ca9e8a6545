"""`pogo ota` against the bench's Tasmota: ota_tasmota.py BUILD WORK. Results for
tap_lines."""
import random
import re
import struct
import subprocess
import threading
import time
import urllib.parse
import urllib.request

from ota_help import (PASSWORD, PATIENCE, at_a_terminal, build, expect, pogo,
                      run_all, tell, work)

IMAGE = f"{build}/pogo-bench.bin"
WAIT = ("--wait", "24")


class Tasmota:
    def __init__(self, version):
        self.lines = []
        air = f"{work}/home.air"
        address = f"127.84.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
        self.process = subprocess.Popen(
            [f"{build}/pogo", "bench", "mini", "--tasmota", version, "--air", air,
             "--address", address],
            stdin=subprocess.PIPE, text=True, bufsize=1, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()
        self.wait("tasmota ready")
        self.do("console Backlog SSId1 home; Password1 battery staple")
        self.place = self.wait(r"tasmota joined .* http://(\S+)").group(1)

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait(self, pattern, since=0):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.lines)[since:]:
                if match := re.search(pattern, line):
                    return match
            time.sleep(0.02)
        raise AssertionError(f"no line {pattern}: {self.lines[-8:]}")

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, command, **more):
        words = urllib.parse.urlencode({**more, "cmnd": command})
        with urllib.request.urlopen(f"http://{self.place}/cm?{words}", timeout=20) as got:
            return got.read().decode()

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


def image(path, text, size):
    """A whole image of one segment that nothing can pack."""
    body = text.encode() + random.Random(1).randbytes(size)
    body = body[:size // 4 * 4]
    head = struct.pack("<BBBBIII", 0xE9, 1, 3, 0x20, 0x40100004, 0x40210000, len(body))
    check = 0xEF
    for byte in body:
        check ^= byte
    whole = head + body
    whole += bytes(15 - len(whole) % 16) + bytes([check])
    with open(path, "wb") as file:
        file.write(whole)


def joins(device):
    """What runs then, is asked to join: our firmware answers in its network."""
    device.wait("uart .*Project pogo")
    device.wait("uart .*access point tasmota-.* is open")
    device.do("console Backlog0 SSId1 home; Password1 battery staple; WebPassword 0")
    device.wait('wifi joined "home"')
    host = device.wait(r"net ([0-9.]+):(?:80 tcp|(\d+) is port 80)").group(1)
    port = device.wait(r"net [0-9.]+:(?:(80) tcp|(\d+) is port 80)")
    device.place = f"{host}:{port.group(1) or port.group(2)}"
    return device.ask("Status 2")


def version_14():
    """A password, packed, and what nobody said yes to."""
    device = Tasmota("14")
    try:
        device.ask("WebPassword " + PASSWORD)
        expect("14: the page's password is wanted",
               pogo(device.place, IMAGE, password=None), 5, "refuses user or password")
        expect("14: nothing without a yes", pogo(device.place, IMAGE), 5,
               "A POWER CUT MAKES A BRICK", "nobody has said yes",
               "Wi-Fi, MQTT, names, template")
        expect("14: at a terminal it asks, and takes no for a no",
               at_a_terminal([device.place, IMAGE],
                             [("(is not shown)", PASSWORD), ("Type yes", "no")]),
               5, "MAKES A BRICK", "Then nothing is done.", "!wrong command line",
               "!--yes", "!" + PASSWORD)
        expect("14: an update is for Pogo", pogo(device.place, f"{build}/pogo-bench.ota"),
               5, "not for what runs")
        device.do("cut upload 50000")
        expect("14: power that goes during the upload",
               pogo("--yes", *WAIT, device.place, IMAGE), 1, "broke off",
               "Tasmota should still run")
        since = len(device.lines)
        device.do("power on")
        device.wait("tasmota joined", since)
        expect("14: packed, in one step; where to go then",
               pogo("--yes", "--json", *WAIT, device.place, IMAGE), 0, "packed",
               "This takes about a minute", "has left the network", '"access_point":"tasmota-A1B2C3-4803"',
               '"result":"gone"', "http://192.168.4.1/")
        said = joins(device)
        tell("(pogo)" in said, "14: our firmware runs and answers", said)
    finally:
        device.end()


def version_8():
    """Raw is refused without Tasmota's mark; then a room that is too small."""
    device = Tasmota("8.5.1")
    try:
        minimal, large = f"{work}/minimal.bin", f"{work}/large.bin"
        image(minimal, "Tasmota 8.5.1(minimal)\0", 280000)
        image(large, "Tasmota 8.5.1(tasmota)\0", 450000)
        expect("8.5.1: too large beside what runs", pogo("--yes", "--again", device.place, large),
               5, "does not fit", " KB are free", "--minimal")
        expect("8.5.1: by a minimal image in two steps",
               pogo("--yes", "--again", "--minimal", minimal, *WAIT, device.place, large),
               0, "Two steps", "runs the minimal image; now the second step",
               "runs Tasmota 8.5.1(tasmota)")
        device.ask("WebPassword " + PASSWORD)
        expect("8.5.1: raw, after SetOption78",
               pogo("--yes", "--raw", *WAIT, device.place, IMAGE), 0, "as it is",
               "has left the network", "!once more")
        said = joins(device)
        tell("(pogo)" in said, "8.5.1: our firmware runs and answers", said)
    finally:
        device.end()


def version_6():
    """It fetches the image itself."""
    device = Tasmota("6.6.0")
    try:
        url = device.ask("OtaUrl")
        tasmota = f"{work}/other.bin"
        image(tasmota, "Tasmota 6.6.0(sonoff)\0", 300000)
        expect("6.6.0: another Tasmota by --url",
               pogo("--yes", "--again", "--url", *WAIT, device.place, tasmota), 0,
               "fetches it from http://", "A POWER CUT", "!Wi-Fi, MQTT, names",
               "runs Tasmota 6.6.0(sonoff)")
        tell(device.ask("OtaUrl") == url, "6.6.0: its OtaUrl is as it was")
        expect("6.6.0: ours by --url", pogo("--yes", "--url", *WAIT, device.place, IMAGE),
               0, "as it is", "has left the network")
        device.wait("uart .*Project pogo")
        tell(True, "6.6.0: our firmware runs")
    finally:
        device.end()


with open(f"{work}/home.air", "w") as air:
    air.write('ap "home" password "battery staple" rssi -60\n')
run_all(version_14, version_8, version_6)
