#!/bin/bash
# Wi-Fi of the real image on the bench: what the scenario (test/scenario/wifi.txt)
# can't say, because only the bench has the SDK's rules and a radio.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# play NAME AIR: the script on stdin, as one TAP line; a rule of the SDK that is
# broken is a line that nobody expects.
play() {
    cat >"$work/script"
    [ -e "$work/flash.bin" ] || cp "$B/pogo-bench.bin" "$work/flash.bin"
    timeout 100 "$B/pogo" bench mini --virtual --no-stdin --elf "$B/slot-a.elf" \
        --flash "$work/flash.bin" ${2:+--air "$2"} --script "$work/script" \
        >"$work/log" 2>&1
    tap $? "$1" "$work/log"
}
fresh() {
    rm -f "$work/flash.bin"
}

# Promise 6. Its name ends with the end of the MAC; 9E3779 & 1FFF is 6009.
play "a device that is not set up shows its access point" <<'TEXT'
expect console Set-up access point tasmota-9E3779-6009 is open within 3000
phone join tasmota-9E3779-6009
expect phone joined "tasmota-9E3779-6009" 192.168.4.2 within 1000
sleep 600000
phone leave
expect phone left "tasmota-9E3779-6009" within 10
power cycle
expect console Set-up access point within 3000
phone join
expect phone joined "tasmota-9E3779-6009" 192.168.4.2 within 1000
TEXT

# Before a network is set up, with a phone on the access point, and joined.
fresh
play "WifiScan tells which networks there are" test/air/home.air <<'TEXT'
expect console Set-up access point within 3000
phone join
expect phone joined within 2000
console WifiScan 1
expect console {"WiFiScan":"Scanning"} within 100
refute phone lost within 4000
console WifiScan
expect console "NET2":{"SSId":"home","BSSId":" within 100
console WifiScan
expect console "Channel":"11","Signal":"-70","RSSI":"60","Encryption":"OPEN"} within 100
console Backlog SSId1 home; Password1 correct horse
expect wifi joined "home" within 6000
console WifiScan 1
refute wifi l within 4000
console WifiScan
expect console "NET4":{"SSId":"old" within 100
TEXT

# The phone is thrown off once, when the radio goes to the network's channel.
fresh
play "the access point stays for who has set up the network on it" \
    test/air/home.air <<'TEXT'
expect console Set-up access point within 3000
phone join
expect phone joined within 2000
console Backlog SSId1 cellar; Password1 battery staple
expect phone lost within 6000
expect wifi joined "cellar" within 6000
phone join
expect phone joined within 2000
refute phone lost within 170000
expect phone lost within 10000
phone join
expect phone refused: there is no access point within 10
refute wifi lost within 10000
TEXT

# The way through eleven channels, and not: 3.0 s and 1.2 s, of which DHCP takes one.
fresh
play "after a restart a network is joined where it was, after power-on searched" \
    test/air/home.air <<'TEXT'
expect console Set-up access point within 3000
console SSId1 guests
expect wifi joined "guests" within 6000
sleep 2000
console Restart 1
expect console Connecting to AP1 guests as tasmota-9E3779-6009, where it was: channel 11 within 5000
expect wifi joined "guests" within 1300
sleep 2000
power cycle
expect console Connecting to AP1 guests within 1000
refute wifi joined within 2900
expect wifi joined "guests" within 300
TEXT

# The relay before the radio, also when there is a network to join.
fresh
play "SSId and Password on the console join a hidden network" \
    test/air/home.air <<'TEXT'
expect console Set-up access point within 3000
console Backlog SSId1 cellar; Password1 battery staple; PowerOnState 1
expect wifi joined "cellar" within 6000
expect console Connected to AP1 cellar, address 127. within 10
phone join
expect phone refused: there is no access point within 10
sleep 2000
TEXT
play "after power-on the relay has its state first, then the network is joined" \
    test/air/home.air <<'TEXT'
expect relay 1 on within 300
expect console Connecting to AP1 cellar as tasmota-9E3779-6009 within 500
expect wifi joined "cellar" within 5000
refute console Set-up access point within 3000
TEXT
leaks() { # the console's lines; the script's own lines are not in the log
    ! grep -a "battery staple" "$work/log" >&2
}
ok "the password is not in what the device said" leaks

# Every network of an outage comes back; the password that changed, too.
play "an outage ends joined, as often as it comes" test/air/outage.air <<'TEXT'
expect reset cause 1 within 10
expect wifi joined "cellar" within 6000
expect wifi lost "cellar" reason 200 within 20000
expect console Connection to cellar lost: it fell silent within 10
expect console Not where it was: looking on all channels within 3000
expect console Connect failed: cellar was not found within 3000
expect wifi joined "cellar" within 40000
expect wifi lost "cellar" reason 3 within 40000
expect wifi joined "cellar" within 3000
expect wifi lost "cellar" reason 3 within 30000
expect console cellar refused the password (reason 15): is it right? within 6000
expect wifi joined "cellar" within 80000
refute reset within 120000
TEXT

# Twenty minutes of nothing: a pause is a minute at most, and nothing restarts.
fresh
play "what is not there is looked for, and found when it comes" \
    test/air/home.air <<'TEXT'
air down cellar
expect console Set-up access point within 3000
console Backlog SSId1 cellar; Password1 battery staple; SSId2 modern; Password2 correct horse
expect console cellar was not found within 9000
expect console modern was not found within 3000
expect console Next try in 5 s within 100
refute reset within 1200000
air up cellar
expect wifi joined "cellar" within 66000
TEXT
# In rescue the access point stands beside the network that is looked for.
fresh
play "a phone on the access point is not searched away" \
    test/air/home.air <<'TEXT'
air down cellar
expect console Set-up access point within 3000
console Backlog SSId1 cellar; Password1 battery staple
expect console cellar was not found within 9000
sleep 9000
power cycle
expect console Module: within 3000
sleep 2500
power cycle
expect console Module: within 3000
sleep 2500
power cycle
expect console Module: within 3000
sleep 2500
power cycle
expect console Module: within 3000
sleep 2500
power cycle
expect console Set-up access point within 3000
sleep 3000
phone join
expect phone joined "tasmota-9E3779-6009" 192.168.4.2 within 2000
expect console Somebody is on the access point: the networks must wait within 6000
refute phone lost within 60000
air up cellar
phone leave
expect wifi joined "cellar" within 9000
expect console Set-up access point is off within 300000
refute wifi lost within 60000
TEXT
# SetOption41 and 127, on the radio itself: lwIP's ARP, the SDK's sleep.
fresh
play "a joined device tells its address to the network" test/air/home.air <<'TEXT'
expect console Set-up access point within 3000
console SetOption127 1
expect console {"SetOption127":"ON"} within 100
console Backlog SSId1 home; Password1 correct horse
expect wifi joined "home" within 6000
refute wifi announced within 59000
expect wifi announced within 1500
console SetOption41 5
expect console {"SetOption41":5} within 100
expect wifi announced within 6000
expect wifi announced within 5100
console SetOption41 0
expect console {"SetOption41":0} within 100
refute wifi announced within 100000
TEXT

tap_end
