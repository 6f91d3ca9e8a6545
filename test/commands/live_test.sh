#!/bin/bash
# The rows of test/commands/ over HTTP and MQTT, on the posix device and on the
# image on the bench: the same answers as on the console (commands_test.sh). All at
# once, because most of it is waiting.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

files() { # TRANSPORT
    grep -LE "^# not over ([a-z]*, )*$1[,:]" test/commands/*.txt
}
for transport in http mqtt; do
    for world in posix bench; do
        # shellcheck disable=SC2046 # names without spaces
        timeout 400 /usr/bin/python3 test/commands/live.py $transport $world \
            "$B" "$work" $(files $transport) >"$work/$transport-$world" 2>&1 ||
            echo "not ok - $transport, $world: exit code" >>"$work/$transport-$world" &
    done
done
wait
for said in "$work"/http-* "$work"/mqtt-*; do
    while IFS= read -r line; do
        case $line in
        "ok - "*) tap 0 "${line#ok - }" ;;
        "not ok - "*) tap 1 "${line#not ok - }" ;;
        *) echo "# $line" ;;
        esac
    done <"$said"
done
[ "$tap_count" = $((2 * $(files http | wc -w) + 2 * $(files mqtt | wc -w))) ]
tap $? "every file in every world over every transport"
tap_end
