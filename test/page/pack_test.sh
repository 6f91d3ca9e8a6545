#!/bin/bash
# The packing of the device's page: what it takes out, what it keeps, and that a
# page above its room in flash fails the build.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

cp -r firmware/web "$work/web"
run scripts/pack_page.sh "$work/page.gz" "$work/web"
said "the page has room" 0 "of 20000 bytes"
gzip -dc "$work/page.gz" >"$work/page.html"
ok "it ends where the document ends" grep -qx '</html>' "$work/page.html"
ok "no comment is left" bash -c "! grep -nE '^(/\*| \*|<!--)' '$work/page.html'"
ok "the program is in it" grep -q "^const sections" "$work/page.html"
ok "the colours are in it" grep -q "prefers-color-scheme: *dark" "$work/page.html"
ok "the build's page is this one" cmp "$work/page.gz" "$B/gen/page.gz"

head -c 20000 /dev/urandom | base64 >>"$work/web/index.html"
run scripts/pack_page.sh "$work/large.gz" "$work/web"
said "one that is too large is refused" 1 "more than 20000"
ok "and not left" test ! -e "$work/large.gz"

cp firmware/web/index.html "$work/web/"
rm "$work/web/wifi.js"
run scripts/pack_page.sh "$work/part.gz" "$work/web"
ok "a part that is missing is told" test "$code" != 0
tap_end
