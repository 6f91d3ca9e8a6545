#!/bin/sh
# The file list of docs/architecture.md: one line per module, taken from the
# first sentence of the comment that opens its .c file, or else its header.
# `make golden` writes it; `make check` compares it.
set -eu
cd "$(dirname "$0")/.."

# A first sentence that is long is cut at a colon or semicolon.
sentence() {
    awk 'NR == 1 && (!/^\/\*/ || /clang-format/) { exit 1 }
         { sub(/^\/\* */, ""); sub(/^ \*+ ?/, ""); text = text " " $0 }
         /\*\// { exit }
         END { sub(/ *\*\/.*/, "", text); gsub(/  +/, " ", text)
               sub(/^ /, "", text); sub(/\. .*/, "", text); sub(/\.$/, "", text)
               if (length(text) > 100) sub(/[:;] .*/, "", text)
               print text }' "$1"
}

# To 80 columns, as an item of a list.
item() {
    LC_ALL=C awk '{ for (i = 1; i <= NF; i++) {
                        if (i > 1 && length(line) + 1 + length($i) > 80) {
                            print line
                            line = " "
                        }
                        line = line (i > 1 ? " " : "") $i
                    }
                    print line }'
}

folder=""
git ls-files 'format/*' 'firmware/*' 'tool/*' 'emulator/*' | grep '\.[chS]$' |
    grep -v '/sdk/' |
    sed 's#\(.*\)/#\1 #' | LC_ALL=C sort | tr ' ' '/' |
    while read -r file; do
        # A header is listed only where no .c of the same name exists.
        case "$file" in
        *.h) [ ! -f "${file%.h}.c" ] || continue ;;
        esac
        here=$(dirname "$file")
        if [ "$here" != "$folder" ]; then
            folder=$here
            printf '\n**%s/**\n\n' "$folder"
        fi
        text=$(sentence "$file" || true)
        [ -n "$text" ] || [ ! -f "${file%.c}.h" ] ||
            text=$(sentence "${file%.c}.h" || true)
        printf -- '- `%s`: %s\n' "$(basename "$file")" "${text:-(no word about it)}" | item
    done
