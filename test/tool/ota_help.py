"""What the stories of `pogo ota` share: the command, what it must say, threads."""
import os
import pty
import subprocess
import sys
import threading

build, work = sys.argv[1:3]
PASSWORD = "my own one"
PATIENCE = 180


def tell(is_right, name, said=""):
    print(("ok - " if is_right else "not ok - ") + name, flush=True)
    if not is_right:
        print("\n".join("# " + line for line in said.splitlines()), flush=True)


def pogo(*words, password=PASSWORD, stdin=""):
    """(exit code, all that was said)"""
    environment = dict(os.environ)
    environment.pop("POGO_WEB_PASSWORD", None)
    if password is not None:
        environment["POGO_WEB_PASSWORD"] = password
    run = subprocess.run([f"{build}/pogo", "ota", *words], input=stdin, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         timeout=PATIENCE, env=environment)
    return run.returncode, run.stdout


def at_a_terminal(words, answers):
    """The same for who sits at one: (words to wait for, what is typed then)."""
    environment = dict(os.environ)
    environment.pop("POGO_WEB_PASSWORD", None)
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(f"{build}/pogo", ["pogo", "ota", *words], environment)
    said = b""
    try:
        for asked, typed in answers:
            while asked.encode() not in said:
                said += os.read(fd, 4096)
            os.write(fd, typed.encode() + b"\n")
        while more := os.read(fd, 4096):
            said += more
    except OSError:  # it has ended
        pass
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode(errors="replace")


def expect(name, result, code, *words):
    """This exit code, and these words were said (!WORDS: were not)."""
    got, said = result
    flat = " ".join(said.split())
    is_right = got == code and all(
        (word[1:] not in flat) if word[0] == "!" else word in flat for word in words)
    tell(is_right, name, f"exit code {got}, expected {code}: {words}\n{said}")


def run(story):
    """In a thread; a failure is told, too."""
    try:
        story()
    except BaseException as why:
        tell(False, story.__name__, repr(why))


def run_all(*stories):
    """All at once."""
    threads = [threading.Thread(target=run, args=(story,)) for story in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
