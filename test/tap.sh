# For test scripts, after `cd` to the repository's root: `. test/tap.sh`.
# They get $B (the build folder), $work (a folder that goes away with the
# script) and the functions below, and they end with tap_end. A function at_exit,
# where there is one, runs first when the script ends. A bench in another process:
# test/bench.sh.
set -u
B=$(realpath "${B:-build}")
work=$(mktemp -d)
tap_count=0
tap_failed=0

tap_exit() {
    ! declare -F at_exit >/dev/null || at_exit
    ! declare -F stop_bench >/dev/null || stop_bench
    rm -rf "$work"
}
trap tap_exit EXIT
# Also when who reads the results is gone: nothing stays behind.
trap 'exit 1' HUP INT PIPE TERM

# tap STATUS NAME [LOG]: one result; of a failure the end of LOG.
tap() {
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
        return
    fi
    echo "not ok $tap_count - $2"
    tap_failed=1
    [ -z "${3:-}" ] || tail -n 30 "$3" | sed 's/^/# /'
}

# tap_lines [LOG] <FILE: results that another program wrote, and what else it said;
# of a failure the end of LOG.
tap_lines() {
    local line
    while IFS= read -r line; do
        case $line in
        "ok - "*) tap 0 "${line#ok - }" ;;
        "not ok - "*) tap 1 "${line#not ok - }" "${1:-}" ;;
        '#'*) echo "$line" ;;
        *) echo "# $line" ;;
        esac
    done
}

# ok NAME COMMAND…: the command succeeds.
ok() {
    local name=$1
    shift
    "$@" >"$work/log" 2>&1
    tap $? "$name" "$work/log"
}

# run COMMAND…: keeps the exit code in $code, and in $work/said what was said.
run() {
    timeout 60 "$@" >"$work/said" 2>&1 </dev/null
    code=$?
}

# said NAME CODE WORDS: the last exit code, and words that were said.
said() {
    [ "$code" = "$2" ] && { grep -qF -- "$3" "$work/said" ||
        tr -s ' \n' ' ' <"$work/said" | grep -qF -- "$3"; }
    local is_so=$?
    [ $is_so = 0 ] ||
        echo "# exit code $code, expected $2 and: $3"
    tap $is_so "$1" "$work/said"
}

# await_words FILE WORDS: they come within 20 s.
await_words() {
    for _ in $(seq 400); do
        grep -q -- "$2" "$1" && return
        sleep 0.05
    done
    return 1
}

# await_flash FILE SIZE FLASH [FROM]: so many of its bytes, from its start or from
# FROM on, come to that flash at 0x1000 within 10 s. To do something in the middle
# of pogo's work: by the stub it begins at the start, by the ROM at the end.
await_flash() {
    local from=${4:-0}
    for _ in $(seq 5000); do
        cmp -s -n "$2" "$1" "$3" "$from" $((0x1000 + from)) && return
        sleep 0.002
    done
    return 1
}

# The plan, and the script's exit code.
tap_end() {
    echo "1..$tap_count"
    exit $tap_failed
}
