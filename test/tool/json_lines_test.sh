#!/usr/bin/env bash
# --json of every command: stdout is one object a line and nothing else, the last
# is the result or the error; nothing waits for stdin; and --help of every command.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
pogo=$B/pogo
image=$B/pogo-bench.bin
cp "$image" "$work/image.bin"
key=$(ls ~/.config/pogo/update-key.pem "${POGO_KEY:-}" 2>/dev/null | tail -1)
cd "$work" || exit 1
odd=$(printf 'gr\303\274\377 "n".bin')
cp image.bin "$odd"
mkfifo never
exec 8<>never # a stdin on which nothing ever comes

cat >look.py <<'EOF'
import json, sys
lines = open(sys.argv[1], "rb").read().decode("utf-8").splitlines()
assert lines, "nothing on stdout"
rows = [json.loads(line) for line in lines]
assert all(isinstance(row, dict) for row in rows), "not an object"
assert all("event" in row for row in rows[:-1]), "an object before the last"
last = rows[-1]
assert "event" not in last, "no result at the end"
if sys.argv[2] == "0":
    assert "error" not in last
else:
    assert last["code"] == int(sys.argv[2]) and last["error"] and last["try"], last
EOF

# json CODE ARGUMENTS…
json() {
    local want=$1
    shift
    timeout 60 "$pogo" "$@" --json >out 2>said <&8
    local code=$?
    python3 look.py out "$code" >>said 2>&1 && [ "$code" = "$want" ]
    tap $? "$code: $*" said
}

bench=bench:mini,flash=flash.bin
json 0 -p $bench info
json 0 -p $bench backup backup.bin
json 0 -p $bench flash image.bin
json 0 -p $bench flash "$odd"
json 0 -p $bench flash --backup - --erase all --verify-read image.bin
json 0 -p $bench --no-stub flash image.bin
json 0 -p $bench verify image.bin
json 0 -p $bench read part.bin 0x1000 0x100
json 0 -p $bench restore backup.bin
json 0 -p $bench erase 0x1000 0x2000
json 0 -p $bench flash-status
json 0 -p $bench run
json 0 image "$odd"
json 0 merge -o merged.bin image.bin@0 "$odd"@0x80000
[ -z "$key" ] || json 0 key "$key"
json 1 -p $bench flash "none $odd"
json 1 image none.bin
json 1 merge -o x.bin none.bin
json 1 key none.pem
json 2 -p $bench flash
json 2 -p $bench flash image.bin --frob
json 2 frob
json 2 -p $bench run --monitor
json 3 -p ./no-port info
json 3 -p bench:mini,off,no-lines --wait 0 flash image.bin
json 4 -p bench:mini verify image.bin
json 5 -p $bench flash look.py
json 5 -p $bench backup backup.bin
json 5 -p $bench restore image.bin
json 5 image look.py

# A list, and a board a line.
timeout 60 "$pogo" ports --json >out 2>said <&8
python3 -c 'import json; rows = json.loads(open("out").read())
assert isinstance(rows, (list, dict))' 2>>said
tap $? "ports: one line of JSON" said
timeout 60 "$pogo" flash --loop --boards 1 --json -p bench:mini image.bin >out 2>said <&8
python3 -c 'import json
rows = [json.loads(line) for line in open("out")]
assert [r["event"] for r in rows if r["event"] != "progress"] == ["board"]
assert rows[-1]["result"] == "PASS"' 2>>said
tap $? "flash --loop: an event for each board" said

# ---- the bench: a stream of events ----

cat >events.py <<'EOF'
import json, sys
rows = [json.loads(line) for line in open("out", "rb").read().decode().splitlines()]
assert rows and all(row["event"] and "text" in row for row in rows), rows
for want in sys.argv[1:]:
    bench, event, text = want.split("|", 2)
    assert any(row["event"] == event and row["text"].startswith(text) and
               str(row.get("bench", "")) == bench for row in rows), (want, rows)
EOF

# bench CODE ARGUMENTS…: control lines on stdin; what comes out is in out.
bench() {
    local want=$1
    shift
    timeout 60 "$pogo" bench mini "$@" --json >out 2>said
    [ $? = "$want" ]
}
events() { # NAME WORDS…: `N|EVENT|how its text begins`
    python3 events.py "${@:2}" 2>>said
    tap $? "bench --json: $1" said out
}

cp image.bin flash1.bin
printf 'press 0 20\nconsole FriendlyName gr\303\274"\nrefute relay 1 on within 2000\n' >lines
bench 0 --virtual --flash flash1.bin --script lines
events "events" '|bench|mini ready: rfc2217' '|power|on' '|boot|cause 1 mode' \
    '|button|0 down' '|uart|00:00:' '|report|stack'
printf 'expect relay 9 on within 5\n' >lines
bench 1 --virtual --flash flash1.bin --script lines
events "a line that fails is one" '|failed|expect relay 9 on'
grep -q '^failed expect relay 9 on' said
tap $? "and is told on stderr, too" said
printf '2 press 0 20\nfrob\nall quit\nquit\n' | bench 1 --virtual --count 2 --off
events "several" '1|bench|mini ready' '2|bench|mini ready' '2|button|0 down' '|error|'
echo quit | bench 0 --stock 3.6.0
events "a model" '|stock|3.6.0: modelled on' '|stock|is on, http' '|stock|ok quit'
echo quit | bench 0 --tasmota 14
events "another" '|tasmota|14: modelled on' '|tasmota|ready: rfc2217' '|tasmota|ok quit'
json 2 bench mini --count none
json 2 bench mini --no-such-option
json 1 bench mini --script none.txt
"$pogo" bench --rules --json >out 2>said && python3 -c 'import json
rows = [json.loads(line) for line in open("out")]
assert len(rows) > 20 and all(r["rule"] and r["text"] and r["try"] for r in rows)' 2>>said
tap $? "bench --rules: an object for each" said

# ---- help ----

commands=$("$pogo" --help | sed -n 's/^  pogo \([a-z-]*\) .*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 15 ]
tap $? "pogo --help lists the commands"
# What an owner needs comes first, in the order he needs it.
everyday=$("$pogo" --help | sed '/^For experts/,$d' |
    sed -n 's/^  pogo \([a-z-]*\) .*/\1/p' | grep -v doctor | tr '\n' ' ')
[ "$everyday" = "install setup console backup restore ota report " ]
tap $? "the everyday commands come first"
[ "$(echo "$commands" | sort | uniq -d | wc -l)" = 0 ] &&
    echo "$commands" | grep -qx flash && echo "$commands" | grep -qx bench
tap $? "the rest follows, each once"
for name in "" $commands; do
    # shellcheck disable=SC2086
    "$pogo" $name --help >out 2>said <&8
    code=$?
    ! LC_ALL=C.UTF-8 grep -nE '^.{81}' out >>said && [ ! -s said ] &&
        [ $code = 0 ] && [ "$(wc -l <out)" -gt 4 ]
    tap $? "pogo ${name:+$name }--help: 80 columns, on stdout" said
done

tap_end
