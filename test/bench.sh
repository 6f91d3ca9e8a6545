# For test scripts, after tap.sh: `. test/bench.sh` when they need a bench in a
# process of its own. It ends with the script; who starts more at a time keeps
# the second one himself.
bench="" # its process, "" when there is none
url=""   # its RFC 2217 port

# start_bench [OPTIONS…]: a Sonoff Mini, in place of the one before. It reads
# control lines from fd 8 (echo unplug >&8); what it says is in $work/events. With
# --count the script waits for the rest itself.
start_bench() {
    stop_bench
    rm -f "$work/tty" "$work/control"
    mkfifo "$work/control"
    : >"$work/events"
    "$B/pogo" bench mini "$@" <"$work/control" >"$work/events" 2>&1 &
    bench=$!
    exec 8>"$work/control"
    happens 'bench mini ready'
    url=$(grep -o -m 1 'rfc2217://[^ ]*' "$work/events")
}

stop_bench() {
    exec 8>&-
    [ -z "$bench" ] || { kill "$bench" && wait "$bench"; } 2>/dev/null
    bench=""
}

# happens WORDS: the bench says so; else the script can't go on.
happens() {
    await_words "$work/events" "$1" && return
    echo "Bail out! the bench does not say: $1"
    sed 's/^/# /' "$work/events" | tail -n 20
    exit 1
}
