#!/bin/bash
# Reset on the real image: afterwards no byte of a password is on the flash, also
# when power goes in the middle of it; and no output ever showed the password.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

set_up() {
    cat <<'TEXT'
expect console Version within 3000
console Backlog Ssid1 home; Password1 correct horse; DeviceName Hall
sleep 3000
console Password1
expect console {"Password1":"****"} within 500
console Password2 x
sleep 2000
TEXT
}

# play NAME: the script on a fresh image.
play() {
    cp "$B/pogo-bench.bin" "$work/$1.flash"
    timeout 120 "$B/pogo" bench mini --virtual --flash "$work/$1.flash" \
        --script "$work/script" >"$work/$1.events" 2>&1 </dev/null
}
holds() { grep -qa 'correct horse' "$work/$1.flash"; }
shows() { grep -q 'correct horse' "$work/$1.events"; }

{
    set_up
    echo "power off"
} >"$work/script"
play before
tap $? "a password is set" "$work/before.events"
ok "it is on the flash" holds before
hidden() { ! shows before; }
ok "it is not in any output" hidden

{
    set_up
    cat <<'TEXT'
console Reset 1
expect console {"Reset":"Reset and Restarting"} within 500
expect console Version within 5000
console DeviceName
expect console {"DeviceName":"Tasmota"} within 500
power off
TEXT
} >"$work/script"
play reset
tap $? "Reset takes the settings away" "$work/reset.events"
gone() { ! holds reset && ! shows reset; }
ok "and the password from the flash" gone

# cut_reset N HOW: what is wrong when power goes at operation N of a Reset: the
# sector that says so (erase, commit, head), three erases, the key's removal. All
# settings are there afterwards, or none and no password.
cut_reset() {
    local name=cut$1$2
    {
        set_up
        cat <<TEXT
console Reset 1
cut after $1 flash $2
sleep 6000
power on
expect console Version within 5000
console DeviceName
sleep 4000
power off
TEXT
    } >"$work/script"
    play "$name" || echo "$name: the script failed"
    if grep '{"DeviceName":' "$work/$name.events" | tail -n 1 | grep -q Hall; then
        holds "$name" || echo "$name: settings without a password"
        kept=$((kept + 1))
    else
        ! holds "$name" || echo "$name: the password is still there"
        lost=$((lost + 1))
    fi
    grep 'settings on flash' "$work/$name.events"
    ! shows "$name" || echo "$name: the password is shown"
}
kept=0 lost=0
for how in before torn; do
    for n in $(seq 1 8); do cut_reset "$n" $how; done
done >"$work/cuts"
[ ! -s "$work/cuts" ]
tap $? "cut at any operation: all settings, or none and no password" "$work/cuts"
echo "# $kept times all settings, $lost times none"
both() { [ $kept -gt 0 ] && [ $lost -gt 0 ]; }
ok "both happen" both
tap_end
