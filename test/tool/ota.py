"""`pogo ota` against devices with Pogo on the bench: ota.py BUILD WORK. Results for
tap_lines. One device is the image on the bench, another the firmware as a process."""
import json
import os
import re
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, "test/web")
from device import NETWORK, Device  # noqa: E402

build, work = sys.argv[1:3]
PASSWORD = "my own one"
PATIENCE = 90


def tell(is_right, name, said=""):
    print(("ok - " if is_right else "not ok - ") + name, flush=True)
    if not is_right:
        print("\n".join("# " + line for line in said.splitlines()), flush=True)


def pogo(*words, password=PASSWORD, stdin=""):
    """(exit code, all that was said)"""
    environment = dict(os.environ)
    environment.pop("POGO_WEB_PASSWORD", None)
    if password is not None:
        environment["POGO_WEB_PASSWORD"] = password
    run = subprocess.run([f"{build}/pogo", "ota", *words], input=stdin, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         timeout=PATIENCE, env=environment)
    return run.returncode, run.stdout


def expect(name, result, code, *words):
    """This exit code, and these words were said (!WORDS: were not)."""
    got, said = result
    flat = " ".join(said.split())
    is_right = got == code and all(
        (word[1:] not in flat) if word[0] == "!" else word in flat for word in words)
    tell(is_right, name, f"exit code {got}, expected {code}: {words}\n{said}")


def place(device):
    return device.address if device.port == 80 else f"{device.address}:{device.port}"


def own(device, password=PASSWORD):
    """The device is its owner's from now on."""
    since = len(device.lines)
    device.do(f"console WebPassword {password}")
    device.wait(r"uart .*WebPassword", since)


def proved(device):
    device.wait(r"uart .*this version has proved itself", 0, 60)


def version(device):
    since = len(device.lines)
    device.do("console Upgrade")
    return device.wait(r"uart .*Version (\S+) in slot", since, 30)[0].group(1)


def on_the_bench():
    flash = f"{work}/bench.bin"
    shutil.copy(f"{build}/pogo-bench.bin", flash)
    device = Device("bench", build, work, flash=flash)
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
        return device
    except BaseException:
        device.end()
        raise


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


def an_end_in_the_middle(bench):
    """The power goes while the bytes come, and comes again."""
    proved(bench)
    since = len(bench.lines)
    bench.do("cut after 40 flash torn")
    expect("a device that goes away in the middle",
           pogo(place(bench), "--again", f"{build}/update/next.ota"), 1,
           "broke off", "what ran still runs")
    bench.do("cut off")
    bench.do("power cycle")
    bench.wait(r"wifi joined", since, PATIENCE)
    expect("runs what it ran, and takes it then",
           pogo(place(bench), "--again", f"{build}/update/next.ota"), 0,
           "runs Pogo 0.2.0")


def one_that_does_not_last(bench):
    """It crashes at each of its three starts."""
    expect("a version that does not last is left, and that is told",
           pogo(place(bench), "--again", f"{build}/update/broken.ota"), 1,
           "did not last", "left ")


def lines_that_are_wrong():
    expect("without a device", pogo("x.ota"), 2, "no DEVICE given")
    expect("a file that is none", pogo("127.0.0.9", "test/tool/ota.py"), 5, "not an")
    expect("a file that is not there", pogo("127.0.0.9", "none.ota"), 1, "none.ota")
    expect("a password on the line", pogo("--password", "secret", "127.0.0.9", "x"), 2,
           "--password-file", "!secret")
    expect("Wi-Fi is not given over the air", pogo("--ssid", "home", "127.0.0.9", "x"), 2,
           "on its own access point")
    expect("no address", pogo("a b", "x.ota"), 2, "no address of a device")


def pogos():
    device = on_the_bench()
    try:
        an_end_in_the_middle(device)
        one_that_does_not_last(device)
    finally:
        device.end()


def run(story):
    """In a thread; a failure is told, too."""
    try:
        story()
    except BaseException as why:
        tell(False, story.__name__, repr(why))


stories = [threading.Thread(target=run, args=(story,))
           for story in (lines_that_are_wrong, a_list, pogos)]
for thread in stories:
    thread.start()
for thread in stories:
    thread.join()
