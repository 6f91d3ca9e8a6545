#!/bin/bash
# Every scenario text in three worlds: the core in process, the posix device, and
# the image on the bench as machine code. The first line names its board; a second
# one may name an air file.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# play WORLD BOARD FILE: what it says goes to $work/log.
play() {
    local air
    air=$(sed -n '2s/^# air: //p' "$3")
    rm -f "$work/flash.bin"
    case $1 in
    core) set -- "$B/test/scenario/core_runner" "$2" "$3" ${air:+"$air"} ;;
    posix) set -- "$B/pogo-posix" --board "$2" --virtual \
        --flash "$work/flash.bin" --script "$3" ${air:+--air "$air"} ;;
    bench)
        cp "$B/pogo-bench.bin" "$work/flash.bin"
        set -- "$B/pogo" bench "$2" --virtual \
            --flash "$work/flash.bin" --script "$3" ${air:+--air "$air"}
        ;;
    esac
    timeout 120 "$@" >"$work/log" 2>&1 </dev/null
}

# in_three NAME CODE BOARD FILE: each world ends with this exit code.
in_three() {
    local world
    for world in core posix bench; do
        play "$world" "$3" "$4"
        [ $? = "$2" ]
        tap $? "$1: $world" "$work/log"
    done
}

for text in test/scenario/*.txt; do
    in_three "$(basename "$text" .txt) passes" 0 \
        "$(sed -n '1s/^# board: //p' "$text")" "$text"
done

# A scenario that can't hold must fail, or the above proves nothing.
printf 'power on\nexpect relay 1 on within 100\n' >"$work/false.txt"
in_three "a false expectation fails" 1 mini "$work/false.txt"
tap_end
