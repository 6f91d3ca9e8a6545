#!/usr/bin/env bash
# docs/session-flash.txt is what pogo says today: the session is played again and
# compared, apart from times, sizes and digests, and what the firmware says.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# Lines of progress come after ten seconds of waiting: on a busy machine alone.
plain() {
    sed -E -e '/^What the device says/,/^Done/{/^(What|Done)/!d}' \
        -e '/^[a-z]+ +[0-9]+ %  [0-9]+ of /d' \
        -e 's/MD5 [0-9a-f]{32}/MD5 X/; s/[0-9]{4}-[0-9]{2}-[0-9]{2}/DATE/g; s#127\.[0-9.]+#ADDRESS#g; s/[0-9]+\.[0-9]+ s/N s/g' \
        -e 's/[0-9]+\.[0-9]+\.[0-9]+/V/g; s/(^|[ (])[0-9]+(\.[0-9]+)?/\1N/g' "$1"
}

COLUMNS=80 timeout 200 scripts/flash_session.sh >"$work/now" 2>"$work/log"
tap $? "a stranger's session goes through" "$work/log"
plain docs/session-flash.txt >"$work/recorded"
plain "$work/now" >"$work/plain"
diff "$work/recorded" "$work/plain" >"$work/diff"
tap $? "it reads as docs/session-flash.txt does (make session)" "$work/diff"
[ "$(wc -l <"$work/recorded")" -gt 80 ]
tap $? "which is all of it" "$work/recorded"
grep -q 'Version' "$work/now"
tap $? "the firmware that was written ran" "$work/now"

# A hand is told of mains before it acts.
first=$(grep -n -m1 '^(.*connect' "$work/now" | cut -d: -f1)
mains=$(grep -n -m1 -i 'never with mains' "$work/now" | cut -d: -f1)
[ "${mains:-999}" -lt "${first:-0}" ]
tap $? "never with mains connected comes before the first hand" "$work/now"

# Every option of pogo flash is explained, but those without an effect.
"$B/pogo" flash --help | grep -oE -- '--[a-z-]+' | sort -u |
    grep -vxE -- '--(help|version|chip|verify)' >"$work/options"
[ "$(wc -l <"$work/options")" -gt 15 ]
tap $? "pogo flash --help lists its options" "$work/options"
while read -r option; do
    grep -q -- "$option" docs/flashing.md || echo "$option"
done <"$work/options" >"$work/missing"
tap "$([ ! -s "$work/missing" ]; echo $?)" "docs/flashing.md names each" "$work/missing"

run "$B/pogo" isntall --ssid home x.bin
said "a slip of the fingers is seen" 2 "did you mean pogo install?"

# What esptool has and pogo has not is answered, whatever its options are.
for word in "elf2image --version=2 -o a.bin" "--chip esp8266 elf2image" make_image; do
    run "$B/pogo" $word a.elf
    said "pogo $word says what to use instead" 2 "pogo takes finished images"
done

tap_end
