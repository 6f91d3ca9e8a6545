#!/usr/bin/env bash
# pogo doctor on what a running program says: Wi-Fi, a broker that is not there, a
# template without a part, a device that DIY mode left dead. Each fault is made,
# named, and mended as advised. In virtual time, but for the vendor's firmware.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
. test/tool/doctor_steps.sh
at_exit() { stop_bench; }
cd "$work" || exit 1
cat >home.air <<'END_AIR'
ap "cellar" password "battery staple" hidden channel 3
ap "Kitchen" password "battery staple" channel 6
ap "edge" password "battery staple" wrong-password 2
ap "full" dhcp off
ap "modern" password "battery staple" wpa3
END_AIR
sed '/full/s/dhcp off/channel 4/' home.air >mended.air
sed -i '/modern/s/wpa3/wpa2/' mended.air
image=$B/pogo-bench.bin
cp "$image" flash
mini=bench:mini,flash=flash,air=home.air
echo 'battery staple' >right
echo 'wrong staple' >wrong
echo >none

setup() { # OPTIONS…: it may fail, the doctor is to say why
    run "$B/pogo" setup -p "$mini" "$@"
}
mend() { # OPTIONS…: what the doctor has advised
    ok "the advised pogo setup $1" "$B/pogo" setup -p "$mini" "$@"
}

# ---- Wi-Fi ----

doctor "$mini" --no-flash
said "a new device is healthy" 0 "healthy"
setup -s kitchen --password-file right
doctor "$mini"
named wifi-not-found "kitchen was not found"
mend -s Kitchen --password-file right
mended wifi-not-found "$mini"
setup -s Cellar --password-file right
doctor "$mini"
named wifi-not-found "or hidden"
mend -s cellar --hidden --password-file right
mended wifi-not-found "$mini"
setup -s modern --password-file right
doctor "$mini"
named wifi-not-found "WPA3 only"
mended wifi-not-found "${mini/home/mended}"

setup -s Kitchen --password-file wrong
doctor "$mini"
named wifi-password "Kitchen refused the password"
ok "without the password" sh -c "! grep -q staple '$work/said'"
mend -s Kitchen --password-file right
mended wifi-password "$mini"

setup -s edge --password-file wrong
doctor "$mini"
named wifi-join "edge did not answer"
mend -s edge --password-file right
mended wifi-join "$mini"

# The router's DHCP is mended, not the device.
setup -s full --password-file none
doctor "$mini"
named wifi-address "full gave no address"
ok "it waited for that" grep -q "still trying" "$work/said"
mended wifi-address "${mini/home/mended}"

# ---- a broker that is not there ----

mend -s Kitchen --password-file right
setup --mqtt 127.0.0.1
doctor "$mini"
named mqtt "does not answer"
mend --mqtt ''
mended mqtt "$mini"

# ---- no access point ----

new=bench:mini,flash=new
cp "$image" new
doctor "$new,do=softap off"
named no-access-point "WIF: The set-up access point can't be opened"
ok "with what helped others" grep -q '1. erase what another' "$work/said"
ok "its first step" "$B/pogo" erase -p "$new" 0xFB000 0x5000
mended no-access-point "$new,do=softap on"

# ---- a weak supply, by a person's hand: the ROM's words come too fast for 115200 ----

doctor "$mini,no-lines,at=1000 brownout 80 700 300" --no-flash
named power "power came on"
mended power "$mini,no-lines"

# ---- a template without a part ----

dead='{"NAME":"Dead","GPIO":[32,0,0,0,160,0,0,0,0,320,0,0,0,0],"FLAG":0,"BASE":1}'
mend --template "$dead"
doctor "$mini"
named template "seen: module 0, Dead"
mend --board mini
mended template "$mini"
# On flash alone: nobody hears the program.
mend --template "$dead"
doctor "$mini,do=noise lose 100 to" --no-flash
said "a device that can't be asked" 0 "healthy"

# ---- a program that is mute ----

cat >mute <<'END_MUTE'
sleep 4000
console SerialLog 0
sleep 3000
END_MUTE
ok "its log is switched off" \
    "$B/pogo" bench mini --virtual --flash flash --script mute
doctor "$mini"
named mute "SerialLog is 0 in its settings"
named template "seen: module 0, on the flash" # the one above
cp flash off
ok "the advised pogo flash" "$B/pogo" flash --erase all -p "$mini" "$image"
mended mute "$mini"
mended template "$mini" --flash
cp off flash

# ---- safe mode ----

crash='at=3000 console Restart -1'
for s in 6 9 12 15; do
    crash="$crash,at=${s}000 console Restart -1"
done
ok "erased for what comes" "$B/pogo" flash --erase all -p "$mini" "$image"
doctor "$mini,$crash"
named safe-mode "APP: Safe mode after crashes"
ok "as are the crashes" grep -qx exception "$work/said"
mended safe-mode "$mini,at=3000 console Restart 1"

# ---- DIY mode, error 471, and the power cut ----

rm -f flash
mkfifo control
"$B/pogo" bench mini --stock 3.6.0 --flash flash <control >events 2>&1 &
bench=$!
exec 8>control
happens 'stock is on'
ip=$(grep -o -m 1 '127\.80\.0\.[0-9]*' "$work/events")
echo 'corrupt 100' >&8
"$B/pogo" diy flash --yes --ip "$ip" "$image" >diy.log 2>&1 </dev/null &
diy=$!
happens 'ota_flash 471'
echo 'power cycle' >&8
happens 'a brick'
happens 'bench mini ready' # its chip starts from what was left
kill "$diy" 2>/dev/null
wait "$diy" 2>/dev/null
stop_bench
mini=bench:mini,flash=flash
doctor "$mini"
named diy-dead "the first sector is blank"
ok "which is not the row of an empty flash" \
    sh -c "! grep -qx no-image '$work/said'"
cp flash brick
ok "the advised pogo flash" "$B/pogo" flash -p "$mini" "$image"
mended diy-dead "$mini" --flash
ok "a backup to go back to" "$B/pogo" backup -p "$mini" healthy.bin
cp brick flash
ok "the advised pogo restore" "$B/pogo" restore -p "$mini" healthy.bin
mended diy-dead "$mini" --flash
tap_end
