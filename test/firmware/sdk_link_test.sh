#!/bin/bash
# The image for real devices, linked with Espressif's archives: only when
# SDK=path is in the environment.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
unset MAKEFLAGS MFLAGS MAKELEVEL

if [ -z "${SDK:-}" ]; then
    echo "1..0 # SKIP SDK=path is not given: Espressif's NonOS SDK is not part of Pogo"
    exit 0
fi

# Built in a folder of its own, so that nothing is taken for done.
build() { make B="$work/b" firmware SDK="$1"; }
image=$work/b/pogo.bin
elf=$work/b/slot-a-chip.elf
symbol() { xtensa-lx106-elf-nm "$elf" | sed -n "s/ . $1\$//p"; }

without() {
    make B="$work/b" firmware SDK= >"$work/said"
    [ $? = 2 ] && grep -q 'git clone https://' "$work/said"
}
ok "without SDK it says how to get it and exits 2" without

not_there() {
    build "$work" >"$work/said"
    [ $? = 2 ] && grep -q "$work is not Espressif's NonOS SDK" "$work/said"
}
ok "a folder that is no SDK is refused" not_there

other_headers() {
    mkdir "$work/sdk"
    cp -r "$SDK/include" "$work/sdk/"
    ln -s "$SDK/lib" "$SDK/ld" "$SDK/bin" "$work/sdk/"
    sed -i 's/timer_period;/timer_period, added;/' "$work/sdk/include/ets_sys.h"
    ! build "$work/sdk" >"$work/said" 2>&1 &&
        grep -q 'headers (<) and those of' "$work/said" && [ ! -e "$image" ]
}
ok "an SDK whose structures differ from our headers is refused" other_headers

linked() { build "$SDK" >"$work/table" && [ -s "$image" ]; }
ok "it links with the archives" linked

table() {
    for row in irom IRAM data rodata bss heap; do
        grep -qE "^  $row +[1-9][0-9]+ " "$work/table" || return 1
    done
    for part in archives core port; do
        grep -qE "^  $part +[1-9][0-9]+ " "$work/table" || return 1
    done
}
ok "the link ends with the table of sizes" table

too_large() {
    cp "$image" "$work/large.bin"
    truncate -s 409601 "$work/large.bin"
    ! scripts/size.sh --check "$elf" "${elf%.elf}.map" "$work/large.bin"
}
ok "more than 400 KB is an error" too_large

described() {
    "$B/pogo" image "$image" >"$work/said" &&
        grep -q 'is  *Pogo .* for real devices' "$work/said" &&
        grep -q 'mode dout, size 1MB' "$work/said" &&
        grep -q 'second .*at 0x1000, entry 0x40100004, checksum right' "$work/said" &&
        grep -q '0x40201010, .*from file offset 0x1010' "$work/said"
}
ok "pogo image says what it is" described

phy_data() {
    local at
    at=$(xtensa-lx106-elf-nm "$work/b/boot-chip.elf" | sed -n 's/ . phy_data$//p')
    at=$((0x$at - 0x4010F000 + 16))
    tail -c +$((at + 1)) "$image" | head -c 128 |
        cmp - "$SDK/bin/esp_init_data_default_v08.bin"
}
ok "it carries the SDK's PHY data" phy_data

# The update: linked for both slots, and only words that hold addresses differ.
update() {
    grep -qE 'pogo.ota: .* words hold slot addresses, [1-9][0-9]* of them in RAM' \
        "$work/table" &&
        gzip -cd "$image.gz" | cmp - "$image" &&
        "$B/pogo" image "$work/b/pogo.ota" >"$work/said" &&
        grep -q 'for real devices' "$work/said" &&
        grep -q 'digest    right' "$work/said" || return 1
    python3 test/firmware/read_ota.py "$work/b/pogo.ota" "$work/a.bin" \
        "$work/b.bin" &&
        head -c -20 "$work/b/slot-a-chip.bin" | cmp - "$work/a.bin" &&
        head -c -20 "$work/b/slot-b-chip.bin" | cmp - "$work/b.bin" &&
        tail -c +4097 "$image" | cmp - "$work/b/slot-a-chip.bin"
}
ok "it makes the update and the packed file beside the image" update

# Two bytes: return. The archives' own calls functions that change the mode.
dout() {
    local at
    at=$(symbol user_spi_flash_dio_to_qio_pre_init)
    xtensa-lx106-elf-objdump -d --start-address=0x"$at" \
        --stop-address=$((0x$at + 2)) "$elf" | grep -q 'ret.n'
}
ok "the flash stays in DOUT: the archives' switch to QIO is replaced" dout

# The archives read flash through our function, which shows them 1 MB: the ROM's
# is called from nowhere else.
one_megabyte() {
    local at
    at=$(symbol __wrap_SPIRead)
    case $at in 4010*) ;; *) return 1 ;; esac
    python3 - "$elf" <<'PYTHON'
import subprocess, sys
calls = []
for section in (".text", ".irom0.text"):
    dump = subprocess.run(["xtensa-lx106-elf-objcopy", "-O", "binary", "-j",
                           section, sys.argv[1], "/dev/stdout"],
                          capture_output=True).stdout
    calls += [section for i in range(0, len(dump) - 3, 4)
              if dump[i:i + 4] == bytes.fromhex("1c4b0040")]
print(calls)
sys.exit(calls != [".text"])
PYTHON
}
ok "the archives are shown 1 MB, whatever the header says" one_megabyte

# Interrupt handlers must work while flash is off.
in_iram() {
    local name
    for name in on_interrupt on_heard system_os_post call_user_start_local \
        _UserExceptionVector; do
        case "$(symbol $name)" in 4010*) ;; *) echo "$name"; return 1 ;; esac
    done
}
ok "what runs while flash is off is in IRAM" in_iram

# On the bench: Espressif's code is not run, natives stand for it.
runs() {
    cp "$image" "$work/flash.bin"
    timeout 120 "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --elf "$elf" --script test/scenario/mini.txt </dev/null
}
ok "the image passes mini.txt on the bench" runs

tap_end
