#!/bin/sh
# What one check of a signature takes on the chip, as the bench measures it:
# time, stack, flash and RAM. `make crypto-times` prints it. Fails when it is
# more than a second. Usage: crypto_times.sh OBJECT
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$B/guest/verify.bin" "$work/flash.bin"
"$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
    --script test/guest/verify.txt >"$work/log" 2>&1 </dev/null ||
    { cat "$work/log"; exit 1; }
us=$(sed -n 's/^uart a second is .* took \([0-9]*\) us$/\1/p' "$work/log")
stack=$(sed -n 's/^report stack \([0-9]* of [0-9]*\) bytes,.*/\1/p' "$work/log")
echo "one signature (ECDSA over P-256, by BearSSL):"
echo "  time   $((us / 1000)) ms, $((us * 80 / 1000000)) million cycles at 80 MHz"
echo "  stack  $stack bytes below the task's entry"
xtensa-lx106-elf-size "$1" |
    awk 'NR == 2 { print "  flash ", $1 + $2, "bytes, with SHA-256; RAM", $3, "bytes" }'
echo "(the bench's time: the ROM's 64-bit multiplication is assumed to take 40 cycles)"
[ "$us" -lt 1000000 ]
