#!/bin/bash
# pogo bench --elf: an image that is linked with archives runs against natives,
# and none of the archives' code runs. The archives are a fake (fake_sdk.sh), in
# which every function is an illegal instruction; sdk_link_test.sh does the same
# with Espressif's.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
unset MAKEFLAGS MFLAGS MAKELEVEL

elf=$work/b/slot-a-chip.elf

linked() {
    test/firmware/fake_sdk.sh "$work/sdk" "$B/gen/natives.ld" &&
        make B="$work/b" firmware SDK="$work/sdk" && [ -s "$work/b/pogo.bin" ]
}
ok "an image links with archives" linked

# Or an SDK whose function takes other parameters would go unnoticed. (The boot
# sector calls the ROM only: boot.ld.)
compared() {
    local name bad=0
    for name in $(find "$work/b/lx106" -name '*.o' ! -path '*/boot/*' -exec xtensa-lx106-elf-nm -u {} + |
        awk '$1 == "U" { print $2 }' | sort -u); do
        grep -q "^PROVIDE($name = 0x403" "$B/gen/natives.ld" || continue
        grep -qw "$name" firmware/port/esp8266/chip/facts*.[ch] ||
            { echo "no row in chip/facts*: $name"; bad=1; }
    done
    return $bad
}
ok "every SDK function that we call is compared with the SDK's headers" compared

on_bench() { # script, then options; the flash holds the image
    local script=$1
    shift
    cp "$work/b/pogo.bin" "$work/flash.bin"
    timeout 120 "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --script "$script" "$@" </dev/null
}
ok "it passes mini.txt, with natives for the archives" \
    on_bench test/scenario/mini.txt --elf "$elf"

# What esptool's --flash_size detect makes of it on a chip of 4 MB.
sized() {
    printf '\100' | dd of="$work/b/pogo.bin" bs=1 seek=3 conv=notrunc &&
        on_bench test/scenario/mini.txt --elf "$elf" --flash-size 4MB
    local passed=$?
    printf '\040' | dd of="$work/b/pogo.bin" bs=1 seek=3 conv=notrunc
    return $passed
}
ok "it starts with another size in its header" sized

# Two functions change their names in the ELF file, so that nothing stands for
# them: one that lives in RAM, one in flash.
renamed() { # name, where it is called
    xtensa-lx106-elf-objcopy --redefine-sym "$1=unheard_of" "$elf" \
        "$work/renamed.elf" || return 1
    echo "expect stop unheard_of within 3000" >"$work/script"
    on_bench "$work/script" --elf "$work/renamed.elf" >"$work/said" || return 1
    cat "$work/said"
    grep -qE "stop unheard_of .*Espressif.*called from $2\+0x" "$work/said"
}
ok "a function of the archives without a native stops: its name, its caller" \
    renamed system_get_time user_init
ok "the same in flash" renamed system_os_task user_init

# An address inside of one that has a native, as a wrong pointer would give: the
# function seems to begin three bytes earlier.
inside() {
    local at
    at=$(xtensa-lx106-elf-nm "$elf" | sed -n 's/ T system_get_time$//p')
    xtensa-lx106-elf-objcopy --strip-symbol=system_get_time \
        --add-symbol "system_get_time=.text:$((0x$at - 3 - 0x40100000)),function,global" \
        "$elf" "$work/inside.elf" || return 1
    echo "expect stop system_get_time+0x3 (0x$at) within 3000" >"$work/script"
    on_bench "$work/script" --elf "$work/inside.elf"
}
ok "entering the middle of one stops, too" inside

other() {
    local at
    at=$(xtensa-lx106-elf-objdump -h "$elf" | awk '$2 == ".irom0.text" { print $6 }')
    cp "$elf" "$work/other.elf"
    printf 'x' | dd of="$work/other.elf" bs=1 seek=$((0x$at + 9000)) conv=notrunc
    echo "expect stop call_user_start: the flash holds another within 3000" \
        >"$work/script"
    on_bench "$work/script" --elf "$work/other.elf"
}
ok "an ELF file of another build is not believed" other

echo "expect stop the image is linked with within 3000" \
    >"$work/no_elf"
ok "without --elf such an image is not started" on_bench "$work/no_elf"

ok "nor with the ELF file of an image for the bench" \
    on_bench "$work/no_elf" --elf "$B/slot-a.elf"

bench_image() {
    cp "$B/pogo-bench.bin" "$work/flash.bin"
    timeout 120 "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --script test/scenario/mini.txt --elf "$elf" </dev/null
}
ok "with --elf the bench's own image runs as ever" bench_image

refused() {
    local size total
    total=$(stat -c %s "$elf")
    for size in 0 4 51 52 100 2000 40000 $((total / 2)) $((total - 60)); do
        head -c $size "$elf" >"$work/cut.elf"
        on_bench "$work/no_elf" --elf "$work/cut.elf"
        [ $? = 5 ] || { echo "cut at $size"; return 1; }
    done
    on_bench "$work/no_elf" --elf "$work/nothing"
    [ $? = 1 ]
}
ok "files that are no such ELF file are refused" refused

reads_data() {
    echo 'extern int archive_state[]; int peek(void) { return *archive_state; }' \
        >"$work/peek.c"
    xtensa-lx106-elf-gcc -c -o "$work/peek.o" "$work/peek.c" || return 1
    xtensa-lx106-elf-ld -e peek -o "$work/peek.elf" "$work/peek.o" \
        "$work/sdk/lib/main.o" --unresolved-symbols=ignore-all || return 1
    ! scripts/chip_data.sh "$work/peek.elf" "$work/peek.o" 2>"$work/said" &&
        grep -q 'data of .*archives: archive_state' "$work/said"
}
ok "the link stops when our code reads data of the archives" reads_data

tap_end
