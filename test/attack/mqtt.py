"""What strangers try over MQTT: mqtt.py NAME WORLD BUILD WORK. The broker is this
program, because a right one would not say such things. One TAP line for each thing
that must hold."""
import json
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "web"))
from device import NETWORK, Device  # noqa: E402

PATIENCE = 30
PACKET = 1200  # bytes that the device reads: MQTT_PACKET
failed = False


def tell(is_right, what, why=""):
    global failed
    failed |= not is_right
    print(("ok - " if is_right else "not ok - ") + f"{world}: {what}", flush=True)
    if not is_right and why:
        print(why, flush=True)


def length(size):
    """A packet's length field."""
    out = b""
    while True:
        size, low = divmod(size, 128)
        out += bytes([low | (128 if size else 0)])
        if not size:
            return out


def publication(topic, payload):
    body = len(topic).to_bytes(2, "big") + topic.encode() + payload
    return b"\x30" + length(len(body)) + body


class Broker:
    """Accepts everybody; what they publish is in said, a line each."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.said = []
        self.sessions = 0
        self.client = None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            client, _ = self.server.accept()
            self.client = client
            try:
                self.serve(client)
            except OSError:
                pass

    def serve(self, client):
        got = b""
        while more := client.recv(4096):
            got += more
            while whole := self.split(got):
                kind, body, got = whole
                self.take(client, kind, body)

    @staticmethod
    def split(got):
        """The first packet's type and body, and what is behind it; or nothing."""
        size = 0
        for n, byte in enumerate(got[1:5]):
            size |= (byte & 127) << 7 * n
            if byte < 128:
                head = 2 + n
                if len(got) >= head + size:
                    return got[0] >> 4, got[head:head + size], got[head + size:]
                return None
        return None

    def take(self, client, kind, body):
        if kind == 1:
            client.sendall(b"\x20\x02\x00\x00")
            self.sessions += 1
        elif kind == 8:
            client.sendall(b"\x90\x03" + body[:2] + b"\x01")
        elif kind == 12:
            client.sendall(b"\xd0\x00")
        elif kind == 3:
            size = int.from_bytes(body[:2], "big")
            self.said.append((body[2:2 + size] + b" " + body[2 + size:]).decode())

    def say(self, packet):
        self.client.sendall(packet)

    def wait(self, words, since=0, patience=PATIENCE):
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for line in list(self.said)[since:]:
                if words in line:
                    return line
            time.sleep(0.01)
        return ""

    def wait_session(self, before):
        end = time.monotonic() + PATIENCE
        while self.sessions == before and time.monotonic() < end:
            time.sleep(0.01)
        return self.sessions > before


def obeys(device, broker, topic):
    """A command is carried out, and answered."""
    since, lines = len(broker.said), len(device.lines)
    broker.say(publication(f"cmnd/{topic}/Power1", b"TOGGLE"))
    device.wait(r"relay 1 ", lines)
    return broker.wait("RESULT {\"POWER\":", since) != ""


def is_unharmed(device):
    return (device.count(r"boot cause") == 1 and
            not device.count(r"fatal|stop |.*Sanitizer|.*watchdog"))


def packet_over_the_buffer(device, broker, topic):
    power = f"cmnd/{topic}/Power1"
    room = PACKET - 2 - len(power)
    for what, packet in (
            ("exactly as long as the buffer", publication(power, b"1" * room)),
            ("one byte longer", publication(power, b"1" * (room + 1))),
            ("of 100,000 bytes", publication(power, b"ON" * 50000)),
            ("with a topic of 1,100 bytes", publication(f"cmnd/{topic}/" + "A" * 1080, b"x" * 90)),
            ("with a topic of 60,000 bytes", publication(f"cmnd/{topic}/" + "A" * 60000, b"1"))):
        relay = device.count(r"relay 1 ")
        broker.say(packet)
        time.sleep(0.5)
        tell(device.count(r"relay 1 ") == relay and broker.sessions == 1,
             f"a message {what} does nothing")
        tell(obeys(device, broker, topic), "and the next one is obeyed")
    tell(device.count(r".*MQT: a message of more than 1200 bytes was left out") == 1,
         "the log tells of it, once")
    for what, packet, host in (
            ("whose topic is longer than it", b"\x30\x05\xff\xffcmn", "localhost"),
            ("with a length of five bytes", b"\x30\xff\xff\xff\xff\xff\x7f", "broker.local")):
        broker.say(packet)
        device.wait(r".*MQT: Connection lost")
        before = broker.sessions
        device.do(f"console MqttHost {host}")  # at once, not after its pause
        tell(broker.wait_session(before), f"a message {what} ends the session, it comes back")
    broker.say(b"\x30\xff\xff\xff\x7f\x00\x04cmnd" + b"a" * 20000)
    slowest = max(device.press() for _ in range(5))
    tell(slowest < 250, "while a gigabyte is coming the button works", f"{slowest}")
    before = broker.sessions
    broker.client.shutdown(socket.SHUT_RDWR)
    tell(broker.wait_session(before) and obeys(device, broker, topic), "then it comes back")
    tell(is_unharmed(device), "it was started once")


TAKEOVER = (
    ("SSId1", "evil"), ("SSId2", "evil"), ("Password1", "evilevil"), ("WifiConfig", "2"),
    ("MqttHost", "127.0.0.9"), ("MqttPort", "1"), ("MqttUser", "evil"),
    ("MqttPassword", "evil"), ("MqttClient", "evil"), ("Topic", "evil"),
    ("FullTopic", "evil/%prefix%/"), ("GroupTopic", "evil"), ("Prefix1", "evil"),
    ("SetOption3", "0"), ("WebPassword", "evil"), ("OtaUrl", "http://127.0.0.9/evil.ota"),
    ("Upgrade", "1"), ("OtaKey", "00" * 64), ("UpgradeSerial", "1000"), ("Reset", "1"),
)


def group_topic(device, broker, topic):
    settings = device.ask("/dl")[1]
    tell("broker.local" in settings, "its settings are there")
    for name, payload in TAKEOVER:
        since = len(broker.said)
        broker.say(publication(f"cmnd/tasmotas/{name}", payload.encode()))
        tell(broker.wait("\"Refused\"}", since, 5) != "", f"{name} is refused")
    for name, payload in TAKEOVER:
        broker.say(publication("cmnd/tasmotas/Backlog0",
                               f"{name} {payload};Power1 TOGGLE".encode()))
        time.sleep(0.05)
    time.sleep(3)
    tell(device.count(r"relay 1 ") == len(TAKEOVER), "what a group may do in a backlog is done")
    tell(settings_of(device.ask("/dl")[1]) == settings_of(settings), "no setting has changed")
    since, before = len(device.lines), broker.sessions
    device.do("console Restart 1")
    device.wait(r".*wifi joined \"home\"", since)
    tell(broker.wait_session(before) and obeys(device, broker, topic),
         "after a restart it is at its owner's broker again")


def settings_of(text):
    """All but the relay, which a group may switch."""
    return {name: value for name, value in json.loads(text).items() if name != "Power"}


name, world, build, work = sys.argv[1:5]
evil = Broker()
target = Device(world, build, work, NETWORK + "; SetOption13 1; WebPassword 0; "
                f"MqttHost broker.local; MqttPort {evil.port}")
try:
    own = evil.wait("LWT Online").split("/")[1]
    time.sleep(5)  # it has told all about itself, and the button works
    globals()[name](target, evil, own)
finally:
    target.end()
sys.exit(failed)
