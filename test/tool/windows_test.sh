#!/usr/bin/env bash
# The tool compiles for Windows, as object files: nothing is linked or run here.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 300 make --no-print-directory -s windows >"$work/said" 2>&1
code=$?
said "what is not Linux's own compiles for Windows" 0 "files compile; left out:"
kind=$(x86_64-w64-mingw32-objdump -f build/windows/tool/flasher.o 2>&1)
[[ $kind == *pe-x86-64* ]]
tap $? "as an object file of Windows"
left=$(sed -n 's/.*left out: //p;/^[a-z_ .]*$/p' "$work/said" | tr '\n' ' ')
others=$(echo "$left" | tr ' ' '\n' | grep -vE '^(|os_.*|link_.*|bench_.*|cmd_bench)(\.c)?$')
tap "$([ -z "$others" ]; echo $?)" "nothing else is left out: ${others:-nothing}"

tap_end
