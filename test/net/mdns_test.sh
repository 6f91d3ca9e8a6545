#!/bin/bash
# Multicast DNS with the genuine Avahi, on a loopback interface of its own: neither
# this computer's network nor its own Avahi hears anything of it.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

map=""
[ "$(id -u)" = 0 ] || map=-r
unshare -nm $map true 2>/dev/null || {
    echo "1..0 # SKIP network namespaces are not allowed here"
    exit 0
}
inner="mount -t tmpfs none /run && ip link set lo up && ip link set lo multicast on &&
ip route add 224.0.0.0/4 dev lo && exec timeout 200 /usr/bin/python3 test/net/mdns.py $B $work"
unshare -nm $map sh -c "$inner" >"$work/clients" 2>&1 ||
    echo "not ok - exit code" >>"$work/clients"
tap_lines "$work/avahi.log" <"$work/clients"
ok "all of it was tried" [ $tap_count = 8 ]
tap_end
