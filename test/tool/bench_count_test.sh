#!/bin/bash
# Several devices in one `pogo bench`: whom a line is for, whose script fails,
# where each one's flash and pty are.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# events NUMBER: what the device of that number has said.
events() {
    sed -n "s/^\[$1\] //p" "$work/said"
}
has() {
    events "$1" | grep -q -- "$2"
}

# ---- lines from stdin ----

type_lines() {
    printf '%s\n' '# nobody' 'press 0' '4 show' '2 press 0' 'all show' quit |
        timeout 60 "$B/pogo" bench mini --count 3 --off >"$work/said" 2>"$work/errors"
    code=$?
}
type_lines
grep -qx 'error which device: press 0' "$work/errors" &&
    grep -qx '  try: 1 press 0     or: all press 0' "$work/errors"
tap $? "a line without a number says what to write" "$work/errors"
grep -qx 'error no such device: 4 show' "$work/errors" &&
    grep -qx '  try: 1 to 3, or all' "$work/errors" && [ $code = 1 ]
tap $? "so does one for a device that is not there" "$work/errors"
has 1 'show button 0 up' && has 2 'show button 0 down' && has 3 'show button 0 up'
tap $? "a number is that device alone, all is everyone" "$work/said"
[ "$(events '[123]' | sed -n 's/ready: //p' | sort -u | wc -l)" = 3 ]
tap $? "each has a port" "$work/said"

# ---- a script ----

cat >"$work/script" <<'END'
expect console Version within 3000
console Status
expect console STATUS within 1000
sleep 100
END
run "$B/pogo" bench mini --count 3 --virtual --flash "$B/pogo-bench.bin" \
    --script "$work/script"
[ $code = 0 ] && has 1 ' STATUS ' && has 2 ' STATUS ' && has 3 ' STATUS '
tap $? "every device runs the script" "$work/said"
[ "$(grep -o 'tasmota_[^"]*"' "$work/said" | sort -u | wc -l)" = 3 ]
tap $? "and has a MAC of its own" "$work/said"

# Different on each: only device 2's flash holds a program.
cp "$B/pogo-bench.bin" "$work/f-2.bin"
run "$B/pogo" bench mini --count 3 --virtual --flash "$work/f-%d.bin" \
    --script "$work/script"
[ $code = 1 ] &&
    grep -qx '\[1\] failed expect console Version within 3000' "$work/said" &&
    grep -qx '\[3\] failed expect console Version within 3000' "$work/said" &&
    ! grep -q '^\[2\] failed' "$work/said"
tap $? "the ones that fail are named, the exit code is 1" "$work/said"
[ -f "$work/f-1.bin" ] && [ "$(stat -c %s "$work/f-3.bin")" = 1048576 ] &&
    ! cmp -s "$B/pogo-bench.bin" "$work/f-2.bin"
tap $? "%d in the name of the flash file: each keeps its own"

# ---- what they share, and what not ----

cp "$B/pogo-bench.bin" "$work/base.bin"
printf '%s\n' 'expect console Version within 3000' 'console FriendlyName a' \
    'sleep 3000' >"$work/script"
run "$B/pogo" bench mini --count 2 --virtual --flash "$work/base.bin" \
    --script "$work/script"
[ $code = 0 ] && cmp "$B/pogo-bench.bin" "$work/base.bin"
tap $? "without %d the file is only read" "$work/said"
run "$B/pogo" bench mini --count 2 --flash "$work/none.bin" --no-stdin
said "so it must be there" 1 "file can't be opened: $work/none.bin"

# ---- one that never rests, one that is off ----

# An image of one instruction in RAM: j to itself.
printf '\xE9\x01\x03\x20\0\0\x10\x40\0\0\x10\x40\x04\0\0\0\x06\xFF\xFF\0' \
    >"$work/g-1.bin"
printf '\0\0\0\0\0\0\0\0\0\0\0\xE9' >>"$work/g-1.bin"
cp "$B/pogo-bench.bin" "$work/g-2.bin"
cp "$B/pogo-bench.bin" "$work/g-3.bin"
ask() {
    printf '%s\n' '3 power off' '2 wait console Version 3000' '1 wait uart csum 1' \
        '2 console Status' '2 wait console STATUS 1000' '1 wait stop 100' '3 show' quit |
        timeout 30 "$B/pogo" bench mini --count 3 --flash "$work/g-%d.bin" \
            >"$work/said" 2>"$work/errors"
    code=$?
}
ask
[ $code = 1 ] && has 2 'STATUS' && has 3 'show power off' && has 1 'uart csum' &&
    [ "$(cat "$work/errors")" = "[1] failed wait stop 100" ]
tap $? "one that never rests and one that is off hold nobody up" "$work/errors"

# ---- ports and ptys ----

mkfifo "$work/in"
"$B/pogo" bench mini --count 2 --off --pty "$work/tty" <"$work/in" \
    >"$work/said" 2>&1 &
pid=$!
exec 9>"$work/in"
for _ in $(seq 100); do
    [ -e "$work/tty.2" ] && break
    sleep 0.05
done
[ -c "$work/tty.1" ] && [ -c "$work/tty.2" ]
tap $? "--pty PATH is PATH.1, PATH.2" "$work/said"
echo quit >&9
exec 9>&-
wait $pid
[ $? = 0 ] && [ ! -L "$work/tty.1" ]
tap $? "quit ends the whole bench, and the names go" "$work/said"
run "$B/pogo" bench mini --count 3 --port 65534
said "ports end at 65535" 2 "not so many ports from this one: 65534"
run "$B/pogo" bench mini --count 0
said "none is no number of devices" 2 "--count takes 1 to 1000, not 0"
tap_end
