"""A device for the rows of test/commands/*.txt, and the ways to it: web server,
MQTT broker, console. live.py plays the rows."""
import http.client
import json
import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

PATIENCE = 20
BACK = 90  # until it is back: searches, pauses and a loaded computer
QUIET = 0.4  # nothing is said for so long: nothing is said
PASSWORD = "live-rows"
NETWORK = "SSId1 home;Password1 correct horse"
PORTS = (1883, 65535)  # the broker's: those that rows set


def random_address(second):
    return f"127.{second}.{random.randrange(1, 255)}.{random.randrange(1, 255)}"


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

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Device(Process):
    """In an air of its own, where broker.local is an address of its own."""

    def __init__(self, world, build, work, board):
        self.address, self.broker = random_address(84), random_address(85)
        air = f"{work}/{os.getpid()}.air"
        with open("test/commands/rows.air", encoding="utf-8") as file:
            text = file.read()
        with open(air, "w", encoding="utf-8") as file:
            file.write(text.replace("local 127.0.0.1", f"local {self.broker}"))
        command = [f"{build}/pogo-posix", "--board", board]
        if world == "bench":
            flash = f"{work}/live-{os.getpid()}.bin"
            shutil.copy(f"{build}/pogo-bench.bin", flash)
            command = [f"{build}/pogo", "bench", board, "--flash", flash, "--elf",
                       f"{build}/slot-a.elf"]
        super().__init__(command + ["--air", air, "--address", self.address])
        self.wait("access point .* is open")

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def sleep(self, ms):
        """By the device's clock."""
        since = len(self.lines)
        self.do(f"sleep {ms}")
        self.do("show")
        self.wait("^show ", since, ms / 1000 + BACK)


class Broker:
    """A mosquitto, and who hears all of it: `topic payload`."""

    def __init__(self, device, work):
        self.address = device.broker
        folder = tempfile.mkdtemp(dir=work)
        with open(f"{folder}/conf", "w", encoding="ascii") as conf:
            for port in PORTS:
                conf.write(f"listener {port} {self.address}\n")
            conf.write("allow_anonymous true\n")
        os.chmod(work, 0o755)  # mosquitto gives root's rights up
        os.chmod(folder, 0o755)
        self.broker = Process(["mosquitto", "-c", f"{folder}/conf"])
        self.reach()
        self.ear = Process(["mosquitto_sub", *self.at(), "-v", "-t", "#"])
        self.place = 0  # in what the ear has heard

    def at(self):
        return ["-h", self.address, "-p", str(PORTS[0])]

    def reach(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection((self.address, PORTS[0]), 1).close()
            except OSError:
                assert time.monotonic() < end, self.broker.lines
                time.sleep(0.05)

    def say(self, topic, payload):
        what = ["-m", payload] if payload else ["-n"]
        subprocess.run(["mosquitto_pub", *self.at(), "-t", topic, *what], check=True)

    def hear(self, pattern, patience=PATIENCE):
        _, self.place = self.ear.wait(pattern, self.place, patience)

    def heard(self):
        return self.ear.lines[self.place:]

    def end(self):
        self.ear.end()
        self.broker.end()


class Http:
    """/cm, in the network or (is_set_up) as a phone on the set-up access point."""

    def __init__(self, device, broker, is_set_up):
        self.device, self.broker, self.is_set_up = device, broker, is_set_up
        self.set_up()

    def set_up(self):
        self.password = "" if self.is_set_up else PASSWORD
        if self.is_set_up:
            self.device.do("phone join")
        else:
            mqtt = ";MqttHost broker.local" if self.broker else ""
            self.device.do(f"console Backlog0 WebPassword {PASSWORD};{NETWORK}{mqtt}")
        self.reach()
        if self.broker:
            self.broker.hear("/LWT Online", BACK)

    def ask(self, line):
        found, _ = self.device.wait(r"net [0-9.]+:(\d+) is port 80$|net [0-9.]+:80 tcp")
        client = http.client.HTTPConnection(self.device.address,
                                            int(found.group(1) or 80), timeout=5)
        user = f"user=admin&password={urllib.parse.quote(self.password)}&"
        client.request("GET", f"/cm?{user if self.password else ''}cmnd="
                       + urllib.parse.quote(line))
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        assert answer.status == 200, (answer.status, text)
        return text

    def reach(self):
        end = time.monotonic() + BACK
        while True:
            try:
                return self.ask("State")
            except (OSError, http.client.HTTPException, AssertionError):
                assert time.monotonic() < end, "it did not come back"
                time.sleep(0.1)

    def check(self, row):
        """What /cm merges: the insides of all objects. A backlog's come later."""
        text = self.ask(row.line)
        found = re.match("WebPassword (.+)", row.line)
        if found and not row.is_refused:
            self.password = "" if found[1] == "0" else found[1]
        if not row.replies:
            assert text == "{}", text
        if re.match("backlog|json", row.line, re.I) and not row.is_refused \
                and row.replies and "Backlog" not in row.replies[0].text \
                and "Empty" not in row.replies[0].text:
            return
        for reply in row.replies:
            want = reply.text
            if reply.topic == "HEARD":
                self.broker.hear(f"^{re.escape(want)}$")
                continue
            if not reply.is_inside and not want.startswith("{"):
                continue
            want = want if reply.is_inside else want[1:]
            want = want if reply.is_begin else want[:-1]
            assert want in text, text


class Mqtt:
    """Commands by the topics that its discovery tells."""

    def __init__(self, device, broker, _is_set_up):
        self.device, self.broker = device, broker
        self.config = {}
        self.set_up()

    def set_up(self):
        self.device.do(f"console Backlog0 {NETWORK};MqttHost broker.local")
        self.broker.hear("/config {", BACK)
        self.reach()

    def topic(self, prefix, name):
        """tasmota.md E.1: without %prefix% commands have a level of their own."""
        full = self.config["ft"]
        topic = full.replace("%prefix%", self.config["tp"][prefix])
        topic = topic.replace("%topic%", self.config["t"])
        if prefix == 0 and "%prefix%" not in full:
            topic += self.config["tp"][0] + "/"
        return topic + name

    def reach(self):
        """Asked again and again: a question is lost while it is away."""
        end = time.monotonic() + BACK
        while True:
            for line in self.broker.ear.lines:
                if re.match("tasmota/discovery/.*/config {", line):
                    self.config = json.loads(line.split(" ", 1)[1])
            since = len(self.broker.ear.lines)
            self.broker.say(self.topic(0, "State"), "")
            try:
                self.broker.ear.wait(f"^{re.escape(self.topic(1, 'RESULT'))} "
                                     '{"Time":', since, 1)
                break
            except AssertionError:
                assert time.monotonic() < end, "it did not come back"
        time.sleep(QUIET)
        self.broker.place = len(self.broker.ear.lines)

    def ask(self, row):
        name, _, payload = row.line.partition(" ")
        self.broker.say(self.topic(0, name.rpartition("/")[2]), payload)

    def pattern(self, reply, is_topic):
        """What sets topics is answered on the new ones."""
        topic = f"(.*/)?{reply.topic}" if is_topic else \
            re.escape(self.topic(1, reply.topic))
        before = "" if reply.is_inside else \
            "^" if reply.topic == "HEARD" else f"^{topic} "
        return before + re.escape(reply.text) + ("" if reply.is_begin else "$")

    def check(self, row):
        if not row.replies:
            time.sleep(QUIET)
            self.broker.place = len(self.broker.ear.lines)
        self.ask(row)
        is_topic = re.match("(FullTopic|Topic|Prefix)", row.line)
        for reply in row.replies:
            self.broker.place -= reply.is_inside  # more of the same message, too
            pattern = self.pattern(reply, is_topic)
            try:
                self.broker.hear(pattern, 5)
            except AssertionError:
                # Lost, if the session with the broker was a new one just then.
                if not any("LWT Online" in line for line in self.broker.heard()):
                    raise
                self.reach()
                self.ask(row)
                self.broker.hear(pattern, 5)
        if not row.replies:
            time.sleep(QUIET)
            said = [line for line in self.broker.heard() if "stat/" in line]
            assert not said, said


class Console:
    """For rows that need a broker; commands_test.sh has the others."""

    def __init__(self, device, broker, _is_set_up):
        self.device, self.broker = device, broker
        self.set_up()

    def set_up(self):
        self.device.do(f"console Backlog0 {NETWORK};MqttHost broker.local")
        self.reach()

    def reach(self):
        self.device.wait("MQT: Connected", 0, BACK)

    def check(self, row):
        place = len(self.device.lines)
        self.device.do(f"console {row.line}")
        for reply in row.replies:
            if reply.topic == "HEARD":
                self.broker.hear(f"^{re.escape(reply.text)}$")
                continue
            before = "" if reply.is_inside else f"RSL: {reply.topic} = "
            self.device.wait(re.escape(before + reply.text)
                             + ("" if reply.is_begin else "$"), place)


TRANSPORTS = {"http": Http, "mqtt": Mqtt, "console": Console}
