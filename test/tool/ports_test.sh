#!/usr/bin/env bash
# pogo against a bench in another process, over RFC 2217 and over a pty, in real
# time; and what it says when the port goes away.
set -u
cd "$(dirname "$0")/../.."
pogo=$(realpath "${B:-build}")/pogo
work=$(mktemp -d)
bench=""
count=0

stop_bench() {
    [ -z "$bench" ] || { kill "$bench" && wait "$bench"; } 2>/dev/null
    bench=""
}
trap 'stop_bench; rm -rf "$work"' EXIT

start_bench() {
    stop_bench
    rm -f "$work/tty"
    "$pogo" bench mini --no-stdin --pty "$work/tty" "$@" >"$work/events" 2>&1 &
    bench=$!
    for _ in $(seq 100); do
        url=$(grep -o 'rfc2217://[^ ]*' "$work/events") && return
        sleep 0.05
    done
    echo "Bail out! no bench"
    exit 1
}

# ok NAME CODE WORDS: the last command's exit code and what it said.
ok() {
    count=$((count + 1))
    if [ "$code" = "$2" ] && grep -qF -- "$3" "$work/said"; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        echo "# exit code $code, expected $2 and: $3"
        sed 's/^/# /' "$work/said"
    fi
}

run() {
    timeout 60 "$pogo" "$@" >"$work/said" 2>&1
    code=$?
}

head -c 60000 "$pogo" >"$work/data"

start_bench --flash "$work/flash"
run -p "$url" flash "$work/data@0x1000"
ok "flash over RFC 2217" 0 "read back, MD5"
ok "the lines reset the chip afterwards" 0 "The chip was reset."
cmp -s -n 60000 "$work/data" "$work/flash" 0 0x1000
code=$?
ok "the flash file holds it" 0 ""
run -p "$url" -b 921600 verify "$work/data@0x1000"
ok "verify at 921600" 0 "are on the flash"
run -p "$url" --no-stub read "$work/back" 0x1000 4096
ok "read by the ROM alone" 0 "4096 bytes"
cmp -s -n 4096 "$work/data" "$work/back"
code=$?
ok "it is the same" 0 ""
run -p "$url" --after no-reset info
ok "--after no-reset leaves the stub" 0 "ESP8285"
run -p "$url" --before no-reset --no-stub info
ok "--no-stub gets the ROM back" 0 "ROM at 115200"

start_bench --hold-button
run -p "$work/tty" flash "$work/data@0x1000"
ok "flash over a pty with the button held" 0 "read back, MD5"
ok "says how to leave download mode" 0 "disconnect the power"
run -p "$work/tty" verify "$work/data@0x1000"
ok "the next command needs no button" 0 "are on the flash"

timeout 60 "$pogo" -p "$work/tty" -b 115200 read "$work/all" \
    >"$work/said1" 2>&1 &
first=$!
sleep 1
run -p "$work/tty" info
ok "a port in use is busy" 3 "used by another program"
kill "$first"
wait "$first" 2>/dev/null
code=0
[ ! -e "$work/all" ] || code=1
ok "an interrupted read leaves no file of that name" 0 ""

start_bench --hold-button
timeout 60 "$pogo" -p "$work/tty" -b 115200 flash "$work/data@0x1000" \
    >"$work/said" 2>&1 &
first=$!
sleep 2
stop_bench
wait "$first"
code=$?
ok "unplugged while writing" 3 "went away in the middle"
ok "it says that the flash is not whole" 3 "is not whole on the flash"
ok "and what to do" 3 "run the same command again"

start_bench
sleep 1 # the boot banner has passed; the watchdog bites after 8 s
run -p "$work/tty" --wait 3 info
ok "a chip that runs its program is no loader" 3 "no answer"

echo "1..$count"
