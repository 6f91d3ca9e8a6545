"""Real clients of test/net/service.c: sockets of this computer against the
posix port or the image on the bench. `clients.py WORLD COMMAND...` starts the
service by the command and prints TAP lines (test/net/net_test.sh has the plan).
"""
import re
import socket
import struct
import subprocess
import sys
import threading
import time

WINDOW = 5840  # HAL_NET_QUEUE
ECHO, CONTROL = 4007, 4009
PATIENCE = 15
CONTROLS = 3  # at a time
BENCH = {"up": "air up cellar", "down": "air down cellar", "restart": "power cycle"}


class Device:
    """The process, its event lines, and a control connection."""

    def __init__(self, world, command):
        self.is_bench = world == "bench"
        self.lines = []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()
        if not self.is_bench:
            self.do("up")
        self.address = self.wait(r"net (127[0-9.]*):\d+ (tcp|is port)").group(1)
        self.control = None

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait(self, pattern):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.lines):
                match = re.match(pattern, line)
                if match:
                    return match
            time.sleep(0.02)
        raise AssertionError(f"no line {pattern}: {self.lines[-8:]}")

    def do(self, line):
        self.process.stdin.write((BENCH[line] if self.is_bench else line) + "\n")
        self.process.stdin.flush()

    def port(self, number, kind="tcp"):
        """Where the device's port is on this computer."""
        tail = " udp" if kind == "udp" else ""
        match = self.wait(rf"net {self.address}:(\d+) is port {number}{tail}$|"
                          rf"net {self.address}:{number} {kind}$")
        return int(match.group(1) or number)

    def connect(self, number=ECHO, wait=PATIENCE):
        """A connection to a port; tries until the network is there."""
        end = time.monotonic() + wait
        where = (self.address, self.port(number))
        while True:
            try:
                client = socket.create_connection(where, PATIENCE)
                client.settimeout(PATIENCE)
                return client
            except ConnectionRefusedError:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.1)

    def open_control(self):
        self.control = self.connect(CONTROL)
        self.said = b""
        ip, port = self.control.getsockname()
        self.number = self.hear(rf"accepted (\d) \S+ {port}").group(1)

    def tell(self, line):
        self.control.sendall(line.encode() + b"\n")

    def hear(self, pattern, wait=PATIENCE):
        """The first line that matches; it is used up, and those before."""
        self.control.settimeout(wait)
        while True:
            while b"\n" in self.said:
                line, self.said = self.said.split(b"\n", 1)
                match = re.fullmatch(pattern, line.decode())
                if match:
                    return match
            more = self.control.recv(4096)
            assert more, f"the control connection ended before {pattern}"
            self.said += more

    def echo(self):
        """An echo connection, and its number on the device."""
        client = self.connect()
        ip, port = client.getsockname()
        return client, self.hear(rf"accepted (\d) \S+ {port}").group(1)

    def end(self):
        self.process.stdin.close() if not self.is_bench else self.process.terminate()
        self.process.wait(PATIENCE)


def letters(size):
    return bytes(97 + n % 26 for n in range(size))


def read_all(client, size):
    got = b""
    while len(got) < size:
        more = client.recv(size - len(got))
        assert more, f"ended after {len(got)} of {size} bytes"
        got += more
    return got


def is_alive(client):
    client.sendall(b"there?")
    return read_all(client, 6) == b"there?"


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def is_cut(client):
    client.settimeout(PATIENCE)
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def both_ways(device):
    client, _ = device.echo()
    block = letters(20000)
    sender = threading.Thread(target=client.sendall, args=(block,))
    sender.start()
    assert read_all(client, len(block)) == block
    sender.join()
    client.close()
    device.hear(r"closed \d")


def the_ninth_is_refused(device):
    clients = [device.echo()[0] for _ in range(7)]  # and the control connection
    assert all(is_alive(c) for c in clients)
    try:
        assert is_cut(device.connect(wait=0))
    except ConnectionError:
        pass
    assert all(is_alive(c) for c in clients)
    clients.pop().close()
    device.hear(r"closed \d")
    again, _ = device.echo()
    assert is_alive(again)
    for client in clients + [again]:
        client.close()
        device.hear(r"closed \d")


def each_port_has_its_own_limit(device):
    more = []
    for _ in range(CONTROLS - 1):
        more.append(device.control)
        device.open_control()
    try:
        assert is_cut(device.connect(CONTROL, wait=0))
    except ConnectionError:
        pass
    client, _ = device.echo()  # the other port has room
    assert is_alive(client)
    for connection in more + [client]:
        connection.close()
        device.hear(r"closed \d")


def the_device_closes(device):
    client, number = device.echo()
    device.tell(f"send {number} 5000")
    device.tell(f"close {number}")
    assert read_all(client, 5000) == letters(5000)
    assert client.recv(1) == b""
    client.close()
    client, number = device.echo()
    device.tell(f"close {number}")
    assert is_cut(client)


def much_to_a_slow_reader(device):
    client, number = device.echo()
    device.tell(f"send {number} 100000")
    time.sleep(0.5)
    assert read_all(client, 100000) == letters(100000)
    device.hear(f"sent {number}")
    client.close()
    device.hear(f"closed {number}")


def the_client_closes(device):
    client, number = device.echo()
    client.sendall(b"last words")
    client.close()
    device.hear(f"closed {number}")
    client, number = device.echo()
    reset(client)
    device.hear(f"closed {number}")


def hold(device):
    client, number = device.echo()
    device.tell(f"hold {number} 1")
    device.tell(f"room {number}")
    device.hear(r"room 5840")
    block = letters(30000)
    sender = threading.Thread(target=client.sendall, args=(block,))
    sender.start()
    got, end = b"", time.monotonic() + 1.5
    client.settimeout(0.2)
    while time.monotonic() < end:
        try:
            got += client.recv(4096)
        except socket.timeout:
            pass
    assert len(got) <= WINDOW, f"{len(got)} bytes came through"
    device.tell(f"hold {number} 0")
    client.settimeout(PATIENCE)
    assert got + read_all(client, len(block) - len(got)) == block
    sender.join()
    client.close()
    device.hear(f"closed {number}")


def half_dead(device):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((device.address, device.port(ECHO)))
    number = device.hear(rf"accepted (\d) \S+ {client.getsockname()[1]}").group(1)
    device.tell(f"send {number} 1000000")
    time.sleep(1)
    device.tell(f"room {number}")
    room = int(device.hear(r"room (\d+)").group(1))
    assert room < WINDOW, f"room for {room} bytes"
    other, _ = device.echo()
    assert is_alive(other)
    other.close()
    device.hear(r"closed \d")
    device.tell(f"close {number}")
    for _ in range(8):  # nothing of it is left in anyone's way
        other, other_number = device.echo()
        assert is_alive(other)
        other.close()
        device.hear(f"closed {other_number}")
    reset(client)


def the_device_connects(device):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    server.settimeout(PATIENCE)
    port = server.getsockname()[1]
    device.tell(f"connect 127.0.0.1 {port}")
    number = device.hear(r"connect (\d)").group(1)
    client, who = server.accept()
    client.settimeout(PATIENCE)
    assert who[0] == device.address
    device.hear(f"connected {number}")
    assert is_alive(client)
    device.tell(f"send {number} 20000")
    assert read_all(client, 20000) == letters(20000)
    device.hear(f"sent {number}")
    client.close()
    device.hear(f"closed {number}")
    server.close()
    device.tell(f"connect 127.0.0.1 {port}")
    number = device.hear(r"connect (\d)").group(1)
    device.hear(f"closed {number}")


def nobody_answers(device):
    if device.is_bench:
        return  # 20 s; test/emulator/net_test.c has it
    device.tell("connect 10.0.0.1 80")
    number = device.hear(r"connect (\d)").group(1)
    device.wait("net 10.0.0.1 is not in 127.0.0.0/8: unreachable")
    device.do("late")
    device.hear(f"closed {number}")


def names(device):
    for name, ip in (("127.0.0.44", "127.0.0.44"), ("broker.local", "127.0.0.1"),
                     ("localhost", "127.0.0.1"), ("nobody.local", "0.0.0.0")):
        device.tell(f"resolve {name}")
        device.hear(f"resolved {ip}")
    device.tell("resolve other.local\nresolve broker.local")
    device.hear("no")
    device.hear("resolved 0.0.0.0")


def udp_client(address="127.0.0.1"):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.bind((address, 0))
    client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                      socket.inet_aton("127.0.0.1"))
    client.settimeout(PATIENCE)
    return client


def datagrams(device):
    client = udp_client()
    device.tell("udp 4053")
    handle = device.hear(r"udp (\d)").group(1)
    for text in (b"one", b"two", letters(1400)):
        client.sendto(text, (device.address, device.port(4053, "udp")))
        answer, who = client.recvfrom(2048)
        assert answer == text and who[0] == device.address
        device.hear(f"datagram {handle} 4053 {len(text)}")
    device.tell("udp 4053")
    device.hear("no")
    device.tell(f"shut {handle}")
    device.tell("udp 0")
    handle = device.hear(r"udp (\d)").group(1)
    device.tell(f"datagram {handle} 127.0.0.1 {client.getsockname()[1]} the time?")
    question, who = client.recvfrom(2048)
    assert question == b"the time?"
    client.sendto(b"now", who)
    device.hear(f"datagram {handle} 0 3")
    assert client.recv(2048) == b"now"
    device.tell(f"shut {handle}")


def a_group(device):
    client = udp_client()
    group = "239.255.255.250"
    device.tell(f"udp 4900 {group}")
    handle = device.hear(r"udp (\d)").group(1)
    client.sendto(b"anybody?", (group, 4900))
    while client.recvfrom(2048)[1][0] != device.address:
        pass  # others on this computer may be in it, too
    device.hear(f"datagram {handle} 4900 8")
    for _ in range(3):
        device.tell("udp 0")
        device.hear(r"udp \d")
    device.tell("udp 0")
    device.hear("no")
    for number in range(4):
        device.tell(f"shut {number}")
    client.sendto(b"still?", (group, 4900))
    device.tell("room 0")
    device.hear(r"room \d+")


def random_numbers(device):
    seen = set()
    for _ in range(20):
        device.tell("random")
        seen.add(device.hear(r"random (\d+)").group(1))
    assert len(seen) == 20


def heap(device):
    return [line for line in list(device.lines) if line.startswith("uart heap")][-1:]


def nothing_stays(device):
    """Connections that end in every way, more at a time than there is room for."""
    time.sleep(1)
    before = heap(device)
    for _ in range(6):
        clients = []
        for _ in range(16):
            try:
                clients.append(device.connect(wait=0))
                clients[-1].sendall(b"a word that may find nobody")
            except ConnectionError:
                pass
        for client in clients[::2]:
            reset(client)
        for number in set("01234567") - {device.number}:
            device.tell(f"send {number} 100\nclose {number}")
        device.tell("random")
        device.hear(r"random \d+")  # all of them were read
        for client in clients[1::2]:
            client.close()
    client, _ = device.echo()
    assert is_alive(client)
    client.close()
    device.hear(r"closed \d")
    end = time.monotonic() + 40
    while heap(device) != before and time.monotonic() < end:
        time.sleep(0.2)
    assert heap(device) == before, f"{before} before, {heap(device)} now"


def the_network_goes(device):
    client, number = device.echo()
    device.do("down")
    assert is_cut(client) and is_cut(device.control)
    try:
        device.connect(wait=0)
        raise AssertionError("somebody is there")
    except ConnectionRefusedError:
        device.do("up")
    device.open_control()
    # The device has heard nothing of that: it sends, and then it does.
    device.tell(f"send {number} 10")
    device.hear(f"closed {number}")
    client, _ = device.echo()
    assert is_alive(client)
    client.close()


def it_starts_again(device):
    client, _ = device.echo()
    device.do("restart")
    assert is_cut(client) and is_cut(device.control)
    time.sleep(1)
    device.open_control()
    client, _ = device.echo()
    assert is_alive(client)
    client.close()


def a_phone(device):
    if device.is_bench:
        return
    device.do("phone")
    time.sleep(0.2)
    client = device.connect(CONTROL)
    line = client.recv(100).decode()
    assert re.fullmatch(r"accepted \d 192\.168\.4\.2 \d+\n", line), line
    client.close()


TESTS = (
    ("20,000 bytes both ways", both_ways),
    ("eight connections, the ninth is refused", the_ninth_is_refused),
    ("each port has its own limit", each_port_has_its_own_limit),
    ("the device closes after all has been sent", the_device_closes),
    ("100,000 bytes to a slow reader", much_to_a_slow_reader),
    ("the client closes, or resets", the_client_closes),
    ("hold: only what is on its way comes", hold),
    ("a client that does not read is in nobody's way", half_dead),
    ("the device connects, or is refused", the_device_connects),
    ("nobody answers: unreachable", nobody_answers),
    ("names", names),
    ("datagrams", datagrams),
    ("a group", a_group),
    ("random numbers", random_numbers),
    ("100 connections leave nothing behind", nothing_stays),
    ("the network goes and comes back", the_network_goes),
    ("after a restart", it_starts_again),
    ("a phone is who connects", a_phone),
)


def main():
    world, failed = sys.argv[1], 0
    device = Device(world, sys.argv[2:])
    try:
        device.open_control()
        for name, test in TESTS:
            began = time.monotonic()
            try:
                test(device)
                print(f"ok - {world}: {name}")
            except Exception as why:
                failed += 1
                print(f"not ok - {world}: {name}")
                print(f"# {type(why).__name__}: {why}; {device.lines[-16:]}")
                device.open_control()
            print(f"# {time.monotonic() - began:.1f} s", flush=True)
    finally:
        device.end()
    return 1 if failed else 0


sys.exit(main())
