"""A bench process and a genuine esptool beside it, for the *_test.py scripts.

Prints TAP. Everything runs on 127.0.0.1 and ends with the script.
"""

import os
import queue
import re
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("B", "build"))
POGO = os.path.join(BUILD, "pogo")
IMAGE = os.path.join(BUILD, "pogo-bench.bin")
FLASH_SIZE = 0x100000


class Bench:
    """`pogo bench BOARD` with its control lines on stdin and events on stdout."""

    def __init__(self, board, flash, *options):
        self.flash = flash
        command = [POGO, "bench", board, "--flash", flash, "--port", "0", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace", bufsize=1)
        self.errors = []
        self.lines = []
        self.events = queue.Queue()
        threading.Thread(target=self._read_events, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        ready = self.wait("bench ", 20)
        if ready is None:
            raise RuntimeError("bench did not start: " + "".join(self.errors))
        self.url = re.search(r"rfc2217://\S+", ready).group(0)
        self.pty = re.search(r"pty (\S+)", ready).group(1)

    def _read_events(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self.events.put(line.rstrip("\n"))
        self.events.put(None)

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def forget(self):
        """Drop the events that came so far."""
        while True:
            try:
                self.events.get_nowait()
            except queue.Empty:
                return

    def wait(self, words, seconds=20):
        """The next event line holding these words, or None after the time."""
        import time
        end = time.monotonic() + seconds
        while True:
            try:
                line = self.events.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                return None
            if line is None:
                return None
            if words in line:
                return line
            if time.monotonic() > end:
                return None

    def content(self, start=0, size=FLASH_SIZE):
        with open(self.flash, "rb") as f:
            f.seek(start)
            return f.read(size)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Esptool:
    """One pinned release of the genuine esptool."""

    def __init__(self, major, port, *options):
        self.python = os.path.join(ROOT, "build", f"esptool-{major}", "bin", "python")
        self.base = ["--port", port, *options]
        self.environment = dict(os.environ)
        if BUILD.endswith("/san"):
            self.environment["ESPTOOL_CFGFILE"] = os.path.join(
                ROOT, "test", "esptool", "patient.cfg")

    def run(self, *arguments, before=(), timeout=300):
        command = [self.python, "-m", "esptool", *self.base, *before, *arguments]
        result = subprocess.run(command, capture_output=True, text=True,
                                timeout=timeout, errors="replace",
                                env=self.environment)
        self.output = result.stdout + result.stderr
        return result.returncode == 0


class Tap:
    """Counts and prints results; a failed one shows what was said."""

    def __init__(self):
        self.count = 0
        self.failed = 0
        self.lock = threading.Lock()

    def ok(self, is_good, name, said=""):
        with self.lock:
            self.count += 1
            self.failed += not is_good
            print("ok" if is_good else "not ok", self.count, "-", name)
            if not is_good:
                for line in str(said).splitlines()[-40:]:
                    print("#", line)
            sys.stdout.flush()
        return is_good

    def done(self):
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)


def flash_file(folder, kind):
    """A 1 MB flash content: blank, or full of what an old firmware left."""
    path = os.path.join(folder, f"flash-{kind}.bin")
    if kind.startswith("blank"):
        content = b"\xff" * FLASH_SIZE
    else:
        import random
        content = random.Random(8266).randbytes(FLASH_SIZE)
    with open(path, "wb") as f:
        f.write(content)
    return path


def work_folder():
    return tempfile.TemporaryDirectory(prefix="pogo-test-")
