#!/usr/bin/env bash
# The owner's road with pogo, as test/esptool/road.py goes it with esptool: on a
# blank and on a full flash, over RFC 2217 and over a pty with the button held,
# by the stub and by the ROM alone. Then the image that pogo wrote does its work.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
image=$B/pogo-bench.bin
size=$(stat -c %s "$image")

cd "$work" || exit 1

sonoff() { # OPTIONS…
    start_bench --virtual --pty "$work/tty" --mac 5C:CF:7F:A1:B2:C3 --flash flash \
        "$@"
}

report() { # NAME
    tap "$code" "$label: $1" said
}

# pogo WORDS ARGUMENTS: it succeeds, without long waits, and says WORDS. What is
# compared byte by byte must not start: a start writes.
after=no-reset
pogo() {
    local words=$1
    shift
    timeout 40 "$B/pogo" -p "$port" -a $after "${options[@]}" "$@" >said 2>&1 &&
        grep -qF -- "$words" said
    code=$?
}

same() { # FILE FILE OFFSET-IN-BOTH SIZE
    cmp -n "$4" "$1" "$2" "$3" "$3" >>said 2>&1
    code=$?
}

filled() { # SIZE: that many bytes as erasing leaves them
    head -c "$1" /dev/zero | tr '\0' '\377'
}

identify() {
    pogo "ESP8285" chip_id
    report "chip_id"
    pogo "5C:CF:7F:A1:B2:C3" read_mac
    report "read_mac"
    pogo "1024 KB" flash_id
    report "flash_id"
}

write_and_verify() {
    pogo "read back, MD5" write_flash -fm dout 0x0 "$image"
    [ "$code" = 0 ] && same flash "$image" 0 "$size"
    report "write_flash -fm dout 0x0; the flash holds the image"
    pogo "are on the flash" verify "$image"
    report "verify"
}

# The image has been started: the install word is set.
verify_started() {
    after=hard-reset
    pogo "was reset" chip_id
    for _ in $(seq 100); do
        grep -q Version events && break
        sleep 0.05
    done
    after=no-reset
    pogo "it has been started" verify "$image"
    report "verify after its first start"
}

read_back() { # SIZE
    rm -f back
    pogo "$1 bytes" read back 0 "$1"
    [ "$code" = 0 ] && same flash back 0 "$1" &&
        [ "$(stat -c %s back)" = "$1" ]
    code=$?
    report "read of $1 bytes is identical"
}

erase_parts() {
    cp flash before
    pogo "are erased" erase_region 0x40000 0x3000
    filled 12288 | dd of=before bs=4096 seek=64 conv=notrunc status=none
    [ "$code" = 0 ] && same flash before 0 1048576
    report "erase_region erases that and no more"
    pogo "are erased" erase_flash
    filled 1048576 >before
    [ "$code" = 0 ] && same flash before 0 1048576
    report "erase_flash leaves nothing"
}

# On a bench of its own: power with the button up, and the device's work.
boots() {
    stop_bench
    cat >script <<'END'
expect boot cause 1 mode (3,6) within 1000
expect console Version within 3000
console Template {"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],"FLAG":0,"BASE":1}
console Module 0
expect console Module: Sonoff Mini within 9000
sleep 500
console Power TOGGLE
expect relay 1 on within 500
expect console {"POWER":"ON"} within 500
END
    timeout 60 "$B/pogo" bench mini --virtual --flash flash --script script \
        >said 2>&1 </dev/null
    code=$?
    report "the image boots and answers Power TOGGLE"
}

# road NAME KIND-OF-FLASH PORT SIZE-TO-READ BENCH-OPTIONS -- POGO-OPTIONS
road() {
    label="$1, $2 flash"
    local way=$3 much=$4
    filled 1048576 >flash
    [ "$2" = blank ] || head -c 1048576 /dev/urandom >flash
    shift 4
    local bench_options=()
    while [ "$1" != -- ]; do
        bench_options+=("$1")
        shift
    done
    shift
    options=("$@")
    sonoff "${bench_options[@]}"
    port=$url
    [ "$way" = rfc2217 ] || port=$work/tty
    identify
    read_back "$much"
    write_and_verify
    read_back "$much"
    erase_parts
    after=hard-reset
    pogo "read back, MD5" flash "$image"
    after=no-reset
    report "flash"
    if [ "$way" = rfc2217 ]; then
        verify_started
        after=hard-reset
        pogo "was reset" run
        after=no-reset
        report "run"
    fi
    boots
}

whole=1048576
road "RFC 2217, stub, 115200" blank rfc2217 $whole -- -b 115200
road "RFC 2217, stub, 921600" full rfc2217 $whole -- -b 921600
road "RFC 2217, no stub" blank rfc2217 16384 -- --no-stub
road "RFC 2217, no stub" full rfc2217 16384 -- --no-stub
road "pty, stub, 115200" full pty $whole --hold-button -- -b 115200
road "pty, stub, 921600" blank pty $whole --hold-button -- -b 921600
road "pty, no stub" full pty 16384 --hold-button -- --no-stub

tap_end
