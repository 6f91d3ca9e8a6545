#!/usr/bin/env bash
# pogo install stops in the middle, and the same command again goes on: the backup
# is not made twice, what runs already is not written, and at the end nothing is
# left but the backup. Mostly on devices inside pogo, in virtual time.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
bench=""
at_exit() {
    [ -z "$bench" ] || { kill "$bench" && wait "$bench"; } 2>/dev/null
}
cd "$work" || exit 1
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >home.air
echo "battery staple" >wifi
echo "not the staple" >wrong
image=$B/pogo-bench.bin
mac=5CCF7FA1B2C3

# install FLASH OPTIONS…
install() {
    local flash=$1
    shift
    run "$B/pogo" install \
        -p "bench:mini,mac=5C:CF:7F:A1:B2:C3,flash=$flash,air=home.air" "$@"
}
words() { # NAME WORDS: what was said, in one line
    tr -s ' \n' '  ' <said | grep -qF -- "$2"
    tap $? "$1" said
}
no_words() { # NAME WORDS
    ! tr -s ' \n' '  ' <said | grep -qF -- "$2"
    tap $? "$1" said
}
backups() { # NAME COUNT
    [ "$(ls pogo-$mac-*.bin 2>/dev/null | wc -l)" = "$2" ]
    tap $? "$1" said
}

# ---- the write fails ----

head -c 1048576 /dev/urandom >old
cp old flash
install "flash,do=stuck 20" -s cellar --hidden --password-file wrong "$image"
said "a sector that does not change" 1 "not whole on the flash"
words "names the step" "stopped at step 2 of 5, write. The same command again"
backups "what was on it is saved" 1
ok "and only once it is whole" cmp pogo-$mac-*.bin old

# ---- then the network ----

install flash -s cellar --hidden --password-file wrong "$image"
said "a wrong password" 1 "refuses the password"
words "names that step" "stopped at step 4 of 5, set-up. The same command again"
words "the backup is known" "has what was on it; not read a second time"
backups "and not made a second time" 1
ok "no password is in the file" sh -c "! grep -q staple pogo-$mac.install"

install flash -s cellar --hidden --password-file wifi "$image"
said "with the right one" 0 "http://127."
words "nothing is written" "which the last try has written: nothing to write"
no_words "nor started anew" "step 3"
ok "all is done: no file of it" test ! -e pogo-$mac.install
backups "but the backup" 1
ok "which is what was on it" cmp pogo-$mac-*.bin old

# ---- another image, another device ----

install flash -s cellar --hidden --password-file wifi --no-test "$image"
said "done once more" 0 "http://127."
backups "is a new beginning, with a backup" 2
install flash -s cellar --hidden --password-file wrong "$image"
cp "$image" other.bin
printf 'x' >>other.bin
install flash -s cellar --hidden --password-file wifi other.bin
words "another image is written" "Step 3 of 5, start"
run "$B/pogo" install -p bench:mini,mac=5C:CF:7F:00:00:01,flash=second,air=home.air \
    -s cellar --hidden --password-file wifi --no-backup "$image"
words "and on another device all of it" "Step 3 of 5, start"

rm -f pogo-*.install
install flash --no-setup "$image"
ok "--no-setup leaves no file either" test ! -e pogo-$mac.install

# ---- Tasmota, as the last try has left it ----

"$B/pogo" bench mini --tasmota 8.5.1 --mac 5C:CF:7F:A1:B2:C3 --air home.air \
    --no-stdin --pty "$work/tty" >events 2>&1 &
bench=$!
await_words events 'tasmota ready'
cp "$image" tasmota.bin
echo "image = $(md5sum <tasmota.bin | cut -c 1-32)" >pogo-$mac.install
run "$B/pogo" install -p "$work/tty" --board mini -s cellar --hidden \
    --password-file wifi tasmota.bin
said "a Tasmota is set up and tested" 0 "http://127."
words "its relay" "relay: on and off, 1 of 1"
words "its version" "It runs 8.5.1(tasmota)"
tap_end
