#!/usr/bin/env bash
# pogo doctor and what is on the flash, on the bench: half a program, one that
# crashes, one without the radio's data, damaged settings. Each is named, the
# advised fix is done, and the doctor says healthy.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/tool/doctor_steps.sh
tools=$PWD/test/tool
cd "$work" || exit 1
image=$B/pogo-bench.bin

put() { # OFFSET: stdin goes into the file flash there
    dd of=flash bs=4096 seek=$(($1)) oflag=seek_bytes conv=notrunc 2>dd.log
}
blank() { # BYTES of FF
    head -c "$1" /dev/zero | tr '\0' '\377'
}
port=bench:mini,flash=flash

# ---- somebody else's program ----

ok "a program without Pogo's boot sector" \
    "$tools/foreign.py" "$B/guest/hello.bin" hello
cp hello flash
doctor "$port"
named phy-missing "rf_cal[0] !=0x05,is 0xFF"
named boot-loop "the radio's data is missing"
{ printf '\005' && head -c 127 /dev/zero; } >esp_init_data_default.bin
ok "as advised: esp_init_data_default.bin" "$B/pogo" flash -p "$port" \
    esp_init_data_default.bin@0xFC000
mended phy-missing "$port" --flash

{ head -c 6000 hello && blank 20000; } | put 0
doctor "$port"
named partial-image
ok "as advised: the file again" "$B/pogo" flash -p "$port" hello
mended partial-image "$port" --flash

# ---- Pogo's own, whose code was damaged since it proved itself ----

rm flash
cp "$image" flash
doctor "$port"
said "Pogo runs" 0 "healthy"
at=$(xtensa-lx106-elf-nm "$B/slot-a.elf" | sed -n 's/^\([0-9a-f]*\) T device_init$/0x\1/p')
printf '\000\000\000' | put $((at - 0x40200000)) # ill, an instruction that crashes
doctor "$port" --elf "$B/slot-a.elf"
named exception "= device_init+0x0"
doctor "$port"
named boot-loop "the program crashes"
ok "and which is the cause" grep -q "The first is the likely cause" "$work/said"
ok "as advised: erase all, flash again" "$B/pogo" flash -p "$port" --erase all "$image"
mended exception "$port" --flash
mended boot-loop "$port" --elf "$B/slot-a.elf"

# What a program before left; the bench's radio does not mind.
{ printf '\005' && head -c 127 /dev/zero && blank 3968; } | put 0xFB000
{ printf '\001\000\000\000' && blank 4092; } | put 0xFF000
doctor "$port" --no-ap
named rf-data "PHY data at 0xfb000"
named no-access-point "1. erase what another firmware's"
ok "as advised: erased" "$B/pogo" erase -p "$port" 0xFB000 0x5000
mended rf-data "$port" --flash

cat >lines <<'END'
wait console Web password
console Topic lamp
wait console RESULT = {"Topic":"lamp"}
sleep 1500
END
ok "a setting is kept" "$B/pogo" bench mini --flash flash --virtual --script lines
printf '\000\000\000\000' | put 0xF7010 # in the first commit
doctor "$port"
named settings "some settings on flash are damaged"
ok "as advised: the settings erased" "$B/pogo" erase -p "$port" 0xF7000 0x4000
mended settings "$port" --flash
tap_end
