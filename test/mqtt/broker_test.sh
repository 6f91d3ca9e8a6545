#!/bin/bash
# A real broker and its clients (mosquitto) with the device: as a process, and
# the image on the bench. Both at once, because most of it is waiting.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

play() { # WORLD COMMAND…
    local world=$1
    /usr/bin/python3 test/mqtt/broker.py "$@" >"$work/$world" 2>&1 ||
        echo "not ok - $world: exit code" >>"$work/$world"
}

count() { # WORLD: every TAP line of broker.py counts here.
    tap_lines <"$work/$1"
}

play posix "$B/pogo-posix" --board basic --air test/air/home.air \
    --address 127.83.$((RANDOM % 254 + 1)).$((RANDOM % 254 + 1)) &
cp "$B/pogo-bench.bin" "$work/flash.bin"
play bench "$B/pogo" bench basic --flash "$work/flash.bin" \
    --elf "$B/slot-a.elf" --air test/air/home.air
wait
count posix
count bench
tap_end
