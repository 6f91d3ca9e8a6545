#!/bin/bash
# The budgets of flash, RAM and stack: kept by this image, and told when broken.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

elf=$B/slot-a.elf
map=$B/slot-a.map
bin=$B/pogo-bench.bin

kept() { scripts/size.sh "$elf" "$map" "$bin" >"$work/table" && cat "$work/table"; }
ok "the image keeps its budgets" kept

# value NAME: of the table.
value() { sed -n "s/^  $1  *\([0-9][0-9]*\) .*/\1/p" "$work/table"; }

# The map and the ELF file count the same bytes, but for gaps.
same_ram() {
    local ram total
    ram=$(value 'RAM of ours')
    total=$(($(value data) + $(value bss)))
    echo "$ram by the map, $total by the ELF file"
    [ "$ram" -gt 8192 ] && [ "$ram" -le "$total" ] &&
        [ $((total - ram)) -lt 128 ]
}
ok "the map's sum of our RAM is what the ELF file has" same_ram

parts() {
    for part in core 'core: web' net port BearSSL format; do
        grep -qE "^  $part +[1-9][0-9]+ " "$work/table" || return 1
    done
}
ok "the table has our parts" parts

# The map with 4 KB more in .bss.
too_much_ram() {
    sed "s#^ \.bss\.main_state# .bss.more 0x3fff0000 0x1000 build/lx106/firmware/core/more.o\n&#" \
        "$map" >"$work/more.map"
    ! cmp -s "$map" "$work/more.map" || return 1
    ! scripts/size.sh --check "$elf" "$work/more.map" "$bin" 2>"$work/said" &&
        grep -q 'our static RAM is .* more than 16384' "$work/said"
}
ok "more RAM than 16 KB is an error" too_much_ram

too_large() {
    cp "$bin" "$work/large.bin"
    truncate -s 409600 "$work/large.bin"
    scripts/size.sh --check "$elf" "$map" "$work/large.bin" || return 1
    truncate -s 409601 "$work/large.bin"
    ! scripts/size.sh --check "$elf" "$map" "$work/large.bin" 2>"$work/said" &&
        grep -q 'more than 409600' "$work/said"
}
ok "an image of more than 400 KB is an error" too_large

# The heap, by the start that a link with Espressif's archives has.
heap() {
    local add="xtensa-lx106-elf-objcopy --add-symbol _heap_start"
    $add=0x3fff4800 "$elf" "$work/least.elf" &&
        $add=0x3fff4801 "$elf" "$work/less.elf" &&
        scripts/size.sh --check "$work/least.elf" "$map" "$bin" || return 1
    ! scripts/size.sh --check "$work/less.elf" "$map" "$bin" 2>"$work/said" &&
        grep -q 'the heap has 30719 bytes, less than 30720' "$work/said"
}
ok "a heap below 30 KB is an error" heap

# What goes deepest, on the bench: the longest answers, a template as JSON and
# from a backlog, the network. A quarter of the 4096 bytes must stay, for what
# the SDK's own functions take below ours, which the bench does not run.
stack() {
    cat >"$work/script" <<'TEXT'
expect console Set-up access point within 3000
console Backlog SSId1 home; Password1 correct horse
expect wifi joined "home" within 9000
console Backlog MqttHost 127.0.0.1;Status 0;State
sleep 3000
console Template {"NAME":"X","GPIO":[0,0,0,0,0,0,0,0,0,0,0,0,0],"FLAG":0,"BASE":1}
console Status 0
sleep 1000
TEXT
    cp "$bin" "$work/flash.bin"
    "$B/pogo" bench mini --virtual --no-stdin --flash "$work/flash.bin" \
        --script "$work/script" --air test/air/home.air >"$work/said" 2>&1 ||
        { cat "$work/said"; return 1; }
    local used
    used=$(sed -n 's/^report stack \([0-9]*\) of 4096 bytes,.*/\1/p' "$work/said")
    echo "stack: $used of 4096 bytes"
    [ -n "$used" ] && [ "$used" -gt 256 ] && [ "$used" -le 3072 ]
}
ok "the stack keeps a quarter of its room" stack

tap_end
