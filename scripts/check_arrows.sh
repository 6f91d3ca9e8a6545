#!/bin/sh
# Who may include whom (docs/architecture.md). Each row: folder, then the
# folders whose headers it may name. Fails with the line that breaks a rule.
set -eu
cd "$(dirname "$0")/.."

rows='
format/                     format/
firmware/net/               firmware/net/ format/
firmware/core/              firmware/core/ firmware/net/ firmware/hal/ firmware/web/ format/
firmware/hal/               firmware/hal/ format/
firmware/port/posix/        firmware/port/posix/ firmware/core/ firmware/hal/ format/ emulator/boards.h
firmware/port/esp8266/      firmware/port/esp8266/ firmware/core/ firmware/hal/ format/
firmware/boot/              firmware/boot/ format/
tool/stub/                  tool/stub/ format/
tool/cmd_bench.c            tool/ format/ emulator/
tool/bench_                 tool/ format/ emulator/
tool/os_bench_              tool/ format/ emulator/
tool/link_bench.c           tool/ format/ emulator/
tool/                       tool/ format/
emulator/                   emulator/ format/
'

# The first row whose folder begins a file's name is the file's row.
list=$(git ls-files '*.c' '*.h' '*.S' '*.def' | grep -v '^test/' || true)
bad=0
for file in $list; do
    allowed=$(printf '%s' "$rows" | while read -r folder rest; do
        case "$file" in "${folder:-none}"*) echo "$rest"; break ;; esac
    done)
    [ -n "$allowed" ] || continue
    for include in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file"); do
        ok=no
        for prefix in $allowed; do
            case "$include" in "$prefix"*) ok=yes ;; esac
        done
        case "$include" in */*) ;; *) ok=yes ;; esac # beside the file, generated
        if [ $ok = no ]; then
            echo "arrow: $file may not include $include (may: $allowed)"
            bad=1
        fi
    done
done
[ $bad = 0 ] && echo "arrows: ok ($(echo "$list" | wc -w) files)"
exit $bad
