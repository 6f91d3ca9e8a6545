#!/bin/sh
# Pack the device's page: one file of index.html, style.css and the programs, without
# comments, indentation and line ends that mean nothing, as gzip. Fails above
# the page's room in flash. Usage: scripts/pack_page.sh OUT [FOLDER]
set -eu
folder=${2:-$(dirname "$0")/../firmware/web}
most=20000
out=$1
part=$out.part

# Comments stand on lines of their own (ask.js says so); a line's indentation
# means nothing in any of the three languages.
thin() {
    awk '/^[ \t]*(\/\*|<!--)/ { inside = 1 }
         { line = $0; sub(/^[ \t]+/, "", line) }
         !inside && line != "" { print line }
         /(\*\/|-->)[ \t]*$/ { inside = 0 }' "$1"
}

# Spaces around CSS marks, but not those of selectors and calc().
thin_css() {
    thin "$1" | sed 's/ *{ */{/g; s/; *}/}/g; s/; /;/g; s/ *} */}/g; s/: /:/g; s/, /,/g; s/ > />/g' |
        tr -d '\n'
}

thin_css "$folder/style.css" >"$part.css"
for piece in ask control wifi module time console files app; do
    thin "$folder/$piece.js"
done >"$part.js"
thin "$folder/index.html" | sed -e "/^@style.css@$/{r $part.css
d}" -e "/^@app.js@$/{r $part.js
d}" >"$part.html"
! grep -q '^@' "$part.html" || { echo "pack_page: a part is missing"; exit 1; }
gzip -9nc "$part.html" >"$out"
rm -f "$part.css" "$part.js" "$part.html"
size=$(wc -c <"$out")
if [ "$size" -gt "$most" ]; then
    echo "pack_page: the page takes $size bytes, more than $most" >&2
    rm -f "$out"
    exit 1
fi
echo "page: $size of $most bytes"
