#!/bin/bash
# What many idle devices in one `pogo bench` cost: each has booted our firmware
# and has somebody on its console. Prints the numbers, and on failure why.
#
#   B=build test/count/count.sh DEVICES [wifi]
#
# With wifi each has also joined an access point. Time is what the kernel has
# counted for the process, the best of five windows: the machine does other
# things too. Limits are the caller's (count_test.sh).
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
window_s=2
pid=
work=$(mktemp -d)
leave() {
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
"$B/pogo" bench mini --count "$count" --flash "$image" --no-stdin "${options[@]}" \
    >>"$work/events" 2>"$work/said" &
pid=$!
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
wakes() {
    awk '/^voluntary_ctxt/ {print $2}' "/proc/$pid/status"
}
best= from_wakes=$(wakes)
for _ in 1 2 3 4 5; do
    from_ns=$(cpu_ns) from=$(date +%s%N)
    sleep $window_s
    share=$((($(cpu_ns) - from_ns) * 10000 / ($(date +%s%N) - from)))
    [ -n "$best" ] && [ "$best" -le "$share" ] || best=$share
done
wakes_s=$((($(wakes) - from_wakes) / (5 * window_s)))
memory_kb=$(awk '/^VmRSS/ {print $2}' "/proc/$pid/status")
[ -n "$memory_kb" ] || fail "it has ended: $(cat "$work/said")"
printf 'count: %d devices, idle, a client on each console%s\n' "$count" "$and"
printf 'count: %d.%02d %% of one core\n' $((best / 100)) $((best % 100))
printf 'count: %d times a second the process wakes\n' "$wakes_s"
printf 'count: %d KB of memory each (%d KB in all)\n' $((memory_kb / count)) \
    "$memory_kb"
