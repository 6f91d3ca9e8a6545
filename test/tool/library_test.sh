#!/usr/bin/env bash
# The flasher as a library: docs/examples/flash.c, which knows flasher.h alone.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
program=$B/docs/examples/flash

others=$(grep '^#include "' docs/examples/flash.c | grep -v '"tool/flasher.h"')
tap "$([ -z "$others" ]; echo $?)" "it includes flasher.h and nothing else of ours"
insiders=$(grep -l '^#include "tool/flasher_private' tool/*.h tool/cmd_*.c tool/session.c tool/args.c)
tap "$([ -z "$insiders" ]; echo $?)" "nor do pogo's own commands need more of it"

head -c 50000 /dev/urandom >"$work/data"
run "$program" "bench:mini,flash=$work/flash" "$work/data"
said "it writes a file" 0 "written and read back: 50000 bytes, 0 of 13 sectors"
grep -q '^write: [1-9][0-9]* %$' "$work/said"
tap $? "progress came to its callback" "$work/said"
cmp -s -n 50000 "$work/data" "$work/flash"
tap $? "the flash holds it"
run "$program" "bench:mini,flash=$work/flash" "$work/data"
said "what is there is not sent again" 0 "50000 bytes, 13 of 13 sectors were"
run "$program" "$work/no-port" "$work/data"
said "an error says what failed" 3 "failed: no such port: $work/no-port"

tap_end
