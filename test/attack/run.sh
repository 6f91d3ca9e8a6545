# For test/attack/*_test.sh, after test/tap.sh.

# mqtt_attack NAME: a function of mqtt.py, against the posix device and the image on
# the bench, both at once. Every TAP line of it counts.
mqtt_attack() {
    local world line
    for world in posix bench; do
        mkdir "$work/$world"
        timeout 200 /usr/bin/python3 test/attack/mqtt.py "$1" $world "$B" \
            "$work/$world" >"$work/$world/said" 2>&1 ||
            echo "not ok - $world: exit code" >>"$work/$world/said" &
    done
    wait
    while IFS= read -r line; do
        case $line in
        "ok - "*) tap 0 "${line#ok - }" ;;
        "not ok - "*) tap 1 "${line#not ok - }" ;;
        *) echo "# $line" ;;
        esac
    done < <(cat "$work/posix/said" "$work/bench/said")
}
