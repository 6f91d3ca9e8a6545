#!/usr/bin/env bash
# Each row of pogo doctor has its scenario: the script that the row names sees it
# named and mended. And docs/doctor.md has the table.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

"$B/pogo" doctor --rows >"$work/rows"
sed -n '/^| id /,/^$/p' docs/doctor.md | sed '/^$/d' >"$work/documented"
ok "docs/doctor.md has the table (pogo doctor --rows)" \
    diff "$work/rows" "$work/documented"

shows() { # SCRIPT ROW: the script sees it named and mended
    grep -qE "^ *named $2( |\$)" "test/tool/$1" &&
        grep -qE "^ *mended $2( |\$)" "test/tool/$1"
}
rows=0
while IFS='|' read -r _ id _ _ _ _ script _; do
    id=$(tr -d '` ' <<<"$id")
    script=${script// /}
    case $id in id | -*) continue ;; esac
    rows=$((rows + 1))
    ok "$script shows $id" shows "$script" "$id"
done <"$work/rows"
ok "the table was read" [ "$rows" -gt 20 ]
tap_end
