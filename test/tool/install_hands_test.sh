#!/usr/bin/env bash
# pogo install without hands: GPIO0 by a jumper or by DTR, the power by a command,
# which here talks to the bench; an adapter that loses its power with the board.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/bench.sh
cd "$work" || exit 1
printf 'ap "cellar" password "battery staple" hidden channel 3\n' >home.air
echo "battery staple" >wifi
image=$B/pogo-bench.bin
net=(--no-test -s cellar --hidden --password-file wifi)
cat >power <<END
#!/bin/sh
echo "switched \$1"
echo "power \$1" >"$work/control"
END
cat >hub <<END
#!/bin/sh
[ "\$1" = on ] || printf 'unplug\npower off\n' >"$work/control"
[ "\$1" = off ] || printf 'power on\nsleep 300\nplug\n' >"$work/control"
END
chmod +x power hub

mini() {
    stop_bench # it holds the file
    cp "$image" flash
    rm -f pogo-*.install
    start_bench --virtual --flash flash --air home.air --pty "$work/tty"
}
# install WORDS CONTROL OPTIONS…: the line goes to the bench when the words come
install() {
    local words=$1 line=$2
    shift 2
    : >said
    timeout 100 "$B/pogo" install --no-backup "$@" "$image" >said 2>&1 \
        </dev/null &
    local pid=$!
    [ -z "$words" ] || { await_words said "$words" && echo "$line" >&8; }
    wait $pid
    code=$?
}
never() { # NAME WORDS
    ! tr -s ' \n' '  ' <said | grep -qF -- "$2"
    tap $? "$1" said
}

# ---- the line ----

run "$B/pogo" install --hands usb-power --no-setup x.bin
said "usb-power alone" 2 "usb-power wants --power-cmd"
run "$B/pogo" install --hands feet --no-setup x.bin
said "what is no such thing" 2 "--hands: jumper, dtr-gpio0 or usb-power"

run "$B/pogo" install -p one -p two --hands usb-power --power-cmd ./power \
    --no-setup x.bin
said "one power command, two ports" 2 "wants %p in it"

# ---- DTR at GPIO0, the power by a command: nobody is needed ----

mini
cat >for_port <<END
#!/bin/sh
echo "\$1" >>"$work/ports"
exec ./power "\$2"
END
chmod +x for_port
install "" "" -p "$url" --hands dtr-gpio0,usb-power \
    --power-cmd './for_port %p' "${net[@]}"
said "DTR and power: by itself" 0 "http://127."
ok "the command was given the port" grep -qxF "$url" ports
ok "DTR was told of" grep -q 'DTR holds GPIO0 low' said
never "nobody was asked to hold" "Hold the device"
[ "$(grep -c '^power off' events)" = 2 ]
tap $? "the power was switched twice" events
ok "in download mode, then not" sh -c "grep 'boot cause 1' events | tr '\n' ' ' |
    grep -q '(1,.*(3,'"

# ---- a jumper ----

mini
echo 'press 0' >&8
install 'Take the jumper off' 'release 0' -p "$work/tty" \
    --hands jumper,usb-power --power-cmd ./power --no-setup
said "a jumper, and power: it comes off once" 0 "Project pogo"
never "no button is spoken of" "Hold the device"

mini
echo 'press 0' >&8
install 'Take the jumper off' 'release 0' -p "$work/tty" \
    --hands jumper,usb-power --power-cmd ./hub --no-setup
said "an adapter that loses its power, too" 0 "its start was not heard"
ok "it did" grep -q 'adapter unplugged' events

# Nobody's help, but the USB plug is what is pulled.
mini
printf 'power off\npress 0\npower on\n' >&8
install 'pogo listens' 'release 0
unplug 1500
power cycle' -p "$work/tty" "${net[@]}"
said "an adapter that is pulled out for the restart" 0 "http://127."
ok "is told of" grep -q 'its start was not' said

# ---- a command that fails ----

mini
install "" "" -p "$work/tty" --hands jumper --power-cmd false --wait 3 --json \
    --no-setup
said "a command that fails" 3 "The power command has failed (1): false off"
tap_end
