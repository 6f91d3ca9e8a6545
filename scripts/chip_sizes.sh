#!/bin/sh
# The sizes of an image linked with Espressif's archives. Fails when the file is
# larger than its slot should hold. Usage: scripts/chip_sizes.sh ELF BIN
set -eu
limit=491520 # 480 of the slot's 488 KB; the rest is for the OTA trailer
heap_end=$((0x3fffc000)) # where the boot ROM's and the SDK's own DRAM begins

size=$(xtensa-lx106-elf-size -A "$1" |
    awk '/^\./ && $1 !~ /debug/ { print $1, $2 }')
of() { echo "$size" | awk -v name="$1" '$1 == name { print $2 }'; }
row() { printf '  %-10s %7d  %s\n' "$1" "$2" "$3"; }

start=$(xtensa-lx106-elf-nm "$1" | sed -n 's/ . _heap_start$//p')
bytes=$(stat -c %s "$2")
echo "$2: $bytes bytes"
row irom "$(of .irom0.text)" "runs from flash"
row IRAM "$(of .text)" "of 32768"
row data "$(of .data)" "DRAM"
row rodata "$(of .rodata)" "DRAM"
row bss "$(of .bss)" "DRAM"
row heap $((heap_end - 0x$start)) "DRAM span at start, before Wi-Fi takes its share"
if [ "$bytes" -gt "$limit" ]; then
    echo "pogo.bin: $bytes bytes are more than $limit" >&2
    echo "  try: find what grew with xtensa-lx106-elf-nm -S --size-sort $1" >&2
    exit 1
fi
