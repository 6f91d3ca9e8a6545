#!/usr/bin/env bash
# What every command has in common, by the list that pogo itself gives: its help, a
# wrong option, no device, --json, and that nothing waits for a stdin on which
# nothing comes. A command without its row here fails.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
pogo=$B/pogo
cp "$B/pogo-bench.bin" "$work/image.bin"
cp "$B/update/next.ota" "$work/next.ota"
cd "$work" || exit 1
mkfifo never
exec 8<>never # a stdin on which nothing ever comes

# A command's line where there is no device, or none is needed and nothing is
# given; its exit code.
cat >lines <<'END'
install 3 --no-setup --no-backup -p ./no-port image.bin
install 2 -p ./no-port image.bin
setup 3 -p ./no-port --name Lamp
console 3 -p ./no-port
doctor 3 -p ./no-port
backup 3 -p ./no-port
restore 3 -p ./no-port image.bin
update 3 -p ./no-port next.ota
flash 3 -p ./no-port image.bin
flash 3 --loop -p ./no-port image.bin
read 3 -p ./no-port part.bin
erase 3 -p ./no-port
verify 3 -p ./no-port image.bin
info 3 -p ./no-port
flash-status 3 -p ./no-port
image 0 image.bin
image 2
run 3 -p ./no-port
merge 0 -o all.bin image.bin@0
merge 2
key 1 none.pem
key 2
ports 3
boards 0
boards 1 no-such-board
report 3 -p ./no-port
ota 3 127.0.0.99 next.ota
ota 2
diy 3 info --ip 127.0.0.99
diy 2 flash
diy 2
bench 2 no-such-board
END

cat >look.py <<'END'
import json, sys
path, code = sys.argv[1], int(sys.argv[2])
text = open(path, encoding="utf-8").read()
if sys.argv[3] in ("ports", "boards") and text.startswith("["):
    rows = [json.loads(text)]  # a list
else:
    rows = [json.loads(line) for line in text.splitlines()]
assert rows, "nothing on stdout"
last = rows[-1]
assert isinstance(last, (dict, list)), last
if code and sys.argv[3] != "ports":
    said = last.get("failure", last)
    assert last.get("code", code) == code, last
    assert said, last
END

try() { # COMMAND CODE ARGUMENTS…: in 30 s, and of a failure two lines
    local name=$1 want=$2 code
    shift 2
    timeout 30 "$pogo" "$name" "$@" >out 2>said <&8
    code=$?
    [ $code = "$want" ] || { echo "exit code $code, expected $want" >>said; return 1; }
    LC_ALL=C.UTF-8 grep -E '^.{81}' said && return 1
    [ $code = 0 ] || [ "$name" = ports ] ||
        { [ "$(grep -c '^pogo: ' said)" = 1 ] && [ "$(grep -c '^  try: ' said)" = 1 ]; }
}

commands=$("$pogo" help | sed -n 's/^  pogo \([a-z-]*\) .*/\1/p')
[ "$(echo "$commands" | wc -l)" -ge 15 ]
tap $? "pogo help lists the commands"
for name in $commands; do
    timeout 30 "$pogo" "$name" --help >out 2>said <&8 && [ ! -s said ] &&
        [ "$(wc -l <out)" -gt 4 ] && ! LC_ALL=C.UTF-8 grep -nE '^.{81}' out >>said
    tap $? "$name --help: 80 columns, and nothing on stderr" said
    "$pogo" help "$name" 2>&1 <&8 | cmp - out >said 2>&1
    tap $? "pogo help $name says the same" said
    try "$name" 2 --no-such-option
    tap $? "$name: a wrong option is a wrong line" said
    grep -q "^$name " lines
    tap $? "$name has a row here: what it says without a device"
done

while read -r name want arguments; do
    echo "$commands" | grep -qx -- "$name" || continue # a row before its command
    # shellcheck disable=SC2086
    try "$name" "$want" $arguments
    tap $? "$name $arguments: $want" said
    # shellcheck disable=SC2086
    timeout 30 "$pogo" "$name" $arguments --json >out 2>said <&8
    [ $? = "$want" ] && python3 look.py out "$want" "$name" >>said 2>&1
    tap $? "$name $arguments --json" said
done <lines
tap_end
