"""`pogo diy` and the bench's stock device: `diy.py BUILD WORK`, in a network namespace of its
own (diy_test.sh), with two interfaces besides the loopback one. Prints TAP lines."""
import hashlib
import http.client
import http.server
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, "test/net")
BUILD, WORK = sys.argv[1:3]
POGO, IMAGE = BUILD + "/pogo", BUILD + "/pogo-bench.bin"
PATIENCE = 60
LIMIT = 520192
STRANGER = "127.9.9.9"


class Stock:
    """One `pogo bench mini --stock`, its lines and what it says."""

    def __init__(self, version, address, *more):
        self.ip = address
        self.said = []
        self.process = subprocess.Popen(
            [POGO, "bench", "mini", "--stock", version, "--address", address, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace")
        threading.Thread(target=self.read, daemon=True).start()
        self.wait("stock is on")
        self.place = [line for line in self.said if "is on" in line][0].split("//")[1].split(",")[0]

    def read(self):
        for line in self.process.stdout:
            self.said.append(line.rstrip())

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        self.wait(f"stock ok {line}" if not line.startswith("power") else "stock")

    def wait(self, words, since=0):
        end = time.monotonic() + PATIENCE
        while not any(words in line for line in self.said[since:]):
            if time.monotonic() > end or (self.process.poll() is not None):
                time.sleep(0.3)
                if any(words in line for line in self.said[since:]):
                    return
                raise AssertionError(f"never said: {words}\n" + "\n".join(self.said[-30:]))
            time.sleep(0.02)

    def comes(self, words):
        """What was said may be read a moment later."""
        self.wait(words)
        return True

    def has(self, words):
        return any(words in line for line in self.said)

    def post(self, name, data, body=None, wait=PATIENCE):
        """The number of the error, by a client that is not ours."""
        time.sleep(0.25)
        text = body if body is not None else json.dumps({"deviceid": "", "data": data})
        request = urllib.request.Request(f"http://{self.place}/zeroconf/{name}", text.encode())
        with urllib.request.urlopen(request, timeout=wait) as answer:
            return json.loads(answer.read())["error"]

    def quit(self):
        if self.process.poll() is None:
            try:
                self.process.stdin.write("quit\n")
                self.process.stdin.flush()
                self.process.wait(PATIENCE)
            except (OSError, subprocess.TimeoutExpired):
                self.process.kill()
        self.process.wait()


def diy(*words, text=None):
    """(exit code, stdout, stderr)"""
    done = subprocess.run([POGO, "diy", *words], input=text, text=True, timeout=2 * PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, " ".join(done.stderr.split())


def start(*words):
    return subprocess.Popen([POGO, "diy", *words], text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def end_of(process):
    said = process.communicate(timeout=2 * PATIENCE)[0]
    return process.returncode, " ".join(said.split())


# ---- discovery ----

def discovery():
    old, new = Stock("3.3.0", "127.0.1.1"), Stock("3.6.0", "127.0.2.1")
    try:
        yield "it says first that it is a model", old.said[0] == (
            "stock 3.3.0: modelled on ITEAD's protocol documents 1.4 and 2.0, not on a device"), \
            old.said
        code, out, _ = diy("discover", "--wait", "2", "--json")
        found = {row["address"]: row for row in json.loads(out)["devices"]} if code == 0 else {}
        where = {place: row["interface"] for place, row in found.items()}
        yield "two devices on two interfaces are found", \
            where == {"127.0.1.1:8081": "pogo1", "127.0.2.1:8081": "pogo2"}, out
        code, out, _ = diy("discover", "--wait", "2", "--interface", "pogo2")
        yield "on one interface one", code == 0 and "127.0.2.1" in out and "127.0.1.1" not in out, out
        code, out, said = diy("info", "--wait", "2")
        yield "of several it takes none by chance", code == 2 and "1000000101, 1000000201" in said \
            or "1000000201, 1000000101" in said, said
        code, out, _ = diy("info", "--id", "1000000201")
        yield "by its id it takes the one", code == 0 and "firmware 3.6.0" in out, out
        code, out, _ = diy("info", "--ip", "127.0.1.1")
        yield "by its address without looking, the old protocol too", \
            code == 0 and "startup off" in out and "-61 dBm" in out and "firmware" not in out, out
        new.do("press 0")
        code, out, _ = diy("discover", "--wait", "1", "--interface", "pogo2")
        yield "what changed is told", "switch on" in out, out
        seen = browse()
        yield "the genuine avahi-browse sees the same", \
            seen.get("127.0.2.1", "").count("id=1000000201") == 1 and "127.0.1.1" in seen, seen
        publisher = subprocess.Popen(
            ["avahi-publish", "-s", "eWeLink_77", "_ewelink._tcp", "4711", "id=77", "type=diy_plug",
             'data1={"switch":"on",', 'data2="rssi":-44}'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            out = ""
            end = time.monotonic() + PATIENCE
            while "77  " not in out and time.monotonic() < end:
                _, out, _ = diy("discover", "--wait", "2", "--interface", "pogo1")
            yield "a service that avahi publishes is found as one", \
                "77  127.0.1.1:4711" in out and "switch on, -44 dBm" in out, out
        finally:
            publisher.terminate()
            publisher.wait()
    finally:
        old.quit()
        new.quit()
    code, _, said = diy("discover", "--wait", "1", "--interface", "pogo2")
    yield "nobody there is exit code 3, with what to do", code == 3 and "--ip" in said, said


def browse():
    """{address: text} as Avahi sees them."""
    end = time.monotonic() + PATIENCE
    while True:
        said = subprocess.run(["avahi-browse", "-rpt", "_ewelink._tcp"], text=True,
                              timeout=PATIENCE, stdout=subprocess.PIPE, check=False).stdout
        rows = [line.split(";", 9) for line in said.splitlines() if line.startswith("=;")]
        found = {row[7]: row[9] for row in rows}
        if {"127.0.1.1", "127.0.2.1"} <= set(found) or time.monotonic() > end:
            return found
        time.sleep(0.5)


# ---- switching ----

def switching():
    stock = Stock("3.6.0", "127.0.1.1")
    ip = ("--ip", stock.place)
    try:
        _, out, _ = diy("--help")
        yield "help fits 80 columns", 10 < len(out.splitlines()) \
            and max(len(line) for line in out.splitlines()) <= 80, out
        code, _, _ = diy("switch", "on", *ip)
        yield "switch on switches the relay", code == 0 and stock.comes("stock relay 1 on"), \
            stock.said
        since = len(stock.said)
        codes = [diy(*words, *ip)[0] for words in (("pulse", "on", "500"), ("switch", "on"))]
        stock.wait("relay 1 off", since)
        yield "a pulse goes off by itself", codes == [0, 0], codes
        code, out, _ = diy("startup", "stay", "--json", *ip)
        yield "startup, as JSON", code == 0 and json.loads(out)["done"] == "startup", out
        code, _, _ = diy("wifi", "attic", "--password-file", "-", *ip, text="secret word\n")
        yield "wifi takes its password from stdin", code == 0 and stock.comes("joins attic"), stock.said
        code, _, said = diy("wifi", "attic", *ip)
        yield "and asks nobody without a terminal", code == 2 and "--password-file" in said, said
        code, out, _ = diy("info", "--json", *ip)
        info = json.loads(out)
        yield "info shows all of it", (info["switch"], info["startup"], info["pulse"],
                                       info["ssid"]) == ("off", "stay", "on", "attic"), out
        # Errors, by what the device really answers.
        rows = ((400, "info", None, "not JSON"), (400, "info", None, "[]"),
                (422, "switch", {"switch": "maybe"}, None), (422, "startup", {}, None),
                (422, "pulse", {"pulse": "on", "pulseWidth": 700}, None),
                (403, "ota_flash", {"downloadUrl": "http://x/", "sha256sum": "0" * 64}, None))
        answers = [stock.post(name, data, body) for _, name, data, body in rows]
        yield "the device's own errors", answers == [row[0] for row in rows], answers
        code, _, said = diy("info", "--id", "1000777777", *ip)
        yield "404: another device's id", code == 3 and "another device has this address" in said, said
        stock.do("encrypt on")
        code, _, said = diy("info", *ip)
        yield "401: not in DIY mode", code == 5 and "not in DIY mode" in said, said
        stock.do("encrypt off")
        for word, number, code, words in (("off", 503, 1, "can't reach its vendor's server"),
                                          ("refuse", 500, 5, "vendor refused")):
            stock.do("internet " + word)
            is_code, _, said = diy("unlock", *ip)
            yield f"{number}: {words}", is_code == code and words in said, said
            is_code, _, said = diy("flash", IMAGE, "--yes", *ip)
            yield f"{number}: flash ends there, too", is_code == code and words in said, said
        stock.do("internet on")
        code, _, said = diy("unlock", *ip)
        yield "unlock", code == 0 and "unlocked" in said, said
        yield "no request came too early", not stock.has("hurried"), stock.said
    finally:
        stock.quit()
    code, _, said = diy("info", *ip)
    yield "nobody there is exit code 3", code == 3 and "does not answer" in said, said
    listener = socket.create_server(("127.0.1.1", 8081))
    threading.Thread(target=lambda: answer_oddly(listener), daemon=True).start()
    code, _, said = diy("info", *ip)
    yield "what is no such device is said so", code == 1 and "no device in DIY mode" in said, said
    listener.close()


def answer_oddly(listener):
    try:
        while True:
            peer, _ = listener.accept()
            peer.recv(4096)
            peer.sendall(b"HTTP/1.0 200 OK\r\n\r\n<html>router</html>")
            peer.close()
    except OSError:
        pass


# ---- a person at a terminal ----

def at_terminal(words, answer):
    """(exit code, all that the terminal showed) of a person who types one line."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(POGO, [POGO, "diy", *words])
    shown, has_answered = b"", False
    while True:
        if not select.select([fd], [], [], PATIENCE)[0]:
            os.kill(pid, signal.SIGKILL)
        try:
            shown += os.read(fd, 4096)
        except OSError:
            break
        if not has_answered and shown.rstrip(b"\0").endswith(b": "):
            os.write(fd, answer)
            has_answered = True
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")


def people():
    stock = Stock("3.6.0", "127.0.1.1")
    ip = ("--ip", stock.place)
    try:
        code, shown = at_terminal(["wifi", "cellar", *ip], b"very secret\n")
        yield "the password is asked for and not shown", \
            code == 0 and stock.comes("joins cellar") and "very secret" not in shown, shown
        code, shown = at_terminal(["wifi", "loft", *ip], b"\x03")
        yield "Ctrl-C there ends it", code in (-signal.SIGINT, 2) and not stock.has("joins loft"), \
            (code, shown)
        code, shown = at_terminal(["flash", IMAGE, *ip], b"no\n")
        yield "flash says what may happen, and asks", code == 5 and "NO BACKUP" in shown \
            and "Type yes" in shown and not stock.has("fetch"), shown
        code, shown = at_terminal(["flash", IMAGE, *ip], b"yes\n")
        stock.wait("firmware is replaced")
        yield "and goes on with a yes", code == 0 and "Done" in shown, shown
    finally:
        stock.quit()


# ---- flashing ----

class Server(http.server.BaseHTTPRequestHandler):
    """A web server that is not ours: with Range under /range, without elsewhere."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):  # noqa: A003
        pass

    def do_GET(self):
        content = b"\xe9" + bytes(int(self.path.split("/")[-1]) - 1)
        wanted = self.headers.get("Range", "")
        if self.path.startswith("/range") and wanted:
            first, last = (int(n) for n in wanted[len("bytes="):].split("-"))
            part = content[first:last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(content)}")
        else:
            part = content
            self.send_response(200)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


class Odd(Server):
    """Not the bench's device: one that never does what ota_flash says, or answers first and then
    does it; or one that says it has, while somebody else fetches the image."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("ota_flash"):
            if self.server.does is None:
                time.sleep(PATIENCE)
            else:
                threading.Thread(target=self.server.does,
                                 args=(self.server, body["data"]["downloadUrl"])).start()
        text = b'{"seq":1,"error":0,"data":{"otaUnlock":true,"pogoBench":true}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def get(url, address, **headers):
    """(status, content) for who has that address."""
    at = urllib.parse.urlsplit(url)
    link = http.client.HTTPConnection(at.hostname, at.port, timeout=PATIENCE,
                                      source_address=(address, 0))
    link.request("GET", at.path, headers=headers)
    answer = link.getresponse()
    content = answer.read()
    link.close()
    return answer.status, content


def fetch_late(server, url):
    server.url = url
    time.sleep(1)
    content = b""
    with open(IMAGE, "rb") as file:
        wanted = file.read()
    while len(content) < len(wanted):
        status, part = get(url, "127.0.1.1", Range=f"bytes={len(content)}-{len(content) + 8191}")
        if status != 206:
            break
        content += part
        time.sleep(0.05)
    server.has_it = content == wanted


def others_fetch(server, url):
    """A stranger twice, and the device for a path that anybody could know."""
    server.url = url
    server.got = [get(url, STRANGER), get(url, STRANGER),
                  get(urllib.parse.urljoin(url, "/pogo.bin"), "127.0.1.1")]


def serve_odd(does):
    server = http.server.ThreadingHTTPServer(("127.0.1.1", 0), Odd)
    server.daemon_threads = True
    server.does, server.has_it, server.got, server.url = does, False, [], ""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def odd():
    silent, early, liar = serve_odd(None), serve_odd(fetch_late), serve_odd(others_fetch)
    pogo, lied_to = (start("flash", IMAGE, "--yes", "--json", "--ip", f"127.0.1.1:{n.server_port}")
                     for n in (silent, liar))
    code, out, said = diy("flash", IMAGE, "--yes", "--json", "--ip",
                          f"127.0.1.1:{early.server_port}")
    lines = [json.loads(line) for line in out.splitlines()]
    yield "who answers first and then fetches gets all of it", code == 0 and early.has_it, said
    yield "as JSON: progress, and an end", lines[0]["event"] == "progress" \
        and lines[-1]["done"] == "ota_flash" and lines[-1]["attempts"] == 1, out
    code, said = end_of(pogo)
    yield "who never fetches is given up: firewall", code == 1 and "firewall" in said \
        and '"code":1' in said, said
    code, said = end_of(lied_to)
    yield "what a stranger asks for is not the device's", code == 1 and "firewall" in said \
        and "Done" not in said and '"event":"progress"' not in said, said
    yield "a stranger gets nothing, and nobody at a path that is guessed", \
        liar.got == [(404, b"")] * 3, [(status, len(content)) for status, content in liar.got]
    yield "which is told once", said.count(f"{STRANGER} asks here") == 1, said
    paths = [urllib.parse.urlsplit(server.url).path for server in (liar, early)]
    yield "each time another path", paths[0] != paths[1] and \
        all(re.fullmatch("/[0-9a-f]{16}/pogo\\.bin", path) for path in paths), paths


def refused_beforehand(ip):
    """Files that never reach the device: (name, file, exit code, words)."""
    with open(IMAGE, "rb") as file:
        image = file.read()

    def put(name, content):
        with open(f"{WORK}/{name}", "wb") as file:
            file.write(content)
        return f"{WORK}/{name}"

    large = put("large.bin", image + b"\xff" * (LIMIT + 1 - len(image)))
    dio = put("dio.bin", image[:2] + b"\x02" + image[3:])
    four = put("four.bin", image[:3] + bytes([image[3] & 0xF | 0x40]) + image[4:])
    rows = (("over 508 KB", (large,), 5, "larger than the 508 KB"),
            ("not DOUT", (dio,), 5, "says dio"),
            ("for a larger flash", (four,), 5, "says 4MB"),
            ("no image", (put("text.bin", b"hello"),), 5, "not an ESP8266 image"),
            ("cut short", (put("short.bin", image[:-5000]),), 5, "cut short"),
            ("another hash", (IMAGE, "--sha256", "0" * 64), 4, "has SHA-256"),
            ("no yes", (IMAGE,), 5, "nobody has said yes"))
    for name, words, code, wanted in rows:
        more = () if name == "no yes" else ("--yes",)
        is_code, _, said = diy("flash", *words, *more, *ip)
        yield f"flash refuses: {name}", is_code == code and wanted in said, said


def flashing():
    stock = Stock("3.6.0", "127.0.2.1")
    ip = ("--ip", stock.place)
    server = http.server.ThreadingHTTPServer(("127.0.2.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.2.1:{server.server_port}"
    with open(IMAGE, "rb") as file:
        sha = hashlib.sha256(file.read()).hexdigest()
    try:
        yield from refused_beforehand(ip)
        yield "and the device heard of none of it", not stock.has("fetch"), stock.said
        diy("unlock", *ip)
        for path, number in ((f"/range/{LIMIT + 1}", 413), ("/whole/5000", 424)):
            answer = stock.post("ota_flash", {"downloadUrl": url + path, "sha256sum": "0" * 64})
            yield f"the device itself answers {number}", answer == number, answer
        answer = stock.post("ota_flash", {"downloadUrl": "http://127.0.2.1:1/", "sha256sum": sha})
        yield "and 424 where no server is", answer == 424, answer
        stock.do("wall on")
        code, _, said = diy("flash", IMAGE, "--yes", *ip)
        yield "never asked for it: says firewall", code == 1 and "firewall" in said, said
        stock.do("wall off")
        yield from killed(stock, ip)
        yield from stopped(stock, ip)
    finally:
        server.shutdown()
        stock.quit()


def killed(stock, ip):
    """The computer goes away in the middle."""
    stock.do("slow 20")
    since = len(stock.said)
    pogo = start("flash", IMAGE, "--yes", *ip)
    stock.wait("fetch begins", since)
    pogo.kill()
    pogo.communicate()
    stock.wait("ota_flash 4", since)
    code, out, _ = diy("info", *ip)
    yield "pogo is killed in the middle: the device lives on", code == 0 and "3.6.0" in out, stock.said
    since = len(stock.said)
    pogo = start("flash", IMAGE, "--yes", *ip)
    stock.wait("fetch begins", since)
    pogo.send_signal(signal.SIGINT)
    _, said = end_of(pogo)
    yield "Ctrl-C says to keep the power on", "keep its power on" in said, said
    stock.wait("ota_flash 4", since)
    stock.do("slow 0")


def stopped(stock, ip):
    """The cable is out for a while: the download times out, and is begun again. Then the network
    of the device goes; then a byte is wrong twice, and power stays on."""
    for line in ("late 20000", "cut 40000 1500", "corrupt 2"):
        stock.do(line)
    since = len(stock.said)
    code, said = end_of(start("flash", IMAGE, "--yes", *ip))
    stock.wait("firmware is replaced", since)
    answers = [line for line in stock.said[since:] if "ota_flash" in line]
    yield "408, a lost network, 471 twice: it goes on until it is whole", \
        code == 0 and answers == ["stock ota_flash " + n for n in ("408", "-1", "471", "471", "0")], \
        (answers, said)
    yield "each time it says what to do", "took the device too long" in said \
        and "does not answer" in said and said.count("KEEP THE POWER ON") == 2, said
    stock.wait("Project pogo", since)
    yield "our firmware starts, and opens its access point", \
        stock.wait("Set-up access point", since) is None, stock.said


def bricking():
    flash = WORK + "/flash.bin"
    stock = Stock("3.3.0", "127.0.1.1", "--flash", flash)
    ip = ("--ip", stock.place)
    try:
        stock.do("corrupt 1000")
        pogo = start("flash", IMAGE, "--yes", *ip)
        stock.wait("ota_flash 471")
        pogo.send_signal(signal.SIGTERM)
        _, said = end_of(pogo)
        yield "ended after 471 it says what that means", "NEVER START AGAIN" in said, said
        stock.do("show")
        yield "the device says so, too", stock.has("SPOILT"), stock.said
        code, out, _ = diy("info", *ip)
        yield "with power it still answers", code == 0 and "unlocked" in out, out
        stock.do("power cycle")
        stock.wait("ready")
        stock.wait("ets Jan")
        time.sleep(2)
        yield "without power it is a brick", stock.has("a brick") and not stock.has("Project"), stock.said
        code, _, said = diy("info", *ip)
        yield "which answers nobody", code == 3, said
        port = [line for line in stock.said if "ready" in line][0].split()[3]
        since = len(stock.said)
        stock.process.stdin.write("power off\npress 0\npower on\n")
        stock.process.stdin.flush()
        wires = subprocess.run([POGO, "flash", "-p", port, IMAGE], text=True, timeout=2 * PATIENCE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        stock.process.stdin.write("release 0\npower cycle\n")
        stock.process.stdin.flush()
        stock.wait("Project pogo", since)
        yield "until it is flashed over wires", wires.returncode == 0, wires.stdout
    finally:
        stock.quit()
    done = subprocess.run([POGO, "bench", "mini", "--stock", "3.6.0", "--flash", flash], text=True,
                          timeout=PATIENCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, check=False)
    yield "a flash that holds something is not overwritten", done.returncode == 5, done.stdout


def main():
    import mdns  # its Avahi, on our interfaces
    mdns.AVAHI = mdns.AVAHI.replace("allow-interfaces=lo", "allow-interfaces=pogo1,pogo2")
    processes = mdns.start_avahi(WORK)
    try:
        for part in (discovery, switching, people, odd, flashing, bricking):
            if sys.argv[3:] and part.__name__ not in sys.argv[3:]:
                continue
            try:
                for name, is_so, found in part():
                    print(f"ok - {name}" if is_so else f"not ok - {name}\n{found}", flush=True)
            except (AssertionError, OSError, subprocess.TimeoutExpired) as e:
                print(f"not ok - {part.__name__}: {e}", flush=True)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(PATIENCE)


main()
