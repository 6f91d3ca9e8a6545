#!/bin/sh
# A folder with the outline of Espressif's SDK and nothing of its content: every
# function is one illegal instruction. An image that is linked with it shows
# that the bench runs none of that code. Usage: fake_sdk.sh FOLDER NATIVES.ld
set -eu
sdk=$1
natives=$2
mkdir -p "$sdk/bin" "$sdk/include" "$sdk/ld" "$sdk/lib"
cp firmware/port/esp8266/sdk/*.h "$sdk/include/"
grep ' = 0x4000' "$natives" >"$sdk/ld/eagle.rom.addr.v6.ld"
{ printf '\005' && head -c 127 /dev/zero; } \
    >"$sdk/bin/esp_init_data_default_v08.bin"

function() { # name section
    echo "__attribute__((section(\"$2\"))) void $1(void);"
    echo "void $1(void) { __asm__ volatile(\"ill\"); }"
}
{
    # What the start code calls stays in the image.
    echo 'void user_pre_init(void), user_init(void);'
    echo 'void user_spi_flash_dio_to_qio_pre_init(void);'
    echo 'void start_calls(void) { user_pre_init();'
    echo '    user_spi_flash_dio_to_qio_pre_init(); user_init(); }'
    echo '__attribute__((section(".UserEnter.text"))) void call_user_start(void)'
    echo '{ __asm__ volatile("ill; j start_calls"); }'
    for vector in Debug NMI Kernel User Double; do
        function "_${vector}ExceptionVector" ".${vector}ExceptionVector.text"
    done
    # Some in IRAM, the rest in flash, as the real ones are.
    sed -n 's/^PROVIDE(\([A-Za-z_0-9]*\) = 0x403.*/\1/p' "$natives" |
        grep -vx call_user_start | while read -r name; do
        case "$name" in
        *flash* | *time* | *_post) function "$name" ".text.$name" ;;
        *) function "$name" .irom0.text ;;
        esac
    done
    echo 'int archive_state[16];'
} >"$sdk/lib/main.c"
xtensa-lx106-elf-gcc -w -fno-builtin -Os -mlongcalls -mtext-section-literals -c \
    -o "$sdk/lib/main.o" "$sdk/lib/main.c"
xtensa-lx106-elf-ar rcs "$sdk/lib/libmain.a" "$sdk/lib/main.o"
for name in hal phy pp net80211 lwip wpa crypto driver; do
    xtensa-lx106-elf-ar rcs "$sdk/lib/lib$name.a"
done
