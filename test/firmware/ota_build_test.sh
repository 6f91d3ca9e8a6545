#!/bin/bash
# The build's side of updates: the key, and OTA files that a device can believe
# whichever slot they are for.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

update=$B/update
key=$work/a/b/key.pem
public=$work/key.c

# ---- the key ----

run "$B/mkkey" "$key" "$public"
said "a key is made, with its folders, and it says where" 0 "$key"
said "and that it must be kept" 0 "Keep a copy"

kept() {
    cp "$key" "$work/first.pem"
    cp "$public" "$work/first.c"
    run "$B/mkkey" "$key" "$public"
    [ "$code" = 0 ] && [ ! -s "$work/said" ] && cmp "$key" "$work/first.pem" &&
        cmp "$public" "$work/first.c" && [ "$(stat -c %a "$key")" = 600 ]
}
ok "the next time it is kept, and nothing is said" kept

untouched() {
    touch -d '2020-01-01' "$public"
    "$B/mkkey" "$key" "$public" && [ "$(date -r "$public" +%Y)" = 2020 ]
}
ok "the source is written only when it changes" untouched

at_once() {
    local i
    for i in 1 2 3 4; do
        "$B/mkkey" "$work/at/once.pem" "$work/once-$i.c" 2>/dev/null &
    done
    wait
    for i in 2 3 4; do
        cmp "$work/once-1.c" "$work/once-$i.c" || return 1
    done
    [ "$(ls "$work/at")" = once.pem ]
}
ok "builds at the same time agree about one key" at_once

touch "$work/file"
run "$B/mkkey" "$work/file/key.pem" "$work/none.c"
said "a place that can't be is told, and what to do" 1 "POGO_KEY=FILE"
echo "not a key" >"$work/foreign.pem"
run "$B/mkkey" "$work/foreign.pem" "$work/none.c"
said "a file that is no key is refused" 1 "$work/foreign.pem"
head -c 100 "$key" >"$work/damaged.pem"
run "$B/mkkey" "$work/damaged.pem" "$work/none.c"
said "so is a damaged key" 1 "move this one away"
left_alone() {
    [ "$(cat "$work/foreign.pem")" = "not a key" ] &&
        [ "$(stat -c %s "$work/damaged.pem")" = 100 ] && [ ! -e "$work/none.c" ]
}
ok "and both are left as they are" left_alone

# ---- the file ----

mkota() {
    run "$B/mkota" --board bench "$@"
}
a=$update/next-a.bin
b=$update/next-b.bin
mkota "$key" "$a" "$b" "$work/next.ota"
said "an OTA file is made of the images for both slots" 0 "hold slot addresses"

independent() {
    python3 test/firmware/read_ota.py "$1" "$work/a.bin" "$work/b.bin" &&
        head -c -20 "$2" | cmp - "$work/a.bin" &&
        head -c -20 "$3" | cmp - "$work/b.bin"
}
ok "both images come out of it, by the documented bytes" \
    independent "$work/next.ota" "$a" "$b"
ok "so with the bench's own" independent "$B/pogo-bench.ota" "$B/slot-a.bin" \
    "$B/slot-b.bin"
# Its slot A is what is flashed, too.
flashed() {
    tail -c +4097 "$B/pogo-bench.bin" | cmp - "$B/slot-a.bin"
}
ok "the update for slot A is what the cable writes" flashed

openssl_agrees() {
    python3 test/firmware/read_ota.py "$work/next.ota" "$work/digest" \
        "$work/signature.der" &&
        openssl pkeyutl -verify -inkey "$key" -in "$work/digest" \
            -sigfile "$work/signature.der"
}
ok "openssl says that the signature is right" openssl_agrees

# ---- pogo image ----

run "$B/pogo" image --key "$key" "$work/next.ota"
said "pogo image says the version and the board" 0 "to Pogo 0.2.0, for the bench"
said "and that the digest is right" 0 "digest    right"
said "and the signature" 0 "signature right, by $key"
run "$B/pogo" image "$work/next.ota"
said "without a key it says how to have the signature looked at" 0 "--key FILE.pem"
run "$B/pogo" image --key "$key" "$update/wrong-key.ota"
said "another's signature is told" 5 "not that of $key"
run "$B/pogo" image --key "$work/foreign.pem" "$work/next.ota"
said "a key file that is none is told" 5 "not a key for updates"
run "$B/pogo" image "$update/other-board.ota"
said "the board is told" 0 "for real devices"
run "$B/pogo" image "$update/older.ota"
said "an older version is told" 0 "to Pogo 0.0.9"
cp "$work/next.ota" "$work/spoilt.ota"
printf pogo | dd of="$work/spoilt.ota" bs=1 seek=9000 conv=notrunc status=none
run "$B/pogo" image --key "$key" "$work/spoilt.ota"
said "a damaged file is told" 5 "digest    wrong"
run "$B/mkota" --board chip --version 3.2.1 "$key" "$a" "$b" "$work/other.ota"
said "board and version can be said" 0 "other.ota"
run "$B/pogo" image --json "$work/other.ota"
said "and stand in the file" 0 '"version":"3.2.1","board":1'
run "$B/mkota" --board bench --version 3.2 "$key" "$a" "$b" "$work/none.ota"
said "a version has three numbers" 1 "3.2: not a version"
head -c 9000 "$work/next.ota" >"$work/cut.ota"
run "$B/pogo" image --json "$work/cut.ota"
said "so is one that is cut short, as an object" 5 '"state":"ERR_OTA_TRUNCATED"'
run "$B/pogo" flash -p bench:mini --force "$work/next.ota"
said "pogo flash says what to use instead" 5 "by cable write the .bin beside"

# ---- what must not become a file ----

refused() { # name words
    said "$1" 1 "$2"
    tap "$([ ! -e "$work/out.ota" ] && echo 0 || echo 1)" "and no file is written"
}
python3 test/firmware/spoil_slot.py word "$b" "$work/word.bin" 0x1010
mkota "$key" "$a" "$work/word.bin" "$work/out.ota"
refused "one other word is named by segment and offset" \
    "segment 1 (0x40201010), offset 0x1000"

# The limit itself, and 16 bytes more.
python3 test/firmware/spoil_slot.py large "$a" "$work/large-a.bin" 491520
python3 test/firmware/spoil_slot.py large "$b" "$work/large-b.bin" 491520
mkota "$key" "$work/large-a.bin" "$work/large-b.bin" "$work/large.ota"
said "an image of 480 KB is taken" 0 "491520 of them the image"
python3 test/firmware/spoil_slot.py large "$a" "$work/large-a.bin" 491536
python3 test/firmware/spoil_slot.py large "$b" "$work/large-b.bin" 491536
mkota "$key" "$work/large-a.bin" "$work/large-b.bin" "$work/out.ota"
refused "a larger one is refused" "491536 bytes are more than 491520"

"$B/mkimage" "$update/next-b.elf" "$work/alone.bin"
mkota "$key" "$a" "$work/alone.bin" "$work/out.ota"
refused "images that are no twins are refused" "differ in size"
python3 test/firmware/spoil_slot.py version "$b" "$work/other.bin" 0x00010000
mkota "$key" "$a" "$work/other.bin" "$work/out.ota"
refused "so are two versions" "different versions"
mkota "$key" "$b" "$a" "$work/out.ota"
refused "and the two slots exchanged" "the links for the two slots differ"
mkota "$work/foreign.pem" "$a" "$b" "$work/out.ota"
refused "a key that is none is refused" "not a key for updates"

# ---- built again ----

# The same tree in another folder; the tools are taken as they are.
again() {
    local c=$work/c have
    mkdir -p "$c/gen"
    have="mkimage gen/natives.ld gen/update_key.c"
    for f in $have; do cp -p "$B/$f" "$c/$f"; done
    # shellcheck disable=SC2046
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory B="$c" \
        $(printf -- "-o $c/%s " $have) "$c/slot-a.bin" &&
        cmp "$c/slot-a.bin" "$B/slot-a.bin"
}
ok "the same tree gives the same image" again

# ---- the images of tests, on the bench ----

# bench NAME FLASH LINES
bench() {
    echo "$3" >"$work/script.txt"
    cp "$2" "$work/flash.bin"
    run "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --script "$work/script.txt"
    tap "$code" "$1" "$work/said"
}
bench "next.bin says its version" "$update/next.bin" \
    "expect console Version 0.2.0 within 2000"
bench "mute.bin runs" "$update/mute.bin" \
    "expect uart mute: this image does nothing within 2000
refute uart mute within 5000"
bench "broken.bin crashes again and again" "$update/broken.bin" \
    "expect uart broken: this image crashes within 2000
expect uart broken: this image crashes within 20000"

# As an update leaves it: the image for slot B, and its record.
installed() {
    python3 test/firmware/read_ota.py "$update/next.ota" "$work/a.bin" \
        "$work/b.bin" &&
        head -c $((0x100000)) /dev/zero | tr '\0' '\377' >"$work/b.flash" &&
        put "$B/pogo-bench.bin" 0 && put "$work/b.bin" $((0x7C000)) &&
        python3 test/firmware/read_ota.py "$update/next.ota" --record \
            >"$work/record" &&
        put "$work/record" $((0xF6000)) &&
        printf '\0\0\0\0' >"$work/done" && put "$work/done" $((0xFF8))
}
put() { # file offset
    dd if="$1" of="$work/b.flash" bs=4096 seek="$2" oflag=seek_bytes \
        conv=notrunc status=none
}
ok "an OTA file's image for slot B and its record can be put together" installed
bench "and run from there" "$work/b.flash" \
    "expect console Version 0.2.0 within 2000
sleep 5000
press 0 100
expect relay 1 on within 1500"

tap_end
