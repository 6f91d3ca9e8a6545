#!/bin/bash
# How long an update takes over the serial console: `make update-time`. The
# bench's time: the line at 115200 baud, the flash by its data sheet.
cd "$(dirname "$0")/../.." || exit 1
B=${B:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flash=$work/flash.bin
cp "$B/pogo-bench.bin" "$flash"
# An image takes no update before it has proved itself.
printf 'expect console UPD: this version has proved itself within 15000\n' |
    "$B/pogo" bench mini --virtual --flash "$flash" --script - \
        >"$work/log" 2>&1 || { tail -5 "$work/log"; exit 1; }
"$B/pogo" update -p "bench:mini,flash=$flash" --json "$B/update/next.ota" \
    2>"$work/log" | sed -n 's/.*"size":\([0-9]*\),"seconds":\([0-9.]*\).*/\1 \2/p' |
    { read -r size seconds && echo "an update of $size bytes over the console, \
until the new version answers: $seconds s"; } || { cat "$work/log"; exit 1; }
