#!/usr/bin/python3
"""The page in use, in real Chromium, against a stand-in for the device (desk.py)."""

import gzip
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import standin  # noqa: E402
from desk import PAGE, must, run, same  # noqa: E402

MINI = ('{"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],'
        '"FLAG":0,"BASE":1}')


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

sys.exit(run(globals()))
