"""A syslog server's view of a device: `syslog.py WORLD BUILD WORK`, WORLD posix or
bench. A socket of this computer is the server; what the device says must come to it
as Tasmota writes it. Prints TAP lines; syslog_test.sh counts them."""
import re
import socket
import sys
import time

sys.path.insert(0, "test/web")
from device import Device  # noqa: E402

PATIENCE = 15
NAME = "tasmota-9E3779-6009"


class Server:
    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.lines = []

    def wait(self, pattern):
        """The first line from now on that matches; what came before is gone."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                line, peer = self.socket.recvfrom(2048)
            except socket.timeout:
                break
            line = line.decode()
            self.lines.append((peer, line))
            if re.fullmatch(pattern, line):
                return line, peer
        raise AssertionError(f"no line {pattern}: {self.lines[-5:]}")


def run(world, build, work):
    device = Device(world, build, work)
    server = Server()
    try:
        device.do(f"console Backlog0 LogPort {server.port};LogHost localhost;SysLog 2")
        time.sleep(0.5)
        device.do("console Power on")
        _, peer = server.wait(re.escape(NAME) + " ESP-RSL: POWER = ON")
        yield "a line comes to the server", peer[0] == device.address
        device.do("console Password2 geheim-1234")
        server.wait(re.escape(NAME) + r" ESP-RSL: RESULT = \{\"Password2\":\"\*\*\*\*\"\}")
        yield "no line has the password", not any("geheim" in l for _, l in server.lines)
        server.socket.close()  # and the device goes on: nothing waits for it
        device.do("console Backlog0 Power off;Delay 2;Power on;Delay 2;Power off")
        device.wait(".*POWER = OFF", since=len(device.lines))
        server = Server()
        device.do(f"console LogPort {server.port}")
        device.do("console Power on")
        server.wait(re.escape(NAME) + " ESP-RSL: POWER = ON")
        yield "a server may go and come", True
        since = len(device.lines)
        device.do("console Restart 1")
        server.wait(re.escape(NAME) + " ESP-APP: Restarting")
        device.wait("wifi joined", since)
        time.sleep(0.5)
        device.do("console Power off")
        server.wait(re.escape(NAME) + " ESP-RSL: POWER = OFF")
        yield "it is found again after a restart", True
    finally:
        device.end()


def main():
    world, build, work = sys.argv[1:]
    try:
        for name, is_so in run(world, build, work):
            print("ok" if is_so else "not ok", "-", f"{world}: {name}")
    except AssertionError as e:
        print(f"not ok - {world}: {e}")


main()
