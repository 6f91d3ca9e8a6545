#!/bin/bash
# The rows of test/commands/ over HTTP and MQTT, and those that need a broker over
# the console too, on the posix device and on the image on the bench: the same
# answers as on the console (commands_test.sh). Much at once, because most of it is
# waiting.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

files() { # TRANSPORT
    case $1 in
    console) grep -lE "^# needs a broker" test/commands/*.txt ;;
    *) grep -LE "^# not over ([a-z]*, )*$1[,:]" test/commands/*.txt ;;
    esac
}
each() { # N OF: every OF-th word of its input, from the N-th on
    awk -v n="$1" -v of="$2" 'NR % of == n'
}
for transport in http mqtt console; do
    for world in posix bench; do
        for n in 0 1 2 3 4; do
            # shellcheck disable=SC2046 # names without spaces
            timeout 500 /usr/bin/python3 test/commands/live.py $transport $world \
                "$B" "$work" $(files $transport | each $n 5) \
                >"$work/$transport-$world-$n" 2>&1 ||
                echo "not ok - $transport, $world: exit code" \
                    >>"$work/$transport-$world-$n" &
        done
    done
done
wait
for said in "$work"/http-* "$work"/mqtt-* "$work"/console-*; do
    tap_lines <"$said"
done
[ "$tap_count" = $((2 * $(for t in http mqtt console; do files $t; done | wc -w))) ]
tap $? "every file in every world over every transport"
tap_end
