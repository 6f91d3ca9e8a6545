#!/usr/bin/env bash
# pogo flash over a line that loses, doubles and flips bytes, over power that goes,
# and onto odd sectors: it succeeds, by trying again, or it fails in two lines.
# Never does it claim success over a flash that does not hold the file, or that has
# changed elsewhere. With the fault gone the same command does its work.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# The fast ways get a file of twelve sectors; the ROM and a line that damages each
# hundredth byte get five, for each fault there costs seconds. Sector 5 is in both.
head -c 1048576 /dev/urandom >"$work/before"
for sectors in 12 5; do
    head -c $((sectors * 4096)) /dev/urandom >"$work/data$sectors"
    cp "$work/before" "$work/after$sectors"
    dd if="$work/data$sectors" of="$work/after$sectors" bs=4096 seek=1 \
        conv=notrunc status=none
done

# By the ROM it is all waiting: in virtual time. With the stub lost frames are sent
# again after a fraction of a second, which both sides should mean alike.
start_bench() { # SEED OPTIONS…, in the folder $at
    local pace=()
    case " $* " in *" --no-stub "*) pace=(--virtual) ;; esac
    mkfifo "$at/lines"
    cp "$work/before" "$at/flash"
    "$B/pogo" bench mini "${pace[@]}" --seed "$1" --flash "$at/flash" \
        <"$at/lines" >"$at/events" 2>&1 &
    bench=$!
    exec 3>"$at/lines"
    until_seen "$at/events" ready
    url=$(grep -o 'rfc2217://[^ ]*' "$at/events")
}

until_seen() { # FILE WORDS
    await_words "$1" "$2" || echo "not seen: $2" >>"$at/wrong"
}

under_way() { # OPTIONS…: a kilobyte is on the flash
    local from=0
    case " $* " in *" --no-stub "*) from=$((size - 4096)) ;; esac
    await_flash "$data" 1024 "$at/flash" $from ||
        { echo "nothing is written" >>"$at/wrong"; return 1; }
}

flash() { # FILE-FOR-WHAT-IS-SAID OPTIONS…
    local said=$1
    shift
    timeout 150 "$B/pogo" -p "$url" "$@" flash "$data@0x1000" \
        >"$said" 2>&1 </dev/null 3>&-
}

# What the run in $at has done that it must not; and its story for the log.
judge() { # NAME
    local had
    had=$(grep -o 'has changed [0-9]*' "$at/events" | tail -n 1)
    echo "$1: exit code $code, noise ${had:-has changed 0} bytes" >"$at/story"
    if [ "$code" = 0 ]; then
        cmp "$work/after$sectors" "$at/flash" >>"$at/wrong" 2>&1
        grep -qF "read back, MD5" "$at/said" || echo "no MD5" >>"$at/wrong"
    else
        [ "$code" -le 5 ] || echo "exit code $code" >>"$at/wrong"
        [ "$(grep -c '^pogo: ' "$at/said")" = 1 ] &&
            [ "$(grep -c '^  try: ' "$at/said")" = 1 ] ||
            { echo "not two lines:"; cat "$at/said"; } >>"$at/wrong"
        case $1 in "a stuck "* | "a worn "*)
            grep -q "try: its flash chip is at its end" "$at/said" ||
                { echo "no word of its end"; cat "$at/said"; } >>"$at/wrong" ;;
        esac
    fi
}

# The fault is gone, power is there.
once_more() { # OPTIONS…
    printf '%s\n' "noise off" "cut off" "stuck 5 off" "worn 5 off" \
        "power cycle" "wait power on 2000" "show" >&3
    until_seen "$at/events" "show power on"
    flash "$at/again" "$@" || cat "$at/again" >>"$at/wrong"
    cmp -n $size "$data" "$at/flash" 0 0x1000 >>"$at/wrong" 2>&1
}

# try NAME SEED WHEN LINE OPTIONS…: pogo flash, and the control line that makes the
# fault; WHEN is start or middle.
try() {
    local name="$1, seed $2" at=$work/$1.$2 when=$3 line=$4 bench url code
    local sectors=12
    case "$*" in 1\ %* | *--no-stub*) sectors=5 ;; esac
    local size=$((sectors * 4096)) data=$work/data$sectors
    mkdir "$at" && : >"$at/wrong"
    start_bench "${@:2:1}" "${@:5}"
    shift 4
    [ "$when" != start ] || echo "$line" >&3
    flash "$at/said" "$@" &
    local flasher=$!
    [ "$when" = start ] || { under_way "$@" && echo "$line" >&3; }
    wait "$flasher"
    code=$?
    echo show >&3
    until_seen "$at/events" "show ports"
    judge "$name"
    once_more "$@"
    exec 3>&-
    kill "$bench"
    wait "$bench" 2>/dev/null
}

# Most of the time they wait for answers that don't come: all at once.
for seed in 1 2; do
    for kind in lose double flip; do
        try "1 % $kind" $seed start "noise $kind 1" -b 115200 &
        try "1 % $kind later" $seed middle "noise $kind 1" -b 115200 &
        try "0.004 % $kind later" $seed middle "noise $kind 0.004" -b 115200 &
        try "0.004 % $kind later, ROM" $seed middle "noise $kind 0.004" \
            --no-stub &
    done
done
for way in stub no-stub; do
    options=(-b 115200)
    [ $way = stub ] || options=(--no-stub)
    try "power off, $way" 1 middle "power off" "${options[@]}" &
    try "brown-outs, $way" 1 middle "brownout 3 300 50" "${options[@]}" &
    try "a torn sector, $way" 1 middle "cut after 3 flash" "${options[@]}" &
    try "a stuck sector, $way" 1 start "stuck 5" "${options[@]}" &
    try "a worn sector, $way" 1 start "worn 5" "${options[@]}" &
done
wait
cat "$work"/*/story | sort | sed 's/^/# /'
for wrong in "$work"/*/wrong; do
    at=${wrong%/wrong}
    [ ! -s "$wrong" ]
    tap $? "$(basename "$at"): the exit code says what is so" "$wrong"
done
ok "noise was there" eval '! grep -h "%.*changed 0 bytes" "$work"/*/story'
# A hundredth of 20 KB, and of what is said besides.
few=$(awk '/^1 %/ && $(NF - 1) < 200' "$work"/*/story)
[ -z "$few" ] && [ "$(cat "$work"/*/story | grep -c '^1 %')" = 12 ]
tap $? "as much as was asked for: $few"
ok "some succeeded all the same" grep -h '%.*exit code 0,' "$work"/*/story
# By the ROM, pogo connects anew after a brown-out.
ok "none could do without power or a sound sector" eval \
    '[ "$(grep -hE "^(power|brown-outs, stub|a ).*exit code [1-5]," "$work"/*/story |
        wc -l)" = 9 ]'
tap_end
