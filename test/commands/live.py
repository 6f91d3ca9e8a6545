"""The rows of test/commands/*.txt over the network: `live.py TRANSPORT WORLD BUILD
WORK FILE...`, TRANSPORT http or mqtt, WORLD posix or bench. Each file gets a new
device that joins a network. What is answered is compared whole. Prints TAP lines;
commands_test.sh says what a row is."""
import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PATIENCE = 20
QUIET = 0.4  # nothing is said for so long: nothing is said
RESTART_MS = 3000  # a wait of so long is for a restart
PASSWORD = "live-rows"


class Process:
    """What a process says, line by line."""

    def __init__(self, command):
        self.lines = []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True,
                                        bufsize=1, errors="replace",
                                        stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\r\n"))

    def wait(self, pattern, since=0, patience=PATIENCE):
        """(match, place behind it) of the first line from since on."""
        end = time.monotonic() + patience
        while True:
            for place, line in enumerate(self.lines[since:], since):
                match = re.search(pattern, line)
                if match:
                    return match, place + 1
            if time.monotonic() > end:
                raise AssertionError(f"no {pattern} in {self.lines[since:][-5:]}")
            time.sleep(0.005)

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


def start_device(world, build, work, board):
    address = f"127.84.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
    if world == "posix":
        command = [f"{build}/pogo-posix", "--board", board]
    else:
        flash = f"{work}/live-{os.getpid()}.bin"
        shutil.copy(f"{build}/pogo-bench.bin", flash)
        command = [f"{build}/pogo", "bench", board, "--flash", flash, "--elf",
                   f"{build}/slot-a.elf"]
    device = Process(command + ["--air", "test/air/home.air", "--address", address])
    device.address = address
    device.wait("access point .* is open")
    return device


class Row:
    """LINE => REPLY, and what follows it."""

    def __init__(self, line, is_refused):
        self.line, self.is_refused, self.replies = line, is_refused, []

    def add(self, reply):
        topic = "RESULT"
        found = re.match("([A-Z0-9]+) = (.*)", reply)
        if found:
            topic, reply = found.groups()
        is_inside, is_begin = reply.startswith("..."), reply.endswith("...")
        text = reply[3 if is_inside else 0:-3 if is_begin else None]
        if reply:
            self.replies.append((topic, text, is_inside, is_begin))


def read_rows(path):
    """(board, rows and pauses in ms)"""
    rows, board = [], ""
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            found = re.match(r"(.*?) =([>!])(?: |$)(.*)", line)
            if line.startswith("# board: "):
                board = line[9:]
            elif line.startswith("wait "):
                rows.append(int(line[5:]))
            elif line.startswith("=> "):
                rows[-1].add(line[3:])
            elif line and not line.startswith("#"):
                rows.append(Row(found[1], found[2] == "!"))
                rows[-1].add(found[3])
    return board, rows


class Http:
    def __init__(self, device, _work):
        self.device = device
        device.do(f"console Backlog0 WebPassword {PASSWORD};SSId1 home;"
                  "Password1 correct horse")
        device.wait("Connected to AP1")
        self.came_back()

    def ask(self, line):
        found, _ = self.device.wait(r"net [0-9.]+:(\d+) is port 80$|net [0-9.]+:80 tcp")
        client = http.client.HTTPConnection(self.device.address,
                                            int(found.group(1) or 80), timeout=5)
        client.request("GET", f"/cm?user=admin&password={PASSWORD}&cmnd="
                       + urllib.parse.quote(line))
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        assert answer.status == 200, (answer.status, text)
        return text

    def came_back(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.ask("State")
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < end, "it did not come back"
                time.sleep(0.1)

    def check(self, row):
        """What /cm merges: the insides of all objects. A backlog's come later."""
        text = self.ask(row.line)
        if not row.replies:
            assert text == "{}", text
        if re.match("backlog|json", row.line, re.I) and not row.is_refused \
                and row.replies and "Backlog" not in row.replies[0][1] \
                and "Empty" not in row.replies[0][1]:
            return
        for _, want, is_inside, is_begin in row.replies:
            if not is_inside and not want.startswith("{"):
                continue
            want = want if is_inside else want[1:]
            want = want if is_begin else want[:-1]
            assert want in text, text

    def end(self):
        pass


class Mqtt:
    def __init__(self, device, work):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        folder = tempfile.mkdtemp(dir=work)
        with open(f"{folder}/conf", "w", encoding="ascii") as conf:
            conf.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        os.chmod(work, 0o755)  # mosquitto gives root's rights up
        os.chmod(folder, 0o755)
        self.broker = Process(["mosquitto", "-c", f"{folder}/conf"])
        self.reach()
        self.ear = Process(["mosquitto_sub", "-p", str(self.port), "-v", "-t", "#"])
        device.do("console Backlog0 SSId1 home;Password1 correct horse;"
                  f"MqttHost broker.local;MqttPort {self.port}")
        self.topic, self.place = "", 0
        self.came_back()

    def reach(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < end, self.broker.lines
                time.sleep(0.05)

    def came_back(self):
        """It has told its relays, the last of what it tells when it comes."""
        found, place = self.ear.wait("tele/(.*)/LWT Online", self.place, 60)
        self.ear.wait(r"stat/.*/POWER\d? ", place)
        time.sleep(QUIET)
        self.topic, self.place = found[1], len(self.ear.lines)

    def check(self, row):
        name, _, payload = row.line.partition(" ")
        name = name.rpartition("/")[2]
        if not row.replies:
            time.sleep(QUIET)
            self.place = len(self.ear.lines)
        what = ["-m", payload] if payload else ["-n"]
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-t",
                        f"cmnd/{self.topic}/{name}", *what], check=True)
        for topic, want, is_inside, is_begin in row.replies:
            pattern = re.escape(want)
            pattern = pattern if is_inside else "^" + re.escape(
                f"stat/{self.topic}/{topic} ") + pattern
            pattern = pattern if is_begin else pattern + "$"
            since = self.place - is_inside  # more of the same message, too
            _, self.place = self.ear.wait(pattern, since, 5)
        if not row.replies:
            time.sleep(QUIET)
            said = [line for line in self.ear.lines[self.place:] if "stat/" in line]
            assert not said, said

    def end(self):
        self.ear.end()
        self.broker.end()


def play(kind, world, build, work, path):
    board, rows = read_rows(path)
    device = start_device(world, build, work, board)
    try:
        transport = {"http": Http, "mqtt": Mqtt}[kind](device, work)
        try:
            for row in rows:
                if isinstance(row, Row):
                    try:
                        transport.check(row)
                    except AssertionError as wrong:
                        raise AssertionError(f"{row.line}: {wrong}") from wrong
                    continue
                time.sleep(row / 1000)
                if row >= RESTART_MS:
                    transport.came_back()
        finally:
            transport.end()
    finally:
        device.end()


def main():
    kind, world, build, work, *paths = sys.argv[1:]
    for path in paths:
        name = f"{os.path.basename(path)[:-4]}: {world}, {kind}"
        try:
            play(kind, world, build, work, path)
            print(f"ok - {name}", flush=True)
        except Exception as error:  # whatever it is, it is a failure
            print(f"# {error!r}\nnot ok - {name}", flush=True)


main()
