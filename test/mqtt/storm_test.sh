#!/bin/bash
# A broker is killed and comes back: 100 devices come back, too, but not all at
# once (`make storm` has 1,000).
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

/usr/bin/python3 test/mqtt/storm.py "$B/pogo-posix" 100 2 >"$work/storm" 2>&1 ||
    echo "not ok - exit code" >>"$work/storm"
tap_lines <"$work/storm"
[ "$tap_count" -ge 8 ] || tap 1 "the story was told to its end"
tap_end
