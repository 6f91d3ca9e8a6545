# For test/web/*_test.sh, after test/tap.sh: `attack NAME` runs that function of
# attack.py against the posix device and against the image on the bench; every
# TAP line of it counts.
attack() {
    local world line
    for world in posix bench; do
        timeout 200 /usr/bin/python3 test/web/attack.py "$1" "$world" "$B" \
            "$work" >"$work/attack" 2>&1 || echo "not ok - $world: exit code" \
            >>"$work/attack"
        while IFS= read -r line; do
            case $line in
            "ok - "*) tap 0 "${line#ok - }" ;;
            "not ok - "*) tap 1 "${line#not ok - }" ;;
            *) echo "# $line" ;;
            esac
        done <"$work/attack"
    done
}
