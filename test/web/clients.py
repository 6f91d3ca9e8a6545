"""The web server with curl, as owners and tools use it: clients.py WORLD BUILD WORK.
One TAP line for each thing that must hold."""
import base64
import json
import re
import socket
import struct
import subprocess
import sys
import time

from device import Device

world, build, work = sys.argv[1:4]
failed = False


def tell(is_right, name, more=""):
    global failed
    failed |= not is_right
    print(("ok - " if is_right else "not ok - ") + f"{world}: {name}", flush=True)
    if not is_right and more:
        print(f"# {more}"[:400])


def curl(device, target, *more):
    """What curl prints, and the HTTP status behind it."""
    run = subprocess.run(["curl", "-s", "-m", "30", "-w", "\n%{http_code}", *more,
                          f"http://{device.address}:{device.port}{target}"],
                         capture_output=True, text=True)
    body, code = run.stdout.rsplit("\n", 1)
    return int(code), body


def ask_dns(device, name):
    """The address for a name, as the device's DNS says."""
    query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0)
    for label in name.split("."):
        query += bytes([len(label)]) + label.encode()
    query += b"\0" + struct.pack(">2H", 1, 1)
    match, _ = device.wait(rf"net {device.address}:(\d+) (is port 53 udp|udp)")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(3)
        client.sendto(query, (device.address, int(match.group(1))))
        return socket.inet_ntoa(client.recv(512)[-4:])


def set_up(device):
    """A phone on the set-up network; returns the made password."""
    made = device.wait(r".*user admin, password (\S+)")[0].group(1)
    code, body = curl(device, "/me")
    tell(code == 200 and json.loads(body)["Made"] == made, "the page shows the password", body)
    tell(ask_dns(device, "www.example.com") == "192.168.4.1", "every name leads to the device")
    code, body = curl(device, "/generate_204", "-H", "Host: connectivitycheck.gstatic.com", "-i")
    tell(code == 302 and "Location: http://192.168.4.1/\n" in body,
         "a phone's search for the internet ends here", body)
    tell(curl(device, "/cm", "-d", "cmnd=Power")[1] == '{"POWER":"OFF"}',
         "it needs no password")
    code, body = curl(device, "/wi", "-d", "save=", "--data-urlencode", "s1=home",
                      "--data-urlencode", "p1=correct horse")
    tell(code == 200, "the form for the Wi-Fi is taken", body)
    device.wait(r"wifi joined \"home\"")
    return made


def own(device, made):
    """Nobody has chosen the password yet."""
    auth = ("-u", f"admin:{made}")
    device.do("phone leave")
    device.wait(r"phone l(eft|ost)")
    time.sleep(1)
    tell(curl(device, "/cm?cmnd=Power", *auth) == (200, '{"POWER":"OFF"}'),
         "at home the made password may look")
    code, body = curl(device, "/cm?cmnd=Power%20on", *auth)
    tell(code == 403 and "WebPassword" in json.loads(body)["WARNING"], "but change nothing", body)
    device.do(f"console WebPassword {made}")
    device.wait(r".*WebPassword\":\"\*\*\*\*\"")


def use(device, made):
    auth = ("-u", f"admin:{made}")
    time.sleep(1)
    tell(curl(device, "/cm?cmnd=Power")[0] == 401, "at home the password is needed")
    tell("Made" not in curl(device, "/me", *auth)[1], "and not shown")
    tell(curl(device, "/cm?cmnd=Power%20on", *auth) == (200, '{"POWER":"ON"}'), "curl -u")
    tell(curl(device, f"/cm?cmnd=Power%20off&user=admin&password={made}")
         == (200, '{"POWER":"OFF"}'), "user and password in the address")
    tell(curl(device, "/cm?cmnd=Power", "--anyauth", *auth)[0] == 200, "curl that is asked first")
    tell(curl(device, "/cm", *auth, "--http1.0", "-d", "cmnd=Power")[1] == '{"POWER":"OFF"}',
         "HTTP/1.0")
    status = json.loads(curl(device, "/cm?cmnd=Status%200", *auth)[1])
    tell("StatusSTS" in status and "Status" in status, "Status 0 is one object")
    code, log = curl(device, "/cs?c2=0&c1=Status%203", *auth)
    tell(code == 200 and re.match(r"\d+}10}1", log) and "CMD: Status 3" in log
         and "correct horse" not in log, "the console")
    tell(curl(device, "/?m=1&o=1", *auth)[1].count(">ON</td>") == 1, "the page's toggle")


def back_up(device, made):
    auth = ("-u", f"admin:{made}")
    curl(device, "/cm", *auth, "-d", "cmnd=DeviceName Kitchen \"one\"")
    code, backup = curl(device, "/dl", *auth)
    tell(json.loads(backup)["DeviceName"] == 'Kitchen "one"', "a backup is JSON", backup)
    tell("correct horse" not in backup and made not in backup, "without passwords")
    with open(f"{work}/backup.json", "w") as file:
        file.write(backup)
    curl(device, "/cm", *auth, "-d", "cmnd=DeviceName Cellar")
    code, body = curl(device, "/rs", *auth, "-F", f"file=@{work}/backup.json")
    tell((code, body) == (200, "Successful. Restarting\n"), "it is restored", body)
    since = len(device.lines)
    device.wait(r"wifi joined", since)
    time.sleep(1)
    tell("Kitchen" in curl(device, "/cm?cmnd=DeviceName", *auth)[1], "and there after the restart")


def go_on(device, made):
    """Many requests: fast, and no memory is lost."""
    auth = ("-u", f"admin:{made}")
    heap = re.search(r'"Heap":(\d+)', curl(device, "/cm?cmnd=Status%204", *auth)[1]).group(1)
    headers = {"Authorization": "Basic " + base64.b64encode(
        f"admin:{made}".encode()).decode()}
    times = []
    for _ in range(500):
        began = time.monotonic()
        assert device.ask("/cm?cmnd=Power", headers=headers)[0] == 200
        times.append(time.monotonic() - began)
    times.sort()
    print(f"# 500 requests: median {times[250] * 1000:.1f} ms, most {times[-1] * 1000:.0f} ms")
    after = re.search(r'"Heap":(\d+)', curl(device, "/cm?cmnd=Status%204", *auth)[1]).group(1)
    tell(times[250] < 0.05 and after == heap, f"500 requests, heap {heap} and {after} KB")


def update(device, made):
    auth = ("-u", f"admin:{made}")
    device.wait(r".*this version has proved itself", patience=30)
    code, body = curl(device, "/u2", *auth, "-F", f"u2=@{build}/update/wrong-key.ota")
    tell(code == 400 and body.startswith("Failed: "), "a stranger's update is refused", body)
    code, body = curl(device, "/u2", *auth, "-F", "u2=@Makefile")
    tell(code == 400 and "not an update file" in body, "what is no update is refused", body)
    since = len(device.lines)
    code, body = curl(device, "/u2?fsz=1", *auth, "-F", f"u2=@{build}/update/next.ota")
    tell((code, body) == (200, "Successful. Restarting\n"), "an update is installed", body)
    device.wait(r".*Version 0\.2\.0", since)
    tell(True, "and starts")


target = Device(world, build, work, setup=None)
try:
    secret = set_up(target)
    own(target, secret)
    use(target, secret)
    back_up(target, secret)
    go_on(target, secret)
    if world == "bench":
        update(target, secret)
finally:
    target.end()
sys.exit(failed)
