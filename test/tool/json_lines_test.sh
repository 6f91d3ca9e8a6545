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
