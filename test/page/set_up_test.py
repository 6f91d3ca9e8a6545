#!/usr/bin/python3
"""Setting the device up by its page: networks, password, time. In real Chromium,
against a stand-in for the device (desk.py)."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import standin  # noqa: E402
from desk import must, run, same  # noqa: E402


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


def a_network_that_wants_a_password_is_told(desk):
    at_home(desk)
    desk.b.type("#wifi [name=s1]", "Attic")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "This network wants a password.")
    desk.tells("#wifi form", "back in Home")


def a_device_without_a_network_is_not_said_to_be_back(desk):
    s = at_home(desk, is_lost=True)  # he is on its own network, with his password
    desk.b.type("#wifi [name=p1]", "wrong-horse")
    desk.b.click("#wifi form button:not([type])")
    desk.tells("#wifi form", "Nothing was saved.")
    same(s.settings["Password1"], "right-horse")


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

sys.exit(run(globals()))
