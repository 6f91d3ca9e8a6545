#!/bin/bash
# `pogo diy` against the bench's stock device, with two interfaces and the genuine Avahi,
# in a network of its own: neither this computer's network nor its Avahi hears of it.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

map=""
[ "$(id -u)" = 0 ] || map=-r
unshare -nm $map sh -c 'ip link add pogo1 type veth peer name pogo1x' 2>/dev/null || {
    echo "1..0 # SKIP network namespaces are not allowed here"
    exit 0
}
cat >"$work/network" <<EOF
set -e
mount -t tmpfs none /run
mount -t sysfs none /sys 2>/dev/null || true
ip link set lo up
for n in 1 2; do
    ip link add pogo\$n type veth peer name pogo\${n}x
    ip addr add 127.0.\$n.1/24 dev pogo\$n
    ip link set pogo\$n up
    ip link set pogo\${n}x up
    echo 1 >/proc/sys/net/ipv4/conf/pogo\$n/route_localnet
done
exec timeout 240 /usr/bin/python3 test/tool/diy.py $B $work $*
EOF
unshare -nm $map sh "$work/network" >"$work/clients" 2>&1 ||
    echo "not ok - exit code" >>"$work/clients"
tap_lines <"$work/clients"
ok "all of it was tried" [ $tap_count = 63 ]
tap_end
