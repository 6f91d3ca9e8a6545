"""A person at `pogo console`: a terminal of 80 columns, and the keys."""
import os
import pty
import re
import select
import sys
import time

FAILED = []


class Terminal:
    def __init__(self, *words):
        self.text = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["COLUMNS"] = "80"
            os.execv(words[0], words)

    def read(self, wait):
        if select.select([self.fd], [], [], wait)[0]:
            try:
                self.text += os.read(self.fd, 4096).decode(errors="replace")
            except OSError:
                return

    def sees(self, words, what, seconds=20):
        """The words come; what was before them is forgotten."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(words, self.text)
            if found:
                self.text = self.text[found.end():]
                print("ok -", what)
                return
            self.read(0.1)
        print("not ok -", what)
        print("# not seen:", words, "in:", repr(self.text[-400:]))
        FAILED.append(what)

    def keys(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        code = os.waitpid(self.pid, 0)[1]
        return os.waitstatus_to_exitcode(code)


def say(line):
    """A control line to the bench, by the script that started it."""
    with open(sys.argv[3], "w") as control:
        control.write(line + "\n")


def main():
    pogo, port, _, log = sys.argv[1:5]
    at = Terminal(pogo, "console", "-p", port, "--log", log)
    at.sees("at 115200 baud; Ctrl-T h shows", "it says where it is")
    at.sees("Web password", "the device's log")
    at.keys("Stat\x01\x05us\r")
    at.sees(r"> Status\r?\n", "the line that was typed stays")
    at.sees('"FriendlyName"', "the device answers")
    at.keys("Password1 v3rysecret")
    at.sees(r"> Password1 \*{10}", "a password is stars while it is typed")
    at.keys("\r")
    at.sees(r'Password1":"\*\*\*\*"', "and the device has it")
    at.keys("\x1b[A\x1b[A\r")
    at.sees(r"> Status\r?\n", "arrow up brings a line back")
    at.sees('"FriendlyName"', "and it is sent again")
    at.sees("has proved itself", "after ten seconds")
    at.keys("Powe")
    say("press 0 100")
    at.sees(r'POWER":"O(N|FF)".*\n(.|\n)*> Powe', "what is typed stays typed")
    at.keys("\x15\x14t")
    at.sees("-- times on", "Ctrl-T t")
    at.keys("Power\r")
    at.sees(r"\d\d:\d\d:\d\d\.\d{3} .*POWER", "times are before the lines")
    at.keys("\x14x")
    at.sees("-- hex on", "Ctrl-T x")
    at.keys("Power\r")
    at.sees(r"([0-9a-f]{2} ){16}\|", "bytes are shown")
    at.keys("\x14x\x14t")
    at.sees("-- times off", "both off again")
    time.sleep(0.5)
    at.keys("\x14r")
    at.sees("-- 74880 baud: the boot ROM's", "Ctrl-T r resets")
    say("power off")
    say("power on")
    at.sees(r"rst cause:1, boot mode:\(3,", "the ROM's words are readable")
    at.sees("-- 115200 baud", "then the program's speed")
    at.sees("Web password|has proved itself|STATE", "and its log", 40)
    say("unplug")
    at.sees("went away; waiting", "the adapter is pulled out")
    at.keys("Power\r")
    at.sees("not sent: the port is away", "a line then is not lost silently")
    say("plug")
    at.sees("is back", "it comes back")
    at.keys("Power\r")
    at.sees('POWER', "and it goes on")
    at.keys("\x03")
    code = at.end()
    print("ok" if code == 0 else "not ok", "- Ctrl-C ends it with exit code 0")
    sys.exit(1 if FAILED or code else 0)


main()
