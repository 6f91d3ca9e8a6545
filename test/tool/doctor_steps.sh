# For the scenarios of pogo doctor, after test/tap.sh: a fault is made, `named`
# sees that the doctor tells its row, the advised fix is done, and `mended` sees
# that the row is gone. doctor_rows_test.sh reads which rows a script shows.

# doctor PORT OPTIONS…
doctor() {
    local port=$1
    shift
    run "$B/pogo" doctor -p "$port" "$@"
}

# named ROW [WORDS]: the last doctor found it, and said so.
named() {
    local row=$1 words=${2:-}
    grep -qx -- "$row" "$work/said" && [ "$code" != 0 ] &&
        tr -s ' \n' '  ' <"$work/said" | grep -qF -- "$words"
    tap $? "$row is named" "$work/said"
}

# mended ROW PORT OPTIONS…: after the fix the doctor calls the device healthy.
mended() {
    local row=$1
    shift
    doctor "$@"
    said "$row is mended: healthy" 0 "healthy"
}
