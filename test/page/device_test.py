#!/usr/bin/python3
"""The page as the firmware serves it, in real Chromium: first set-up from any
address that a phone tries, a wrong password, a template, a backup, other sites, an
update, erasing. On pogo-posix and on the image on the bench, in the air of
test/air/home.air. $B is the build folder. For Chromium every name and address leads
to the device, so that it is asked for as at home: 192.168.4.1 on its own network,
192.168.1.50 (no secure place, unlike 127.0.0.1) in the owner's."""

import http.client
import http.server
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
import places  # noqa: E402

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

    def comes(self, pattern, since, seconds=30):
        """Among the lines from this number on."""
        end = time.time() + seconds
        while time.time() < end:
            if any(re.search(pattern, line) for line in self.lines[since:]):
                return True
            time.sleep(0.05)
        return False

    @property
    def port(self):
        found = self.find(r"net [\d.]+:(\d+) is port 80$")
        return int(found.group(1)) if found else 80

    def url(self):
        return "http://%s:%d/" % (self.address, self.port)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Evil(http.server.BaseHTTPRequestHandler):
    """Pages of another site: each tries something on the device."""

    device = "http://192.168.1.50"
    tries = {
        "a form": """<form method=post action="%s/cm"><input name=cmnd value="Power1 ON">
            </form><script>document.forms[0].submit()</script>""",
        "a form of settings": """<form method=post action="%s/co"><input name=dn value=evil>
            <input name=save></form><script>document.forms[0].submit()</script>""",
        "a link": """<a href="%s/cm?cmnd=Power1%%20ON">x</a>
            <script>document.links[0].click()</script>""",
        "a link that hides where from": """<a rel=noreferrer href="%s/?m=1&o=1">x</a>
            <script>document.links[0].click()</script>""",
        "a picture": """<img src="%s/cm?cmnd=Power1%%20ON">""",
        "a picture that hides where from":
            """<img referrerpolicy=no-referrer src="%s/cm?cmnd=Power1%%20ON">""",
        "a script's post": """<script>fetch("%s/cm", {method: "POST", mode: "no-cors",
            body: new URLSearchParams({cmnd: "Power1 ON"})})</script>""",
        "a script with the page's header": """<script>fetch("%s/?m=1&o=1", {method: "POST",
            headers: {"X-Requested-With": "pogo"}})</script>""",
        "a restart": """<img src="%s/?rst=">""",
        "an upload": """<script>const f = new FormData(); f.append("u2", new Blob(["{}"]));
            fetch("%s/rs", {method: "POST", mode: "no-cors", body: f})</script>""",
    }

    def do_GET(self):
        name = list(self.tries)[int(self.path[1:])] if self.path[1:].isdigit() else None
        page = (self.tries[name] % self.device if name else "").encode()
        self.send_response(200 if name else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Story:
    def __init__(self, world, work):
        self.world, self.work, self.b = world, work, None
        self.evil = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Evil)
        self.evil.daemon_threads = True
        threading.Thread(target=self.evil.serve_forever, daemon=True).start()
        self.device = Device(world, work)
        self.b = browser.Browser(rules="MAP evil.example 127.0.0.1:%d,MAP * %s:%d" % (
            self.evil.server_port, self.device.address, self.device.port))

    def end(self):
        if self.b:
            self.b.close()
        self.device.end()
        self.evil.shutdown()
        self.evil.server_close()

    def must(self, is_so, what):
        if not is_so:
            raise AssertionError(what)

    def tells(self, form, words, seconds=browser.PATIENCE_S):
        is_so = self.b.until("(() => { const said = document.querySelector('%s .said');"
                             " return said.checkVisibility() && said.textContent"
                             ".includes(%s); })()" % (form, json.dumps(words)), seconds)
        said = self.b.value("document.querySelector('%s .said').textContent" % form)
        self.must(is_so, "%s says %r, not %r" % (form, said, words))

    def at(self, section):
        self.b.section(section)
        self.must(self.b.until("$('all').getAttribute('aria-busy') === 'false'"), section)
        self.must(self.b.value("$('link').textContent") == "", "no trouble in " + section)

    def open(self, url="http://192.168.1.50/"):
        self.b.open(url)
        self.must(self.b.until("document.querySelectorAll('#relays button').length > 0"
                               " || here === 'login'"), "the page opens")


def the_page_is_served_whole(s):
    client = http.client.HTTPConnection(s.device.address, s.device.port, timeout=20)
    client.request("GET", "/")
    answer = client.getresponse()
    s.must(answer.getheader("Content-Encoding") == "gzip", "gzip")
    s.must(answer.read() == open(B + "/gen/page.gz", "rb").read(), "every byte")


def any_address_ends_at_the_page(s):
    for url in ("http://connectivitycheck.gstatic.com/generate_204",
                "http://captive.apple.com/hotspot-detect.html",
                "http://www.msftconnecttest.com/connecttest.txt", "http://10.1.2.3/x?y=z"):
        s.open(url)
        s.must(s.b.value("location.href").rstrip("#control") == "http://192.168.4.1/", url)


def set_up_shows_the_password_that_was_made(s):
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
    # Keeping it in the set-up made it the owner's.
    was = s.b.value("document.querySelector('#relays button').getAttribute('aria-checked')")
    s.b.click("#relays button")
    s.must(s.b.until("document.querySelector('#relays button').getAttribute('aria-checked')"
                     " !== '%s'" % was), "it switches from home")


def an_own_password_is_set(s):
    s.at("password")
    for field in ("wp", "again"):
        s.b.type("#own [name=%s]" % field, "mine & long")
    s.b.click("#own button")
    s.tells("#own", "Set.")
    s.b.value("sessionStorage.clear()")
    s.open()
    s.must(s.b.until("here === 'login'"), "asked")
    s.b.type("#login [name=word]", "mine & lang")
    s.b.key("Enter", 13)
    s.tells("#login", "not the password")
    s.b.type("#login [name=word]", "mine & long")
    s.b.key("Enter", 13)
    s.must(s.b.until("here === 'control'"), "in")


def try_network(s, name, password):
    s.at("wifi")
    s.b.type("[name=s1]", name)
    s.b.type("[name=p1]", password)
    s.b.click("#wifi form button:not([type])")


def a_wrong_password_leaves_it_in_its_network(s):
    try_network(s, "home", "wrong horse")
    s.tells("#wifi form", "Wrong password", 90)
    s.tells("#wifi form", "back in cellar, and nothing was changed")
    s.device.wait("wifi left .cellar")  # it was tried for real


def what_is_unchanged_is_answered_at_once(s):
    s.at("control")
    s.at("wifi")
    s.b.click("#wifi form button:not([type])")
    s.tells("#wifi form", "Nothing was changed.", 5)


def it_moves_to_another_network(s):
    try_network(s, "home", "correct horse")
    s.tells("#wifi form", "in home now, at http://%s/" % s.device.address, 90)
    s.must(not s.b.value("document.querySelector('#wifi .said').innerText.includes('.local')"),
           "a name that nobody answers to")
    s.device.wait("WIF: Connected to AP1 home")
    s.at("control")


def rescue_tells_what_it_is(s):
    since = len(s.device.lines)
    for _ in range(4):
        s.device.do("press 0 100")
        time.sleep(0.35)
    s.must(s.device.comes("phone joined", since), s.device.lines[since:])
    s.open("http://192.168.4.1/")
    s.must(s.b.until("!$('rescue').hidden"), "it says where he is")
    s.must(s.b.value("$('welcome').hidden && here") == "control", "no password, no first day")


def by_rescue_a_wrong_password_changes_nothing(s):
    since = len(s.device.lines)
    try_network(s, "cellar", "wrong staple")
    s.tells("#wifi form", "Wrong password", 120)
    s.tells("#wifi form", "Nothing was saved")
    s.must(s.device.comes("Connected to AP1 home", since), s.device.lines[since:])
    s.device.do("phone leave")
    s.must(s.device.comes("phone left", since), s.device.lines[since:])
    s.open()


def every_place_has_its_clocks(s):
    s.at("time")
    count = s.b.value("places.length")
    s.must(count > 20, "%d places" % count)
    for number in range(count):
        wrong = s.b.value(places.question(number))
        s.must(not wrong, wrong)


def the_time_of_a_place_is_kept(s):
    s.b.call("Emulation.setTimezoneOverride", timezoneId="America/Chicago")
    s.b.value("command('Timezone +1')")
    s.at("control")
    s.at("time")
    s.must(s.b.value("!$('guessed').hidden"), "the browser's place is proposed")
    s.b.click("#zone button")
    s.tells("#zone", "Saved.")
    reply = s.b.value("command('Backlog0').then(() => command('Timezone'))")
    s.must(reply["Timezone"] == 99, reply)
    reply = s.b.value("command('TimeStd')")["TimeStd"]
    s.must(list(reply.values()) == [0, 1, 11, 1, 2, -360], reply)


def a_backup_is_made_and_restored(s):
    s.at("backup")
    s.b.click("#save button")
    s.tells("#save", "Here it is")
    text = s.b.value("$('text').value")
    s.must(json.loads(text)["FriendlyName"][0] == "Caf\u00e9 lamp & more", text)
    s.must("battery staple" not in text and "mine & long" not in text, "no passwords")
    s.at("names")
    s.b.type("[name=a0]", "Other")
    s.b.click("#names button")
    s.tells("#names form", "Saved.")
    s.at("backup")
    send(s, text.encode(), "#restore")
    s.tells("#restore", "Restored.", 90)
    s.at("control")
    s.must(s.b.until("$('relays').innerText.includes('Caf\u00e9 lamp & more')"), "it is back")


def another_firmware_s_backup_is_refused(s):
    s.at("backup")
    send(s, b"\x09\x12\x5c\x4d" + bytes(4092), "#restore")
    s.tells("#restore", "no backup of Pogo")


def other_sites_change_nothing(s):
    s.device.do("console Backlog0 WebPassword 0; Power1 0")
    s.device.wait('WebPassword":""')
    time.sleep(0.5)
    before = len(s.device.lines)
    for number, name in enumerate(Evil.tries):
        s.b.open("http://evil.example/%d" % number)
        time.sleep(1)
        later = s.device.lines[before:]
        s.must(not any(re.search("relay 1 on|RESULT|Restart", line) for line in later),
               "%s: %s" % (name, later))
    s.b.errors.clear()  # of scripts whose requests failed, as they should
    # The name of another site that was turned to the device's address.
    s.b.open("http://rebound.example/")
    s.must("not the device's name" in s.b.value("document.body.innerText"), "rebinding")
    s.open()
    s.b.click("#relays button")
    s.must(s.b.until("!!document.querySelector('[aria-checked=true]')"), "its own page may")


def everything_is_erased(s):
    since = len(s.device.lines)
    s.at("backup")
    s.b.click("#reset input")
    s.b.click("#reset button")
    s.tells("#reset", "Erased.")
    s.must(s.device.comes("access point .* is open", since), "it shows its own network again")


def an_update_with_a_wrong_signature_is_refused(s):
    data = bytearray(open(B + "/pogo-bench.ota", "rb").read())
    data[100] ^= 1  # within the signature
    s.at("update")
    send(s, bytes(data), "#upload")
    s.tells("#upload", "Failed", 90)


def an_update_is_sent_and_installed(s):
    s.at("update")
    send(s, open(B + "/pogo-bench.ota", "rb").read(), "#upload")
    s.must(s.b.until("$('upload').querySelector('progress').value > 0"), "progress")
    s.tells("#upload", "Updated. It runs", 120)


def send(s, data, form):
    path = os.path.join(s.work, "file")
    with open(path, "wb") as f:
        f.write(data)
    s.b.file(form + " [type=file]", path)
    s.b.click(form + " button")


STORY = [the_page_is_served_whole, any_address_ends_at_the_page,
         set_up_shows_the_password_that_was_made,
         a_relay_is_toggled, a_template_is_pasted_and_used, a_name_is_saved,
         every_section_can_be_entered, a_wrong_password_is_explained,
         a_hidden_network_is_joined, its_access_point_stays_for_the_page,
         outside_the_page_asks_for_the_password, an_own_password_is_set,
         a_wrong_password_leaves_it_in_its_network, what_is_unchanged_is_answered_at_once,
         it_moves_to_another_network, the_time_of_a_place_is_kept,
         rescue_tells_what_it_is, by_rescue_a_wrong_password_changes_nothing,
         a_backup_is_made_and_restored, another_firmware_s_backup_is_refused]
# The image has the same rules, and is slower.
ON_POSIX = [every_place_has_its_clocks]
# The posix device runs no images.
UPDATES = [an_update_with_a_wrong_signature_is_refused, an_update_is_sent_and_installed]
END = [other_sites_change_nothing, everything_is_erased]


def main():
    count = failed = 0
    work = tempfile.mkdtemp(prefix="pogo-device-")
    try:
        for world in sys.argv[1:] or ["posix", "bench"]:
            s = Story(world, work)
            try:
                for step in STORY + (UPDATES if world == "bench" else ON_POSIX) + END:
                    count += 1
                    name = "%s: %s" % (world, step.__name__.replace("_", " "))
                    try:
                        step(s)
                        s.must(not s.b.errors, s.b.errors)
                        print("ok %d - %s" % (count, name), flush=True)
                    except (AssertionError, RuntimeError) as e:
                        failed += 1
                        print("not ok %d - %s\n# %s" % (count, name, e), flush=True)
                        print("# " + "\n# ".join(s.device.lines[-8:]))
            finally:
                s.end()
    finally:
        shutil.rmtree(work)
    print("1..%d" % count)
    return failed > 0


sys.exit(main())
