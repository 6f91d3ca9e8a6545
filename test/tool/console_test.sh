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

# ---- as objects ----

printf 'Power 1\nFriendlyName gr\303\274\377n\nPassword2 an0thersecret\nPower\n' |
    timeout 60 "$pogo" console -p "$work/tty" --json --log "$work/plain" \
        >"$work/said" 2>"$work/talk"
code=$?
[ $code = 0 ] && python3 - "$work/said" <<'END' 2>>"$work/talk"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
last = rows.pop()
lines = [r["text"] for r in rows if r["event"] == "line"]
assert last["lines"] == len(lines) and last["port"], last
assert [r["text"] for r in rows if r["event"] == "sent"] == [
    "Power 1", "FriendlyName gr\u00fc\ufffdn", "Password2 ****", "Power"], rows
assert any(text.endswith('RESULT = {"POWER":"ON"}') for text in lines), lines
assert [r["text"] for r in rows if r["event"] == "log"], rows
times = [r["at_ms"] for r in rows]
assert times == sorted(times) and times[0] < 60000, times
END
tap $? "--json: lines, what was sent, and a result" "$work/talk"
! grep -qF an0thersecret "$work/said" && ! grep -qF an0thersecret "$work/plain" &&
    grep -qxF '> Password2 ****' "$work/plain"
tap $? "without the password; the log is text" "$work/said"
cp "$B/pogo-bench.bin" "$work/flash2"
printf 'Power\n' | timeout 60 "$pogo" console --json --reset \
    -p "bench:mini,flash=$work/flash2" --monitor-time 2 \
    >"$work/said" 2>"$work/talk"
for event in baud reset; do
    grep -q "^{\"event\":\"$event\",\"at_ms\":" "$work/said"
    tap $? "--json: $event" "$work/said"
done
timeout 60 "$pogo" console -p "$work/tty" --json --monitor-time 5 </dev/null \
    >"$work/said" 2>"$work/talk" &
listening=$!
sleep 1
echo 'unplug 300' >&8
wait $listening
grep '^{"event":"away"' "$work/said" >"$work/away" && grep -q '"event":"back"' "$work/said"
tap $? "--json: the adapter goes and comes back" "$work/said"

timeout 60 "$pogo" console -p "bench:mini,flash=$work/flash2" --reset \
    --monitor-time 3 --log "$work/start" </dev/null >"$work/said" 2>&1
grep -q 'until you set one: user admin, password [a-z]' "$work/said" &&
    grep -q 'until you set one: user admin, password \*\*\*\*$' "$work/start"
tap $? "Pogo's own web password: on the screen, not in the log" "$work/start"

timeout 60 "$pogo" console -p "$work/tty" --monitor-time 1 </dev/null >"$work/said" 2>&1
tap $? "without a keyboard it ends after its time" "$work/said"
run "$pogo" console -p "$work/nothing"
said "no port" 3 "nothing"
run "$pogo" console -p "$work/tty" --log "$work/no/such/folder"
said "a log that can't be made" 1 "no/such/folder"

# ---- a Tasmota, which echoes what it is told ----

for version in 14 8.5.1 6.6.0; do
    stop_bench
    rm -f "$work/control"
    mkfifo "$work/control"
    "$pogo" bench mini --tasmota "$version" --pty "$work/tas$version" \
        <"$work/control" >"$work/events" 2>&1 &
    bench=$!
    exec 8>"$work/control"
    happens 'tasmota ready'
    for form in "" --json; do
        printf 'Password1 hunterA99\nBacklog SSId2 home;Password2 hunterB99\nPower\n' |
            timeout 60 "$pogo" console -p "$work/tas$version" $form \
                --log "$work/tas.log" >"$work/said" 2>&1
        grep -q 'CMD: Password1 \*\*\*\*' "$work/said" && grep -q 'POWER' "$work/said" &&
            ! grep -q 'hunter' "$work/said" "$work/tas.log"
        tap $? "Tasmota $version $form: no password, neither shown nor kept" "$work/said"
    done
done
tap_end
