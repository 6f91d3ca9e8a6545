#!/usr/bin/env bash
# pogo console: at a terminal, in a pipe, and with a log. The device is a Mini on
# the bench with Pogo's firmware, behind a pty that has no modem lines.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo

cp "$B/pogo-bench.bin" "$work/flash"
start_bench --pty "$work/tty" --flash "$work/flash"

timeout 200 /usr/bin/python3 test/tool/console.py "$pogo" "$work/tty" "$work/control" \
    "$work/log" >"$work/terminal" 2>&1
tap_lines <"$work/terminal"
grep -q "^ok - Ctrl-C" "$work/terminal"
tap $? "the terminal's session came to its end" "$work/terminal"

grep -qF '> Status' "$work/log" && grep -qF FriendlyName "$work/log"
tap $? "the log has both sides" "$work/log"
! grep -qF v3rysecret "$work/log" && ! grep -qF v3rysecret "$work/terminal"
tap $? "and not the password" "$work/log"

printf 'Power 1\nPassword2 an0thersecret\nPower\n' |
    timeout 60 "$pogo" console -p "$work/tty" >"$work/said" 2>&1
code=$?
said "lines from a pipe are answered" 0 '"POWER":"ON"'
grep -o '^> [A-Z].*\|RESULT = .*' "$work/said" | tr '\n' ' ' >"$work/order"
grep -qxF '> Power 1 RESULT = {"POWER":"ON"} > Password2 **** RESULT = {"Password2":"****"} > Power RESULT = {"POWER":"ON"} ' "$work/order"
tap $? "each line before its answer" "$work/said"
! grep -qF an0thersecret "$work/said"
tap $? "passwords are not shown" "$work/said"

timeout 60 "$pogo" console -p "$work/tty" --monitor-time 1 </dev/null >"$work/said" 2>&1
tap $? "without a keyboard it ends after its time" "$work/said"
run "$pogo" console -p "$work/nothing"
said "no port" 3 "nothing"
run "$pogo" console -p "$work/tty" --log "$work/no/such/folder"
said "a log that can't be made" 1 "no/such/folder"
tap_end
