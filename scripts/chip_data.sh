#!/bin/sh
# Our own objects may call functions of Espressif's archives, but not read their
# data: on the bench nobody keeps it up to date. Fails with the names.
# Usage: scripts/chip_data.sh ELF OBJECT...
set -eu
elf=$1
shift
# Data of the image that an object names and none of them defines.
names=$(
    {
        xtensa-lx106-elf-nm "$elf" | awk '$2 ~ /^[BDRSV]$/ { print "data", $3 }'
        xtensa-lx106-elf-nm "$@" | awk 'NF == 2 && $1 == "U" { print "wants", $2 }
            NF == 3 { print "has", $3 }'
    } | awk '{ is[$1, $2] = 1; name[$2] = 1 }
        END { for (n in name)
                if (is["data", n] && is["wants", n] && !is["has", n]) print n }'
)
[ -z "$names" ] && exit 0
echo "our code reads data of Espressif's archives:" $names >&2
echo "  try: ask through a function of theirs" >&2
exit 1
