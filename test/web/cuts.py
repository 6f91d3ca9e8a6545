"""Power goes at chosen flash operations of an update over HTTP: cuts.py WORLD BUILD
WORK. Afterwards the device runs one of the two images, whole, with its settings and
in its network; an update that was begun again is installed. The sweeps of test/power
cut at every operation, this looks at the way over the network."""
import http.client
import shutil
import subprocess
import sys
import time

from device import NETWORK, Device

world, build, work = sys.argv[1:4]
CUTS = ((1, "torn"), (2, "torn"), (40, "before"), (300, "torn"))
PATIENCE = 90  # on a loaded computer the bench is slow: nothing here is about time
failed = False


def tell(is_right, name, why=""):
    global failed
    failed |= not is_right
    if not is_right:
        print(f"# {why}")
    print(("ok - " if is_right else "not ok - ") + f"{world}: {name}", flush=True)


def send(device):
    """curl's HTTP status for the update; 0 when the device went away."""
    run = subprocess.run(["curl", "-s", "-m", str(PATIENCE), "-o", "/dev/null",
                          "-w", "%{http_code}", "-F", f"u2=@{build}/update/next.ota",
                          f"http://{device.address}:{device.port}/u2"],
                         capture_output=True, text=True)
    return int(run.stdout or 0)


def is_there(device, since):
    """It is in its network, and its web server answers."""
    device.wait(r"wifi joined", since, PATIENCE)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return device.ask("/me")
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < end, "its web server is not there"
            time.sleep(0.1)


def started(device, since):
    """The version that starts, when it is there again."""
    version, _ = device.wait(r"uart .*, Version (\S+)", since, PATIENCE)
    is_there(device, since)
    return version.group(1)


def restart(device):
    since = len(device.lines)
    device.do("power cycle")
    return started(device, since)


def cut(n, how):
    flash = f"{work}/cut.bin"
    shutil.copy(f"{work}/proved.bin", flash)
    device = Device(world, build, work, setup=None, flash=flash)
    try:
        is_there(device, 0)
        since = len(device.lines)
        device.do(f"cut after {n} flash {how}")
        code = send(device)
        device.wait(r"cut ", since, PATIENCE)
        device.do("cut off")
        version = restart(device)
        name = f"cut {how} operation {n}: {version} runs"
        tell(code == 0 and version == "0.1.0", name, f"curl: {code}")
        since = len(device.lines)
        code = send(device)
        tell(code == 200 and started(device, since) == "0.2.0",
             "and takes the update afterwards", f"curl: {code}")
    finally:
        device.end()


device = Device(world, build, work, NETWORK + "; WebPassword 0", f"{work}/proved.bin")
try:
    device.wait(r".*this version has proved itself", patience=PATIENCE)
    time.sleep(2)  # its settings are on the flash
finally:
    device.end()
for row in CUTS:
    cut(*row)
sys.exit(failed)
