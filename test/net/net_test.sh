#!/bin/bash
# hal/net.h in its ports: the same program (service.c) and the same real clients
# (clients.py) on the posix port and, as lx106 code, on the bench.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# clients WORLD COMMAND…: every TAP line of clients.py counts here.
clients() {
    /usr/bin/python3 test/net/clients.py "$@" >"$work/clients" 2>&1 ||
        echo "not ok - $1: exit code" >>"$work/clients"
    tap_lines <"$work/clients"
}

clients posix "$B/test/net/service_posix" \
    127.82.$((RANDOM % 254 + 1)).$((RANDOM % 254 + 1))
cp "$B/guest/net_service.bin" "$work/flash.bin"
clients bench "$B/pogo" bench mini --flash "$work/flash.bin" \
    --elf "$B/guest/net_service.elf" --air test/air/home.air

# ---- pogo-posix at an address of its own ------------------------------------
at=127.82.$((RANDOM % 254 + 1)).$((RANDOM % 254 + 1))
cat >"$work/join.txt" <<TEXT
console Backlog SSId1 home; Password1 correct horse
expect wifi joined "home" $at within 30000
TEXT
run "$B/pogo-posix" --board mini --virtual --air test/air/home.air \
    --address "$at" --script "$work/join.txt"
said "pogo-posix has the address that it was given" 0 "joined \"home\" $at"
run "$B/pogo-posix" --board mini --address 10.0.0.1
said "and none outside of the loopback network" 2 "one of 127.0.0.0/8"

# An hour is over in a second, but who is connected to its web server and says
# nothing is not thrown out meanwhile.
echo 'sleep 36000000' >>"$work/join.txt"
waits() {
    local pid code
    "$B/pogo-posix" --board mini --virtual --air test/air/home.air \
        --address "$at" --script "$work/join.txt" >"$work/pace" 2>&1 </dev/null &
    pid=$!
    /usr/bin/python3 - "$at" <<'PYTHON'
import socket
import sys
import time

for n in range(200):
    try:
        client = socket.create_connection((sys.argv[1], (80, 40080)[n % 2]), 5)
        break
    except OSError:
        time.sleep(0.02)
client.settimeout(1.5)
try:
    sys.exit(f"it said {client.recv(100)}")
except socket.timeout:
    pass
PYTHON
    code=$?
    kill $pid
    wait $pid 2>/dev/null
    return $code
}
ok "virtual time keeps the clock's pace while somebody is connected" waits
tap_end
