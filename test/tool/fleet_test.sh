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
ports = open("ports").read().split()
rows.sort(key=lambda r: ports.index(r["port"]))
bad = rows.pop(6)
assert bad["result"] == "FAIL" and bad["row"] == "0" and bad["mac"], bad
assert bad["chip"] == "ESP8285" and "0x05000" in bad["reason"], bad
# The n-th port has the n-th row, whichever was faster.
numbers = [str(n) for n in range(1, 31) if n != 7]
assert [r["row"] for r in rows] == numbers, rows
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
    "Row 7 of house.csv"
ok "and then there is nothing to do for the next" grep -q '1 passed, 0 failed' \
    "$work/said"
pogo 60 install --ports ports --config house.csv "$B/pogo-bench.bin"
said "all rows are done" 0 "30 of the 30 rows are done already"

# ---- rows by MAC address ----

mac_of() { # N: of the n-th device
    grep -F "\"$(sed -n "$1p" ports)\"" house.log.csv | cut -d, -f2 | head -1
}
mac=$(mac_of 4)
printf '%s\n' mac,name ,Free "$mac,Mine" >mac.csv
pogo 120 setup -p "$(sed -n 3p ports)" -p "$(sed -n 4p ports)" --config mac.csv
said "pogo setup, too: a free row, and the row with the MAC address" 0 \
    "2 passed, 0 failed"
ok "each has its own" python3 -c "
import csv
r = {(d['mac'], d['name']) for d in csv.DictReader(open('mac.log.csv'))}
assert r == {('$(mac_of 3)', 'Free'), ('$mac', 'Mine')}, r"
pogo 120 setup -p "$(sed -n 5p ports)" -p "$(sed -n 6p ports)" --log two.csv \
    --config mac.csv --json
said "no row is left: that one fails" 1 "has no row left for"
ok "and the log's name is the line's" grep -q 'FAIL.*has no row left' two.csv
ok "as JSON" grep -q '^{"event":"device".*"result":"FAIL"' "$work/said"

pogo 60 setup -p "$(sed -n 3p ports)" -p none --name Both --log both.csv --json
said "a port that is not there does not stop the other" 1 "1 passed, 1 failed"
ok "each object says whose it is, the last one sums up" python3 -c "
import json
rows = [json.loads(l) for l in open('$work/said') if l.startswith('{')]
last = rows.pop()
assert last['passed'] == 1 and last['code'] == 1 and last['error'], last
assert all('event' in r and r['port'] for r in rows), rows
assert sorted(r['result'] for r in rows if r['event'] == 'device') == [
    'FAIL', 'PASS'], rows"

# ---- one port, one after the other ----

printf '%s\n' name One Two >two.csv
cp "$B/pogo-bench.bin" flash
start_bench --virtual --air home.air --mac 5C:CF:7F:A1:B2:C3 --flash flash
rm -f two.log.csv
timeout 120 "$B/pogo" setup --loop -p "$url" --config two.csv --boards 2 --json \
    >"$work/said" 2>&1 </dev/null &
installing=$!
await_words "$work/said" 'put the next one'
sleep 3
grep -q 'Device 2' "$work/said"
[ $? = 1 ]
tap $? "--loop waits until the device was taken off" "$work/said"
waits() { # N FILE: for the N-th time it waits for a device, within 60 s
    for _ in $(seq 600); do
        [ "$(grep -c 'Waiting for ' "$2")" -lt "$1" ] || return 0
        sleep 0.1
    done
    return 1
}
echo 'power off' >&8
waits 2 "$work/said"
tap $? "and then for the next" "$work/said"
echo 'power on' >&8
wait $installing
code=$?
installing=""
said "which begins by itself" 0 "2 passed, 0 failed"
ok "each result is an event there, too" python3 -c "
import json
rows = [json.loads(l) for l in open('$work/said') if l.startswith('{')]
last = rows.pop()
assert last['passed'] == 2, last
results = [r for r in rows if r['event'] == 'result']
assert len(results) == 2 and all(
    r['port'] == '$url' and r['result']['mac'] for r in results), rows"

# ---- three jigs, one of them without a device ----

start_bench --virtual --count 3
happens '^\[3\] bench mini ready'
sed -n 's/^\[[0-9]*\] bench mini ready: \(rfc2217:[^ ]*\) .*/\1/p' events >ports
echo '3 power off' >&8
env --default-signal=INT timeout 200 "$B/pogo" install --loop --ports ports \
    --no-setup --no-backup --log jigs.csv "$B/pogo-bench.bin" \
    >jigs 2>&1 </dev/null &
installing=$!
passed() { # N
    for _ in $(seq 400); do
        grep -q "$1 passed, 0 failed" jigs && return
        sleep 0.1
    done
    return 1
}
passed 2
tap $? "two jigs work, the third waits" jigs
echo '1 power off' >&8
waits 4 jigs
echo '1 power on' >&8
passed 3
tap $? "each begins again by itself" jigs
pids=$(pgrep -P "$(pgrep -P $installing)")
kill -INT "$(pgrep -P $installing)"
wait $installing
code=$?
installing=""
cp jigs said
said "Ctrl-C ends all of them, and says what was done" 130 "3 passed, 0 failed"
[ -n "$pids" ] && ! kill -0 $pids 2>>log
tap $? "nothing is left of them" log
[ "$(grep -c ,PASS, jigs.csv)" = 3 ] && [ "$(wc -l <jigs.csv)" = 4 ]
tap $? "an idle jig has no line in the log" jigs.csv

echo '3 power on' >&8
timeout 200 "$B/pogo" install --ports ports --no-setup --no-backup --log cut.csv -- "$work/home.air" >refused 2>&1 </dev/null
[ $? = 1 ] && [ "$(grep -c 'not an ESP8266 image' refused)" -ge 3 ]
tap $? "what fails on each is said of each" refused

# ---- the line ----

run "$B/pogo" setup --boards 2 --name x
said "--boards without many" 2 "go with --loop"
run "$B/pogo" setup -p a -p b --device x --config two.csv
said "--device is for one" 2 "--device is for one device"
run "$B/pogo" setup --ports none --name x
said "no file of ports" 1 "none"
tap_end
