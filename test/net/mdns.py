"""Avahi's view of two devices: `mdns.py BUILD WORK`, in a network namespace of its own
(mdns_test.sh). A posix device and the image on the bench are to be found, resolved and
missed by the genuine avahi-browse and avahi-resolve. Prints TAP lines."""
import os
import subprocess
import sys
import time

sys.path.insert(0, "test/web")
from device import Device, NETWORK  # noqa: E402

PATIENCE = 30
NAME = "tasmota-9E3779-6009"  # both have the same chip number

DBUS = """<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen>
<auth>EXTERNAL</auth><policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
"""
AVAHI = """[server]
host-name=tester
use-ipv6=no
allow-interfaces=lo
[wide-area]
enable-wide-area=no
"""


def start_avahi(work):
    for folder in ("/run/dbus", "/run/avahi-daemon"):
        os.makedirs(folder, exist_ok=True)
    for name, text in (("dbus.conf", DBUS), ("avahi.conf", AVAHI)):
        with open(f"{work}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    log = open(f"{work}/avahi.log", "w", encoding="utf-8")
    commands = (["dbus-daemon", f"--config-file={work}/dbus.conf", "--nofork", "--nopidfile"],
                ["avahi-daemon", "-f", f"{work}/avahi.conf", "--no-drop-root", "--no-chroot",
                 "--no-rlimits"])
    processes = []
    for command, made in zip(commands, ("/run/dbus/system_bus_socket",
                                        "/run/avahi-daemon/socket")):
        processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        end = time.monotonic() + PATIENCE
        while not os.path.exists(made) and time.monotonic() < end:
            time.sleep(0.05)
    return processes


def browse():
    """{name: (host, address, port, text)} of all web services."""
    said = subprocess.run(["avahi-browse", "-rpt", "_http._tcp"], text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, check=False).stdout
    rows = [line.split(";", 9) for line in said.splitlines() if line.startswith("=;lo;IPv4;")]
    return {row[3]: tuple(row[6:10]) for row in rows}


def until(ask, is_right):
    """The first answer that is right; or the last one."""
    end = time.monotonic() + PATIENCE
    while not is_right(answer := ask()) and time.monotonic() < end:
        time.sleep(0.2)
    return answer


def resolve(name):
    said = subprocess.run(["avahi-resolve", "-4", "-n", name], text=True, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return said.split()[1] if len(said.split()) == 2 else None


def row(name, device):
    return f"{name}.local", device.address, "80", '"firmware=pogo" "path=/"'


def run(build, work, devices):
    posix = Device("posix", build, work, NETWORK + "; SetOption55 1")
    devices.append(posix)
    found = until(browse, lambda found: NAME in found)
    yield "avahi-browse finds the posix device", found == {NAME: row(NAME, posix)}, found
    bench = Device("bench", build, work, NETWORK + "; SetOption55 1")
    devices.append(bench)
    second = NAME + "-2"
    found = until(browse, lambda found: second in found)
    both = {NAME: row(NAME, posix), second: row(second, bench)}
    yield "and the image on the bench, with a number: the name is taken", found == both, found
    yield "the log says so", bench.count(".*DNS: Another device has the name") == 1, ""
    where = resolve(NAME + ".local"), resolve(second + ".local")
    yield "avahi-resolve has their addresses", where == (posix.address, bench.address), where
    since = len(bench.lines)
    bench.do("console Hostname hall-lamp")
    bench.wait("wifi joined", since)
    found = until(browse, lambda found: "hall-lamp" in found)
    wanted = {NAME: row(NAME, posix), "hall-lamp": row("hall-lamp", bench)}
    yield "another Hostname comes, and the old one goes", found == wanted, found
    posix.do("console SetOption55 0")
    found = until(browse, lambda found: NAME not in found)
    yield "SetOption55 0 says goodbye", found == {"hall-lamp": row("hall-lamp", bench)}, found
    since = len(posix.lines)
    posix.do("console Hostname hall-lamp")
    posix.wait("wifi joined", since)
    posix.do("console SetOption55 1")
    found = until(browse, lambda found: "hall-lamp-2" in found)
    yield "who comes later gets the number", found.get("hall-lamp-2") == row("hall-lamp-2", posix), found
    types = subprocess.run(["avahi-browse", "-at"], text=True, timeout=PATIENCE,
                           stdout=subprocess.PIPE, check=False).stdout
    yield "who browses for everything finds it, too", "hall-lamp " in types, types


def main():
    build, work = sys.argv[1:]
    processes, devices = start_avahi(work), []
    try:
        for name, is_so, found in run(build, work, devices):
            print(f"ok - {name}" if is_so else f"not ok - {name}\n{found}", flush=True)
    except AssertionError as e:
        print(f"not ok - {e}")
    finally:
        for device in devices:
            device.end()
        for process in reversed(processes):
            process.terminate()
            process.wait(PATIENCE)


if __name__ == "__main__":
    main()
