#!/usr/bin/env bash
# pogo doctor on the bench: a fault is made, the doctor names it, the fix that it
# advises is done, and the doctor says healthy. And docs/doctor.md has its table.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
root=$PWD
cd "$work" || exit 1
image=$B/pogo-bench.bin

doctor() { # PORT OPTIONS…
    local port=$1
    shift
    run "$B/pogo" doctor -p "$port" "$@"
}
healthy() { # NAME PORT OPTIONS…
    local name=$1
    shift
    doctor "$@"
    said "$name: healthy" 0 "healthy"
}
reflash() { # PORT OPTIONS…
    ok "the advised pogo flash ${*:2}" "$B/pogo" flash -p "$@" "$image"
}
bytes() { # OFFSET BYTES: of a new copy of the image, in the file flash
    cp "$image" flash
    printf "$2" | dd of=flash bs=1 seek=$(($1)) conv=notrunc 2>dd.log
}

# ---- the flash ----

doctor bench:mini,flash=blank
said "blank" 1 "There is no program on the flash"
reflash bench:mini,flash=blank
healthy "blank, flashed" bench:mini,flash=blank --flash

bytes 2 '\000'
doctor bench:mini,flash=flash
said "QIO on an ESP8285" 1 "flash-mode"
reflash bench:mini,flash=flash
healthy "QIO, flashed" bench:mini,flash=flash --flash

bytes 3 '\100'
doctor bench:mini,flash=flash --flash
said "a size byte that is too large" 1 "4MB in the header, the chip has 1024 KB"
reflash bench:mini,flash=flash -fs detect
healthy "the size byte mended" bench:mini,flash=flash --flash

bytes 0x40 '\125\125'
doctor bench:mini,flash=flash
said "a wrong sum" 1 "checksum"
reflash bench:mini,flash=flash -fm dout
healthy "the sum mended" bench:mini,flash=flash --flash

head -c 100000 "$image" >flash
doctor bench:mini,flash=flash
said "a part of the image" 1 "slots"
reflash bench:mini,flash=flash
healthy "all of it" bench:mini,flash=flash --flash

# ---- the line and the pins ----

good=bench:mini,flash=good
cp "$image" good
doctor "$good,do=noise lose 100"
said "silence" 3 "RX and TX swapped"
doctor "$good,do=noise flip 30"
said "noise" 1 "What comes is not text"
healthy "a good line again" "$good"
doctor "$good,do=press 0"
said "the button held" 1 "The device waits for a flasher"
healthy "released" "$good"
healthy "no lines: it asks for the power" "$good,no-lines"
doctor "$good" --no-ap
said "no access point: the ordered list" 1 "1. erase what another firmware's"
ok "with all five" sh -c "tr -s ' \n' '  ' <'$work/said' | grep -q '2. erase all.*3. a better supply.*4. another version.*5. Pogo'"
"$B/pogo" erase -p "$good" 0xFB000 0x5000 >erased 2>&1
healthy "radio data erased as advised" "$good" --flash

# ---- words ----

doctor "$good" --json
ok "--json" python3 -c "
import json
for line in open('$work/said'):
    if line.startswith('{'): last = json.loads(line)
assert last['healthy'] and last['findings'] == [], last"
doctor "$good" --elf "$image"
said "no ELF file" 5 "not the ELF file"
doctor /dev/nothing
said "no port" 3 "no such port"
doctor "$good" --frob
said "an unknown option" 2 "unknown option"
doctor "$good" --help
said "--help" 0 "Never with mains connected"
ok "at 80 columns" sh -c "! grep -q '.\{81\}' '$work/said'"
"$B/pogo" doctor --rows >rows
sed -n '/^| id /,/^$/p' "$root/docs/doctor.md" | sed '/^$/d' >documented
ok "docs/doctor.md has the table (pogo doctor --rows)" diff rows documented
tap_end
