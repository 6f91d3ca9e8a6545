#!/bin/bash
# `pogo bench --air`: a wrong file, several devices in one air, a hundred of them
# for nearly nothing; and the posix device in the same air.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# ---- the file ----

run "$B/pogo" bench mini --air "$work/none.air" --script /dev/null
said "a file that is not there" 1 "pogo: file can't be opened: $work/none.air"
printf 'ap home\n\nap "my home" colour red\n' >"$work/bad.air"
run "$B/pogo" bench mini --air "$work/bad.air" --script /dev/null
said "a line that is wrong is named" 1 "pogo: $work/bad.air:3: not an option"
ok "and what to try" grep -q '^  try: ' "$work/said"
printf 'ap home password "no secret\n' >"$work/bad.air"
run "$B/pogo" bench mini --air "$work/bad.air" --script /dev/null
said "a password is not shown" 1 "pogo: $work/bad.air:1: not a password"
ok "not even half of it" sh -c "! grep -q secret '$work/said'"

printf 'ap home password my secret pass\n' >"$work/bad.air"
run "$B/pogo" bench mini --air "$work/bad.air" --script /dev/null
said "a password in several words" 1 "pogo: $work/bad.air:1: not an option"
ok "wants quotes" grep -qx '  try: put names .* with spaces in quotes' \
    "$work/said"
ok "is not shown" sh -c "! grep -q secret '$work/said'"

# ---- lines ----

echo "air down home" >"$work/script"
run "$B/pogo" bench mini --virtual --script "$work/script"
said "without --air" 1 \
    "error no access points, start with --air FILE: air down ..."
cat >"$work/script" <<'END'
phone jion pogo secret
phon join pogo secret
air pasword cellar secret
air password secret cellar
air password cellar my secret pass
at 10 fone join pogo secret
PHONE JOIN pogo secret
END
run "$B/pogo" bench mini --virtual --air test/air/home.air \
    --script "$work/script"
said "misspelt lines" 1 "error unknown name: phon ..."
ok "show no password" sh -c "! grep -q secret '$work/said'"
[ "$(grep -c ^error "$work/said")" = 7 ]
tap $? "each is told" "$work/said"
printf '%s\n' "phone join pogo secret" "9 phone jion pogo secret" |
    "$B/pogo" bench mini --virtual --count 2 >"$work/said" 2>&1 &
many=$!
for _ in $(seq 100); do
    grep -q '^error no such device: 9 phone \.\.\.$' "$work/said" && break
    sleep 0.1
done
kill "$many" 2>/dev/null
wait "$many"
ok "nor do lines for no device" \
    grep -qx 'error which device: phone join \.\.\.' "$work/said"
ok "they show none" sh -c "! grep -q secret '$work/said'"

# ---- several devices ----

cp "$B/guest/wifi_join.bin" "$work/join.bin"
cat >"$work/script" <<'END'
expect wifi joined "cellar" within 5000
air kick "cellar"
expect wifi lost "cellar" reason 3 within 10
expect wifi joined "cellar" within 5000
END
run "$B/pogo" bench mini --count 3 --virtual --flash "$work/join.bin" \
    --air test/air/home.air --script "$work/script"
said "each device is in the air, and its air lines are its own" 0 ""
[ "$(grep -c 'wifi joined "cellar" 127\.' "$work/said")" = 6 ]
tap $? "all of them joined twice" "$work/said"

# ---- the posix device ----

posix() {
    run "$B/pogo-posix" --board mini --virtual --script "$work/script" "$@"
}
echo "sleep 1" >"$work/script"
posix --air "$work/none.air"
said "posix: a file that is not there" 1 \
    "pogo-posix: $work/none.air: file can't be opened"
posix --air "$work/bad.air"
said "posix: a line that is wrong" 1 "pogo-posix: $work/bad.air:1: not an option"
echo "air down home" >"$work/script"
posix
said "posix: without a file there is no air" 1 \
    "error no access points, start with --air FILE"
printf 'sleep 100\nphone join wrong\nsleep 1000\n' >"$work/script"
posix
said "posix: a phone is refused with the reason" 0 \
    "phone refused: there is no access point of that name"
tap_end
