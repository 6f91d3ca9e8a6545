#!/usr/bin/env bash
# Faults on a bench that runs our firmware: the same seed and script give the same
# events and the same flash; brown-outs on a Puya leave a bench and a device that
# work. What the posix device can't do it says.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# faults NAME OPTIONS…: the script on a fresh image; events and flash bytes.
faults() {
    local name=$1
    shift
    cp "$B/pogo-bench.bin" "$work/$name.flash"
    run "$B/pogo" bench mini --virtual --flash "$work/$name.flash" \
        --script "$work/script" "$@"
    cp "$work/said" "$work/$name.events"
    sed -i '/ ready: /d; /^show ports/d' "$work/$name.events" # those differ
}

# ---- the seed ----

cat >"$work/script" <<'END'
expect console Version within 3000
console Template {"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],"FLAG":0,"BASE":1}
console Module 0
expect console Module: Sonoff Mini within 9000
console SwitchMode 3
cut after 1 flash
expect cut torn within 3000
sleep 100
power on
expect console Version within 3000
console SwitchMode 5
cut after 1 flash
expect cut torn within 3000
brownout 4 400 50
sleep 8000
expect console Version within 1
console SwitchMode 7
cut after 1 flash
expect cut torn within 3000
show
END
faults a --seed 12
said "cuts and brown-outs run to the script's end" 0 "show flash "
faults b --seed 0xC
same() { cmp "$work/$1.events" "$work/$2.events" && cmp "$work/$1.flash" "$work/$2.flash"; }
ok "the same seed gives the same events and the same flash" same a b
faults c --seed 13
other() { ! cmp -s "$work/a.flash" "$work/$1.flash"; }
ok "another seed gives other flash bytes" other c
faults d
faults e --seed 0
ok "no seed is seed 0" same d e
said "and runs to the end as well" 0 "show flash "

# ---- brown-outs while settings are being saved, on a Puya ----

brownouts() { # MS: from the change of the setting to the first
    cat >"$work/script" <<END
expect console Version within 3000
strict on
console Template {"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],"FLAG":0,"BASE":1}
console Module 0
expect console Module: Sonoff Mini within 9000
console SwitchMode 3
expect console {"SwitchMode1":3} within 500
sleep 3000
console SwitchMode 5
expect console {"SwitchMode1":5} within 500
sleep $1
brownout 5 1200 60
sleep 20000
console SwitchMode
expect console {"SwitchMode1": within 500
refute power off within 5000
console Module
expect console Sonoff Mini within 500
console Power ON
expect relay 1 on within 500
expect console {"POWER":"ON"} within 500
END
    faults "p$1" --puya --seed "$1"
}

# What can't be so, of the run that has just ended; nothing: all is well.
wrong() {
    local e=$work/$1.events
    [ "$code" = 0 ] || echo "$1: exit code $code"
    [ "$(grep -c '^power off' "$e")" = 5 ] || echo "$1: not five brown-outs"
    [ "$(grep -c '^reset cause 1' "$e")" = 6 ] || echo "$1: not six starts"
    grep 'RESULT = {"SwitchMode1"' "$e" | tail -n 1 |
        grep -qE ':(3|5)\}' || echo "$1: neither the old nor the new setting"
    grep -E '^stop|^rewrite|settings on flash|^failed' "$e"
}
for ms in 900 $(seq 985 1006); do
    brownouts "$ms"
    wrong "p$ms"
done >"$work/log2"
[ ! -s "$work/log2" ]
tap $? "brown-outs on a Puya: old or new setting, and the device works" "$work/log2"
ok "some of them came while the flash worked" grep -l 'cut torn' "$work"/p*.events
last_is() {
    for f in "$work"/p*.events; do
        grep 'RESULT = {"SwitchMode1"' "$f" | tail -n 1
    done | grep -c ":$1}"
}
ok "some kept the old setting" last_is 3
ok "some have the new one" last_is 5

# ---- the posix device ----

for line in "cut in 5" "cut after 1 flash" "brownout 5 300 20" "stuck 1" \
    "worn 1" "weak 1" "flash dead" "softap off" "tie 2 low" "strict on" "noise lose 1" "unplug" "plug"; do
    echo "$line" >"$work/script"
    run "$B/pogo-posix" --board mini --virtual --script "$work/script"
    said "the posix device refuses: $line" 1 \
        "error only pogo bench can do this: $line"
done
tap_end
