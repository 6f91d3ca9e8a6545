"""Power goes at chosen flash operations of an update over HTTP: cuts.py WORLD BUILD
WORK. Afterwards the device runs one of the two images, whole, with its settings and
in its network; an update that was begun again is installed. The sweeps of test/power
cut at every operation, this looks at the way over the network."""
import shutil
import subprocess
import sys
import time

from device import NETWORK, Device

world, build, work = sys.argv[1:4]
CUTS = ((1, "torn"), (2, "torn"), (40, "before"), (300, "torn"))
failed = False


def tell(is_right, name):
    global failed
    failed |= not is_right
    print(("ok - " if is_right else "not ok - ") + f"{world}: {name}", flush=True)


def send(device):
    """curl's HTTP status for the update; 0 when the device went away."""
    run = subprocess.run(["curl", "-s", "-m", "15", "-o", "/dev/null", "-w", "%{http_code}",
                          "-F", f"u2=@{build}/update/next.ota",
                          f"http://{device.address}:{device.port}/u2"],
                         capture_output=True, text=True)
    return int(run.stdout or 0)


def started(device, since):
    """The version that starts, when it is in its network again."""
    version, _ = device.wait(r"uart .*, Version (\S+)", since)
    device.wait(r"wifi joined", since)
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
        device.wait(r"wifi joined")
        time.sleep(1)
        device.do(f"cut after {n} flash {how}")
        code = send(device)
        cuts = device.count(r"cut ")
        device.do("cut off")
        version = restart(device)
        name = f"cut {how} operation {n}: {version} runs"
        tell(cuts == 1 and code == 0 and version == "0.1.0", name)
        time.sleep(1)
        since = len(device.lines)
        tell(send(device) == 200 and started(device, since) == "0.2.0",
             "and takes the update afterwards")
    finally:
        device.end()


device = Device(world, build, work, NETWORK + "; WebPassword 0", f"{work}/proved.bin")
try:
    device.wait(r".*this version has proved itself", patience=30)
    time.sleep(2)
finally:
    device.end()
for row in CUTS:
    cut(*row)
sys.exit(failed)
