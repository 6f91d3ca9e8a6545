#!/bin/bash
# Guest programs (docs/guest.md): each text test/guest/*.txt is one run on the
# bench, and one TAP line. Its first line, a comment, is the name of the test;
# further comments at its beginning may say
#   # program: NAME     test/guest/NAME.c; else the text's own name
#   # board: NAME       else mini
#   # options: …        more for `pogo bench`, in the repository's folder
#   # archives: no      not linked with Espressif's (archives_test.sh)
# GUESTS is another folder of programs than the build's.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# head TEXT WORD: what the comment `# WORD: …` says.
head_of() {
    sed -n "/^#/!q; s/^# $2: //p" "$1"
}

# run_text TEXT: the exit code of the bench; the log in $work/log.
run_text() {
    local program board options
    program=$(head_of "$1" program)
    board=$(head_of "$1" board)
    options=$(head_of "$1" options)
    program=${GUESTS:-$B/guest}/${program:-$(basename "$1" .txt)}
    cp "$program.bin" "$work/flash.bin" || return 1
    # shellcheck disable=SC2086
    timeout 60 "$B/pogo" bench "${board:-mini}" --virtual --elf "$program.elf" \
        --flash "$work/flash.bin" --address 127.80.0.1 $options --script "$1" >"$work/log" 2>&1 \
        </dev/null
}

for text in test/guest/*.txt; do
    [ -n "${GUESTS:-}" ] && [ "$(head_of "$text" archives)" = no ] && continue
    run_text "$text"
    tap $? "$(basename "$text" .txt): $(sed -n '1s/^# //p' "$text")" "$work/log"
done

# Or a program that nobody runs would look tested.
all_run() {
    local source name bad=0 scripts
    scripts=$(printf '%s\n' test/*/*_test.sh | grep -v guest_test)
    for source in test/guest/*.c; do
        name=$(basename "$source" .c)
        [ "$name" = common ] || [ -e "test/guest/$name.txt" ] ||
            grep -qx "# program: $name" test/guest/*.txt ||
            grep -qw -- "$name" $scripts ||
            { echo "nobody runs $source"; bad=1; }
    done
    return $bad
}
ok "every program is run by a test" all_run

# Each rule is broken by a program, and a text expects that.
all_broken() {
    local rule bad=0
    for rule in $("$B/pogo" bench --rules | sed -n '/^[a-z]/p'); do
        grep -q "^expect stop rule $rule:" test/guest/*.txt ||
            { echo "no text expects: stop rule $rule:"; bad=1; }
    done
    return $bad
}
ok "every rule is broken by a program" all_broken

# Where the ELF file has no lines, or is not given, places are what is known.
places() { # options…: what is printed behind "at"
    cp "$B/guest/rule_flash_aligned.bin" "$work/flash.bin"
    echo "expect stop rule within 1000" >"$work/script"
    "$B/pogo" bench mini --virtual --flash "$work/flash.bin" "$@" \
        --script "$work/script" 2>&1 </dev/null | sed -n 's/^at //p'
}
elf=$B/guest/rule_flash_aligned.elf
xtensa-lx106-elf-objcopy --strip-debug "$elf" "$work/names.elf"
ok "without lines the place is a function and a distance" \
    expr "$(places --elf "$work/names.elf")" : 'user_init+0x[0-9a-f]*$'
ok "without the ELF file it is an address" \
    expr "$(places)" : '0x402[0-9a-f]*$'
ok "with that of another program, too" \
    expr "$(places --elf "$B/guest/hello.elf")" : '0x402[0-9a-f]*$'

# What a program has used, at the end: here of the heap all but a little.
reported() {
    cp "$B/guest/heap.bin" "$work/flash.bin"
    echo "expect uart end: within 1000" >"$work/script"
    "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --script "$work/script" >"$work/said" 2>&1 </dev/null
    local words='report stack [0-9]{2,3} of 4096 bytes,'
    words="$words heap lowest [0-9]{1,3} of 49[0-9]{3} free,"
    words="$words largest block 49[0-9]{3},"
    words="$words IRAM 25629 of 32768, DRAM 32[0-9]{3} of 81920"
    tail -n 1 "$work/said" | tee /dev/stderr | grep -Eqx "$words"
}
ok "at the end the bench reports what the program has used" reported

# A script that does not expect the stop must fail.
echo "sleep 500" >"$work/script"
cp "$B/guest/rule_flash_aligned.bin" "$work/flash.bin"
run "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
    --script "$work/script"
said "a stop that no line expects is a failure" 1 "no line expected it"

# A text that can't hold must fail, or the above proves nothing.
printf '# program: hello\nexpect uart goodbye within 500\n' >"$work/false.txt"
! run_text "$work/false.txt"
tap $? "a false expectation fails"
tap_end
