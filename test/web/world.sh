# For test/web/*_test.sh, after test/tap.sh: a program in this folder against the
# posix device or the image on the bench. Every TAP line of it counts.

# in_world WORLD PROGRAM [NAME]
in_world() {
    timeout 500 /usr/bin/python3 "test/web/$2" ${3:+"$3"} "$1" "$B" "$work" \
        >"$work/said" 2>&1 || echo "not ok - $1: exit code" >>"$work/said"
    tap_lines <"$work/said"
}

# attack NAME: a function of attack.py, in both worlds.
attack() {
    in_world posix attack.py "$1"
    in_world bench attack.py "$1"
}

real_clients() {
    in_world posix clients.py
    in_world bench clients.py
}
