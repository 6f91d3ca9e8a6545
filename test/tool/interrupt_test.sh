#!/usr/bin/env bash
# Ctrl-C and kill in the middle of the work: what is said, and what is left. The
# bench is another process in real time, so that there is a middle.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo
cd "$work" || exit 1
start_bench

# stop SIGNAL AFTER ARGUMENTS
stop() {
    local signal=$1 after=$2
    shift 2
    timeout --preserve-status -s "$signal" "$after" \
        "$pogo" -p "$url" -b 115200 "$@" >said 2>&1
    code=$?
}

# Nothing that could be packed: it shall take its time.
head -c 200000 /dev/urandom >data
stop INT 4 flash data@0x1000
said "Ctrl-C while writing" 130 "pogo: interrupted: data is not whole on the flash"
said "says what to do" 130 "  try: run the same command again"

head -c 200000 /dev/urandom >data
stop INT 7 flash --backup saved.bin data@0x1000
said "after a backup it says to go on without" 130 "without --backup: that is"

# On a terminal, where a progress line stands.
head -c 200000 /dev/urandom >data
script -qec "timeout --foreground --preserve-status -s INT 4 \
    '$pogo' -p '$url' -b 115200 flash data@0x1000" /dev/null >said 2>&1
code=0
grep -q '^pogo: interrupted: data is not whole' said || code=1
grep -q 'write .* s left' said || code=1
said "the message has a line of its own" 0 ""
code=0
grep -qE ' 0\.0 KB/s| 0 s left' said && code=1
tr '\r' '\n' <said | grep -q '^write    0 %  0 of 200704 bytes *$' || code=1
said "no rate is shown before there is one" 0 ""

for signal in INT TERM; do
    code=130
    [ $signal = INT ] || code=143
    want=$code
    stop $signal 3 read backup.bin
    said "$signal while reading" $want "pogo: interrupted: no file was made"
    code=0
    [ ! -e backup.bin ] && [ ! -e backup.bin.part ] || code=1
    said "$signal: nothing is left" 0 ""
done

start_bench --pty "$work/tty" # nobody holds its button
stop INT 1 -p "$work/tty" --wait 9 info
said "with nothing begun it just ends" 130 "Waiting for the chip"
! grep -q interrupted said
code=$?
said "without a word of it" 0 ""

tap_end
