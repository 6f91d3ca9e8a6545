#!/usr/bin/env bash
# pogo doctor on the bench: a fault is made, the doctor names it, the fix that it
# advises is done, and the doctor says healthy.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/tool/doctor_steps.sh
cd "$work" || exit 1
image=$B/pogo-bench.bin

reflash() { # PORT OPTIONS…
    ok "the advised pogo flash ${*:2}" "$B/pogo" flash -p "$@" "$image"
}
bytes() { # OFFSET BYTES: of a new copy of the image, in the file flash
    cp "$image" flash
    printf "$2" | dd of=flash bs=1 seek=$(($1)) conv=notrunc 2>dd.log
}

# ---- the flash ----

doctor bench:mini,flash=blank
named no-image "There is no program on the flash"
ok "and nothing of a loop" sh -c "! grep -qx 'boot-loop' '$work/said'"
reflash bench:mini,flash=blank
mended no-image bench:mini,flash=blank --flash

bytes 2 '\000'
doctor bench:mini,flash=flash
named flash-mode "seen: qio"
reflash bench:mini,flash=flash
mended flash-mode bench:mini,flash=flash --flash

bytes 3 '\100'
doctor bench:mini,flash=flash --flash
named flash-size "4MB in the header, the chip has 1024 KB"
reflash bench:mini,flash=flash -fs detect
mended flash-size bench:mini,flash=flash --flash

bytes 0x40 '\125\125'
doctor bench:mini,flash=flash
named checksum
reflash bench:mini,flash=flash -fm dout
mended checksum bench:mini,flash=flash --flash

head -c 100000 "$image" >flash
doctor bench:mini,flash=flash
named slots
reflash bench:mini,flash=flash
mended slots bench:mini,flash=flash --flash

# ---- the line and the pins ----

good=bench:mini,flash=good
cp "$image" good
doctor "$good,do=noise lose 100"
said "silence: exit code 3" 3 "RX and TX swapped"
named silent
doctor "$good,do=noise flip 30"
named noise "What comes is not text"
mended noise "$good"
mended silent "$good"
for noise in "double 5" "lose 5" "flip 5"; do
    doctor "$good,do=noise $noise"
    named line-noise "lines are damaged"
done
doctor "$good,do=noise lose 0.004 from" --flash
named line-noise "frames came damaged"
mended line-noise "$good" --flash
doctor "$good,do=brownout 80 700 300"
named power "power came on"
mended power "$good"
doctor "$good,do=press 0"
named download-mode "The device waits for a flasher"
mended download-mode "$good"
doctor "$good,no-lines"
said "no lines: it asks for the power" 0 "healthy"
doctor "$good" --no-ap
named no-access-point "1. erase what another firmware's"
ok "with all five" sh -c "tr -s ' \n' '  ' <'$work/said' | grep -q '2. erase all.*3. a better supply.*4. another version.*5. Pogo'"
"$B/pogo" erase -p "$good" 0xFB000 0x5000 >erased 2>&1
mended no-access-point "$good" --flash

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
tap_end
