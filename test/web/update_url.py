"""OtaUrl and Upgrade 1 against a real web server: update_url.py WORLD BUILD WORK.
Commands come over a real broker; what became of each must be told there and on the
console. On the bench power is also cut in the middle."""
import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

from device import NETWORK, Device

world, build, work = sys.argv[1:4]
FILES = os.path.abspath(f"{build}/update")
SIZE = os.path.getsize(f"{FILES}/next.ota")
CUTS = ((2, "torn"), (300, "torn"))
over = threading.Event()
failed = False


def tell(is_right, name, why=""):
    global failed
    failed |= not is_right
    print(("ok - " if is_right else "not ok - ") + f"{world}: {name}", flush=True)
    if not is_right and why:
        print(why, flush=True)


class Files(http.server.SimpleHTTPRequestHandler):
    """python3 -m http.server, and servers that do worse."""

    def do_GET(self):
        worse = {"/redirect.ota": self.redirect, "/stalled.ota": self.stall,
                 "/truncated.ota": self.truncate, "/chunked.ota": self.chunk,
                 "/silent.ota": over.wait}
        worse.get(self.path, super().do_GET)()

    def half(self):
        self.send_response(200)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        with open(f"{FILES}/next.ota", "rb") as file:
            self.wfile.write(file.read(SIZE // 2))
        self.wfile.flush()

    def redirect(self):
        self.send_response(302)
        self.send_header("Location", "/next.ota")
        self.end_headers()

    def stall(self):
        self.half()
        over.wait()

    def truncate(self):
        self.half()

    def chunk(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\r\nPOGO!\r\n0\r\n\r\n")

    def log_message(self, *_):
        pass


class Broker:
    """mosquitto, and all that it hears."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        conf = f"{work}/mosquitto.conf"
        with open(conf, "w", encoding="ascii") as file:
            file.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self.processes = [subprocess.Popen(["mosquitto", "-c", conf],
                                           stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL)]
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        ear = subprocess.Popen(["mosquitto_sub", "-p", str(self.port), "-v", "-t", "#"],
                               stdout=subprocess.PIPE, text=True)
        self.processes.append(ear)
        self.lines = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.processes[1].stdout:
            self.lines.append(line.rstrip())

    def wait(self, pattern, since=0, patience=40):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for line in list(self.lines)[since:]:
                found = re.match(pattern, line)
                if found:
                    return found
            time.sleep(0.01)
        raise AssertionError(f"MQTT lacks {pattern}: {self.lines[-5:]}")

    def say(self, topic, payload):
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-t", topic, "-m", payload],
                       check=True)

    def end(self):
        for process in self.processes:
            process.terminate()
            process.wait(10)


def upgrade(device, broker, url, during=None):
    """What is told of it, by MQTT; the console tells the same."""
    heard, said = len(broker.lines), len(device.lines)
    topic = broker.wait("tele/(.*)/LWT Online").group(1)
    broker.say(f"cmnd/{topic}/OtaUrl", url)
    broker.wait(rf'stat/{topic}/RESULT {{"OtaUrl":', heard)
    broker.say(f"cmnd/{topic}/Upgrade", "1")
    broker.wait(rf'stat/{topic}/RESULT {{"Upgrade":"Version .* from ', heard)
    if during:
        during(said)
    what = broker.wait(rf'stat/{topic}/UPGRADE {{"Upgrade":"(.*)"}}', heard).group(1)
    device.wait(r".*RSL: UPGRADE = " + re.escape(f'{{"Upgrade":"{what}"}}'), said)
    return what


def refusals(device, broker, base):
    """(url, what is told)"""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and nobody listens
        nobody = closed.getsockname()[1]
        rows = (
            ("wrong-key.ota", "the update is signed with a key that this device does not know"),
            ("older.ota", "the update is older than what runs"),
            ("other-board.ota", "the update is for another kind of board"),
            ("truncated.ota", "the update ended before its image was whole"),
            ("missing.ota", "the server has no such file"),
            ("redirect.ota", "the server sends us to another address"),
            ("chunked.ota", "the server sends the file in chunks or packed"),
            ("http://nowhere.local/next.ota", "the server's name has no address"),
            (f"http://127.0.0.1:{nobody}/next.ota", "the server can't be reached"),
            (f"http://127.0.0.1:{broker.port}/next.ota", "what answered is no web server"),
            ("https://broker.local/next.ota", "https: is not spoken here"),
            ("tasmota.bin.gz", "a .bin is no update for Pogo, its own pogo.ota is"),
            ("silent.ota", "the server does not answer"),
        )
        for url, want in rows:
            url = url if "://" in url else base + url
            got = upgrade(device, broker, url)
            tell(got == "Failed " + want, f"{url.rpartition('/')[2]}: {want}", got)


def stalled(device, broker, base):
    """And the button works while it waits for more."""
    def press(said):
        device.wait(r".*UPD: 25 % written", said)
        took.append(device.press())

    took = []
    got = upgrade(device, broker, base + "stalled.ota", press)
    tell(got == "Failed no more of the update came" and took[0] < 250,
         "a server that stalls; the button works", f"{got} {took}")


def installed(device, broker, base):
    since = len(device.lines)
    got = upgrade(device, broker, base + "next.ota")
    tell(got == "Successful. Restarting", "a right one is installed", got)
    if world == "bench":
        device.wait(r".*, Version 0\.2\.0", since)
        device.wait(r".*this version is on trial", since)
    device.wait(r".*this version has proved itself", since, 60)
    tell(True, "and proves itself when network and broker are back")


def cut(broker, base, n, how):
    flash = f"{work}/cut.bin"
    shutil.copy(f"{work}/proved.bin", flash)
    heard = len(broker.lines)
    device = Device(world, build, work, setup=None, flash=flash)
    try:
        broker.wait("tele/.*/LWT Online", heard)
        device.do(f"console OtaUrl {base}next.ota")
        device.wait(r".*RSL: RESULT = {\"OtaUrl\"")
        time.sleep(2)  # until it is kept
        device.do(f"cut after {n} flash {how}")
        device.do("console Upgrade 1")
        device.wait(r"cut ")
        device.do("cut off")
        since, heard = len(device.lines), len(broker.lines)
        device.do("power cycle")
        version, _ = device.wait(r"uart .*, Version (\S+)", since)
        broker.wait("tele/.*/LWT Online", heard)
        tell(version.group(1) == "0.1.0", f"cut {how} operation {n}: 0.1.0 runs")
        got = upgrade(device, broker, base + "next.ota")
        device.wait(r"uart .*, Version 0\.2\.0", since)
        tell(got == "Successful. Restarting", "and takes the update afterwards", got)
    finally:
        device.end()


def main():
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Files, directory=FILES))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # the device hangs up, as it should
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://broker.local:{server.server_address[1]}/"
    broker = Broker()
    setup = f"SetOption13 1; {NETWORK}; MqttHost broker.local; MqttPort {broker.port}"
    device = Device(world, build, work, setup, f"{work}/flash.bin")
    try:
        if world == "bench":
            device.wait(r".*this version has proved itself", patience=30)
        broker.wait("tele/.*/LWT Online")
        time.sleep(2)  # until all is kept
        shutil.copy(f"{work}/flash.bin", f"{work}/proved.bin") if world == "bench" else None
        refusals(device, broker, base)
        stalled(device, broker, base)
        installed(device, broker, base)
    finally:
        over.set()
        device.end()
    for row in CUTS if world == "bench" else ():
        cut(broker, base, *row)
    broker.end()
    server.shutdown()


main()
sys.exit(failed)
