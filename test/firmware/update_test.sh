#!/bin/bash
# Updates of the real image on the bench, by `pogo update`: from A to B and back
# to A, each kind that is refused, images that do not prove themselves, and what
# relay and button do meanwhile.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

next=$B/update/next.ota
flash=$work/flash.bin
fresh() { cp "$B/pogo-bench.bin" "$flash"; }

update() { run "$B/pogo" update -p "bench:mini,flash=$flash" "$@"; }

flat() { tr -s ' \n' ' ' <"$work/said" | grep -F -- "$1"; } # WORDS, said

# script NAME [OPTION…]: control lines from stdin, in virtual time.
script() {
    local name=$1
    shift
    cat >"$work/script"
    echo "strict on" | cat - "$work/script" >"$work/strict"
    run "$B/pogo" bench mini --virtual --flash "$flash" --script "$work/strict" \
        "$@"
    ! grep -q '^rewrite' "$work/said" || code=99
    tap "$code" "$name" "$work/said"
}

# ---- from A to B to A ----

fresh
script "the first image proves itself in slot A" <<'TEXT'
expect console UPD: this version has proved itself within 15000
console Status 2
expect console "Version":"0.1.0(pogo)" within 500
expect console "Slot":"A","Confirmed":"ON","Left":"" within 500
TEXT

update "$next"
said "an update from A is installed" 0 "The device runs version 0.2.0."
said "what comes back is named" 0 "version 0.1.0 comes"
script "the new one runs in slot B and proves itself" <<'TEXT'
expect console Version 0.2.0 within 2000
expect console UPD: this version is on trial, start 2 of 3 within 500
expect console UPD: this version has proved itself within 15000
console Status 2
expect console "Version":"0.2.0(pogo)" within 500
expect console "Slot":"B","Confirmed":"ON","Left":"" within 500
TEXT

update "$B/update/older.ota"
said "an older one is refused" 5 "the update is older than what runs"
update "$next"
said "the next update goes from B to A" 0 "The device runs version 0.2.0."
said "it is the same version, and that is said" 0 "the same version ran before"
script "it proves itself there" <<'TEXT'
expect console UPD: this version has proved itself within 15000
console Status 2
expect console "Slot":"A","Confirmed":"ON","Left":"" within 500
power cycle
expect console Version 0.2.0 within 3000
refute console UPD within 15000
TEXT

cp "$flash" "$work/two.bin"

fresh
script "a first start is told as one" <<'TEXT'
expect console UPD: first start of a new installation within 3000
refute console start 0 of within 1000
TEXT
update "$next"
said "right after a start pogo waits for the proof" 0 "waits up to 15 s"

cp "$B/pogo-bench.bin" "$flash"
run "$B/pogo" update -p "bench:mini,puya,flash=$flash" "$next"
said "on Puya flash an update is installed" 0 "runs version 0.2.0."
script "and proves itself in slot B" --puya <<'TEXT'
expect console Version 0.2.0 within 3000
expect console UPD: this version has proved itself within 15000
TEXT

# ---- refused ----

fresh
script "another first image proves itself" <<'TEXT'
expect console UPD: this version has proved itself within 15000
TEXT
cp "$flash" "$work/good.bin"

refused() { # NAME WORDS FILE [OPTION]
    update "${@:3}"
    said "$1" 5 "$2"
}
given_up() { # the same, when bytes are on the flash already
    update "${@:3}"
    said "$1" 1 "$2"
}
refused "another's key is refused" \
    "signed with a key that this device does not know" "$B/update/wrong-key.ota"
refused "an update for another board is refused" \
    "the update is for another kind of board" "$B/update/other-board.ota"
refused "the version before is refused" \
    "the update is older than what runs" "$B/update/older.ota"
refused "an image is no update" "not an update file for Pogo" \
    "$B/pogo-bench.bin"
refused "an image is refused by the device, too" "on bench:mini,flash=" \
    "$B/pogo-bench.bin" --force

refused "--key looks whose it is before it is sent" \
    "the update is not signed with this key" "$next" --key "$B/update/stranger.pem"
head -c 20000 "$next" >"$work/cut.ota"
refused "a file that is cut short is not sent" \
    "the update ended before its image was whole" "$work/cut.ota"
said "and it has to be made anew" 5 "try: download or build it again"
head -c 100 "$next" >"$work/head.ota"
refused "one that is cut in its header is told so, too" \
    "the update ended before its image was whole" "$work/head.ota"
given_up "a stream that ends early is refused by the device" \
    "the update ended before its image was whole" "$work/cut.ota" --force

{ cat "$next" && printf pogo; } >"$work/long.ota"
given_up "a stream that goes on is refused" \
    "lengths contradict each other" "$work/long.ota" --force

cp "$next" "$work/damaged.ota"
printf 'pogo' | dd of="$work/damaged.ota" bs=1 seek=9000 conv=notrunc \
    2>/dev/null
refused "a damaged file is not sent" "damaged on its way" "$work/damaged.ota"
given_up "a damaged stream is refused by the device" "damaged on its way" \
    "$work/damaged.ota" --force

# Its digest and length are right, the signature is that of another file.
cp "$next" "$work/forged.ota"
python3 - "$work/forged.ota" <<'PYTHON'
import sys, zlib
path = sys.argv[1]
file = bytearray(open(path, "rb").read())
file[100] ^= 1
file[144:148] = zlib.crc32(file[:144]).to_bytes(4, "little")
open(path, "wb").write(file)
PYTHON
given_up "a wrong signature is refused" "the update's signature is wrong" \
    "$work/forged.ota"

script "after all of these it runs as before" <<'TEXT'
expect console Version 0.1.0 within 2000
refute console UPD within 12000
console Power1 1
expect relay 1 on within 200
TEXT
update --json "$next"
said "and takes a right one, told as JSON" 0 '"before":"0.1.0","runs":"0.2.0"}'

# ---- a sender that stops ----

cp "$work/good.bin" "$flash"
script "a sender that stops is told, and the console is one again" <<'TEXT'
expect console Version 0.1.0 within 2000
console UpgradeSerial 30000
expect console {"UpgradeSerial":"Send"} within 200
expect console +0 within 200
console Power1 1
refute relay 1 on within 2000
expect console {"Upgrade":"Failed not an update file for Pogo"} within 25000
expect console -not an update file for Pogo within 200
sleep 1000
console UpgradeSerial 30000
expect console +0 within 200
expect console {"Upgrade":"Failed no more of the update came"} within 25000
expect console UPD: check the connection and send it again within 200
expect console -no more of the update came within 200
console Power1 1
expect relay 1 on within 200
TEXT

# ---- images that do not prove themselves ----

cp "$work/good.bin" "$flash"
update "$B/update/broken.ota"
said "an image that crashes comes and goes" 1 \
    "the new version did not last, and the one before runs again"
script "one that crashes is left, and the one before says so" <<'TEXT'
expect console Version 0.1.0 within 60000
expect console UPD: left version 0.2.0: it crashed within 1000
console Status 2
expect console "Slot":"A","Confirmed":"ON","Left":"0.2.0: it crashed" within 500
console Upgrade
expect console confirmed; left 0.2.0: it crashed within 500
power cycle
expect console UPD: left version 0.2.0: it crashed within 5000
TEXT
update "$next"
said "a right update comes after it" 0 "The device runs version 0.2.0."

cp "$work/two.bin" "$flash"
update "$B/update/broken.ota"
said "one of the same version is no success either" 1 \
    "the new version did not last"
ok "it says why" flat "left version 0.2.0: it crashed"

cp "$work/good.bin" "$flash"
update "$B/update/mute.ota"
said "an image that says nothing is told" 1 \
    "nothing is heard of the new version"
script "one that does nothing is left when power went three times" <<'TEXT'
sleep 3000
power cycle
sleep 3000
power cycle
expect console UPD: left version 0.2.0: it did not last three starts within 6000
TEXT

# ---- with the log off ----

cp "$work/good.bin" "$flash"
script "the log goes off" <<'TEXT'
expect console Version 0.1.0 within 2000
console SerialLog 0
sleep 3000
TEXT
cp "$flash" "$work/silent.bin"
update "$next"
said "a new version without a log answers all the same" 0 "its log is off"
script "and is on trial" <<'TEXT'
sleep 12000
console SerialLog 2
sleep 200
console Upgrade
expect console Version 0.2.0 in slot B, confirmed within 500
TEXT
cp "$work/silent.bin" "$flash"
update "$B/update/broken.ota"
said "one that was left is found out without a log, too" 1 \
    "the new version did not last"

# ---- what tells pogo from other things ----

update_on() { run "$B/pogo" update -p "$1" "$next"; }
update_on "bench:mini,hold-button"
said "a chip in download mode is told" 3 "the chip waits for a flasher"
update_on "bench:mini,off"
said "a device without power does not answer" 3 "no answer from the chip"
cp "$B/guest/verify.bin" "$work/guest.bin"
update_on "bench:mini,flash=$work/guest.bin"
said "another program is told" 3 "what runs there takes no updates"

# ---- a bad line, and a sender that is stopped, in real time ----

bench=
at_exit() {
    [ -z "$bench" ] || kill "$bench" 2>/dev/null
}
with_bench() { # LINE
    cp "$work/good.bin" "$flash"
    { echo "$1" && echo "sleep 60000"; } >"$work/line"
    "$B/pogo" bench mini --flash "$flash" --pty "$work/tty" \
        --script "$work/line" >"$work/events" 2>&1 </dev/null &
    bench=$!
    until_said "Project pogo"
}
no_bench() {
    kill "$bench"
    wait "$bench"
    bench=
}
until_said() { # WORDS
    for _ in $(seq 200); do
        ! grep -qF -- "$1" "$work/events" || return 0
        sleep 0.1
    done
    return 1
}
with_bench "noise lose 0.1 to"
update_on "$work/tty"
said "bytes that are lost on the line are told" 1 "bytes were lost on the line"
no_bench
with_bench "show"
"$B/pogo" update -p "$work/tty" "$next" >"$work/said" 2>&1 &
sender=$!
until_said "uart +2048"
kill -TERM "$sender"
wait "$sender"
code=$?
said "a sender that is stopped says what is on the device" 143 \
    "what ran still runs"
no_bench

power_goes() { # WHAT
    cp "$work/good.bin" "$flash"
    { echo "wait console UPD: 25 % written 60000" && echo "$1" &&
        echo "sleep 60000"; } >"$work/line"
    "$B/pogo" bench mini --flash "$flash" --pty "$work/tty" \
        --script "$work/line" >"$work/events" 2>&1 </dev/null &
    bench=$!
    until_said "Project pogo"
    update_on "$work/tty"
    no_bench
}
power_goes "power off"
said "power that goes in the middle is told" 3 "no answer in time"
ok "with what is on the device" \
    flat "(the update is not installed; what ran still runs)"
power_goes "power cycle"
said "a device that restarts in the middle is told" 1 \
    "the device restarted in the middle"

# ---- relay and button, in real time ----

# The relay is on; while bytes stream in, button and switch are used. Then the
# restart: no relay event comes across it.
cp "$work/good.bin" "$flash"
cat >"$work/live" <<'TEXT'
strict on
expect console Version 0.1.0 within 5000
sleep 4500
console SetOption13 1
expect console {"SetOption13":"ON"} within 500
wait console UPD: 25 % written 60000
press 0 100
expect relay 1 on within 250
sleep 500
press 0 100
expect relay 1 off within 250
wait console UPD: 75 % written 60000
sleep 500
press 0 100
expect relay 1 on within 250
sleep 500
press 0 100
expect relay 1 off within 250
wait console UPD: 100 % written 60000
press 0 700
expect relay 1 on within 900
wait console Successful. Restarting 60000
refute relay 1 off within 1500
wait console Version 0.2.0 5000
console Status 2
expect console "Slot":"B","Confirmed":"OFF" within 500
sleep 500
TEXT
live() {
    local pid
    timeout 100 "$B/pogo" bench mini --flash "$flash" --pty "$work/tty" \
        --script "$work/live" >"$work/events" 2>&1 </dev/null &
    pid=$!
    for _ in $(seq 100); do
        ! grep -q 'SetOption13":"ON' "$work/events" || break
        sleep 0.1
    done
    "$B/pogo" update -p "$work/tty" "$next" || return 1
    wait "$pid"
}
live >"$work/log" 2>&1
tap $? "over a pty; the button works meanwhile" "$work/events"
no_flicker() {
    sed -n '/APP: Restarting/,$p' "$work/events" | grep '^relay' && return 1
    grep -q '^relay 1 on' "$work/events"
}
once() { ! grep '^rewrite' "$work/events"; }
ok "no word of the flash is programmed twice" once
ok "the relay does not flicker across the restart" no_flicker

tap_end
