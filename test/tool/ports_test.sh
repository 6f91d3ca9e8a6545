#!/usr/bin/env bash
# pogo against a bench in another process, over RFC 2217 and over a pty, in real
# time; and what it says when the port goes away.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo

# Nothing that could be packed: it shall take its time.
head -c 60000 /dev/urandom >"$work/data"

start_bench --pty "$work/tty" --flash "$work/flash"
run "$pogo" -p "$url" flash "$work/data@0x1000"
said "flash over RFC 2217" 0 "read back, MD5"
said "the lines reset the chip afterwards" 0 "The chip was reset."
cmp -s -n 60000 "$work/data" "$work/flash" 0 0x1000
code=$?
said "the flash file holds it" 0 ""
run "$pogo" -p "$url" -b 921600 verify "$work/data@0x1000"
said "verify at 921600" 0 "are on the flash"
run "$pogo" -p "$url" --no-stub read "$work/back" 0x1000 4096
said "read by the ROM alone" 0 "4096 bytes"
cmp -s -n 4096 "$work/data" "$work/back"
code=$?
said "it is the same" 0 ""
run "$pogo" -p "$url" --after no-reset info
said "--after no-reset leaves the stub" 0 "ESP8285"
run "$pogo" -p "$url" --before no-reset --no-stub info
said "--no-stub gets the ROM back" 0 "ROM at 115200"

start_bench --pty "$work/tty" --hold-button
run "$pogo" -p "$work/tty" flash "$work/data@0x1000"
said "flash over a pty with the button held" 0 "read back, MD5"
said "says how to leave download mode" 0 "disconnect the 3.3 V"
run "$pogo" -p "$work/tty" verify "$work/data@0x1000"
said "the next command needs no button" 0 "are on the flash"

timeout 60 "$pogo" -p "$work/tty" -b 115200 read "$work/all" \
    >"$work/said1" 2>&1 &
first=$!
sleep 1
run "$pogo" -p "$work/tty" info
said "a port in use is busy" 3 "used by another program"
kill "$first"
wait "$first" 2>/dev/null
code=0
[ ! -e "$work/all" ] || code=1
said "an interrupted read leaves no file of that name" 0 ""

start_bench --pty "$work/tty" --hold-button --flash "$work/half"
timeout 60 "$pogo" -p "$work/tty" -b 115200 flash "$work/data@0x1000" \
    >"$work/said" 2>&1 &
first=$!
for _ in $(seq 1000); do # until the first sector is on the flash
    cmp -s -n 4096 "$work/data" "$work/half" 0 0x1000 && break
    sleep 0.02
done
stop_bench
wait "$first"
code=$?
said "unplugged while writing" 3 "went away in the middle"
said "it says that the flash is not whole" 3 "is not whole on the flash"
said "and what to do" 3 "check the cable; then run the same command"

start_bench --pty "$work/tty"
sleep 1 # the boot banner has passed; the watchdog bites after 8 s
run "$pogo" -p "$work/tty" --wait 3 info
said "a chip that runs its program is no loader" 3 "no answer"

tap_end
