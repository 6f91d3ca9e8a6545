"""Reads value change dumps, for tests: written from IEEE 1364's grammar, not
from our writer. `Dump(path)` fails on anything that a reader would refuse."""

import bisect

PER_MS = 10_000_000  # of 100 ps


class Dump:
    def __init__(self, path):
        self.changes = {}  # name: [(time, level)]
        self.end = None
        names, scopes = {}, []
        with open(path) as file:
            words = iter(file.read().split())
        for word in words:
            if word == "$enddefinitions":
                assert next(words) == "$end" and not scopes
                break
            body = []
            for part in words:
                if part == "$end":
                    break
                body.append(part)
            if word == "$scope":
                assert body[0] == "module" and len(body) == 2
                scopes.append(body[1])
            elif word == "$upscope":
                scopes.pop()
            elif word == "$timescale":
                assert "".join(body) == "100ps", body
            elif word == "$var":
                kind, size, code, *name = body
                name = ".".join(scopes[1:] + ["".join(name)])
                assert (kind, size) == ("wire", "1"), body
                assert code not in names and name not in self.changes
                names[code] = name
                self.changes[name] = []
        self._take_changes(words, names)

    def _take_changes(self, words, names):
        for word in words:
            if word[0] == "#":
                time = int(word[1:])
                assert self.end is None or time > self.end, word
                self.end = time
            elif word[0] in "01xz":
                self.changes[names[word[1:]]].append((self.end, word[0]))
            else:
                assert word in ("$dumpvars", "$end"), word
        for name, changes in self.changes.items():
            assert changes, name
            for before, after in zip(changes, changes[1:]):
                assert before[0] < after[0] and before[1] != after[1], name

    def level(self, name, time):
        changes = self.changes[name]
        at = bisect.bisect_right(changes, (time, "~")) - 1
        return changes[at][1] if at >= 0 else None

    def number(self, name, bits, time):
        levels = [self.level(f"{name}[{i}]", time) for i in range(bits)]
        return int("".join(reversed(levels)), 2)

    def edges(self, name, level):
        """When it became that, in ms."""
        return [t / PER_MS for t, v in self.changes[name] if v == level]

    def decode(self, name, baud):
        """What an 8N1 receiver hears: [(ms of the start bit, byte)]."""
        bit, heard, free = 1e10 / baud, [], 0
        for time, level in self.changes[name]:
            if level != "0" or time < free:
                continue
            middle = [self.level(name, time + (i + 0.5) * bit) for i in range(10)]
            if middle[0] != "0" or middle[9] != "1":
                free = time + 10 * bit
                continue
            byte = sum(1 << i for i in range(8) if middle[i + 1] == "1")
            heard.append((time / PER_MS, byte))
            free = time + 9.5 * bit
        return heard

    def text(self, name, baud):
        return "".join(chr(byte) for _, byte in self.decode(name, baud))
