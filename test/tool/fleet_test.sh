#!/usr/bin/env bash
# Many devices from one CSV file in one command: thirty on the bench, one of which
# fails on purpose; then the same command again, rows by MAC address, one port
# with --loop, and pogo setup.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
installing=""
at_exit() {
    [ -z "$installing" ] || kill "$installing" 2>/dev/null
}
cd "$work" || exit 1
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >home.air
echo "battery staple" >wifi
pogo() { # SECONDS ARGUMENTS
    timeout "$1" "$B/pogo" "${@:2}" >"$work/said" 2>&1 </dev/null
    code=$?
}

# ---- thirty, and the seventh can't be written ----

start_bench --virtual --air home.air --count 30
happens '^\[30\] bench mini ready'
sed -n 's/^\[[0-9]*\] bench mini ready: \(rfc2217:[^ ]*\) .*/\1/p' events >ports
echo '7 stuck 5' >&8
{
    echo "ssid,hidden,password-file,name,topic"
    for i in $(seq 30); do
        echo "cellar,yes,wifi,\"Lamp, $i\",lamp$i"
    done
} >house.csv

pogo 560 install --ports ports --no-backup --board mini --config house.csv \
    "$B/pogo-bench.bin"
said "thirty devices in one command" 1 "29 passed, 1 failed"
cp "$work/said" thirty
ok "it says what is left" grep -q '29 of 30 rows are done' thirty
ok "no password is shown" sh -c "! grep -q staple thirty house.log.csv"
cat >check.py <<'E2'
import csv
rows = list(csv.DictReader(open("house.log.csv")))
assert len(rows) == 30, len(rows)
bad = rows.pop(6)
assert bad["result"] == "FAIL" and bad["row"] == "0" and bad["mac"], bad
assert bad["chip"] == "ESP8285" and "0x05000" in bad["reason"], bad
assert [r["row"] for r in rows] == [str(n) for n in range(1, 30)], rows
for r in rows:
    assert r["result"] == "PASS" and not r["reason"], r
    assert r["name"] == "Lamp, " + r["row"], r
    assert r["address"].startswith("127.") and float(r["seconds"]) > 0, r
for key in "mac", "address", "port":
    assert len({r[key] for r in rows}) == 29, key
E2
ok "each has its line, and its own row" python3 check.py

echo '7 stuck 5 off' >&8
pogo 120 install -p "$(sed -n 7p ports)" -p "$(sed -n 8p ports)" --no-backup \
    --board mini --config house.csv "$B/pogo-bench.bin"
said "the same again: the one that failed gets the row that is left" 0 \
    "Row 30 of house.csv"
ok "and then there is nothing to do for the next" grep -q '1 passed, 0 failed' \
    "$work/said"
pogo 60 install --ports ports --config house.csv x.bin
said "all rows are done" 0 "30 of the 30 rows are done already"

# ---- rows by MAC address ----

mac=$(sed -n '5s/^[^,]*,\([^,]*\),.*/\1/p' house.log.csv)
printf '%s\n' mac,name ,Free "$mac,Mine" >mac.csv
pogo 120 setup -p "$(sed -n 3p ports)" -p "$(sed -n 4p ports)" --config mac.csv
said "pogo setup, too: a free row, and the row with the MAC address" 0 \
    "2 passed, 0 failed"
ok "each has its own" python3 -c "
import csv
r = [(d['mac'], d['name']) for d in csv.DictReader(open('mac.log.csv'))]
free = [d['mac'] for d in csv.DictReader(open('house.log.csv'))][2]
assert r == [(free, 'Free'), ('$mac', 'Mine')], r"
pogo 120 setup -p "$(sed -n 5p ports)" -p "$(sed -n 6p ports)" --log two.csv \
    --config mac.csv --json
said "no row is left: that one fails" 1 "has no row left for"
ok "and the log's name is the line's" grep -q 'FAIL.*has no row left' two.csv
ok "as JSON" grep -q '^{"event":"device".*"result":"FAIL"' "$work/said"

# ---- one port, one after the other ----

printf '%s\n' name One Two >two.csv
cp "$B/pogo-bench.bin" flash
start_bench --virtual --air home.air --mac 5C:CF:7F:A1:B2:C3 --flash flash
rm -f two.log.csv
timeout 120 "$B/pogo" setup --loop -p "$url" --config two.csv --boards 2 \
    >"$work/said" 2>&1 </dev/null &
installing=$!
await_words "$work/said" 'put the next one in'
sleep 3
grep -q 'Device 2' "$work/said"
[ $? = 1 ]
tap $? "--loop waits until the device was taken off" "$work/said"
echo 'power off' >&8
for _ in $(seq 600); do
    grep -q 'Device 2' "$work/said" && break
    sleep 0.1
done
echo 'power on' >&8
wait $installing
code=$?
installing=""
said "then the next begins by itself" 0 "2 passed, 0 failed"

# ---- the line ----

run "$B/pogo" setup --boards 2 --name x
said "--boards without many" 2 "go with --loop"
run "$B/pogo" setup -p a -p b --device x --config two.csv
said "--device is for one" 2 "--device is for one device"
run "$B/pogo" setup --ports none --name x
said "no file of ports" 1 "none"
tap_end
