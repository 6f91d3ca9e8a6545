"""`pogo ota` against devices with Pogo on the bench: ota.py BUILD WORK. Results for
tap_lines. One device is the image on the bench, another the firmware as a process."""
import http.client
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse

from ota_help import PASSWORD, PATIENCE, build, expect, pogo, run_all, tell, work

sys.path.insert(0, "test/web")
from device import Device  # noqa: E402


def place(device):
    return device.address if device.port == 80 else f"{device.address}:{device.port}"


def own(device, password=PASSWORD):
    """The device is its owner's from now on."""
    since = len(device.lines)
    device.do(f"console WebPassword {password}")
    device.wait(r"uart .*WebPassword", since)


def version(device):
    since = len(device.lines)
    device.do("console Upgrade")
    return device.wait(r"uart .*Version (\S+) in slot", since, 30)[0].group(1)


def of_the_bench(name):
    flash = f"{work}/{name}.bin"
    shutil.copy(f"{build}/pogo-bench.bin", flash)
    return Device("bench", build, work, flash=flash)


def refused_and_fetched():
    """What is refused; then the device fetches one itself."""
    device = of_the_bench("fetched")
    next_ota = f"{build}/update/next.ota"
    try:
        at = place(device)
        expect("a password that the device made itself is not enough",
               pogo(at, next_ota, password="hnnbgbqj"), 5, "one of your own first")
        own(device)
        expect("without a password nothing is sent",
               pogo(at, next_ota, password=None), 5, "refuses user or password",
               "--password-file")
        expect("a wrong password", pogo(at, next_ota, password="guess-42"), 5,
               "refuses user or password", "!guess-42")
        expect("an update for another board is refused by the device",
               pogo(at, f"{build}/update/other-board.ota"), 5,
               "another kind of board")
        expect("an older one before it is sent",
               pogo(at, f"{build}/update/older.ota"), 5, "older", "nothing was sent")
        expect("one of a stranger when all of it was there",
               pogo(at, f"{build}/update/wrong-key.ota"), 1, "signed with a key",
               "what ran still runs")
        expect("an image is for Tasmota", pogo(at, f"{build}/pogo-bench.bin"), 5,
               "takes pogo.ota")
        expect("the device fetches it itself: --url",
               pogo(at, "--url", "--json", next_ota), 0, "fetches it from http://127.",
               '"before":"Pogo 0.1.0","runs":"Pogo 0.2.0"', '"result":"done"')
        tell(version(device) == "0.2.0", "and it runs")
        answer = device.ask("/cm?user=admin&password=my%20own%20one&cmnd=OtaUrl")[1]
        tell('"OtaUrl":""' in answer, "its OtaUrl is as it was", answer)
    finally:
        device.end()


def a_list():
    """One that fails in the middle of a list: 127.0.0.9 is nobody's. The others are the
    firmware as a process, which has one version whatever it is given."""
    devices = []
    try:
        devices += [Device("posix", build, work), Device("posix", build, work)]
        for device in devices:
            own(device)
        house = f"{work}/house.csv"
        with open(house, "w") as file:
            file.write("name,address\n"
                       f"lamp,{place(devices[0])}\nnobody,127.0.0.9:9\n"
                       f'"fan, 2",{place(devices[1])}\n')
        secret = f"{work}/secret"
        with open(secret, "w") as file:
            file.write(PASSWORD + "\n")
        words = ("--devices", house, "--password-file", secret)
        next_ota = f"{build}/update/next.ota"
        expect("a list ends where one does not answer",
               pogo(*words, next_ota, password=None), 3, "nothing answers there",
               "0 of 3 devices done, 1 failed, 2 not tried")
        code, said = pogo(*words, "--keep-going", "--json", next_ota, password=None)
        rows = [json.loads(line) for line in said.splitlines() if line[0] == "{"]
        rows = [row for row in rows if "event" not in row]
        results = {row["device"]: row["result"] for row in rows if "device" in row}
        tell(code == 3 and results.get("127.0.0.9:9") == "failed" and
             all(results.get(place(device)) == "done" for device in devices) and
             rows[-1] == {"devices": 3, "done": 2, "failed": 1, "left": 0},
             "--keep-going does the others, and says which failed", said)
        slots = [device.ask("/cm?user=admin&password=my%20own%20one&cmnd=Upgrade")[1]
                 for device in devices]
        tell(all("slot B, confirmed" in slot for slot in slots),
             "both run it, and have proved it", str(slots))
        with open(house + ".log.csv") as file:
            log = file.read()
        tell(len(re.findall(r",PASS,", log)) == 2 and
             len(re.findall(r"127.0.0.9:9.*,FAIL,.*nothing answers", log)) == 2 and
             PASSWORD not in log + said,
             "the log has a line for each, and no password", log)
        expect("what runs already is not sent again",
               pogo(place(devices[0]), f"{build}/pogo-bench.ota"), 0,
               "runs that already", "!fetch", "!upload")
    finally:
        for device in devices:
            device.end()


def cut_and_left():
    """The power goes while the bytes come; then one that crashes at each start."""
    device = of_the_bench("cut")
    try:
        own(device)
        device.wait(r"uart .*this version has proved itself", 0, PATIENCE)
        since = len(device.lines)
        device.do("cut after 40 flash torn")
        expect("a device that goes away in the middle",
               pogo(place(device), f"{build}/update/next.ota"), 1,
               "broke off", "what ran still runs")
        device.do("cut off")
        device.do("power cycle")
        device.wait(r"wifi joined", since, PATIENCE)
        tell(version(device) == "0.1.0", "runs what it ran")
        expect("a version that does not last is left, and that is told",
               pogo(place(device), f"{build}/update/broken.ota"), 1,
               "did not last", "left 0.2.0: it crashed")
        tell(version(device) == "0.1.0", "and the one before runs")
    finally:
        device.end()


class Liar(http.server.BaseHTTPRequestHandler):
    """A Tasmota that never fetches what Upgrade 1 says, and falls silent as one that does;
    a stranger fetches it meanwhile."""
    answers = {
        "Status 2": {"StatusFWR": {"Version": "14.4.1(tasmota)", "Hardware": "ESP8285N08",
                                   "PogoBench": 1}},
        "Status 1": {"StatusPRM": {"Uptime": "1T02:03:04"}},
        "Status 4": {"StatusMEM": {"Free": 600, "FlashSize": 1024}},
        "Status 5": {"StatusNET": {"Mac": "02:00:00:A1:B2:C3", "Hostname": "lamp"}},
        "OtaUrl": {"OtaUrl": ""}}

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.server.is_gone:
            self.close_connection = True
            return
        words = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        command = words.get("cmnd", [""])[0]
        if command.startswith("OtaUrl http"):
            self.server.url = command.split(" ")[1]
        text = json.dumps(self.answers.get(command, {"Command": "Done"})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        if command == "Upgrade 1":
            self.server.is_gone = True
            at = urllib.parse.urlsplit(self.server.url)
            self.server.got = [status_of(at, at.path, "127.9.9.9"),
                               status_of(at, "/" + at.path.split("/")[-1], LIAR)]

    def version_string(self):
        return "Tasmota/14.4.1 (ESP8285N08)"


LIAR = "127.83.0.77"


def status_of(at, path, address):
    link = http.client.HTTPConnection(at.hostname, at.port, timeout=PATIENCE,
                                      source_address=(address, 0))
    link.request("GET", path)
    status = link.getresponse().status
    link.close()
    return status


def a_stranger_fetches():
    server = http.server.ThreadingHTTPServer((LIAR, 0), Liar)
    server.is_gone, server.url, server.got = False, "", []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        expect("what a stranger fetches is not the device's",
               pogo("--yes", "--url", "--wait", "10", f"{LIAR}:{server.server_port}",
                    f"{build}/pogo-bench.bin"), 1,
               "does not reach this computer", "127.9.9.9 asks here", "!has left")
        tell(server.got == [404, 404], "it gets nothing, and a guessed path neither",
             str(server.got))
        tell(re.fullmatch(r"http://[0-9.]+:\d+/[0-9a-f]{16}/image\.bin\.gz", server.url)
             and len(server.url) <= 100, "the path can't be guessed", server.url)
    finally:
        server.shutdown()
        server.server_close()


def lines_that_are_wrong():
    expect("without a device", pogo("x.ota"), 2, "no DEVICE given")
    expect("a file that is none", pogo("127.0.0.9", "test/tool/ota.py"), 5, "not an")
    expect("a file that is not there", pogo("127.0.0.9", "none.ota"), 1, "none.ota")
    expect("a password on the line", pogo("--password", "secret", "127.0.0.9", "x"), 2,
           "--password-file", "!secret")
    expect("Wi-Fi is not given over the air", pogo("--ssid", "home", "127.0.0.9", "x"), 2,
           "on its own access point")
    expect("no address", pogo("a b", "x.ota"), 2, "no address of a device")


run_all(lines_that_are_wrong, a_stranger_fetches, a_list, refused_and_fetched, cut_and_left)
