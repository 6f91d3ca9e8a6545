#!/bin/bash
# Guest programs (guest/web.bin, guest/portal.bin, guest/mqtt.bin) that talk to
# genuine clients over real loopback sockets: curl, mosquitto, a browser. Each
# bench takes an address of its own, so this may run beside others.
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

echo show >&3
wait_line "^show net tcp port 80 at $address:$(port_of 80 tcp)"
tap $? "show says where" "$work/bench"

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

# ---- many devices -------------------------------------------------------------
run "$B/pogo" bench mini --count 3 --virtual --script /dev/null
differ() {
    [ "$(sed -n 's/.*ready: .* address \(127[0-9.]*\).*/\1/p' "$work/said" |
        sort -u | wc -l)" = 3 ]
}
differ
tap $? "each of several devices has an address of its own" "$work/said"

# ---- a soft AP and a phone ---------------------------------------------------
bench_start portal
wait_line '^uart join 0'
tap $? "a guest opens a soft AP and listens" "$work/bench"
nobody() {
    # Not even a port: it is open only while somebody can reach it.
    [ -z "$(port_of 80 tcp)" ] && ! get "http://$address/"
}
ok "without a phone nobody reaches it" nobody
echo 'phone join guest-setup' >&3
wait_line '^phone joined "guest-setup" 192.168.4.2' && wait_line '^net .*80.*'
tap $? "a phone joins and gets a lease" "$work/bench"
url=http://$address:$(port_of 80 tcp)
as_phone() {
    get "$url/" >"$work/page"
    cat "$work/page"
    printf 'you are 192.168.4.2\nI am 192.168.4.1\n' | cmp - "$work/page"
}
ok "it reaches 192.168.4.1 through the device's address" as_phone

# datagram PORT TO: sends its input and shows the answer; the group by lo.
datagram() {
    /usr/bin/python3 - "$@" <<'PYTHON'
import socket
import sys

to, port, text = sys.argv[2], int(sys.argv[1]), sys.argv[3]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
s.settimeout(5)
s.sendto(text.encode(), (to, port))
answer, where = s.recvfrom(2048)
print(where[0], answer.decode().split("\r\n")[0])
PYTHON
}
echoes() {
    [ "$(datagram "$(port_of 7 udp)" "$address" hello)" = "$address hello" ]
}
ok "a datagram is echoed" echoes
# Others on this computer may have the group, too, so the answer must be ours.
found() {
    local i answer
    for i in 1 2 3; do
        answer=$(datagram 1900 239.255.255.250 'M-SEARCH * HTTP/1.1') || continue
        echo "$answer"
        [ "$answer" = "$address HTTP/1.1 200 OK" ] && return 0
    done
    return 1
}
ok "an M-SEARCH to the multicast group is answered" found
grep -q '^uart reply to 192.168.4.2: 0' "$work/bench"
tap $? "all from the phone, for the guest" "$work/bench"
echo 'phone leave' >&3
wait_line '^phone left' && ok "the phone leaves, and nobody is there" refused
bench_end

# ---- a client of a genuine broker ---------------------------------------------
# An address of its own, so that it may have the usual port beside others.
broker=127.81.$((RANDOM % 254 + 1)).$((RANDOM % 254 + 1))
sed "s/^host broker.local .*/host broker.local $broker/" test/air/home.air \
    >"$work/broker.air"
mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto)
broker_start() {
    printf 'listener 1883 %s\nallow_anonymous true\n' "$broker" >"$work/broker.conf"
    "$mosquitto" -c "$work/broker.conf" >"$work/broker.log" 2>&1 &
    broker_pid=$!
}
broker_end() {
    kill "$broker_pid"
    wait "$broker_pid" 2>/dev/null
    broker_pid=""
}
broker_start
bench_start mqtt --air "$work/broker.air"
wait_line '^uart subscribed'
tap $? "a guest finds a genuine mosquitto by name and subscribes" "$work/bench"
asks() {
    timeout 20 mosquitto_sub -h "$broker" -t guest/answer -C 1 -W 15 \
        >"$work/answer" &
    local pid=$! i
    for i in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.5
        mosquitto_pub -h "$broker" -t guest/ask -m 'anybody there?'
        kill -0 "$pid" 2>/dev/null || break
    done
    wait "$pid"
    cat "$work/answer"
    [ "$(cat "$work/answer")" = 'ANYBODY THERE?' ]
}
ok "mosquitto_sub hears its answer to mosquitto_pub" asks
broker_end
wait_line '^uart the broker has left\|^uart failed -9'
tap $? "the guest hears that the broker has gone" "$work/bench"
echo 'power cycle' >&3
wait_line '^uart failed -9'
tap $? "without a broker the connection is refused: ESPCONN_RST" "$work/bench"
bench_end
tap_end
