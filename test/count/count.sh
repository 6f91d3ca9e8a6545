#!/bin/bash
# What many idle devices in one `pogo bench` cost: each has booted our firmware
# and has somebody on its console. Prints the numbers, and on failure why.
#
#   B=build test/count/count.sh DEVICES [wifi]
#
# With wifi each has also joined an access point. What they do in a second of
# their own time is counted by the bench (`show work`) and so the same on any
# host, however busy; the share of a core is the kernel's and tells of this one.
# Limits are the caller's (count_test.sh).
cd "$(dirname "$0")/../.." || exit 1
B=$(realpath "${B:-build}")
count=${1:?how many devices}
image=$B/pogo-bench.bin options=() ready='Module: ' and=
is_joined=
if [ "${2:-}" = wifi ]; then
    is_joined=1
    options=(--air test/air/home.air)
    ready='wifi joined "home"'
    and=', in a network'
fi
boot_s=9 # ROM, boot sector, firmware, and the save a second after it
window_s=5
pid=
work=$(mktemp -d)
leave() {
    exec 8>&-
    [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
    rm -rf "$work"
}
trap leave EXIT
fail() {
    echo "count: $*"
    exit 1
}

# One that was set up: all begin with its flash.
if [ -n "$is_joined" ]; then
    cp "$image" "$work/flash.bin"
    image=$work/flash.bin
    cat >"$work/script" <<'TEXT'
expect console Module: within 3000
console Backlog SSId1 home; Password1 correct horse
expect wifi joined within 9000
sleep 2000
TEXT
    "$B/pogo" bench mini --virtual --no-stdin --flash "$image" "${options[@]}" \
        --script "$work/script" >"$work/said" 2>&1 || fail "$(cat "$work/said")"
fi

: >"$work/events"
mkfifo "$work/in"
"$B/pogo" bench mini --count "$count" --flash "$image" "${options[@]}" \
    <"$work/in" >>"$work/events" 2>"$work/said" &
pid=$!
exec 8>"$work/in"
for _ in $(seq 300); do
    [ "$(grep -c "$ready" "$work/events")" -lt "$count" ] || break
    kill -0 $pid 2>/dev/null || fail "$(cat "$work/said")"
    sleep 0.1
done
[ "$(grep -c "$ready" "$work/events")" = "$count" ] ||
    fail "not all have come up: ${ready%: }"

if [ -n "$is_joined" ]; then
    joined=$(sed -n 's/.*wifi joined .* //p' "$work/events" | sort -u | wc -l)
    [ "$joined" = "$count" ] || fail "not an address for each"
fi

# ---- a console for each ----
ports=$(sed -n 's/.*ready: rfc2217:..127.0.0.1:\([0-9]*\).*/\1/p' "$work/events")
[ "$(echo "$ports" | sort -u | wc -l)" = "$count" ] || fail "not a port for each"
fds=()
for port in $ports; do
    exec {fd}<>"/dev/tcp/127.0.0.1/$port" || fail "no console on port $port"
    fds+=("$fd")
done
for fd in "${fds[@]}"; do
    echo Status >&"$fd"
done
for fd in "${fds[@]}"; do
    while IFS= read -r -t 10 -u "$fd" line; do
        case $line in *'STATUS = '*Topic*) break ;; esac
    done 2>/dev/null
    case $line in
    *'STATUS = '*) echo "$line" | grep -ao '"Topic":"[^"]*"' ;;
    *) fail "no answer to Status on a console" ;;
    esac
done >"$work/topics"
# The topic has the MAC's end in it.
[ "$(sort -u "$work/topics" | wc -l)" = "$count" ] || fail "not a MAC for each"

# ---- time and memory ----
# Nanoseconds of CPU time so far; where the kernel does not count them, ticks.
cpu_ns() {
    if [ -r "/proc/$pid/schedstat" ]; then
        cut -d' ' -f1 "/proc/$pid/schedstat"
    else
        awk -v hz="$(getconf CLK_TCK)" '{sub(/.*\) /, "")
            printf "%.0f\n", ($12 + $13) * 1e9 / hz}' "/proc/$pid/stat"
    fi
}
booted_s=$(ps -o etimes= -p "$pid") || fail "it has ended: $(cat "$work/said")"
[ "$booted_s" -ge $boot_s ] || sleep $((boot_s - booted_s))
# show: what each device has done so far, a line for each.
show() {
    : >"$work/events"
    echo all show >&8
    for _ in $(seq 200); do
        [ "$(grep -c 'show work' "$work/events")" -lt "$count" ] || break
        sleep 0.1
    done
    grep 'show work' "$work/events" | sort
}
show >"$work/before"
from_ns=$(cpu_ns) from=$(date +%s%N)
sleep $window_s
share=$((($(cpu_ns) - from_ns) * 10000 / ($(date +%s%N) - from)))
show >"$work/after"
[ "$(wc -l <"$work/after")" = "$count" ] || fail "not all say what they do"
# work FIELD: the most that one of them did in a second of its time.
work() {
    paste -d' ' "$work/before" "$work/after" | awk -v at="$1" '
        { n = NF / 2; ms = $(n + 4) - $4
          if (ms <= 0) { print "no time has passed for " $1; exit }
          each = ($(n + at) - $at) * 1000 / ms
          if (each > most) most = each }
        END { printf "%d\n", most }'
}
memory_kb=$(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")
[ -n "$memory_kb" ] || fail "it has ended: $(cat "$work/said")"
printf 'count: %d devices, idle, a client on each console%s\n' "$count" "$and"
printf 'count: %d.%02d %% of one core\n' $((share / 100)) $((share % 100))
printf 'count: %d rounds of the loop a second\n' "$(work 10)"
printf 'count: %d turns of a device a second\n' "$(work 8)"
printf 'count: %d instructions a second\n' "$(work 6)"
printf 'count: %d KB of memory each (%d KB in all)\n' $((memory_kb / count)) \
    "$memory_kb"
