"""What strangers try over the web, with real connections: attack.py NAME WORLD
BUILD WORK. One TAP line for each thing that must hold."""
import base64
import socket
import sys
import time

from device import NETWORK, Device, read_all, status

SECRET = "mine and long"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"admin:{SECRET}".encode()).decode()}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0"}
# With SetOption13 a press acts at once, not when no second one has followed.
OWNED = NETWORK + "; SetOption13 1; WebPassword " + SECRET
ON = "/cm?cmnd=Power%20ON"
failed = False


def tell(is_right, name):
    global failed
    failed |= not is_right
    print(("ok - " if is_right else "not ok - ") + f"{world}: {name}", flush=True)


def is_off(device):
    """Its relay never went on."""
    time.sleep(0.1)
    return device.count(r"relay 1 on") == 0


def cross_site(device):
    evil = {"Origin": "http://evil.example"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    tries = [
        ("a form of another site", "POST", "/cm", {**BASIC, **BROWSER, **evil, **form},
         "cmnd=Power%20ON"),
        ("a form of a page of its own scheme", "POST", "/cm",
         {**BASIC, **BROWSER, **form, "Origin": "null"}, "cmnd=Power%20ON"),
        ("a picture of another site", "GET", ON,
         {**BASIC, **BROWSER, "Referer": "http://evil.example/page"}, None),
        ("a link on a site that is near", "GET", ON,
         {**BASIC, **BROWSER, "Sec-Fetch-Site": "same-site"}, None),
        ("the page's toggle", "GET", "/?m=1&o=1", {**BASIC, **BROWSER, **evil}, None),
        ("the Wi-Fi's form", "GET", "/wi?save=&s1=evil", {**BASIC, **BROWSER, **evil}, None),
        ("an upload", "POST", "/u2", {**BASIC, **BROWSER, **evil}, "{}"),
    ]
    for name, method, target, headers, body in tries:
        tell(device.ask(target, method, headers, body)[0] == 403, f"{name} is refused")
    tell(is_off(device), "the relay stayed off")
    # Nobody set a password: a link on a page of https tells nothing at all.
    device.do("console WebPassword 0")
    device.wait(r".*WebPassword\":\"\"")
    tell(device.ask(ON, headers=BROWSER)[0] == 403, "a link that says nothing is refused")
    tell(is_off(device), "the relay stayed off without a password, too")
    tell(device.ask(ON) == (200, '{"POWER":"ON"}'), "a tool may")


def dns_rebinding(device):
    for host in ("evil.example", "evil.example:80", device.address + ".evil.example",
                 "tasmota-9E3779-6009.evil.example", "localhost"):
        for target in (ON, "/", "/me", "/dl"):
            answer = device.ask(target, headers={**BASIC, "Host": host})
            tell(answer[0] == 403, f"{target} of {host} is refused")
    tell(is_off(device), "the relay stayed off")
    for host in (device.address, "tasmota-9E3779-6009", "TASMOTA-9e3779-6009.local"):
        tell(device.ask("/cm?cmnd=Power", headers={**BASIC, "Host": host})[0] == 200,
             f"{host} is its own")


def upload_without_password(device):
    with open(f"{build}/update/next.ota", "rb") as file:
        update = file.read()
    wrong = {"Authorization": "Basic " + base64.b64encode(b"admin:admin").decode()}
    for name, headers in (("no", {}), ("a wrong", wrong)):
        for target in ("/u2", "/rs", "/u2?fsz=5"):
            head = f"POST {target} HTTP/1.1\r\nHost: {device.address}\r\n" + "".join(
                f"{k}: {v}\r\n" for k, v in headers.items())
            # Not one byte of the body was sent when the answer is there.
            answer = device.raw(f"{head}Content-Length: {len(update)}\r\n\r\n")
            tell(status(answer) == 401, f"{name} password: {target} is refused before its body")
            device.raw(f"{head}Content-Length: 2\r\n\r\n{{}}")
    try:
        device.ask("/u2", "POST", {}, update)
    except OSError:
        pass
    time.sleep(1)
    tell(device.count(r".*(UPD|UPGRADE|Restarting)") <= device_said, "no update was begun")
    tell(device.ask("/me")[0] == 200, "the device goes on")


def restart_without_password(device):
    for target, method in (("/?rst=", "GET"), ("/?rst=1", "POST"), ("/cm?cmnd=Restart%201", "GET"),
                           ("/cm?cmnd=Reset%201", "GET"), ("/cs?c1=Restart%201", "GET"),
                           ("/cm?cmnd=Restart%201&user=admin&password=", "GET"),
                           ("/cm?cmnd=Restart%201&user=&password=" + "x" * 30, "GET")):
        answer = device.ask(target, method, body="" if method == "POST" else None)
        tell(answer[0] == 401, f"{method} {target[:40]} is refused")
    time.sleep(3)
    tell(device.count(r".*Restarting") == 0, "it did not restart")
    tell(device.count(r"boot cause") == 1, "it was started once")


def password_guesses(device):
    guesses = 10000 if world == "posix" else 500
    seen = {}
    slowest = 0
    began = time.monotonic()
    for n in range(guesses):
        code = status(device.raw(f"GET {ON}&user=admin&password={n:05} HTTP/1.1\r\n"
                                 f"Host: {device.address}\r\n\r\n"))
        seen[code] = seen.get(code, 0) + 1
        if n % (guesses // 5) == guesses // 10:
            slowest = max(slowest, device.press())
    passed = time.monotonic() - began
    print(f"# {guesses} guesses in {passed:.1f} s: {seen}; button {slowest:.0f} ms")
    tell(set(seen) <= {401, 429}, "none was let in")
    tell(seen[401] <= 5 + passed / 10 + 1, "only a few were looked at")
    tell(slowest < 250, "the button worked all the time")
    tell(device.ask(ON, headers=BASIC)[0] == 429, "a right one must wait as well")
    since = len(device.lines)
    device.do("console Status")
    tell(device.wait(r".*RSL: STATUS", since), "the console does not")
    time.sleep(10.5)
    tell(device.ask(ON, headers=BASIC)[0] == 200, "ten seconds later it is right")


def oversized(device):
    host = f"Host: {device.address}\r\n"
    auth = f"Authorization: {BASIC['Authorization']}\r\n"
    rows = [
        ("an address of 5,000 bytes", f"GET /{'a' * 5000} HTTP/1.1\r\n{host}\r\n", 414),
        ("a header of 2,000 bytes", f"GET / HTTP/1.1\r\n{host}Referer: {'a' * 2000}\r\n\r\n", 431),
        ("20,000 bytes of headers", f"GET / HTTP/1.1\r\n{host}X: {'a' * 20000}\r\n\r\n", 431),
        ("a gigabyte for a command",
         f"POST /cm HTTP/1.1\r\n{host}{auth}Content-Length: 1000000000\r\n\r\n", 413),
        ("no size", f"POST /cm HTTP/1.1\r\n{host}{auth}\r\n", 411),
        ("chunks", f"POST /cm HTTP/1.1\r\n{host}{auth}Transfer-Encoding: chunked\r\n\r\n", 501),
        ("a gigabyte of an update",
         f"POST /u2 HTTP/1.1\r\n{host}{auth}Content-Length: 1000000000\r\n\r\n{'a' * 3000}", 400),
        ("noise", "\x01\x02\r\n\r\n", 400),
    ]
    for name, request, code in rows:
        got = status(device.raw(request))
        tell(got == code, f"{name}: {got}")
    tell(device.press() < 250, "the button works")
    tell(device.ask(ON, headers=BASIC)[0] == 200, "and the server")


def slow(device):
    clients = [device.connect() for _ in range(4)]
    began = time.monotonic()
    ended = [None] * 4
    times = []
    for client in clients:
        client.sendall(b"GET /cm?cmnd=Power HTTP/1.1\r\nX: ")
        client.settimeout(0.01)
    answered = False
    while time.monotonic() - began < 14:
        for n, client in enumerate(clients):
            try:
                client.sendall(b"a")
                while client.recv(4096):
                    pass
                if not ended[n]:
                    ended[n] = time.monotonic() - began
            except TimeoutError:
                pass
            except OSError:
                ended[n] = ended[n] or time.monotonic() - began
        if not answered and time.monotonic() - began > 3:
            try:
                answered = device.ask("/cm?cmnd=Power", headers=BASIC)[0] in (200, 503)
            except OSError:
                pass
        times.append(device.press())
        time.sleep(0.5)
    tell(answered, "another client is served")
    tell(all(ended) and max(ended) < 12.5, f"slow ones are left: {ended}")
    tell(max(times) < 250, "the button works all the time")
    tell(device.ask(ON, headers=BASIC)[0] == 200, "the server goes on")


def connections(device):
    clients = []
    for _ in range(200):
        try:
            client = device.connect(2)
            clients.append(client)
        except OSError:
            pass
    tell(device.press() < 250, f"the button works with {len(clients)} connections")
    time.sleep(1.5)
    good = 0
    for _ in range(5):
        try:
            good += device.ask("/cm?cmnd=Power", headers=BASIC)[0] == 200
        except OSError:
            time.sleep(0.5)
    tell(good >= 1, f"the server answers beside them: {good} of 5")
    for client in clients:
        client.close()
    time.sleep(0.5)
    tell(device.ask(ON, headers=BASIC)[0] == 200, "and afterwards")
    tell(device.count(r"boot cause") == 1, "it was started once")


name, world, build, work = sys.argv[1:5]
target = Device(world, build, work, OWNED)
try:
    target.wait(r".*WebPassword\":\"\*\*\*\*\"")
    time.sleep(2.5)  # the network's changes take effect
    device_said = target.count(r".*(UPD|UPGRADE|Restarting)")
    globals()[name](target)
finally:
    target.end()
sys.exit(failed)
