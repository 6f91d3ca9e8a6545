#!/bin/bash
# The image on the bench loses power at many times after a change, also while
# the settings are being written: what it then has is from before the change or
# from after it, and nothing else is forgotten.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# Waits of 300 to 2000 ms; close together where flash is erased and written.
times="300 600 900 950 980"
for ms in $(seq 990 4 1130); do times="$times $ms"; done
times="$times 1150 1200 1300 1500 1750 2000"

cat >"$work/script" <<'TEXT'
expect console Version within 3000
console Template {"NAME":"Sonoff Mini","GPIO":[17,0,0,0,9,0,0,0,21,56,0,0,255],"FLAG":0,"BASE":1}
console Module 0
expect console Module: Sonoff Mini within 9000
console SwitchMode 1
expect console {"SwitchMode1":1} within 500
sleep 3000
TEXT
mode=1
for ms in $times; do
    mode=$((mode % 15 + 1)) # as none of the two before
    cat >>"$work/script" <<TEXT
console SwitchMode $mode
expect console {"SwitchMode1":$mode} within 500
sleep $ms
power off
sleep 200
power on
expect console Module: Sonoff Mini within 3000
console SwitchMode
expect console {"SwitchMode1": within 500
sleep 3000
TEXT
done

cp "$B/pogo-bench.bin" "$work/flash.bin"
on_bench() {
    timeout 120 "$B/pogo" bench mini --virtual --flash "$work/flash.bin" \
        --script "$work/script" >"$work/events" 2>&1 </dev/null
}
on_bench
tap $? "the module is still the Mini after every cut" "$work/events"

# Replies come in pairs, to the change and to the question after the cut. The
# value before a change is what the last question got.
judge() {
    sed -n 's/.*{"SwitchMode1":\([0-9]*\)}.*/\1/p' "$work/events" |
        awk -v times="$times" '
            NR == 1 { had = $1; split(times, ms); next }
            NR % 2 == 0 { set = $1; next }
            { n++
              if ($1 == set) after++
              else if ($1 == had) before++
              else { print "after " ms[n] " ms:", $1, "of", had, set; bad = 1 }
              had = $1 }
            END { print n, "cuts:", before, "before,", after, "after"
                  exit bad || n != split(times, ms) || !before || !after }'
}
ok "it has the switch mode from before or after the change" judge
sed 's/^/# /' "$work/log"
undamaged() { ! grep "settings on flash" "$work/events"; }
ok "no settings were found damaged" undamaged
tap_end
