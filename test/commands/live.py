"""The rows of test/commands/*.txt over the network: `live.py TRANSPORT WORLD BUILD
WORK FILE...`, TRANSPORT http, mqtt or (for rows that need a broker) console, WORLD
posix or bench. Each file gets a new device that joins a network. What is answered is
compared whole. Prints TAP lines; commands_test.sh says what a row is."""
import os
import re
import sys

from transports import TRANSPORTS, Broker, Device

BACK_MS = 3000  # a pause of so long: it restarts, or joins again


class Reply:
    def __init__(self, text):
        found = re.match("([A-Z0-9]+) = (.*)", text)
        self.topic, text = found.groups() if found else ("RESULT", text)
        self.is_inside, self.is_begin = text.startswith("..."), text.endswith("...")
        self.text = text[3 if self.is_inside else 0:-3 if self.is_begin else None]


class Row:
    """LINE => REPLY, and what follows it."""

    def __init__(self, line, is_refused, reply):
        self.line, self.is_refused, self.replies = line, is_refused, []
        self.add(reply)

    def add(self, reply):
        if reply:
            self.replies.append(Reply(reply))

    def play(self, transport, _device):
        try:
            transport.check(self)
        except AssertionError as wrong:
            raise AssertionError(f"{self.line}: {wrong}") from wrong


class Pause:
    def __init__(self, ms, is_reset):
        self.ms, self.is_reset = ms, is_reset

    def play(self, transport, device):
        device.sleep(self.ms)
        if self.ms >= BACK_MS and self.is_reset:
            transport.set_up()
        elif self.ms >= BACK_MS:
            transport.reach()


class Typed:
    """On the console, whatever the transport."""

    def __init__(self, line):
        self.line = line

    def play(self, _transport, device):
        device.do(self.line)
        device.sleep(200)


def read_rows(path):
    """(head, rows)"""
    rows, head = [], {}
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            is_reset = rows and getattr(rows[-1], "line", "").startswith("Reset ")
            found = re.match(r"(.*?) =([>!])(?: |$)(.*)", line)
            if line.startswith("# board: "):
                head["board"] = line[9:]
            elif line.startswith("# in the set-up network"):
                head["is_set_up"] = True
            elif line.startswith("# needs a broker"):
                head["needs_broker"] = True
            elif line.startswith("wait "):
                rows.append(Pause(int(line[5:]), is_reset))
            elif line.startswith("console "):
                rows.append(Typed(line))
            elif line.startswith("=> "):
                rows[-1].add(line[3:])
            elif line and not line.startswith("#"):
                rows.append(Row(found[1], found[2] == "!", found[3]))
    return head, rows


def play(kind, world, build, work, path):
    head, rows = read_rows(path)
    device = Device(world, build, work, head["board"])
    broker = None
    try:
        if kind == "mqtt" or "needs_broker" in head:
            broker = Broker(device, work)
        transport = TRANSPORTS[kind](device, broker, "is_set_up" in head)
        for row in rows:
            row.play(transport, device)
    finally:
        if broker:
            broker.end()
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
