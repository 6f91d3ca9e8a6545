#!/bin/bash
# What `pogo bench` does not do: use files that are something else or another
# bench's, and go on when nobody can be told what happens.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
first=""
at_exit() {
    [ -z "$first" ] || kill "$first"
}

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
kill "$first"
wait "$first"
first=""
run "$B/pogo" bench mini --flash "$work/a.bin" --script /dev/null
said "when that bench is gone it is taken" 0 "bench mini ready"

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
