#!/usr/bin/python3
"""For scripts/demo.sh: the device's page in a real Chromium. Gives the password
that the device made, with which one may look but not switch, and tells what the page
shows.

    demo_page.py URL PASSWORD"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../test/page"))

import browser  # noqa: E402

RELAY = "#relays button"


def must(is_so, what):
    if not is_so:
        sys.exit("demo: the page does not show " + what)


def relay(b, state):
    text = "document.querySelector('%s')?.innerText" % RELAY
    must(b.until("(%s || '').includes('%s')" % (text, state)), "the relay " + state)
    return " ".join(b.value(text).split())


def main(url, password):
    b = browser.Browser()
    try:
        b.open(url)
        must(b.until("document.querySelector('#login [name=word]')?.offsetWidth > 0"),
             "that it wants a password")
        print("the page asks for the device's password")
        b.type("#login [name=word]", password)
        b.key("Enter", 13)
        print("it shows: " + relay(b, "OFF"))
        print("until it has a password of your own, one can only look there")
    finally:
        b.close()


main(*sys.argv[1:])
