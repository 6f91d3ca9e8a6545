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
if command -v man >/dev/null; then
    ok "man reads it without complaint" sh -c \
        "! MANWIDTH=80 man --warnings -l '$page' 2>&1 >/dev/null | grep ."
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
tap_end
