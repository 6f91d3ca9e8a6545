"""A browser before a stand-in for the device (standin.py), for tests of the page.

$B is the build folder."""

import inspect
import json
import os
import sys
import traceback

import browser
import standin

PAGE = os.path.join(os.environ.get("B", "build"), "gen", "page.gz")


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


def run(names):
    """Those of a file's tests whose name has the first argument in it; a test is a
    function of a desk."""
    tests = [f for f in list(names.values())
             if callable(f) and getattr(f, "__code__", None)
             and f.__code__.co_varnames[:1] == ("desk",) and f.__code__.co_argcount == 1
             and not f.__code__.co_flags & inspect.CO_VARKEYWORDS]
    wanted = [t for t in tests if len(sys.argv) < 2 or sys.argv[1] in t.__name__]
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
