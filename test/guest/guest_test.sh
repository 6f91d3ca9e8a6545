#!/bin/bash
# Guest programs (docs/guest.md): each text test/guest/*.txt is one run on the
# bench, and one TAP line. Its first line, a comment, is the name of the test;
# further comments at its beginning may say
#   # program: NAME     test/guest/NAME.c; else the text's own name
#   # board: NAME       else mini
#   # options: …        more for `pogo bench`, in the repository's folder
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
    cp "$B/guest/${program:-$(basename "$1" .txt)}.bin" "$work/flash.bin" ||
        return 1
    # shellcheck disable=SC2086
    timeout 60 "$B/pogo" bench "${board:-mini}" --virtual \
        --flash "$work/flash.bin" $options --script "$1" >"$work/log" 2>&1 \
        </dev/null
}

for text in test/guest/*.txt; do
    run_text "$text"
    tap $? "$(basename "$text" .txt): $(sed -n '1s/^# //p' "$text")" "$work/log"
done

# Or a program that nobody runs would look tested.
all_run() {
    local source name bad=0
    for source in test/guest/*.c; do
        name=$(basename "$source" .c)
        [ "$name" = common ] || [ -e "test/guest/$name.txt" ] ||
            grep -qx "# program: $name" test/guest/*.txt ||
            grep -q "guest/$name\.bin" test/*/*_test.sh ||
            { echo "nobody runs $source"; bad=1; }
    done
    return $bad
}
ok "every program is run by a test" all_run

# A text that can't hold must fail, or the above proves nothing.
printf '# program: hello\nexpect uart goodbye within 500\n' >"$work/false.txt"
! run_text "$work/false.txt"
tap $? "a false expectation fails"
tap_end
