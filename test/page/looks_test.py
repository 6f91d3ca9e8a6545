#!/usr/bin/python3
"""What the page looks like, in real Chromium, against a stand-in for the device
(desk.py). With PICTURES=folder it leaves screenshots there."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from desk import must, run, same  # noqa: E402

SECTIONS = ["control", "wifi", "mqtt", "module", "names", "time", "logging", "console",
            "info", "update", "backup", "password"]

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

sys.exit(run(globals()))
