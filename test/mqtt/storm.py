"""A reconnect storm: many posix devices and one real mosquitto, which is killed
and started again. `storm.py PROGRAM DEVICES SECONDS` (without a broker) prints
TAP lines, and how the reconnects were spread. Each device has an address and a
chip of its own, and a limit to its descriptors. A few of them have somebody at
the button, all the time."""
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time

from broker import Broker, Device

NETWORK = "127.84"
DESCRIPTORS = 32  # of one device
SAMPLED = 5  # devices whose button is pressed
PRESS = 0.5  # from the button to the relay, a loaded computer's pauses included
GROWTH = 512  # KB that a device's memory may grow by
MOST = 0.6  # of all: so many may come back within one second
RETRY = 10  # seconds: MqttRetry, the least
JITTER = 1.25  # a pause is longer by up to a quarter
SLACK = 5  # seconds for all of them on a computer that is busy with them
TOLD = "New client connected from .* as (DVES_[0-9A-F]{6})"


def address(n):
    return f"{NETWORK}.{n // 200 + 1}.{n % 200 + 1}"


def command(program, n):
    return [program, "--board", "basic", "--air", "test/air/home.air",
            "--address", address(n), "--seed", str(n)]


def limit():
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def set_up(port):
    return ("console Backlog0 SSId1 home; Password1 correct horse; SetOption13 1; "
            f"TelePeriod 3600; MqttHost broker.local; MqttPort {port}\n")


def latest(silent):
    """Seconds after the broker's return within which all must be back: pauses
    are RETRY, twice that, and so on, and each is longer by up to a quarter."""
    n = 0
    while RETRY * (n + 1) * (n + 2) / 2 < silent:
        n += 1  # so many tries have failed at most
    pause = JITTER * RETRY * (n + 1)
    return min(pause, JITTER * RETRY * (n + 1) * (n + 2) / 2 - silent) + SLACK


class Storm:
    def __init__(self, program, count, silent, folder):
        self.program, self.count, self.silent = program, count, silent
        self.folder, self.failed = folder, False
        self.devices, self.pressed = [], []
        self.is_pressing = True

    def ok(self, name, is_so):
        self.failed |= not is_so
        print(f"{'ok' if is_so else 'not ok'} - {name}", flush=True)

    # ---- the devices ----

    def start(self, n):
        """One whose events go to a file; its lines wait there already."""
        script = os.path.join(self.folder, "script")
        if n == 0:
            with open(script, "w", encoding="ascii") as file:
                file.write(set_up(self.broker.port) + "sleep 3600000\n" * 2)
        with open(script, "rb") as lines, \
                open(os.path.join(self.folder, f"said{n}"), "wb") as said:
            self.devices.append(subprocess.Popen(
                command(self.program, n), stdin=lines, stdout=said,
                stderr=subprocess.STDOUT, preexec_fn=limit))

    def start_sampled(self, n):
        device = Device(command(self.program, n))
        device.wait("ready")
        device.do(set_up(self.broker.port).strip())
        self.pressed.append(device)
        self.devices.append(device.process)

    def press(self):
        """Until it is over; the slowest, by device."""
        self.slowest = [0.0] * SAMPLED
        while self.is_pressing:
            for i, device in enumerate(self.pressed):
                self.slowest[i] = max(self.slowest[i], device.press())

    def texts(self):
        for n in range(self.count - SAMPLED):
            with open(os.path.join(self.folder, f"said{n}"), encoding="utf-8",
                      errors="replace") as file:
                yield file.read()
        for device in self.pressed:
            yield "\n".join(device.since(0))

    def measure(self):
        """Descriptors and KB of memory of each."""
        found = []
        for device in self.devices:
            with open(f"/proc/{device.pid}/status", encoding="ascii") as status:
                memory = re.search(r"VmRSS:\s+(\d+)", status.read())
            found.append((len(os.listdir(f"/proc/{device.pid}/fd")),
                          int(memory[1])))
        return found

    # ---- the broker's view ----

    def connected(self, start):
        """When each was first let in since then, by its name."""
        when = {}
        for at, line in list(self.broker.lines.lines):
            told = re.search(TOLD, line)
            if told and at >= start:
                when.setdefault(told[1], at)
        return when

    def all_are_in(self, start, patience):
        end = time.monotonic() + patience
        while len(when := self.connected(start)) < self.count and \
                time.monotonic() < end:
            time.sleep(0.1)
        return when

    def tell(self, times):
        """How many came back in which second, and the most within any one."""
        times = sorted(times)
        seconds = {}
        for at in times:
            seconds[int(at)] = seconds.get(int(at), 0) + 1
        for second, n in seconds.items():
            print(f"# {second:3d} to {second + 1:3d} s after its return: {n}")
        busiest = max(sum(at <= other < at + 1 for other in times)
                      for at in times)
        print(f"# first after {times[0]:.1f} s, last after {times[-1]:.1f} s, at "
              f"most {busiest} of {len(times)} within a second")
        return busiest

    # ---- the story ----

    def run(self):
        self.broker = Broker(self.folder)
        try:
            for n in range(self.count - SAMPLED):
                self.start(n)
            for n in range(self.count - SAMPLED, self.count):
                self.start_sampled(n)
            self.play()
        finally:
            for device in self.devices:
                device.kill()
            for device in self.devices:
                device.wait()
            self.broker.lines.end()
        return self.failed

    def play(self):
        start = time.monotonic()
        when = self.all_are_in(0, 60 + self.count / 10)
        print(f"# {len(when)} devices connected {time.monotonic() - start:.0f} s "
              "after the last one's start")
        self.ok("all devices connect, each by a name of its own",
                len(when) == self.count)
        time.sleep(4)  # the button rests after a start
        before = self.measure()
        presses = threading.Thread(target=self.press)
        presses.start()
        self.storm()
        self.is_pressing = False
        presses.join()
        self.look_back(before)

    def storm(self):
        self.broker.lines.end()
        time.sleep(self.silent)
        self.broker.start()
        back = time.monotonic()
        within = latest(self.silent)
        when = self.all_are_in(back, within)
        self.ok(f"after {self.silent} s without a broker all are back within "
                f"{within:.1f} s of its return", len(when) == self.count)
        if when:
            busiest = self.tell([at - back for at in when.values()])
            self.ok("they do not come all at once", busiest <= MOST * self.count)
        time.sleep(2)

    def look_back(self, before):
        slowest = max(self.slowest)
        print(f"# button to relay: at most {slowest * 1000:.0f} ms, 50 of them "
              "debounce")
        self.ok("buttons work all the while", 0 < slowest < PRESS)
        after = self.measure()
        self.ok("no device holds more descriptors than before",
                all(b[0] >= a[0] for b, a in zip(before, after)))
        growth = max(a[1] - b[1] for b, a in zip(before, after))
        print(f"# a device has {max(a[0] for a in after)} descriptors and "
              f"{max(a[1] for a in after)} KB at most; the most that one grew: "
              f"{growth} KB")
        self.ok("none takes more memory", growth <= GROWTH)
        texts = list(self.texts())
        self.ok("none has restarted",
                all(text.count("boot cause") == 1 for text in texts))
        self.ok("each says what happened",
                all("MQT: Connection lost: broker.local closed the connection"
                    in text for text in texts))


def main():
    program, count, silent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # mosquitto needs one for each device, and we some.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most < count + 100:
        print(f"not ok - {count} devices need {count + 100} descriptors, ulimit "
              f"-n allows {most}")
        return True
    with tempfile.TemporaryDirectory() as folder:
        return Storm(program, count, silent, folder).run()


if __name__ == "__main__":
    sys.exit(main())
