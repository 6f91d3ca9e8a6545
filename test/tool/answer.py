"""Runs a command at a terminal of its own and answers its questions, in order:
answer.py 'QUESTION=ANSWER' ... -- COMMAND ...   (QUESTION: part of what it says;
ANSWER: with python's escapes, Enter follows). What was said goes to stdout; the
exit code is the command's."""
import os
import pty
import select
import sys
import time

split = sys.argv.index("--")
command = sys.argv[split + 1:]
answers = [word.split("=", 1) for word in sys.argv[1:split]]
pid, fd = pty.fork()
if pid == 0:
    os.execv(command[0], command)
said, at, end = b"", 0, time.time() + 150
while time.time() < end:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        part = os.read(fd, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
    if answers and answers[0][0].encode() in said[at:]:
        at = len(said)
        text = answers.pop(0)[1].encode().decode("unicode_escape")
        os.write(fd, text.encode("latin1") + b"\n")
sys.stdout.buffer.write(said)
if answers:
    print("never asked:", answers[0][0])
    sys.exit(99)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
