#!/bin/bash
# pogo bench --trace: what an independent reader finds in the dump, that it is
# whole however the bench ends, and that tracing changes nothing.
cd "$(dirname "$0")/../.." || exit 1
export PYTHONPATH=$PWD/test/tool PYTHONDONTWRITEBYTECODE=1
. test/tap.sh
bench=""
at_exit() {
    [ -z "$bench" ] || kill "$bench"
}
cd "$work" || exit 1

cat >script <<'TEXT'
at 3000 console Power 1
at 5000 press 0 100
at 6000 s2 close
at 7000 power off
at 7200 power on
at 9000 rts on
at 9100 rts off
at 9500 show
TEXT

# play OPTIONS: the script on a Sonoff Basic; events in $work/said.
play() {
    cp "$B/pogo-bench.bin" flash.bin
    run "$B/pogo" bench basic --virtual --flash flash.bin --script script "$@"
    sed -i '/ready:/d; /^show ports/d' said
}

play
mv said plain
play --trace dump.vcd
ok "a traced run says what an untraced one says" cmp plain said

# python NAME <<CODE: with `dump`, the dump.
python() {
    { echo "from read_vcd import Dump"; echo "dump = Dump('dump.vcd')"; cat; } >code.py
    ok "$1" python3 code.py
}

python "all signals are there" <<'PYTHON'
want = ["chip.supply", "chip.en", "chip.stopped", "uart.uart0_tx",
        "uart.uart0_rx", "uart.uart1_tx", "uart.uart1_rx", "board.button0",
        "board.switch1", "board.relay1", "board.led1"]
want += [f"pins.gpio{i}" for i in range(17)]
want += [f"chip.reset_cause[{i}]" for i in range(3)]
want += [f"flash.work[{i}]" for i in range(3)]
want += [f"flash.address[{i}]" for i in range(22)]
assert sorted(want) == sorted(dump.changes), sorted(dump.changes)
assert dump.end == 9500 * 10_000_000, dump.end
PYTHON

python "a receiver at 74880 baud reads the boot ROM, one at 115200 the rest" <<'PYTHON'
assert " ets Jan  8 2013,rst cause:1, boot mode:(3,6)" in dump.text("uart.uart0_tx", 74880)
text = dump.text("uart.uart0_tx", 115200)
assert "Project pogo" in text and 'RSL: RESULT = {"POWER":"ON"}' in text, text
assert dump.text("uart.uart0_rx", 115200) == "Power 1\n"
PYTHON

python "what is typed is on the line before the relay moves, and its answer after" <<'PYTHON'
heard = dump.decode("uart.uart0_rx", 115200)
assert heard[0][0] == 3000, heard[0]
last = heard[-1][0] + 9.5 / 115.2  # the newline's stop bit
relay = dump.edges("board.relay1", "1")[0]
assert last <= relay < last + 2, (last, relay)
told = [t for t, _ in dump.decode("uart.uart0_tx", 115200) if t > 3000]
assert relay - 1 < told[0] < relay + 1, (relay, told[0])
PYTHON

python "parts and pins move when the script says" <<'PYTHON'
assert dump.edges("board.button0", "1") == [5000]
assert dump.edges("board.button0", "0") == [0, 5100]
assert dump.edges("pins.gpio0", "0")[0] == 5000
off = dump.edges("board.relay1", "0")  # at the start, and by the button
assert off[0] == 0 and 5500 <= off[1] <= 5600, off
assert dump.edges("board.switch1", "1") == [6000]
assert 6000 in dump.edges("pins.gpio14", "0")
# The relay's pin is high, the LED's low, whenever the part is on.
for gpio, part, on in ("gpio12", "relay1", "1"), ("gpio13", "led1", "0"):
    for ms in range(100, 7000, 7):
        time = ms * 10_000_000
        is_on = dump.level("board." + part, time) == "1"
        assert (dump.level("pins." + gpio, time) == on) == is_on, (ms, gpio)
PYTHON

python "power, EN and the cause of a reset" <<'PYTHON'
ms = 10_000_000
assert dump.edges("chip.supply", "0") == [7000]
assert dump.edges("chip.supply", "1") == [0, 7200]
for name in ["chip.en", "uart.uart0_tx"] + [f"pins.gpio{i}" for i in range(17)]:
    assert dump.level(name, 7100 * ms) == "x", name
assert dump.edges("chip.en", "0") == [9000]
assert dump.edges("chip.en", "1") == [0, 7200, 9104]
assert dump.level("uart.uart0_tx", 9050 * ms) == "z"
assert dump.number("chip.reset_cause", 3, 6999 * ms) == 1
assert dump.number("chip.reset_cause", 3, 9200 * ms) == 2
PYTHON

python "the settings are written where they belong" <<'PYTHON'
work, ms, done = dump.changes["flash.work[1]"], 10_000_000, set()
for time, level in work:
    kind = dump.number("flash.work", 3, time)
    if kind in (2, 3):
        done.add((kind, dump.number("flash.address", 22, time) >> 12))
boot = {(2, 0), (2, 0x7B), (3, 0x7B), (3, 0xF6)}  # word and records
assert boot < done, done
assert all(0xF7 <= sector <= 0xFF for _, sector in done - boot), done
assert (2, 0xF7) in done or (2, 0xF8) in done, done
PYTHON

# However it ends, the dump is whole: it can be read and holds the time it ran.
for end in INT TERM; do
    rm -f events
    cp "$B/pogo-bench.bin" flash.bin
    "$B/pogo" bench mini --flash flash.bin --no-stdin --trace dump.vcd >events 2>&1 &
    bench=$!
    for _ in $(seq 200); do
        grep -q "Module:" events && break
        sleep 0.05
    done
    kill -$end $bench
    wait $bench
    bench=""
    python "$end leaves a whole dump" <<'PYTHON'
assert "Module: Sonoff Basic" in dump.text("uart.uart0_tx", 115200)
PYTHON
done
printf 'expect console Module within 3000\nquit\n' >script
play --trace dump.vcd
python "quit leaves a whole dump" <<'PYTHON'
assert "Module" in dump.text("uart.uart0_tx", 115200)
PYTHON
printf 'refute relay 1 off within 5000\n' >script
play --off --trace dump.vcd
python "power that never comes is a dump too" <<'PYTHON'
assert dump.end == 5000 * 10_000_000
assert dump.edges("chip.supply", "1") == []
PYTHON

play --trace no/such/folder.vcd
said "a path that can't be written is told" 1 "pogo: file can't be opened: no/such/folder.vcd"
said "and what to do" 1 "  try: "
play --trace /dev/full
said "a full disk is told" 1 "pogo: no space left to write the file: /dev/full"
said "and what to do then" 1 "  try: free some space"

tap_end
