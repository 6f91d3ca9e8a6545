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

# start_broker FROM: a genuine mosquitto in $work that wants user and password
# (lamp, "broker pass"), at $port, FROM or above. Who calls ends $broker.
start_broker() {
    port=$1
    for _ in 1 2 3 4 5 6 7 8; do # a free one
        port=$((port + RANDOM % 2000))
        (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    mosquitto_passwd -b -c users lamp "broker pass" 2>/dev/null
    cat >mosquitto.conf <<END_CONF
listener $port 127.0.0.1
allow_anonymous false
password_file $work/users
END_CONF
    chmod 644 users
    chmod 755 "$work"
    mosquitto -c mosquitto.conf >broker.log 2>&1 &
    broker=$!
}
