#!/usr/bin/env bash
# The tool compiles for Windows, as object files: nothing is linked or run here.
# What is Linux's own has its place in os_*.c and link_*.c, and nowhere else.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

unset MAKEFLAGS MFLAGS MAKELEVEL
timeout 300 make --no-print-directory -s windows >"$work/said" 2>&1
code=$?
said "what is not Linux's own compiles for Windows" 0 "files compile; left out:"
kind=$(x86_64-w64-mingw32-objdump -f build/windows/tool/flasher.o 2>&1)
[[ $kind == *pe-x86-64* ]]
tap $? "as an object file of Windows"
# The rule: left out are the files of system and ports, by their names.
others=""
for file in tool/*.c; do
    [[ $file == tool/@(os|link)_* ]] || [ -f "build/windows/${file%.c}.o" ] ||
        others+="$file "
done
for name in $(sed '1s/.*left out://' "$work/said"); do
    [[ $name == @(os|link)_*.c ]] || others+="$name "
done
tap "$([ -z "$others" ]; echo $?)" \
    "all but os_*.c and link_*.c does: ${others:-every file}"

tap_end
