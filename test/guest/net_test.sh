#!/bin/bash
# Guest programs that talk to genuine clients over real loopback sockets: curl,
# mosquitto, a browser. Each bench takes an address of its own, so this may run
# beside others.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

bench_pid="" broker_pid=""
at_exit() {
    bench_end
    [ -z "$broker_pid" ] || { kill "$broker_pid" && wait "$broker_pid"; } 2>/dev/null
}

# bench_start PROGRAM [OPTION…]: runs it until bench_end; events in $work/bench.
# `>&3` sends control lines.
bench_start() {
    local program=$1
    shift
    cp "$B/guest/$program.bin" "$work/flash.bin"
    rm -f "$work/in"
    mkfifo "$work/in"
    "$B/pogo" bench mini --flash "$work/flash.bin" --elf "$B/guest/$program.elf" \
        --air test/air/home.air "$@" <"$work/in" >"$work/bench" 2>&1 &
    bench_pid=$!
    exec 3>"$work/in"
    wait_line '^bench mini ready' && address=$(sed -n \
        's/^bench mini ready.* address \(127[0-9.]*\).*/\1/p' "$work/bench")
}

bench_end() {
    [ -n "$bench_pid" ] || return 0
    kill "$bench_pid" 2>/dev/null
    wait "$bench_pid" 2>/dev/null
    exec 3>&-
    bench_pid=""
}

# wait_line PATTERN [TIMES]: until so many event lines match; 15 s at most.
wait_line() {
    local i
    for i in $(seq 150); do
        [ "$(grep -ac -- "$1" "$work/bench")" -ge "${2:-1}" ] && return 0
        sleep 0.1
    done
    echo "# no line $1" >>"$work/bench"
    return 1
}

# port_of N KIND: where the device's port is on the host.
port_of() {
    sed -n "s/^net $address:\([0-9]*\) is port $1\( $2\)\?\$/\1/p
            s/^net $address:$1 $2\$/$1/p" "$work/bench" | tail -n 1
}

count() {
    grep -ac -- "$1" "$work/bench"
}

get() {
    curl --silent --show-error --max-time 20 "$@"
}

expected_big() {
    awk 'BEGIN {for (i = 0; i < 300000; i++) printf "%c", 97 + i % 26}'
}

# ---- a web server in a hidden network ---------------------------------------
bench_start web
wait_line '^uart serving'
tap $? "a guest joins a hidden network with a password and serves" "$work/bench"
url=http://$address:$(port_of 80 tcp)

page() {
    get "$url/" >"$work/page" && grep -q '<title>Guest' "$work/page"
}
ok "genuine curl reads its page" page
wait_line '^uart connected 127.0.0.1'
tap $? "and the guest sees its address" "$work/bench"

expected_big >"$work/big.expected"
big() {
    get "$@" "$url/big" >"$work/big" && cmp "$work/big" "$work/big.expected"
}
ok "300000 bytes arrive as they were sent" big
ok "also to a reader that is slow: nothing is lost" big --limit-rate 100k

six() {
    local i pids=() refused=0 before
    before=$(count '^uart connected 127')
    for i in 1 2 3 4 5; do
        curl -s --max-time 60 "$url/slow" >/dev/null 2>&1 &
        pids+=($!)
    done
    wait_line '^uart connected 127' $((before + 5)) || return 1
    get "$url/" || refused=$?
    before=$(count "$ended")
    kill "${pids[@]}"
    wait "${pids[@]}" 2>/dev/null
    echo "curl says $refused"
    # Reset while it connects, or when it reads.
    [ "$refused" = 7 ] || [ "$refused" = 56 ] || return 1
    wait_line "$ended" $((before + 5))
}
ended='^uart failed 127.0.0.1 -9\|^uart disconnected 127.0.0.1'
ok "the sixth connection at a time is refused; the five end with their peers" six
ok "then it serves again" page

cut() {
    local pid code=0 before
    before=$(count '^uart connected 127')
    get "$url/slow" >"$work/slow" 2>"$work/curl" &
    pid=$!
    wait_line '^uart connected 127' $((before + 1)) && sleep 1
    echo 'air down cellar' >&3
    wait "$pid" || code=$?
    cat "$work/curl"
    echo "curl says $code"
    [ "$code" = 56 ]
}
ok "an outage of the access point cuts curl in the middle" cut
grep -q 'still here' "$work/slow"
tap $? "which had read until then" "$work/slow"
refused() {
    local code=0
    get "$url/" || code=$?
    [ "$code" = 7 ]
}
ok "while the network is away nobody is there" refused
echo 'air up cellar' >&3
wait_line '^uart got ip' 2
tap $? "the guest comes back when the network does" "$work/bench"
ok "and serves again" page

browser() {
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu \
        --user-data-dir="$work/chromium" --disable-background-networking \
        --no-first-run --dump-dom "$url/" >"$work/dom" 2>"$work/chromium.log"
    cat "$work/dom"
    grep -q 'scripts ran: 42' "$work/dom"
}
if command -v chromium >/dev/null; then
    ok "genuine Chromium loads the page and runs its script" browser
else
    tap 0 "genuine Chromium # SKIP not installed"
fi
gone() {
    echo 'power off' >&3
    wait_line '^power off' && refused
}
ok "without power nobody is there" gone
bench_end
tap_end
