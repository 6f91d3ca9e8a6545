#!/usr/bin/env bash
# The man page and the completion for bash: every command and option is in them.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
ok "they are made" scripts/man.sh "$B/pogo" "$work/out"
page=$work/out/pogo.1
names=$("$B/pogo" --help | sed -n 's/^  pogo \([a-z-]*\) .*/\1/p')
for name in $names; do
    grep -qx ".SH POGO ${name^^}" "$page" || echo "$name"
done >"$work/missing"
[ -n "$names" ] && [ ! -s "$work/missing" ]
tap $? "the page has a section for each command" "$work/missing"
grep -q '^Never with mains connected; 3.3 V only' "$page"
tap $? "and the warning first"
for name in $names; do
    "$B/pogo" "$name" --help >"$work/help"
    grep -q '^  -p, --port' "$work/help" || continue
    sed -n '/^$/{n;p;q}' "$work/help" | grep -q '^Never with mains connected' ||
        echo "$name"
done >"$work/unwarned"
[ ! -s "$work/unwarned" ]
tap $? "so in the help of each command with a cable" "$work/unwarned"
for name in $names; do
    "$B/pogo" "$name" --help | grep '.\{81\}' | sed "s/^/$name: /"
done >"$work/wide"
[ ! -s "$work/wide" ]
tap $? "no help is wider than 80 columns" "$work/wide"
if command -v man >/dev/null; then
    ok "man reads it without complaint" sh -c \
        "! MANWIDTH=80 man --warnings -l '$page' 2>&1 >/dev/null | grep ."
    MANWIDTH=80 man -l "$page" 2>"$work/man.errors" | col -b >"$work/shown"
    [ -s "$work/shown" ] && ! grep -q '.\{81\}' "$work/shown"
    tap $? "no line of it is wider than 80 columns" "$work/shown"
fi

complete_line() { # WORDS: what bash would offer for the last of them
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pogo
        printf "%s\n" "${COMPREPLY[@]}"' "$work/out/pogo.bash" "$@"
}
[ "$(complete_line pogo inst)" = install ]
tap $? "a command is completed"
[ "$(complete_line pogo install --no-b)" = --no-backup ]
tap $? "an option of its own"
[ "$(complete_line pogo flash --no-b)" != --no-backup ]
tap $? "and not of another command"
[ "$(complete_line pogo setup --hid)" = --hidden ]
tap $? "of pogo setup, too"
[ -z "$(complete_line pogo console --lo | grep -x -e --loop)" ]
tap $? "and not what another option's help names"
# Whatever else is wrong with the line, it is not the option that was offered.
for name in $names; do
    for option in $(complete_line pogo "$name" -); do
        timeout 20 "$B/pogo" "$name" "$option" x --frob 2>&1 </dev/null |
            grep -E -- "(no option|unknown option:?) $option( |\$)" |
            sed "s/^/$name: /"
    done
done >"$work/refused"
[ -n "$(complete_line pogo flash -)" ] && [ ! -s "$work/refused" ]
tap $? "each command takes all that is offered for it" "$work/refused"
tap_end
