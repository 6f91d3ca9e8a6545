#!/usr/bin/python3
"""The page as the firmware serves it, in real Chromium: first set-up, a wrong
password, a template, an update, a stranger. On pogo-posix and on the image on the
bench, in the air of test/air/home.air. $B is the build folder."""

import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import browser  # noqa: E402

B = os.environ.get("B", "build")
MINI = ('{"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],'
        '"FLAG":0,"BASE":1}')
# Its own, to be sure that only what a test means to reach is there.
ADDRESS = "127.84.%d.%d"


class Device:
    """A device without settings, with a phone on its access point."""

    def __init__(self, world, work):
        self.address = ADDRESS % (random.randrange(1, 255), random.randrange(1, 255))
        self.lines = []
        flash = os.path.join(work, world + ".bin")
        if world == "bench":
            shutil.copy(B + "/pogo-bench.bin", flash)
            command = [B + "/pogo", "bench", "mini"]
        else:
            command = [B + "/pogo-posix", "--board", "mini"]
        self.process = subprocess.Popen(
            command + ["--flash", flash, "--air", "test/air/home.air",
                       "--address", self.address],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, bufsize=1)
        threading.Thread(target=self.read, daemon=True).start()
        self.wait("net .*(:80 tcp|is port 80)")

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            # Whoever sets it up joins, and comes back when thrown off.
            if (line.startswith("phone lost") and "channel" in line) or \
                    line.rstrip().endswith("is open, at 192.168.4.1"):
                self.do("phone join")

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def find(self, pattern):
        return next((m for m in (re.search(pattern, line) for line in list(self.lines))
                     if m), None)

    def wait(self, pattern, seconds=30):
        end = time.time() + seconds
        while time.time() < end:
            found = self.find(pattern)
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError("no line %s: %s" % (pattern, self.lines[-5:]))

    @property
    def port(self):
        found = self.find(r"net [\d.]+:(\d+) is port 80$")
        return int(found.group(1)) if found else 80

    def url(self):
        return "http://%s:%d/" % (self.address, self.port)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Story:
    def __init__(self, world, chromium, work):
        self.world, self.b, self.failed = world, chromium, 0
        self.device = Device(world, work)

    def must(self, is_so, what):
        if not is_so:
            raise AssertionError(what)

    def tells(self, form, words, seconds=browser.PATIENCE_S):
        is_so = self.b.until("document.querySelector('%s .said').textContent"
                             ".includes(%s)" % (form, json.dumps(words)), seconds)
        said = self.b.value("document.querySelector('%s .said').textContent" % form)
        self.must(is_so, "%s says %r, not %r" % (form, said, words))

    def at(self, section):
        self.b.section(section)
        self.must(self.b.until("$('all').getAttribute('aria-busy') === 'false'"), section)
        self.must(self.b.value("$('link').textContent") == "", "no trouble in " + section)

    def open(self):
        self.b.open(self.device.url())
        self.must(self.b.until("document.querySelectorAll('#relays button').length > 0"
                               " || here === 'login'"), "the page opens")


def the_page_is_served_whole(s):
    client = http.client.HTTPConnection(s.device.address, s.device.port, timeout=20)
    client.request("GET", "/")
    answer = client.getresponse()
    s.must(answer.getheader("Content-Encoding") == "gzip", "gzip")
    s.must(answer.read() == open(B + "/gen/page.gz", "rb").read(), "every byte")


def set_up_shows_the_password_that_was_made(s):
    s.open()
    s.must(s.b.value("!$('welcome').hidden"), "welcome")
    made = s.device.wait(r"Web password.* password (\w+)").group(1)
    s.must(s.b.until("document.querySelector('#made .word').textContent === '%s'" % made), made)


def a_relay_is_toggled(s):
    s.b.click("#relays button")
    s.must(s.b.until("!!document.querySelector('[aria-checked=true]')"), "on")
    s.device.wait("^relay 1 on")


def a_template_is_pasted_and_used(s):
    s.at("module")
    s.b.type("[name=t1]", MINI)
    s.must("GPIO4: Switch1" in s.b.value("$('preview').innerText"), "preview")
    s.b.click("#template button")
    s.tells("#template", "It is a Sonoff Mini now")


def every_section_can_be_entered(s):
    for section in ("mqtt", "names", "logging", "console", "info", "update", "backup",
                    "password"):
        s.at(section)
    s.at("info")
    s.must("Hostname" in s.b.value("$('rows').innerText"), "facts")


def a_name_is_saved(s):
    s.at("names")
    s.b.type("[name=a0]", "Caf\u00e9 lamp & more")
    s.b.click("#names button")
    s.tells("#names form", "Saved.")


def a_wrong_password_is_explained(s):
    s.at("wifi")
    s.b.type("[name=s1]", "home")
    s.b.type("[name=p1]", "wrong horse")
    s.b.click("#wifi form button:not([type])")
    s.tells("#wifi form", "Wrong password")
    s.tells("#wifi form", "Nothing was saved")


def a_hidden_network_is_joined(s):
    s.b.type("[name=s1]", "cellar")
    s.b.type("[name=p1]", "battery staple")
    s.b.click("#wifi form button:not([type])")
    s.tells("#wifi form", "http://%s/" % s.device.address, 90)
    s.device.wait("WIF: Connected to AP1 cellar")


def its_access_point_stays_for_the_page(s):
    time.sleep(5)
    s.must(not s.device.find("Set-up access point is off"), "it stays")
    reply = s.b.value("command('Status 5').then((r) => r.StatusNET.IPAddress)")
    s.must(reply == s.device.address, "the page is told %r" % reply)
    s.device.do("phone leave")
    s.device.wait("Set-up access point is off", 40)


def outside_the_page_asks_for_the_password(s):
    made = s.device.find(r"Web password.* password (\w+)").group(1)
    s.b.value("sessionStorage.clear()")
    s.open()
    s.must(s.b.until("here === 'login'"), "asked")
    s.b.type("#login [name=word]", made)
    s.b.key("Enter", 13)
    s.must(s.b.until("document.querySelectorAll('#relays button').length === 1"), "in")
    s.must(s.b.until("$('relays').innerText.includes('Caf\u00e9 lamp & more')"), "its name")


def an_update_with_a_wrong_signature_is_refused(s):
    data = bytearray(open(B + "/pogo-bench.ota", "rb").read())
    data[100] ^= 1  # within the signature
    s.at("update")
    send(s, bytes(data))
    s.tells("#upload", "Failed", 90)


def an_update_is_sent_and_installed(s):
    s.at("update")
    send(s, open(B + "/pogo-bench.ota", "rb").read())
    s.must(s.b.until("$('upload').querySelector('progress').value > 0"), "progress")
    s.tells("#upload", "Updated. It runs", 120)


def send(s, data):
    path = os.path.join(s.work, "file.ota")
    with open(path, "wb") as f:
        f.write(data)
    s.b.file("#upload [type=file]", path)
    s.b.click("#upload button")


STORY = [the_page_is_served_whole, set_up_shows_the_password_that_was_made,
         a_relay_is_toggled, a_template_is_pasted_and_used, a_name_is_saved,
         every_section_can_be_entered, a_wrong_password_is_explained,
         a_hidden_network_is_joined, its_access_point_stays_for_the_page,
         outside_the_page_asks_for_the_password]
# The posix device runs no images.
UPDATES = [an_update_with_a_wrong_signature_is_refused, an_update_is_sent_and_installed]


def main():
    count = failed = 0
    work = tempfile.mkdtemp(prefix="pogo-device-")
    try:
        for world in sys.argv[1:] or ["posix", "bench"]:
            chromium = browser.Browser()
            s = None
            try:
                s = Story(world, chromium, work)
                s.work = work
                for step in STORY + (UPDATES if world == "bench" else []):
                    count += 1
                    name = "%s: %s" % (world, step.__name__.replace("_", " "))
                    try:
                        step(s)
                        s.must(not chromium.errors, chromium.errors)
                        print("ok %d - %s" % (count, name), flush=True)
                    except (AssertionError, RuntimeError) as e:
                        failed += 1
                        print("not ok %d - %s\n# %s" % (count, name, e), flush=True)
                        print("# " + "\n# ".join(s.device.lines[-8:]))
            finally:
                chromium.close()
                if s:
                    s.device.end()
    finally:
        shutil.rmtree(work)
    print("1..%d" % count)
    return failed > 0


sys.exit(main())
