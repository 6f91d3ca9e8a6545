#!/usr/bin/env bash
# pogo flash --loop as a person has it: a board taken off and put in again, Ctrl-C,
# the log, the words. The bench is another process in real time; what a jig sees
# of many boards is in jig_test.c.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo
at_exit() {
    [ -z "${loop:-}" ] || kill "$loop" 2>/dev/null
}
cd "$work" || exit 1
head -c 20000 /dev/urandom >data

# ---- one board, in the process ----

# Words aloud, without a sound.
mkdir bin
printf '#!/bin/sh\necho "$*" >>"%s/spoken"\n' "$work" >bin/espeak-ng
chmod +x bin/espeak-ng
PATH=$work/bin:$PATH run "$pogo" flash --loop --boards 1 --say \
    -p bench:mini,mac=5C:CF:7F:00:00:01 data@0x1000
said "one board passes" 0 "1 board: 1 passed, 0 failed, 0 did not answer"
head -1 said | grep -q '^Never with mains connected; 3.3 V only'
tap $? "the first line is about mains" said
grep -q '^  #### *###  *####  *####$' said
tap $? "in large letters" said
[ "$(cat spoken)" = pass ]
tap $? "and aloud"
[ "$(wc -l <pogo-loop.csv)" = 2 ] && [ "$(head -1 pogo-loop.csv)" = \
    time,number,mac,chip,image,result,seconds,reason ] && tail -1 pogo-loop.csv |
    grep -qE '^20..-..-..T..:..:..Z,1,5C:CF:7F:00:00:01,ESP8285,"data",PASS,[0-9.]+,$'
tap $? "its line is in the log" pogo-loop.csv
awk 'length > 80 {exit 1}' said
tap $? "in 80 columns" said

# The last 20 KB hold another firmware's; eboot in front of it, mode qio, 512 KB.
{
    printf '\xe9\x01\x00\x00\x00\xf0\x10\x40\x00\xf0\x10\x40\x04\x00\x00\x00'
    printf '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xef'
    head -c 4064 /dev/zero
    printf '\xe9\x01\x00\x00\x00\x00\x10\x40\x00\x00\x10\x40\x04\x00\x00\x00'
    printf '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xef'
} >eboot.bin
run "$pogo" flash --loop --boards 1 --log quiet.csv -p bench:mini eboot.bin
said "a board of a row is told of, too" 0 "needs DOUT: set so"
grep -q 'says flash size 512KB' said && grep -q 'SDK settings .* erased' said
tap $? "its flash size and the RF sectors, too" said
grep -q 'each has its line in quiet.csv$' said
tap $? "and where its line is" said

head -c 1048577 /dev/zero >large
run "$pogo" flash --loop --boards 1 --log x.csv --json -p bench:mini large@0x1000
said "what does not fit fails the board" 1 "0 passed, 1 failed"
grep -q '^{"event":"board","number":1,.*"result":"FAIL",.*"error":".*"code":5}$' said
tap $? "as an object, too" said
grep -qE ',FAIL,[0-9.]+,"the image does not fit: large: ' x.csv
tap $? "with the reason in the log" x.csv
run "$pogo" flash --loop --log no/such/x.csv -p bench:mini data@0x1000
said "no log, no work" 1 "no/such/x.csv"

# ---- a hand ----

start_bench --hold-button --pty "$work/tty"
# A script starts what is in the background with Ctrl-C ignored.
env --default-signal=INT "$pogo" flash --loop --log hand.csv -p "$work/tty" data@0x1000 >said 2>&1 &
loop=$!
await_words said 'Board 1: PASS'
tap $? "the first board begins by itself" said
sleep 2
[ "$(grep -c 'PASS in' said)" = 1 ]
tap $? "while it stays nothing happens" said
echo 'power off' >&8
sleep 4
echo 'power on' >&8
await_words said 'Board 2: PASS'
tap $? "the next begins by itself" said
kill -INT "$loop"
wait "$loop"
code=$?
loop=""
said "Ctrl-C ends it with a summary" 130 "2 boards: 2 passed, 0 failed, 0 did not"
[ "$(grep -c ,PASS, hand.csv)" = 2 ]
tap $? "and both are in the log" hand.csv

tap_end
