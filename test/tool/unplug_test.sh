#!/usr/bin/env bash
# The adapter is pulled out of the bench while pogo works: it says so in two lines
# and ends, and with the adapter back in the same command does its work.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
pogo=$B/pogo

blank_bench() { # OPTIONS…
    stop_bench
    rm -f "$work/flash"
    start_bench --pty "$work/tty" --flash "$work/flash" "$@"
}

head -c 400000 /dev/urandom >"$work/data"
under_way() { # OPTIONS…: a sector is on the flash; by the ROM the last whole one
    local from=0
    case " $* " in *" --no-stub "*) from=$((400000 / 4096 * 4096 - 4096)) ;; esac
    await_flash "$work/data" 4096 "$work/flash" "$from" && return
    echo "Bail out! nothing is written"
    exit 1
}

# pull WHAT OPTIONS…: out in the middle of `pogo flash`, then in again.
pull() {
    local what=$1 from
    shift
    timeout 60 "$pogo" "$@" flash "$work/data@0x1000" >"$work/said" 2>&1 &
    local flasher=$!
    under_way "$@"
    echo unplug >&8
    happens "adapter unplugged"
    from=$SECONDS
    wait "$flasher"
    code=$?
    said "$what: it says that the port went away" 3 "pogo: the port went away in the middle"
    [ "$(grep -c '^  try: ' "$work/said")" = 1 ]
    tap $? "$what: and once what to try" "$work/said"
    ok "$what: and that the flash is not whole" \
        grep -qF "is not whole on the flash" "$work/said"
    ok "$what: within five seconds" [ $((SECONDS - from)) -le 5 ]
    ! cmp -s -n 400000 "$work/data" "$work/flash" 0 0x1000
    tap $? "$what: it was in the middle indeed"
    run "$pogo" "$@" --wait 2 info
    said "$what: without the adapter there is no port" 3 "  try: "
    echo plug >&8
    happens "^ports rfc2217"
    # No lines on a pty: power again, with the button held, as pogo says.
    [ "$what" != pty ] || echo "power cycle" >&8
    run "$pogo" "$@" flash "$work/data@0x1000"
    said "$what: with it the same command works" 0 "read back, MD5"
    cmp -s -n 400000 "$work/data" "$work/flash" 0 0x1000
    tap $? "$what: and the flash holds the file"
}

blank_bench --virtual
pull "RFC 2217" -p "$url" -b 921600
blank_bench --virtual
pull "RFC 2217, ROM" -p "$url" --no-stub
blank_bench --virtual --hold-button
pull "pty" -p "$work/tty" -b 921600

# In real time a bench whose chip has no power sleeps a second at a time; it must
# wake for this. Three of five, because others use this computer too.
blank_bench --off
prompt=0
for i in 1 2 3 4 5; do
    exec 4<>"/dev/tcp/127.0.0.1/${url##*:}" 5<>"$work/tty"
    sleep 0.2
    echo unplug >&8
    timeout 0.4 cat <&4 >/dev/null
    tcp=$?
    timeout 0.1 cat <&5 >/dev/null 2>&1 # ends with an error, as of a USB port
    tty=$?
    [ $tcp = 0 ] && [ $tty != 124 ] && prompt=$((prompt + 1))
    exec 4>&- 5>&-
    echo plug >&8
    for _ in $(seq 200); do
        [ "$(grep -c '^ports rfc2217' "$work/events")" = $i ] && break
        sleep 0.05
    done
done
[ $prompt -ge 3 ]
tap $? "a sleeping bench hangs up at once, on both ports ($prompt of 5)"
[ "$(grep -c '^ports rfc2217' "$work/events")" = 5 ]
tap $? "and is back each time" "$work/events"

tap_end
