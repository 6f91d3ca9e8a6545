#!/usr/bin/python3
"""The page in real Chromium, against a stand-in for the device (standin.py).

$B is the build folder. With PICTURES=folder it leaves screenshots there."""

import gzip
import json
import os
import re
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import browser  # noqa: E402
import standin  # noqa: E402

PAGE = os.path.join(os.environ.get("B", "build"), "gen", "page.gz")
SECTIONS = ["control", "wifi", "mqtt", "module", "names", "time", "logging", "console",
            "info", "update", "backup", "password"]
MINI = ('{"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],'
        '"FLAG":0,"BASE":1}')


class Desk:
    """A browser before a device. A test gets a fresh one of both."""

    def __init__(self, chromium):
        self.b = chromium
        self.server = None

    def device(self, relays=1, path="/", **state):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = standin.serve(PAGE, relays=relays)
        self.s = self.server.state
        for name, value in state.items():
            setattr(self.s, name, value)
        self.b.size(360, 740)
        self.b.open("http://127.0.0.1:%d%s" % (self.server.server_port, path))
        must(self.b.until("document.querySelectorAll('#relays button').length"
                          " === %d || here !== 'control'" % relays), "the page starts")
        return self.s

    def text(self, selector):
        return self.b.value("document.querySelector('%s').innerText" % selector)

    def tells(self, form, words):
        """The form's answer comes to have these words, and can be seen."""
        is_so = self.b.until("(() => { const said = document.querySelector('%s .said');"
                             " return said.checkVisibility() && said.textContent"
                             ".includes(%s); })()" % (form, json.dumps(words)))
        must(is_so, "%s says %r, not %r" % (form, self.text(form + " .said"), words))

    def at(self, section, ready):
        self.b.section(section)
        must(self.b.until("$('all').getAttribute('aria-busy') === 'false'"), "it is there")
        must(self.b.until(ready), "%s is filled" % section)


def must(is_so, what):
    if not is_so:
        raise AssertionError(what)


def same(is_now, wanted):
    must(is_now == wanted, "%r, not %r" % (is_now, wanted))


# ---- the file ----

def it_is_small_and_loads_nothing_from_elsewhere(desk):
    packed = open(PAGE, "rb").read()
    must(len(packed) <= 20000, "%d bytes" % len(packed))
    text = gzip.decompress(packed).decode()
    same(re.findall(r"""(?:\bsrc=|@import|url\()[^\s>]*""", text), [])
    must("default-src 'none'" in text, "nothing may be loaded")


# ---- control ----

def a_finger_switches_a_relay(desk):
    s = desk.device(relays=2)
    desk.b.click("#relays button:nth-child(2)")
    must(desk.b.until("document.querySelectorAll('[aria-checked=true]').length === 1"), "on")
    same(s.relays, [False, True])
    must(("POST", "/", {"m": "1", "o": "2"}) in s.asked, "a POST, which other sites can't fake")
    same(desk.text("#relays button:nth-child(2)").split(), ["Fan", "ON"])


def a_key_switches_a_relay(desk):
    s = desk.device()
    desk.b.value("document.querySelector('#relays button').focus()")
    desk.b.key("Enter", 13)
    must(desk.b.until("!!document.querySelector('[aria-checked=true]')"), "on")
    same(s.relays, [True])


def what_others_switch_is_seen(desk):
    s = desk.device()
    s.relays[0] = True
    must(desk.b.until("!!document.querySelector('[aria-checked=true]')"), "on")


def a_device_that_is_gone_is_told_and_found_again(desk):
    s = desk.device()
    s.down_until = standin.time.time() + 4
    must(desk.b.until("$('link').textContent.includes('No answer')"), "gone")
    must(desk.b.until("$('link').textContent === ''"), "back")


# ---- first set-up ----

def set_up_shows_the_way_and_the_password(desk):
    desk.device()
    must(not desk.b.value("$('welcome').hidden"), "welcome")
    same(desk.text("#made .word"), "xqpmrtka")


def a_network_from_the_list_joins(desk):
    s = desk.device()
    desk.at("wifi", "here === 'wifi'")
    desk.b.click("#scan")
    must(desk.b.until("$('networks').children.length === 2"), "each name once")
    same(desk.b.value("$('networks').querySelectorAll('b').length"), 0)
    desk.b.click("#networks button")
    same(desk.b.value("document.activeElement.name"), "p1")
    desk.b.type("#wifi [name=p1]", "wrong-horse")
    desk.b.key("Enter", 13)
    desk.tells("#wifi form", "Wrong password")
    same(s.settings["SSId1"], "")
    desk.b.type("#wifi [name=p1]", "right-horse")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "http://192.168.1.50/")
    desk.tells("#wifi form", "password there: xqpmrtka")
    same((s.settings["SSId1"], s.settings["Password1"]), ("Home", "right-horse"))
    same((s.kind, s.word), ("own", "xqpmrtka"))
    same([f for m, p, f in s.asked if p == "/wi"],
         [{"s1": "Home", "p1": "right-horse", "wp": "xqpmrtka"}])


def the_first_wifi_takes_the_choice_of_password_along(desk):
    for kind, word in (("own", "my own & odd"), ("none", "")):
        s = desk.device()
        desk.at("wifi", "!$('first').hidden")
        must(desk.b.value("$('ownword').hidden && $('nowarn').hidden"), "short at first")
        desk.b.type("#wifi [name=s1]", "Home")
        desk.b.type("#wifi [name=p1]", "right-horse")
        desk.b.click("#first [value=%s]" % kind)
        if word:
            desk.b.click("#wifi form button:not([type])")
            must(desk.b.value("!document.querySelector('#wifi form').checkValidity()"),
                 "a word is needed")
            desk.b.type("#first [name=wp]", word)
        else:
            must("every guest" in desk.text("#nowarn"), "the warning")
        desk.b.click("#wifi form button:not([type])")
        desk.tells("#wifi form", "Done")
        same((s.kind, s.word), ("own" if word else "none", word))
        must(("there: " + word in desk.text("#wifi form .said")) == bool(word), "told")
        s.is_guest = False  # the page goes on with it
        desk.at("mqtt", "document.querySelector('[name=mf]').value !== ''")


def addresses_of_tasmota_lead_to_their_sections(desk):
    for path, section in (("/in", "info"), ("/mq", "mqtt"), ("/co", "names"), ("/cn", "control")):
        desk.device(path=path)
        must(desk.b.until("document.body.dataset.at === '%s'" % section), path)
    desk.device(path="/in")
    must(desk.b.until("$('rows').innerText.includes('Hostname')"), "facts")


def in_user_mode_only_switching_is_left(desk):
    s = desk.device(relays=2, user=True, kind="none", path="/mq")
    same(desk.b.value("[here, $('nav').checkVisibility()]"), ["control", False])
    same(desk.text("#relays button:nth-child(2)").split(), ["Fan", "OFF"])
    desk.b.click("#relays button:nth-child(2)")
    must(desk.b.until("document.querySelectorAll('[aria-checked=true]').length === 1"), "on")
    same(s.relays, [False, True])
    desk.b.value("location.hash = '#mqtt'")
    must(desk.b.until("$('all').getAttribute('aria-busy') === 'false'"), "it stays")
    same(desk.b.value("here"), "control")
    same([p for m, p, f in s.asked if p == "/cm"], [])


def the_made_password_is_kept_by_a_button(desk):
    s = desk.device()
    desk.at("password", "!$('keep').hidden")
    same(desk.text("#keep .word"), "xqpmrtka")
    desk.b.click("#keep button")
    desk.tells("#own", "Kept: xqpmrtka")
    same((s.kind, s.word), ("own", "xqpmrtka"))
    must(desk.b.value("$('keep').hidden"), "done")
    must("kept or chose" in desk.text("#kind"), "whose it is")


def a_hidden_network_is_typed(desk):
    s = desk.device()
    desk.at("wifi", "here === 'wifi'")
    desk.b.type("#wifi [name=s1]", "Attik")
    desk.b.type("#wifi [name=p1]", "under-the-roof")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "exactly right")
    desk.b.type("#wifi [name=s1]", "Attic")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "Done")
    same(s.settings["SSId1"], "Attic")


def odd_letters_arrive_as_typed(desk):
    s = desk.device()
    odd = standin.PASSWORDS["a+b;c"]
    desk.at("wifi", "here === 'wifi'")
    desk.b.type("#wifi [name=s1]", "a+b;c")
    desk.b.type("#wifi [name=p1]", odd)
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "Done")
    same((s.settings["SSId1"], s.settings["Password1"]), ("a+b;c", odd))


# ---- from one network to another ----

def at_home(desk, **state):
    """In the owner's network, with his password."""
    s = desk.device(is_guest=False, kind="none", home="Home", **state)
    s.settings["SSId1"], s.settings["Password1"] = "Home", "right-horse"
    desk.b.value("refresh()")
    desk.at("wifi", "$('wifi').querySelector('form').s1.value === 'Home'")
    return s


def a_wrong_password_leaves_it_in_its_network(desk):
    s = at_home(desk)
    must("comes back to the present network" in desk.text("#moving"), "said beforehand")
    desk.b.type("#wifi [name=s1]", "Attic")
    desk.b.type("#wifi [name=p1]", "wrong-roof")
    desk.b.click("#wifi form button:not([type])")
    same(desk.b.value("document.querySelector('[name=p1]').placeholder"), "")  # its own
    desk.tells("#wifi form", "comes back to Home")
    desk.tells("#wifi form", "Wrong password")
    desk.tells("#wifi form", "back in Home, and nothing was changed")
    same((s.settings["SSId1"], s.settings["Password1"]), ("Home", "right-horse"))
    same([f for m, p, f in s.asked if p == "/wi"], [])


def it_moves_to_another_network(desk):
    s = at_home(desk)
    desk.b.type("#wifi [name=s1]", "Attic")
    desk.b.type("#wifi [name=p1]", "under-the-roof")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "in Attic now, at http://192.168.1.50/")
    same((s.settings["SSId1"], s.settings["Password1"]), ("Attic", "under-the-roof"))
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "Nothing was changed.")


def one_that_is_not_heard_of_again_is_told(desk):
    s = at_home(desk)
    desk.b.value("Date.now = ((now) => () => now() + (window.later || 0))(Date.now)")
    desk.b.type("#wifi [name=s1]", "Attic")
    desk.b.type("#wifi [name=p1]", "under-the-roof")
    desk.b.click("#wifi form button:not([type])")
    must(desk.b.until("document.querySelector('#wifi .said').textContent"), "it tries")
    while not any(f.get("cmnd", "").startswith("WifiTest1") for m, p, f in s.asked):
        standin.time.sleep(0.1)
    standin.time.sleep(0.3)
    s.down_until = standin.time.time() + 1000
    desk.b.value("window.later = 130000")
    desk.tells("#wifi form", "most likely in Attic now")
    must(".local" not in desk.text("#wifi form .said"), "a name that nobody answers to")


def what_is_unchanged_is_answered_at_once(desk):
    s = at_home(desk)
    asked = len(s.asked)
    same(desk.b.value("document.querySelector('[name=p1]').placeholder"), "unchanged")
    desk.b.click("#wifi form button:not([type])")
    must(desk.b.until("document.querySelector('#wifi .said').textContent", 2), "at once")
    desk.tells("#wifi form", "Nothing was changed.")
    same([p for m, p, f in s.asked[asked:] if p != "/cs"], [])


def a_device_that_is_busy_is_told(desk):
    s = at_home(desk, is_busy=True)
    desk.b.type("#wifi [name=p1]", "right-horse2")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "busy")
    same(s.settings["Password1"], "right-horse")


def a_name_is_offered_only_when_it_works(desk):
    for local in ("", "tasmota-A1B2C3-4803-2.local"):
        desk.device(local=local)
        desk.at("wifi", "here === 'wifi'")
        desk.b.type("#wifi [name=s1]", "Home")
        desk.b.type("#wifi [name=p1]", "right-horse")
        desk.b.click("#wifi form button:not([type])")
        desk.tells("#wifi form", "Done")
        said = desk.text("#wifi form .said")
        must(("http://%s/" % local in said) if local else (".local" not in said), said)


IN_SIGHT = """(() => { const r = document.querySelector('%s .said').getBoundingClientRect();
 return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight; })()"""


def answers_come_into_sight(desk):
    desk.device()
    desk.at("wifi", "!$('first').hidden")
    desk.b.type("#wifi [name=s1]", "Home")
    desk.b.type("#wifi [name=p1]", "wrong-horse")
    desk.b.key("Enter", 13)  # in the field, with the button below the screen
    desk.tells("#wifi form", "Wrong password")
    must(desk.b.value(IN_SIGHT % "#wifi"), "the reason")
    desk.b.type("#wifi [name=p1]", "right-horse")
    desk.b.key("Enter", 13)
    desk.tells("#wifi form", "Done")
    must(desk.b.value(IN_SIGHT % "#wifi"), "the address")


# ---- rescue ----

def who_comes_by_rescue_is_told_where_he_is(desk):
    s = desk.device(kind="own", word="forgotten1", home="Home", is_rescue=True)
    s.settings["SSId1"] = "Home"
    desk.b.value("refresh()")
    must(desk.b.until("!$('rescue').hidden"), "told")
    must("No password" in desk.text("#rescue").replace("no password", "No password"), "none")
    must(desk.b.value("$('welcome').hidden && $('made').hidden"), "nothing of the first day")
    desk.b.click("#rescue [href='#password']")
    must(desk.b.until("here === 'password'"), "there")
    for field in ("wp", "again"):
        desk.b.type("#own [name=%s]" % field, "mine-again")
    desk.b.click("#own button")
    desk.tells("#own", "Set.")
    same((s.kind, s.word), ("own", "mine-again"))


# ---- time ----

def at_time(desk, browsers, **state):
    """The browser's own time zone is this one."""
    desk.b.call("Emulation.setTimezoneOverride", timezoneId=browsers)
    s = desk.device(**state)
    desk.at("time", "$('now').textContent !== ''")
    return s


def a_place_becomes_rules(desk):
    s = at_time(desk, "Europe/Berlin", clock="2026-11-21T10:00:00")
    same(desk.text("#now"), "2026-11-21 10:00:00")
    desk.b.value("$('zone').place.selectedIndex = places.findIndex(([name]) =>"
                 " name.startsWith('New York'))")
    desk.b.click("#zone button")
    desk.tells("#zone", "Saved.")
    same(s.zone, ("99", "0,1,11,1,2,-300", "0,2,3,1,2,-240"))
    desk.b.value("$('zone').place.selectedIndex = places.findIndex(([name]) =>"
                 " name.startsWith('Delhi'))")
    desk.b.click("#zone button")
    desk.tells("#zone", "Saved.")
    same(s.zone[0], "+05:30")
    desk.b.type("[name=n]", "192.168.1.1")
    desk.b.click("#zone button")
    desk.tells("#zone", "Saved.")
    same((s.settings["NtpServer1"], s.zone[0]), ("192.168.1.1", "+05:30"))
    desk.b.value("$('zone').n.value = ''")
    desk.b.click("#zone button")
    must(desk.b.until("$('zone').n.dataset.was === ''"), "none")
    same(s.settings["NtpServer1"], "")
    desk.b.click("#zone button")
    desk.tells("#zone", "Nothing was changed.")


def an_offset_is_typed(desk):
    s = at_time(desk, "Etc/UTC")
    must("not known yet" in desk.text("#now"), "1970 is no time")
    must(desk.b.value("$('offset').hidden"), "only when asked for")
    desk.b.value("$('zone').place.value = 'other', $('zone').place.onchange()")
    desk.b.type("[name=z]", "a lot")
    desk.b.click("#zone button")
    same(s.zone[0], "+01:00")
    desk.b.type("[name=z]", "-3:30")
    desk.b.click("#zone button")
    desk.tells("#zone", "Saved.")
    same(s.zone[0], "-03:30")
    same(desk.b.value("[$('zone').place.value, $('zone').z.value]"), ["other", "-03:30"])


def the_browser_s_place_is_proposed(desk):
    for zone, name in (("America/New_York", "New York"), ("Australia/Sydney", "Sydney"),
                       ("Asia/Tokyo", "Tokyo"), ("Pacific/Marquesas", "")):
        s = at_time(desk, zone)
        chosen = desk.b.value("$('zone').place.selectedOptions[0].textContent")
        must(chosen.startswith(name or "Lagos"), chosen)
        same(desk.b.value("$('guessed').hidden"), not name)
        same(s.zone[0], "+01:00")
    # What somebody chose stays.
    at_time(desk, "Asia/Tokyo", zone=("99", "0,0,10,1,3,60", "0,0,3,1,2,120"))
    must(desk.b.value("$('zone').place.selectedOptions[0].textContent").startswith("Berlin"), "it")
    at_time(desk, "Asia/Tokyo", zone=("99", "0,0,10,1,3,61", "0,0,3,1,2,120"))
    must("TimeStd" in desk.b.value("$('zone').place.selectedOptions[0].textContent"), "own rules")
    desk.b.call("Emulation.setTimezoneOverride", timezoneId="")


# ---- settings ----

def only_what_was_changed_is_sent(desk):
    s = desk.device()
    desk.at("mqtt", "document.querySelector('[name=mf]').value !== ''")
    same(desk.b.value("document.querySelector('[name=ml]').value"), "1883")
    desk.b.type("[name=mh]", "192.168.1.10")
    desk.b.click("#mqtt button")
    desk.tells("#mqtt form", "Saved.")
    same([f for m, p, f in s.asked if p == "/mq"], [{"mh": "192.168.1.10"}])


def whether_there_is_a_password_is_told(desk):
    for word, said in (("", ""), ("secret", "unchanged")):
        s = desk.device()
        s.settings["MqttPassword"] = word
        desk.at("mqtt", "document.querySelector('[name=mf]').value !== ''")
        same(desk.b.value("document.querySelector('[name=mp]').placeholder"), said)


def what_the_device_does_not_take_is_told(desk):
    s = desk.device()
    desk.at("mqtt", "document.querySelector('[name=mf]').value !== ''")
    standin.FIELDS.pop("mt")
    desk.b.type("[name=mt]", "cellar")
    desk.b.click("#mqtt button")
    desk.tells("#mqtt form", "did not take: Topic")
    standin.FIELDS["mt"] = "Topic"
    same(s.settings["Topic"], "tasmota_A1B2C3")


def an_old_template_shows_its_pins_and_is_used(desk):
    s = desk.device()
    desk.at("module", "$('template').t1.value !== ''")
    must("mains" in desk.text("#module .mains"), "the warning")
    desk.b.type("[name=t1]", MINI)
    shown = desk.text("#preview")
    for words in ("Sonoff Mini", "before Tasmota 9", "GPIO0: Button1", "GPIO4: Switch1",
                  "GPIO12: Relay1", "GPIO13: Led_i1", "Free for you: GPIO16"):
        must(words in shown, "%r in %r" % (words, shown))
    desk.b.click("#template button")
    desk.tells("#template", "It is a Sonoff Mini now")
    same((s.module, s.template["NAME"]), (0, "Sonoff Mini"))


def a_refused_template_changes_nothing(desk):
    s = desk.device()
    desk.at("module", "$('template').t1.value !== ''")
    desk.b.type("[name=t1]", '{"NAME":"Bad","GPIO":[32,224,0,0,0,0,0,0,0,0,0,0,0,0]}')
    desk.b.click("#template button")
    desk.tells("#template", "GPIO1 is the serial line")
    desk.b.type("[name=t1]", '{"NAME":"Cut off","GPIO":[32,')
    must("not a whole template" in desk.text("#preview"), "told while typing")
    same(s.module, 1)


def an_extra_pin_is_set(desk):
    s = desk.device()
    desk.at("module", "$('pinlist').children.length === 1")  # GPIO3 is the serial line's
    desk.b.value("document.querySelector('[name=g4]').value = '160'")
    desk.b.click("#pins button")
    desk.tells("#pins", "Saved.")
    same(s.pins, {3: 0, 4: 160})
    s.pins[3] = 160  # somebody put something there: it can be taken away
    desk.at("control", "here === 'control'")
    desk.at("module", "$('pinlist').children.length === 2")


# ---- files ----

def temporary(data):
    with tempfile.NamedTemporaryFile(delete=False) as f:
        f.write(data)
    return f.name


def upload(desk, form, data):
    path = temporary(data)
    try:
        desk.b.file(form + " [type=file]", path)
        desk.b.value("(() => { window.seen = []; const p = document.querySelector('%s progress');"
                     " new MutationObserver(() => seen.push(p.value))"
                     ".observe(p, {attributes: true}); })()" % form)
        desk.b.click(form + " button")
        must(desk.b.until("document.querySelector('%s .said').textContent && !document"
                          ".querySelector('%s button').disabled" % (form, form)), "it ends")
    finally:
        os.unlink(path)
    return desk.text(form + " .said")


def an_update_shows_its_progress(desk):
    s = desk.device()
    desk.at("update", "$('version').textContent !== ''")
    desk.b.slow_upload(150000)
    said = upload(desk, "#upload", b"PGOT" + bytes(300000))
    desk.b.slow_upload(-1)
    must("Updated. It runs 1.0.0" in said, said)
    seen = desk.b.value("seen")
    must(100 in seen and any(0 < v < 100 for v in seen), seen)
    same(s.slot, "B")


def a_wrong_signature_is_told(desk):
    s = desk.device()
    desk.at("update", "$('version').textContent !== ''")
    said = upload(desk, "#upload", b"PGOT" + b"wrong" * 1000)
    must("the signature is wrong" in said, said)
    same(s.slot, "A")


def another_kind_of_file_is_not_even_sent(desk):
    s = desk.device()
    desk.at("update", "$('version').textContent !== ''")
    for data, words in ((b"\xe9\1\2\3", "serial cable"), (b"\x1f\x8b\x08", "another firmware"),
                        (b"{}", "backup"), (b"MZ..", "no update file")):
        said = upload(desk, "#upload", data)
        must(words in said, said)
    same([a for a in s.asked if a[1] == "/u2"], [])


def a_backup_is_made_and_restored(desk):
    s = desk.device()
    desk.at("backup", "here === 'backup'")
    desk.b.click("#save button")
    desk.tells("#save", "Here it is")
    same(json.loads(desk.b.value("$('text').value"))["MqttPort"], "1883")
    said = upload(desk, "#restore", b'{"Pogo":"1.0.0"}')
    same(said, "Restored.")
    must(any(a[1] == "/rs" for a in s.asked), "sent")
    said = upload(desk, "#restore", b"\x09\x12\x5c\x4d" + bytes(4092))
    must(".dmp" in said, said)


def erasing_needs_a_second_step(desk):
    s = desk.device()
    desk.at("backup", "here === 'backup'")
    desk.b.click("#reset button")
    must(not any(f.get("cmnd") == "Reset 1" for m, p, f in s.asked), "nothing yet")
    desk.b.click("#reset input")
    desk.b.click("#reset button")
    desk.tells("#reset", "Erased")
    must(any(f.get("cmnd") == "Reset 1" for m, p, f in s.asked), "now")


# ---- password ----

def a_stranger_is_asked_for_the_password(desk):
    s = desk.device(is_guest=False)
    same(desk.b.value("here"), "login")
    must("five times" in desk.text("#login"), "the way back in")
    desk.b.type("#login [name=word]", "guessed")
    desk.b.key("Enter", 13)
    desk.tells("#login", "not the password")
    desk.b.type("#login [name=word]", "xqpmrtka")
    desk.b.key("Enter", 13)
    must(desk.b.until("document.querySelectorAll('#relays button').length === 1"), "in")
    must("change nothing" in desk.text("#locked"), "he may look")
    desk.b.click("#relays button")
    desk.tells("#control", "Refused: this device still has the password")
    same(s.relays, [False])
    desk.at("password", "$('kind').textContent.includes('made')")
    s.is_guest = True
    desk.b.type("#own [name=wp]", "mine-alone")
    desk.b.type("#own [name=again]", "mine-alane")
    desk.b.click("#own button")
    desk.tells("#own", "not the same")
    desk.b.type("#own [name=again]", "mine-alone")
    desk.b.click("#own button")
    desk.tells("#own", "Set.")
    same((s.kind, s.word), ("own", "mine-alone"))
    desk.b.click("#none input")
    desk.b.click("#none button")
    desk.tells("#none", "Removed.")
    same(s.kind, "none")


def it_works_where_nothing_can_be_stored(desk):
    script = desk.b.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="Object.defineProperty(window, 'sessionStorage',"
               " {get() { throw new Error('no storage'); }});")["identifier"]
    try:
        desk.device(is_guest=False)
        desk.b.type("#login [name=word]", "xqpmrtka")
        desk.b.key("Enter", 13)
        must(desk.b.until("document.querySelectorAll('#relays button').length === 1"), "in")
    finally:
        desk.b.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


# ---- console ----

def a_line_is_carried_out_and_comes_back(desk):
    s = desk.device()
    desk.at("console", "$('log').textContent.includes('Pogo 1.0.0')")
    desk.b.type("[name=c1]", "Power1 2")
    desk.b.key("Enter", 13)
    must(desk.b.until("$('log').textContent.includes('{\"POWER\": \"ON\"}')"), "the answer")
    same(s.relays, [True])
    desk.b.key("ArrowUp", 38)
    same(desk.b.value("$('line').c1.value"), "Power1 2")
    s.log("from elsewhere")
    must(desk.b.until("$('log').textContent.includes('from elsewhere')"), "new lines")
    same(desk.b.value("$('log').textContent.match(/Pogo 1.0.0/g).length"), 1)
    must(int([f for m, p, f in s.asked if p == "/cs"][-1]["c2"]) > 0, "only new ones are asked for")


# ---- looks ----

NAMELESS = """[...document.querySelectorAll(`section:not([hidden]) :is(input, select, textarea,
 button, a, progress)`)].filter((e) => e.checkVisibility() && !(e.labels && e.labels.length
 && e.labels[0].innerText.trim()) && !e.innerText.trim() && !e.getAttribute('aria-label'))
 .map((e) => e.outerHTML)"""

SMALL = """[...document.querySelectorAll('section:not([hidden]) :is(input, select, button), nav a')]
 .filter((e) => e.checkVisibility() && !['checkbox', 'radio'].includes(e.type)
 && e.getBoundingClientRect().height < 40).map((e) => e.outerHTML)"""

# The lowest contrast of visible texts, by WCAG's formula, and where it is.
CONTRAST = """(() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => rgb(c).slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045
    ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; }
    return 'rgb(255, 255, 255)'; };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest('select')) continue;
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
  }
  return worst;
})()"""


def every_section_fits_the_narrowest_phone(desk):
    desk.device(relays=3)
    desk.b.size(320, 640)
    for section in SECTIONS:
        desk.at(section, "here === '%s'" % section)
        same((section, desk.b.value("document.documentElement.scrollWidth")), (section, 320))
        same((section, desk.b.value(SMALL)), (section, []))
        same((section, desk.b.value(NAMELESS)), (section, []))
        same(desk.b.value("document.activeElement.tagName"), "H2")


def beside_the_list_of_sections_there_is_room(desk):
    for state in ({"is_guest": False}, {"user": True, "kind": "none"}, {"kind": "none"}):
        desk.device(**state)
        desk.b.size(1280, 800)
        width = desk.b.value("document.querySelector('main').getBoundingClientRect().width")
        must(width > 500, "%s: %s" % (state, width))


def dark_and_light_can_be_read(desk):
    desk.device(relays=2)
    folder = os.environ.get("PICTURES")
    backs = {}
    for mode in ("light", "dark"):
        desk.b.dark(mode == "dark")
        backs[mode] = desk.b.value("getComputedStyle(document.body).backgroundColor")
        for section in SECTIONS:
            desk.at(section, "here === '%s'" % section)
            ratio, where = desk.b.value(CONTRAST)
            must(ratio >= 4.5, "%s, %s: contrast %.2f of %s" % (mode, section, ratio, where))
            if folder:
                for width, height in ((360, 740), (1280, 800)):
                    desk.b.size(width, height)
                    desk.b.picture("%s/%s-%s-%d.png" % (folder, section, mode, width))
                desk.b.size(360, 740)
    desk.b.dark(False)
    must(backs["light"] != backs["dark"], "two sets of colours")


TESTS = [f for f in list(globals().values())
         if callable(f) and getattr(f, "__code__", None)
         and f.__code__.co_varnames[:1] == ("desk",) and f.__code__.co_argcount == 1]


def main():
    wanted = [t for t in TESTS if len(sys.argv) < 2 or sys.argv[1] in t.__name__]
    chromium = browser.Browser()
    desk, failed = Desk(chromium), 0
    try:
        for number, test in enumerate(wanted, 1):
            name = test.__name__.replace("_", " ")
            chromium.errors.clear()
            try:
                test(desk)
                must(not chromium.errors, chromium.errors)
                print("ok %d - %s" % (number, name), flush=True)
            except Exception as e:  # also what the browser says
                failed += 1
                print("not ok %d - %s" % (number, name))
                print("# " + str(e).replace("\n", "\n# "))
                if not isinstance(e, AssertionError):
                    print("# " + traceback.format_exc().replace("\n", "\n# "))
                sys.stdout.flush()
    finally:
        chromium.close()
    print("1..%d" % len(wanted))
    return failed > 0


sys.exit(main())
