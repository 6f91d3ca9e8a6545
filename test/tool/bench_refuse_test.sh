#!/bin/bash
# What `pogo bench` does not do: use files that are something else or another
# bench's, and go on when nobody can be told what happens.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
first=""
at_exit() {
    [ -z "$first" ] || kill "$first"
}

# ---- the command line ----

run "$B/pogo" bench mini --foo
said "an option that it has not" 2 "pogo bench has no option --foo"
said "and all those that it has" 2 "try: one of --count --flash --flash-size"

# ---- the flash file ----

echo 'dear diary, ...' >"$work/diary.txt"
run "$B/pogo" bench mini --flash "$work/diary.txt" --script /dev/null
said "a file that is no flash is refused" 5 \
    "pogo: file holds something else than a flash: $work/diary.txt"
[ "$(cat "$work/diary.txt")" = 'dear diary, ...' ]
tap $? "and is what it was"
run "$B/pogo" bench mini --flash "$work" --script /dev/null
said "so is a folder" 5 "pogo: not a regular file: $work"
cp "$B/pogo-bench.bin" "$work/image.bin"
run "$B/pogo" bench mini --flash "$work/image.bin" --script /dev/null
[ $code = 0 ] && [ "$(stat -c %s "$work/image.bin")" = 1048576 ]
tap $? "an image is taken and filled up" "$work/said"

# ---- what another bench has ----

"$B/pogo" bench mini --off --no-stdin --flash "$work/a.bin" --pty "$work/tty" \
    >"$work/first" 2>&1 &
first=$!
for _ in $(seq 100); do
    grep -q ready "$work/first" && break
    sleep 0.05
done
run "$B/pogo" bench mini --flash "$work/a.bin" --script /dev/null
said "another bench's flash file is refused" 5 \
    "pogo: file is used by another bench: $work/a.bin"
run "$B/pogo" bench mini --pty "$work/tty" --script /dev/null
said "so is the name of its pty" 3 \
    "pogo: port is used by another program: $work/tty"
[ -c "$work/tty" ]
tap $? "which stays"
ln -sfn /dev/pts/none "$work/tty"
kill "$first"
wait "$first"
[ -L "$work/tty" ]
tap $? "a link that is not ours any more is left alone"
first=""
run "$B/pogo" bench mini --flash "$work/a.bin" --script /dev/null
said "when that bench is gone it is taken" 0 "bench mini ready"
run "$B/pogo" bench mini --pty "$work/tty" --script /dev/null
said "so is a link that leads to nothing" 0 "bench mini ready"

# ---- wrong values ----

# wrong OPTION VALUE TEXT
wrong() {
    run "$B/pogo" bench mini "$1" "$2" --script /dev/null
    said "$1 $2 is refused" 2 "pogo: $1 takes $3 $2"
}
wrong --count 1001 "1 to 1000, not"
wrong --port 99999 "0 (any) to 65535, not"
wrong --address 127.0.0.1 "127.X.Y.Z, Z 1 to 254, but not"
wrong --mac 5D:CF:7F:A1:B2:C3 "six bytes, the first one even, not"

run "$B/pogo" bench mini --flash "$work/d-%d.bin" --script /dev/null
said "%d without --count is refused" 2 "pogo: %d in --flash is for --count 2"
[ ! -e "$work/d-%d.bin" ]
tap $? "and makes no file"

# ---- nobody to tell ----

for kind in '' '--script /dev/null'; do
    timeout 20 "$B/pogo" bench mini $kind </dev/null >/dev/full 2>"$work/said"
    code=$?
    [ "$(grep -c '^pogo:' "$work/said")" = 1 ]
    said "a full disk is told once and fails: mini $kind" 1 \
        "pogo: no space left to write the file: events on stdout"
done
timeout 20 "$B/pogo" bench mini 2>"$work/said" </dev/null | head -c 1 >"$work/one"
[ "${PIPESTATUS[0]}" = 0 ] && [ ! -s "$work/said" ]
tap $? "a reader who leaves is no failure" "$work/said"

# closed REDIRECTION: a bench started so ends at SIGTERM, and does not mistake
# another descriptor for the one that is missing.
closed() {
    eval "timeout -k 1 1 \"\$B/pogo\" bench mini --off --flash \"\$work/c.bin\" \
        $1" >"$work/said" 2>&1
    code=$?
    [ $code = 124 ]
    tap $? "it ends at SIGTERM with $1" "$work/said"
    ! grep -qa 'ready' "$work/c.bin"
    tap $? "and nothing is written into the flash file"
}
closed '>&-'
closed '<&-'
closed '2>&-'
closed '<&- >&- 2>&-'
tap_end
