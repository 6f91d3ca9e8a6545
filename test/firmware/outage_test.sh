#!/bin/bash
# Wi-Fi outages, a table of schedules (docs/bench.md, air files): whatever happens
# to a network, the device is in it again afterwards, it never restarts, and its log
# says in plain words what it tries and why that failed. On the image on the bench
# and on the posix device.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

END_S=360   # the last change of a schedule
SLACK_S=130 # two of the longest pauses, and a search after each
home_ap='ap "home" password "correct horse" channel 6'

# Set up in the first seconds; at the end it tells where it is.
script() {
    local last
    last=$(sed -n 's/^# last: //p' "$work/air")
    printf '%s\n' "expect console Set-up access point within 3000" \
        "console Backlog SSId1 home; Password1 correct horse; SSId2 shed; Password2 battery staple" \
        "expect console WIF: Connecting to AP1 home within 4000" \
        "refute reset within $(((END_S + SLACK_S) * 1000))" "console State" \
        "expect console \"Wifi\":{\"AP\":${last:-1},\"SSId\":\" within 500" >"$work/script"
}

# live WORLD
live() {
    rm -f "$work/flash.bin"
    case $1 in
    posix) set -- "$B/pogo-posix" --board mini ;;
    bench)
        cp "$B/pogo-bench.bin" "$work/flash.bin"
        set -- "$B/pogo" bench mini --no-stdin
        ;;
    esac
    timeout 120 "$@" --virtual --flash "$work/flash.bin" --air "$work/air" \
        --script "$work/script" >"$work/log" 2>&1 </dev/null
}

# says WORDS...: they are in the log, one after the other.
says() {
    awk 'BEGIN { for (i = 1; i < ARGC; i++) words[i] = ARGV[i]; n = ARGC; ARGC = 1
                 at = 1 }
         at < n && index($0, words[at]) { at++ }
         END { if (at < n) print "not in the log: " words[at]; exit at < n }' \
        "$@" <"$work/log" >>"$work/why"
}

# outage NAME WORDS... <AIR
outage() {
    local name=$1 world
    shift
    cat >"$work/air"
    script
    for world in posix bench; do
        live $world
        local code=$?
        grep -aE '^(failed|error|stop)|WIF:' "$work/log" | tail -20 >"$work/why"
        [ $code = 0 ] && says "$@"
        tap $? "$name: $world" "$work/why"
    done
}

# flap NAME PERIOD_S: off and on again, once in each.
flap() {
    local at
    for ((at = 30; at < END_S; at += $2)); do
        echo "at ${at}000 down \"$1\""
        echo "at $((at + $2 / 2))000 up \"$1\""
    done
}

outage "gone for five minutes" "Connection to home lost: it fell silent" \
    "Not where it was: looking on all channels" \
    "home was not found (reason 201): is it near" \
    "Next try in 5 s" "Next try in 10 s" "Connected to AP1 home" <<AIR
$home_ap
at 30000 down home
at 330000 up home
AIR

outage "another password, and back" "Connection to home lost" \
    "home refused the password (reason 15): is it right?" "Next try in" \
    "Connected to AP1 home" <<AIR
$home_ap
at 30000 password home "another one"
at 330000 password home "correct horse"
AIR

outage "on another channel" "Connected to AP1 home" "where it was: channel 6" \
    "Not where it was" "Connected to AP1 home" <<AIR
$home_ap bssid 02:00:00:00:00:06
ap "home" password "correct horse" channel 11 bssid 02:00:00:00:00:11
at 0 down 02:00:00:00:00:11
at 60000 down 02:00:00:00:00:06
at 60000 up 02:00:00:00:00:11
AIR

outage "hidden, and gone for a minute" "Connected to AP1 home" \
    "home was not found" "Connected to AP1 home" <<AIR
$home_ap hidden
at 30000 down home
at 90000 up home
AIR

outage "its DHCP is silent: the other one" \
    "home gave no address: is DHCP on in the router" "Connecting to AP2 shed" \
    "Connected to AP2 shed" "Connected to AP2 shed" <<AIR
# last: 2
$home_ap dhcp off
ap "shed" password "battery staple" channel 1
at 120000 down shed
at 200000 up shed
AIR

outage "off and on every twenty seconds" "Connection to home lost" \
    "Connected to AP1 home" "Connection to home lost" "Connected to AP1 home" <<AIR
$home_ap
$(flap home 20)
AIR

outage "thrown out again and again" "Connection to home lost (reason 3)" \
    "Next try in 5 s" "Next try in 10 s" "Connected to AP1 home" <<AIR
$home_ap
$(for ((at = 30; at < 330; at += 5)); do echo "at ${at}000 kick home"; done)
AIR

outage "two networks in turns" "Connected to AP1 home" "Connected to AP2 shed" \
    "Connected to AP1 home" "Connected to AP2 shed" "Connected to AP1 home" <<AIR
$home_ap
ap "shed" password "battery staple" channel 11
at 0 down shed
$(for at in 60 180 300; do
    echo "at ${at}000 down home"
    echo "at ${at}000 up shed"
    echo "at $((at + 60))000 up home"
    echo "at $((at + 60))000 down shed"
done)
AIR

outage "only its 5 GHz twin is there for a while" \
    "5 GHz and WPA3-only networks can't be used" "Connected to AP1 home" <<AIR
$home_ap bssid 02:00:00:00:00:06
ap "home" password "correct horse" 5ghz channel 44
at 0 down 02:00:00:00:00:06
at 300000 up 02:00:00:00:00:06
AIR

outage "at the edge of what it hears" "it fell silent" "Connected to AP1 home" <<AIR
$home_ap
$(for at in 40 120 200; do
    echo "at ${at}000 rssi home -99"
    echo "at $((at + 40))000 rssi home -90"
done)
AIR

# What can't hold must fail: a network that stays away.
printf '%s\nat 30000 down home\n' "$home_ap" >"$work/air"
script
live posix
[ $? = 1 ]
tap $? "a network that stays away is not joined" "$work/log"
tap_end
