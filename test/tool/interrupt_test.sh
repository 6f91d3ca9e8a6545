#!/usr/bin/env bash
# Ctrl-C and kill in the middle of the work: what is said, and what is left. The
# bench is another process in real time, so that there is a middle.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo
cd "$work" || exit 1
start_bench

# What a script starts in the background would ignore Ctrl-C.
hears="env --default-signal=INT"

# stop SIGNAL WHEN ARGUMENTS: once one of the events of --json is like WHEN.
stop() {
    local signal=$1 when=$2
    shift 2
    : >told
    $hears "$pogo" -p "$url" -b 115200 --json "$@" >told 2>said &
    local job=$!
    await_words told "$when"
    kill -s "$signal" "$job"
    wait "$job"
    code=$?
}
writing='"write","done":[1-9]'

# Nothing that could be packed: it shall take its time.
head -c 200000 /dev/urandom >data
stop INT "$writing" flash data@0x1000
said "Ctrl-C while writing" 130 "pogo: interrupted: data is not whole on the flash"
said "says what to do" 130 "  try: run the same command again"
said "and what is there" 130 "0x01000 to 0x0"
awk 'length > 80' said | grep -q .
[ $? = 1 ]
tap $? "in 80 columns" said

head -c 200000 /dev/urandom >data
stop INT "$writing" flash --backup saved.bin data@0x1000
said "after a backup it says to go on without" 130 "without --backup: that is"

# On a terminal, where a progress line stands.
head -c 200000 /dev/urandom >data
: >said
script -qfec "echo \$\$ >pid; exec $hears \
    '$pogo' -p '$url' -b 115200 flash data@0x1000" /dev/null >said 2>&1 &
await_words said 'write .* s left'
kill -s INT "$(cat pid)"
wait $!
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
    stop $signal '"read","done":[1-9]' read backup.bin
    said "$signal while reading" $want "pogo: interrupted: no file was made"
    code=0
    [ ! -e backup.bin ] && [ ! -e backup.bin.part ] || code=1
    said "$signal: nothing is left" 0 ""
done

stop INT '"erase","done":[1-9]' erase
said "Ctrl-C while erasing" 130 "0x00000 to 0xfffff may be blank in part"

# On a blank flash nothing is ever erased: it is only looked at.
start_bench --flash-size 4MB
stop INT '"compare"' erase
said "before the first erase it says so" 130 "nothing is erased yet"

start_bench --pty "$work/tty" # nobody holds its button
timeout --preserve-status -s INT 1 \
    "$pogo" -p "$work/tty" -b 115200 --wait 9 info >said 2>&1
code=$?
said "with nothing begun it just ends" 130 "Waiting for the chip"
! grep -q interrupted said
code=$?
said "without a word of it" 0 ""

tap_end
