#!/bin/sh
# How large an image is, and what its RAM goes to: the table of `make size`, from
# the ELF file of slot A and its link map. Fails above a budget.
# Usage: scripts/size.sh [--check] ELF MAP BIN    (--check: no table)
set -eu
image_limit=409600 # 400 KB of the slot's 488
ram_limit=16384    # .data and .bss of our own objects
heap_least=30720   # for the radio and connections
iram_limit=32768
heap_end=$((0x3fffc000)) # where the boot ROM's and the SDK's own DRAM begins

table=yes
[ "$1" != --check ] || { table=; shift; }
elf=$1 map=$2 bin=$3
[ -s "$map" ] && [ -s "$bin" ] || { echo "$map or $bin is not there" >&2; exit 1; }

# Bytes by part and kind, a line each: "core irom 123". In the map an input
# section is " name address size object", after a long name on two lines; memory
# begins after the script's own heading.
parts=$(awk '
    function hex(text, i, n) {
        n = 0
        for (i = 3; i <= length(text); i++)
            n = n * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
        return n
    }
    function part(object) {
        if (object !~ /\/lx106\//) return "archives"
        sub(/.*\/lx106\//, "", object)
        if (object ~ /^bearssl/) return "BearSSL"
        if (object ~ /^gen/) return "port"
        if (object ~ /^format/) return "format"
        if (object ~ /^firmware\/port/) return "port"
        if (object ~ /^firmware\/web/) return "page"
        if (object ~ /^firmware\/net/) return "net"
        if (object ~ /core\/(web|password)/) return "core,web"
        if (object ~ /core\/(mqtt|discovery|telemetry|command_mqtt)/)
            return "core,MQTT"
        if (object ~ /core\/update/) return "core,update"
        if (object ~ /core\/settings/) return "core,settings"
        if (object ~ /core\/(module|template|pins|component|board)/)
            return "core,boards"
        return object ~ /core\// ? "core" : "other"
    }
    /^Linker script and memory map/ { is_map = 1 }
    !is_map { next }
    /^\.[a-z]/ {
        kind = $1 == ".irom0.text" ? "irom" : $1 == ".text" ? "iram" : \
               $1 == ".data" || $1 == ".rodata" || $1 == ".bss" ? \
               substr($1, 2) : ""
        next
    }
    kind == "" { next }
    /^ [.A-Z][^ ]*$/ { is_cut = 1; next }
    is_cut { $0 = " cut " $0; is_cut = 0 }
    / 0x[0-9a-f]+ +0x[0-9a-f]+ .*\.(o|o\))$/ && $3 ~ /^0x/ {
        sum[part($4), kind] += hex($3)
    }
    END { for (both in sum) { split(both, at, SUBSEP); print at[1], at[2], sum[both] } }
' "$map")

size=$(xtensa-lx106-elf-size -A "$elf" |
    awk '/^\./ && $1 !~ /debug/ { print $1, $2 }')
of() { echo "$size" | awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }'; }
row() { printf '  %-14s %7d  %s\n' "$1" "$2" "$3"; }

bytes=$(stat -c %s "$bin")
ram=$(echo "$parts" | awk '$1 != "archives" && ($2 == "data" || $2 == "bss") { n += $3 }
    END { print n + 0 }')
start=$(xtensa-lx106-elf-nm "$elf" | sed -n 's/ . _heap_start$//p')
heap=
[ -z "$start" ] || heap=$((heap_end - 0x$start))

print_table() {
    echo "$bin: $bytes bytes of $image_limit"
    row irom "$(of .irom0.text)" "runs from flash"
    row IRAM "$(of .text)" "of $iram_limit"
    row data "$(of .data)" "DRAM"
    row rodata "$(of .rodata)" "DRAM"
    row bss "$(of .bss)" "DRAM"
    row "RAM of ours" "$ram" "of $ram_limit: .data and .bss of our own objects"
    if [ -n "$heap" ]; then
        row heap "$heap" "DRAM span at start, before Wi-Fi takes its share, which nobody measured"
    else
        echo "  heap           no archives are in it: make size SDK=path"
    fi
    printf '\n  %-14s %8s %6s %6s %7s %6s\n' part irom IRAM data rodata bss
    echo "$parts" | awk '
        { n[$1, $2] = $3; is[$1] = 1 }
        END { for (p in is) { name = p; sub(/,/, ": ", name)
            printf "  %-14s %8d %6d %6d %7d %6d\n", name, n[p, "irom"], n[p, "iram"],
                n[p, "data"], n[p, "rodata"], n[p, "bss"] } }' | LC_ALL=C sort
}
[ -z "$table" ] || print_table

# over WHAT IS LIMIT WORDS
failed=0
over() {
    echo "$bin: $1 $2, $3" >&2
    echo "  try: make size, and xtensa-lx106-elf-nm -S --size-sort $elf" >&2
    failed=1
}
[ "$bytes" -le $image_limit ] || over "the image has" "$bytes bytes" "more than $image_limit"
[ "$ram" -le $ram_limit ] || over "our static RAM is" "$ram bytes" "more than $ram_limit"
[ -z "$heap" ] || [ "$heap" -ge $heap_least ] ||
    over "the heap has" "$heap bytes" "less than $heap_least"
exit $failed
