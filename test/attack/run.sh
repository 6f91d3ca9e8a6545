# For test/attack/*_test.sh, after test/tap.sh.

# mqtt_attack NAME: a function of mqtt.py, against the posix device and the image on
# the bench, both at once. Every TAP line of it counts.
mqtt_attack() {
    local world
    for world in posix bench; do
        mkdir "$work/$world"
        timeout 200 /usr/bin/python3 test/attack/mqtt.py "$1" $world "$B" \
            "$work/$world" >"$work/$world/said" 2>&1 ||
            echo "not ok - $world: exit code" >>"$work/$world/said" &
    done
    wait
    tap_lines < <(cat "$work/posix/said" "$work/bench/said")
}
