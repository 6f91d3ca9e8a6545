"""The owner's commands over bad lines: road_noise.py POGO BUILD SEEDS FOLDER.
setup, install, update, doctor and console, each SEEDS times, on a device of the
bench in pogo's own process (virtual time, so what a seed does it does again):
noise of every kind from the start or for a while, or the adapter pulled out at
some moment. A run ends by itself, and says in two lines what is wrong, or it has
done what it says: the device is asked over a good line. Prints TAP."""
import concurrent.futures
import os
import random
import re
import shutil
import subprocess
import sys

pogo, build, seeds, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
os.chdir(folder)
image, update = f"{build}/pogo-bench.bin", f"{build}/update/next.ota"
LIMIT = 150  # s of real time on a busy computer: more is a hang

open("home.air", "w").write(
    'ap "cellar" password "battery staple" hidden channel 3\n')
open("wifi", "w").write("battery staple\n")


def run(args, stdin=""):
    try:
        done = subprocess.run([pogo, *args], input=stdin, text=True,
                              capture_output=True, timeout=LIMIT, errors="replace")
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as e:
        return None, str(e.stdout), str(e.stderr)


def port(flash, fault=""):
    return f"bench:mini,flash={flash},air=home.air{fault}"


def ask(flash, *lines, seconds=4):
    """What a device answers over a good line. It starts at the first one."""
    code, out, err = run(["console", "-p", port(flash), "--monitor-time",
                          str(seconds)], "".join(f"{line}\n" for line in ("State", *lines)))
    return out + err


def fault_of(rng, longest_ms, worst):
    kind = rng.choice(["lose", "double", "flip"])
    side = rng.choice(["to", "from", "both"])
    share = rng.choice(["0.1", "1"]) if worst else "0.05"
    at = rng.randrange(longest_ms)
    choice = rng.randrange(5)
    if choice < 2:
        return f",at={at} unplug"
    if choice == 2:
        return f",at={at} noise {kind} 5 {side},at={at + 700} noise off"
    return f",do=noise {kind} {share} {side}"


def is_set_up(flash, name):
    told = ask(flash, "FriendlyName", "Topic", "SSId")
    wrong = [want for want in (f'"FriendlyName1":"{name}"', f'"Topic":"{name}"',
                               '"SSId1":"cellar"', "Connected to AP1 cellar")
             if want not in told]
    return f"done, but not {wrong}: {told}" if wrong else None


# Each returns arguments, stdin and a check of a run that succeeded.
def setup(flash, fault, name):
    shutil.copy("fresh", flash)
    return (["setup", "-p", port(flash, fault), "-s", "cellar", "--hidden",
             "--password-file", "wifi", "--name", name, "--topic", name],
            "", lambda text: is_set_up(flash, name))


def install(flash, fault, name):
    return (["install", "-p", port(flash, fault), "-s", "cellar", "--hidden",
             "--no-backup", "--password-file", "wifi", "--name", name, "--topic",
             name, image], "", lambda text: is_set_up(flash, name))


def update_it(flash, fault, name):
    shutil.copy("proven", flash)
    return (["update", "-p", port(flash, fault), update], "",
            lambda text: None if f'"Version":"{after}' in ask(flash, "Status 2")
            else "done, but another version runs")


def doctor(flash, fault, name):
    shutil.copy("proven", flash)
    # It is healthy; "healthy" is right whatever the line does.
    return (["doctor", "-p", port(flash, fault), "--time", "12", "--no-flash"], "",
            lambda text: None if "healthy" in text else "done, and no verdict")


def console(flash, fault, name):
    shutil.copy("proven", flash)
    return (["console", "-p", port(flash, fault), "--monitor-time", "5"],
            f"Topic {name}\nTopic\n", lambda text: None)


# Command, its runs for each seed's worth, its longest virtual time, bad noise too.
COMMANDS = [(setup, 6, 9000, True), (doctor, 3, 14000, True),
            (update_it, 2, 12000, False), (console, 2, 5000, True),
            (install, 1, 12000, False)]

# Run each time: a name that was damaged on its way was called a network that is
# not there.
KNOWN = [(setup, 70, 9000, True)]


def judge(command, code, out, err, check):
    text = out + err
    if code is None:
        return "it hangs"
    if code == 0:
        return check(text)
    if code not in (1, 2, 3, 4, 5):
        return f"exit code {code}"
    if command is doctor and code == 1 and "pogo: " not in err:
        return None if "line-noise" in text else "a healthy device has a fault"
    if "does not find the Wi-Fi network" in err:
        return "the network is there"
    said = len(re.findall(r"^pogo: ", err, re.M)), len(re.findall(r"^  try: ", err, re.M))
    return None if said == (1, 1) else f"not two lines but {said}"


def case(job):
    command, number, longest, worst = job
    rng = random.Random(f"{command.__name__} {number}")
    fault = fault_of(rng, longest, worst)
    name = f"n{number}"
    flash = f"{command.__name__}.{number}"
    args, stdin, check = command(flash, f"{fault},seed={number}", name)
    code, out, err = run(args, stdin)
    wrong = judge(command, code, out, err, check)
    if not wrong and not os.environ.get("KEEP"):
        os.path.exists(flash) and os.unlink(flash)
    return command, number, fault, code, wrong, out + err


def main():
    global after
    shutil.copy(image, "fresh")
    shutil.copy("fresh", "proven")
    # What an update is taken from: a program that has lasted.
    run(["setup", "-p", port("proven"), "-s", "cellar", "--hidden",
         "--password-file", "wifi", "--name", "first"])
    ask("proven", "Status 2", seconds=90)
    shutil.copy("proven", "after")
    code, out, err = run(["update", "-p", port("after"), update])
    told = re.search(r'"Version":"([^"]*)', ask("after", "Status 2"))
    after = told.group(1) if told else "?"
    print("ok - " if code == 0 and told else "not ok - ",
          f"over a good line an update works ({after})", sep="")
    if code != 0:
        print(out, err)
    jobs = KNOWN + [(c, s * share + i, longest, worst) for s in range(seeds)
                    for c, share, longest, worst in COMMANDS for i in range(share)]
    count, bad = {}, {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for command, number, fault, code, wrong, text in pool.map(case, jobs):
            ends = count.setdefault(command.__name__, {})
            ends[code] = ends.get(code, 0) + 1
            if wrong:
                bad.setdefault(command.__name__, []).append(
                    f"# {command.__name__} {number}{fault}: {wrong}\n" + "".join(
                        f"#   {line}\n" for line in text.splitlines()[-25:]))
    for command, *_ in COMMANDS:
        name = command.__name__
        ends = ", ".join(f"{n} with {code}" for code, n in sorted(
            count[name].items(), key=str))
        print("not ok - " if name in bad else "ok - ",
              f"{name.removesuffix('_it')} over bad lines: {ends}", sep="")
        print("".join(bad.get(name, [])), end="")


main()
