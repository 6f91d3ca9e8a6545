# For test/web/*_test.sh, after test/tap.sh: a program in this folder against the
# posix device and against the image on the bench. Every TAP line of it counts.

# in_worlds PROGRAM [NAME]
in_worlds() {
    local world line
    for world in posix bench; do
        timeout 200 /usr/bin/python3 "test/web/$1" ${2:+"$2"} "$world" "$B" \
            "$work" >"$work/said" 2>&1 || echo "not ok - $world: exit code" \
            >>"$work/said"
        while IFS= read -r line; do
            case $line in
            "ok - "*) tap 0 "${line#ok - }" ;;
            "not ok - "*) tap 1 "${line#not ok - }" ;;
            *) echo "# $line" ;;
            esac
        done <"$work/said"
    done
}

# attack NAME: a function of attack.py.
attack() {
    in_worlds attack.py "$1"
}

real_clients() {
    in_worlds clients.py
}
