"""A real mosquitto and its clients against the device: the posix process or the
image on the bench. `broker.py WORLD COMMAND...` starts the device by the command
and prints TAP lines (broker_test.sh has the plan)."""
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 20
SILENT = 20  # seconds without an answer, ...
GONE = 60  # ... and then without a broker
PRESS = 0.5  # from the button to the relay, and for the page: a smoke test by this
# computer's clock, its pauses included. The limits (50 ms) hold in virtual time,
# with a broker that hangs or is gone, in test/virtual/latency.c.
HATASMOTA = "build/hatasmota/bin/python"  # whatever B is
LONG = 25  # messages over the buffer; mosquitto sends 20 before an answer


class Lines:
    """What a process says, each line with its time."""

    def __init__(self, command, **more):
        self.lines = []
        self.process = subprocess.Popen(command, text=True, errors="replace",
                                        stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, **more)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.rstrip("\n")))

    def since(self, start):
        return [line for at, line in list(self.lines) if at >= start]

    def wait(self, pattern, start=0.0, patience=PATIENCE):
        """The first line since then that has it, and its time."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for at, line in list(self.lines):
                if at >= start and re.search(pattern, line):
                    return at, line
            time.sleep(0.005)
        raise AssertionError(f"no {pattern!r} in {self.since(start)[-12:]}")

    def end(self):
        self.process.kill()
        self.process.wait()


class Device(Lines):
    def __init__(self, command):
        super().__init__(command, stdin=subprocess.PIPE)

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def press(self):
        """Seconds from the button to the relay."""
        start = time.monotonic()
        self.do("press 0 120")
        at, _ = self.wait(r"^relay 1 o", start)
        time.sleep(0.4)
        return at - start

    def page(self):
        """Seconds until the page is there, whole."""
        start = time.monotonic()
        _, line = self.wait(r"^net [0-9.]+:(80 tcp|\d+ is port 80)$")
        address, port = re.match(r"net ([0-9.]+):(\d+)", line).groups()
        client = http.client.HTTPConnection(address, int(port), timeout=PATIENCE)
        client.request("GET", "/")
        answer = client.getresponse()
        assert answer.status == 200 and len(answer.read()) > 5000, answer.status
        client.close()
        return time.monotonic() - start


class Broker:
    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.conf = os.path.join(folder, "mosquitto.conf")
        with open(self.conf, "w", encoding="ascii") as conf:
            conf.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
                       f"persistence true\npersistence_location {folder}/\n")
        if os.getuid() == 0:
            os.chmod(folder, 0o777)  # mosquitto gives root's rights up
        self.start()

    def start(self):
        self.lines = Lines(["mosquitto", "-c", self.conf])
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.monotonic() < end, self.lines.lines
                time.sleep(0.05)

    def signal(self, number):
        os.kill(self.lines.process.pid, number)

    def ear(self, *more):
        """Everything that is published: `retained topic payload`."""
        return Lines(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.port),
                      "-F", "%r %t %p", *(more or ["-t", "#"])])

    def say(self, topic, payload, *more):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port),
                        "-t", topic, "-m", payload, *more], check=True)


class Test:
    def __init__(self, world, command):
        self.world, self.command, self.failed = world, command, False
        self.config = self.sensors = None  # that it is discovered by

    def ok(self, name, check):
        try:
            check()
            print(f"ok - {self.world}: {name}", flush=True)
        except Exception as error:  # whatever it is, it is a failure
            self.failed = True
            print(f"# {error!r}\nnot ok - {self.world}: {name}", flush=True)

    def skip(self, name, why):
        print(f"ok - {self.world}: {name} # SKIP {why}", flush=True)

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            self.broker = Broker(folder)
            self.ear = self.broker.ear()
            self.device = Device(self.command)
            try:
                self.play()
            finally:
                self.device.end()
                self.ear.end()
                self.broker.lines.end()
        return self.failed

    def play(self):
        self.ok("comes up in the order that clients know", self.comes_up)
        self.ok("obeys, and says so in RESULT and POWER", self.obeys)
        self.ok("answers a merged Status 0 by its parts", self.answers)
        self.ok("who comes later is told of it, too", self.is_found)
        name = "Home Assistant's own library understands what it tells"
        if os.path.exists(HATASMOTA):
            self.ok(name, self.with_hatasmota)
        else:
            self.skip(name, f"no {HATASMOTA}: scripts/setup.sh makes it")
        self.ok("a group can't take it over", self.group)
        self.ok("messages over the buffer do not stop the others", self.long)
        self.ok("what is kept for later is obeyed now", self.live)
        self.ok("a cut is seen in LWT, what is retained is not obeyed", self.cut)
        self.ok("works beside a broker that hangs, and comes back", self.hangs)
        self.ok("works without a broker, and comes back", self.gone)

    def wait(self, pattern, start, patience=PATIENCE):
        return self.ear.wait(pattern, start, patience)

    def comes_up(self):
        start = time.monotonic()
        self.device.wait(r"Set-up access point", patience=PATIENCE)
        self.device.do("console Backlog0 SSId1 cellar; Password1 battery staple; "
                       "SetOption13 1; MqttKeepAlive 10; MqttHost broker.local; "
                       f"MqttPort {self.broker.port}")
        _, line = self.wait(r"^. tele/[^ ]*/LWT Online", start, 60)
        self.topic = line.split("/")[1]
        self.wait(r"/STATE ", start)
        names = [re.sub(r".*/", "", line.split(" ")[1]) for line in
                 self.ear.since(start)]
        wanted = ["LWT", "POWER", "INFO1", "INFO2", "INFO3", "RESULT", "POWER",
                  "STATE"]
        assert names == wanted, names
        assert f"0 cmnd/{self.topic}/POWER " in self.ear.since(start)

    def obeys(self):
        for payload, qos in ("ON", "0"), ("OFF", "1"), ("TOGGLE", "1"), ("0", "0"):
            start = time.monotonic()
            self.broker.say(f"cmnd/{self.topic}/POWER1", payload, "-q", qos)
            at, line = self.device.wait(r"^relay 1 ", start)
            is_on = "ON" if payload in ("ON", "TOGGLE") else "OFF"
            assert line == f"relay 1 {is_on.lower()}", line
            self.wait(rf'^0 stat/{self.topic}/RESULT {{"POWER":"{is_on}"}}', start)
            self.wait(rf"^0 stat/{self.topic}/POWER {is_on}$", start)
            print(f"# {payload} took {(at - start) * 1000:.0f} ms, "
                  "mosquitto_pub included")

    def answers(self):
        start = time.monotonic()
        self.broker.say(f"cmnd/{self.topic}/STATUS", "0")
        for part, name in ("", "Status"), ("6", "StatusMQT"), ("11", "StatusSTS"):
            _, line = self.wait(rf"^0 stat/{self.topic}/STATUS{part} ", start)
            assert name in json.loads(line.split(" ", 2)[2])
        _, line = self.wait(rf"^0 stat/{self.topic}/STATUS0 ", start)
        merged = json.loads(line.split(" ", 2)[2])
        assert "IPAddress" in merged["StatusNET"], merged
        _, line = self.wait(r"/STATUS11 ", start)
        wifi = json.loads(line.split(" ", 2)[2])["StatusSTS"]["Wifi"]
        assert wifi["SSId"] == "cellar", wifi

    def is_found(self):
        """Retained: who comes later hears both."""
        self.wait(r"tasmota/discovery/\w+/sensors ", 0)
        ear = self.broker.ear("-t", "tasmota/discovery/#")
        _, config = ear.wait(r"^1 tasmota/discovery/\w+/config ")
        _, sensors = ear.wait(r"^1 tasmota/discovery/\w+/sensors ")
        ear.end()
        mac = config.split("/")[2]
        config, sensors = (json.loads(line.split(" ", 2)[2])
                           for line in (config, sensors))
        assert config["mac"] == mac and config["t"] == self.topic
        assert "Time" in sensors["sn"]
        self.config, self.sensors = config, sensors

    def with_hatasmota(self):
        said = subprocess.run(
            [HATASMOTA, "test/mqtt/hatasmota_reads.py"],
            input=f"{json.dumps(self.config)}\n{json.dumps(self.sensors)}\n",
            text=True, check=False, capture_output=True)
        assert said.returncode == 0, said.stderr
        found = json.loads(said.stdout)
        assert found == {
            "commands": [f"cmnd/{self.topic}/POWER1"],
            "state": [f"tele/{self.topic}/STATE"],
            "result": [f"stat/{self.topic}/RESULT"],
            "poll": [f"cmnd/{self.topic}/STATE"],
            "will": [f"tele/{self.topic}/LWT"],
            "names": [None], "sensors": 0, "status": found["status"],
            "triggers": found["triggers"]}, found
        assert found["status"] >= 8, found

    def group(self):
        start = time.monotonic()
        self.broker.say("cmnd/tasmotas/MqttHost", "127.0.0.9")
        self.broker.say("cmnd/tasmotas/Backlog", "Password1 evilevil;Power 1")
        self.device.wait(r"^relay 1 on", start)
        for name in "MqttHost", "Password1":
            self.wait(rf'RESULT {{"{name}":"Refused"}}', start)
        self.broker.say(f"cmnd/{self.topic}/MqttHost", "")
        self.wait(r'RESULT {"MqttHost":"broker.local"}', start)
        self.broker.say(f"cmnd/{self.topic}/POWER", "0")
        self.device.wait(r"^relay 1 off", start)

    def long(self):
        """A broker waits for answers to QoS 1, and sends no more after some."""
        start = time.monotonic()
        for _ in range(LONG):
            self.broker.say("cmnd/tasmotas/DeviceName", "x" * 2000, "-q", "1")
        for payload in "ON", "OFF":
            self.broker.say(f"cmnd/{self.topic}/POWER", payload, "-q", "1")
            self.device.wait(rf"^relay 1 {payload.lower()}", start)
        self.broker.say(f"cmnd/{self.topic}/DeviceName", "")
        self.wait('RESULT {"DeviceName":"Tasmota"}', start)

    def traps(self):
        """Where a command can lie and wait for the device."""
        fallback = self.topic.replace("tasmota_", "cmnd/DVES_") + "_fb"
        return [f"cmnd/{self.topic}/POWER1", "cmnd/tasmotas/POWER",
                f"{fallback}/POWER", f"cmnd/{self.topic}/POWER"]

    def live(self):
        """Who publishes to be retained means now, too: brokers then say so."""
        for topic in self.traps():
            start = time.monotonic()
            self.broker.say(topic, "ON", "-r")
            self.device.wait("^relay 1 on", start)
            self.broker.say(topic, "OFF")
            self.device.wait("^relay 1 off", start)

    def cut(self):
        start = time.monotonic()
        self.device.do("power off")
        self.wait(rf"^. tele/{self.topic}/LWT Offline", start, 40)
        for topic in self.traps():
            self.broker.say(topic, "ON", "-r")
        start = time.monotonic()
        self.device.do("power on")
        self.wait(rf"/{self.topic}/LWT Online", start, 40)
        time.sleep(5)  # by then the button works, too
        assert "relay 1 on" not in self.device.since(start)
        ear = self.broker.ear("-t", "cmnd/#")
        ear.wait(r"^1 cmnd/tasmotas/POWER ON")
        time.sleep(0.2)
        was_cleared = f"1 cmnd/{self.topic}/POWER ON" not in ear.since(0)
        ear.end()
        assert was_cleared

    def presses(self, seconds):
        """Of the button, and looks at the page; the slowest."""
        end, slowest, page = time.monotonic() + seconds, 0.0, 0.0
        while time.monotonic() < end:
            slowest = max(slowest, self.device.press())
            page = max(page, self.device.page())
            time.sleep(1)
        print(f"# button to relay: at most {slowest * 1000:.0f} ms, "
              f"50 of them debounce; the page: {page * 1000:.0f} ms")
        assert max(slowest, page) < PRESS, (slowest, page)

    def hangs(self):
        start = time.monotonic()
        self.broker.signal(signal.SIGSTOP)
        try:
            self.presses(SILENT)
            self.device.wait("MQT: Connection lost: broker.local does not answer",
                             start)
        finally:
            self.broker.signal(signal.SIGCONT)
        self.device.wait("MQT: Connected to broker.local", start, 60)
        self.wait(rf"/{self.topic}/LWT Online", time.monotonic() - 1)

    def gone(self):
        start = time.monotonic()
        self.broker.signal(signal.SIGTERM)
        self.broker.lines.process.wait()
        self.presses(GONE)
        self.device.wait("MQT: Connect failed: broker.local can't be reached", start)
        back = time.monotonic()
        self.broker.start()
        self.ear.end()
        self.ear = self.broker.ear()
        self.device.wait("MQT: Connected to broker.local", back, 60)
        self.wait(rf"^. tele/{self.topic}/LWT Online", back)
        self.wait(rf"^. stat/{self.topic}/POWER O", back)


if __name__ == "__main__":
    sys.exit(Test(sys.argv[1], sys.argv[2:]).run())
