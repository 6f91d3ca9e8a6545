#!/bin/sh
# What struct device, nearly all of our RAM, is made of: the symbols of
# scripts/ram_parts.c as a table. Usage: scripts/ram_parts.sh OBJECT
set -eu
printf '\n  %-22s %6s\n' "struct device" bytes
size=$(printf '%d' "0x$(xtensa-lx106-elf-nm -S "$1" |
    awk '$4 == "ram_device" { print $2 }')")
rest=$size
rows=$(xtensa-lx106-elf-nm -S -r --size-sort "$1" |
    awk '$4 ~ /^ram_/ && $4 != "ram_device" { print $2, substr($4, 5) }')
row() { printf '    %-20s %6d\n' "$1" "$2"; }
{
    while read -r hex name; do
        bytes=$(printf '%d' "0x$hex")
        row "$(echo "$name" | tr _ ' ')" "$bytes"
        rest=$((rest - bytes))
    done
    row "all else" "$rest"
    row "together" "$size"
} <<ROWS
$rows
ROWS
