#!/bin/sh
# The conventions that a script can count: functions up to 60 lines, files up to
# 500, no work left as a note, scripts that can be run. Columns of C are
# clang-format's part; those of texts are counted here: 80, but not in tables and
# examples, and not where one word alone is longer.
set -eu
cd "$(dirname "$0")/.."

# Exempt, with the reason behind the name.
long_files='
'
long_functions='
test/firmware/core/command_test.c  its rows are one table inside the function
emulator/cpu.c                     one row is one body, as in isa.def
'
exempt() {
    printf '%s' "$1" | grep -q "^$2 "
}

bad=0
say() {
    echo "style: $*"
    bad=1
}
list=$(git ls-files '*.c' '*.h')
for file in $list; do
    [ -f "$file" ] || continue
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || exempt "$long_files" "$file" ||
        say "$file has $lines lines (limit 500)"
    long=$(awk '/^\{/ { from = NR }
                /^\}/ { if (from && NR - from - 1 > 60) print from; from = 0 }' \
        "$file")
    [ -z "$long" ] || exempt "$long_functions" "$file" ||
        say "$file:$long: a function of more than 60 lines"
    ! grep -nE '(TO''DO|FIX''ME)' "$file" || say "$file: a note instead of work"
done
# prove stops at the first script that it may not run, and says "PASS" before.
for file in $(git ls-files 'scripts/*.sh' 'test/*_test.sh' 'test/*_test.py'); do
    [ -x "$file" ] || say "$file can't be executed: chmod +x"
done
for file in $(git ls-files README.md 'docs/*.md'); do
    wide=$(LC_ALL=C awk '
        /^ *```/ { fenced = !fenced }
        { code = fenced || (/^    / && (blank || code)) || (code && /^$/)
          blank = /^ *$/
          text = $0; gsub(/[\200-\277]/, "", text)
          rest = $0; sub(/^ *[-*]? */, "", rest) }
        length(text) > 80 && !code && !/^ *\|/ && rest ~ / / { print FNR }
    ' "$file")
    [ -z "$wide" ] || say "$file: lines of more than 80 columns:" $wide
done
[ $bad = 0 ] && echo "style: ok ($(echo "$list" | wc -w) files)"
exit $bad
