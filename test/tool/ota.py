"""`pogo ota` against devices with Pogo on the bench: ota.py BUILD WORK. Results for
tap_lines. One device is the image on the bench, another the firmware as a process."""
import json
import os
import re
import shutil
import subprocess
import sys

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


def lines_that_are_wrong():
    expect("without a device", pogo("x.ota"), 2, "no DEVICE given")
    expect("a file that is none", pogo("127.0.0.9", "test/tool/ota.py"), 5, "not an")
    expect("a file that is not there", pogo("127.0.0.9", "none.ota"), 1, "none.ota")
    expect("a password on the line", pogo("--password", "secret", "127.0.0.9", "x"), 2,
           "--password-file", "!secret")
    expect("Wi-Fi is not given over the air", pogo("--ssid", "home", "127.0.0.9", "x"), 2,
           "on its own access point")
    expect("no address", pogo("a b", "x.ota"), 2, "no address of a device")


run_all(lines_that_are_wrong, a_list, refused_and_fetched, cut_and_left)
