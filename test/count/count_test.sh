#!/bin/bash
# A hundred devices in one process: each has its console, its MAC and its Wi-Fi,
# idle ones rest, and take less than 4 MB each. Under SAN=1 there are ten.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

case $B in
*/san) count=10 is_measured=0 ;;
*) count=100 is_measured=1 ;;
esac
run_count() {
    timeout 110 test/count/count.sh $count "$@" >"$work/said" 2>&1
    code=$?
}
run_count wifi
tap $code "$count devices join and answer Status on their consoles" "$work/said"
grep '^count: ' "$work/said" | sed 's/^count: /# /'
# is_below NUMBER WORDS: what was said before these words.
is_below() {
    local number
    number=$(sed -n "s/^count: \([0-9.]*\) $2.*/\1/p" "$work/said")
    awk -v limit="$1" -v v="${number:-$1}" 'BEGIN {exit !(v > 0 && v < limit)}'
}
# By their own time and the bench's own counts: a busy host changes nothing.
is_below 80 'rounds of the loop a second'
tap $? "idle they wake the host together, at 20 ms" "$work/said"
is_below 80 'turns of a device a second'
tap $? "each has a turn no oftener" "$work/said"
is_below 300000 'instructions a second'
tap $? "and their CPUs rest: 80 million would be all the time" "$work/said"
if [ $is_measured = 1 ]; then
    is_below 4096 'KB of memory each'
    tap $? "they take less than 4 MB each" "$work/said"
else
    echo "# no limit under SAN=1: sanitizers take memory of their own"
fi
tap_end
