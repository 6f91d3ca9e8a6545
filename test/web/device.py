"""A device with a web server for tests with real clients: pogo-posix or the image
on the bench, in its network, at an address of its own in 127.0.0.0/8."""
import http.client
import os
import random
import re
import shutil
import socket
import subprocess
import threading
import time

PATIENCE = 15
NETWORK = "SSId1 home; Password1 correct horse"


class Device:
    def __init__(self, world, build, work, setup=NETWORK, flash=None):
        self.address = f"127.83.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
        self.lines = []
        common = ["--air", "test/air/home.air", "--address", self.address]
        if world == "posix":
            command = [f"{build}/pogo-posix", "--board", "mini"] + common
        else:
            flash = flash or f"{work}/flash.bin"
            if not os.path.exists(flash):
                shutil.copy(f"{build}/pogo-bench.bin", flash)
            command = [f"{build}/pogo", "bench", "mini", "--flash", flash,
                       "--elf", f"{build}/slot-a.elf"] + common
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, bufsize=1,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()
        self.wait(r".*(access point .* is open|Connecting to)")
        if setup:
            self.do("console Backlog0 " + setup)
            self.wait(r"net .*:(\d+) (tcp|is port 80)")
        else:
            self.do("phone join")  # nothing, once it has a network
            self.wait(r"net .*:(\d+) (tcp|is port 80)")

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.rstrip()))

    def wait(self, pattern, since=0, patience=PATIENCE):
        """The first line from `since` on that matches, and when it came."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for when, line in list(self.lines)[since:]:
                match = re.match(pattern, line)
                if match:
                    return match, when
            time.sleep(0.005)
        raise AssertionError(f"no line {pattern}: {[l for _, l in self.lines[-8:]]}")

    def count(self, pattern):
        return sum(bool(re.match(pattern, line)) for _, line in list(self.lines))

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    @property
    def port(self):
        match, _ = self.wait(r"net [0-9.]+:(\d+) is port 80$|net [0-9.]+:80 tcp")
        return int(match.group(1) or 80)

    def connect(self, patience=PATIENCE):
        return socket.create_connection((self.address, self.port), patience)

    def raw(self, request, patience=PATIENCE):
        """Bytes on a connection of their own; the answer up to its end."""
        with self.connect(patience) as client:
            client.sendall(request if isinstance(request, bytes) else request.encode())
            return read_all(client)

    def ask(self, target, method="GET", headers=None, body=None):
        """(status, text) of a request; Host is the address unless it is given."""
        client = http.client.HTTPConnection(self.address, self.port, timeout=PATIENCE)
        try:
            client.request(method, target, body, headers or {})
            answer = client.getresponse()
            return answer.status, answer.read().decode()
        finally:
            client.close()

    def press(self):
        """Press the button; ms until the relay has switched."""
        since = len(self.lines)
        began = time.monotonic()
        self.do("press 0 100")
        _, when = self.wait(r"relay 1 ", since, 3)
        time.sleep(0.15)
        return (when - began) * 1000

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


def read_all(client):
    got = b""
    try:
        while more := client.recv(4096):
            got += more
    except (ConnectionResetError, TimeoutError):
        pass
    return got.decode(errors="replace")


def status(answer):
    match = re.match(r"HTTP/1\.1 (\d+) ", answer)
    return int(match.group(1)) if match else 0
