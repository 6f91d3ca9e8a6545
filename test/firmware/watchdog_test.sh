#!/bin/bash
# Both watchdogs with real machine code: the image's own Modules command is made
# to hang; the device starts again and says by which watchdog.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

# hang FILE BYTES: the image with BYTES (hex) where the command's code begins,
# and the checksum and trailer that go with it.
hang() {
    local address
    address=$(xtensa-lx106-elf-nm "$B/slot-a.elf" | sed -n 's/ T run_modules$//p')
    python3 - "$B/pogo-bench.bin" "$1" "$address" "$2" <<'PYTHON'
import sys
import zlib
source, target, address, code = sys.argv[1:]
image = bytearray(open(source, "rb").read())
code = bytes.fromhex(code)
at = int(address, 16) - 0x40200000
end = 0x1000 + 8  # of the image's last segment
for _ in range(image[0x1001]):
    end += 8 + int.from_bytes(image[end + 4:end + 8], "little")
for i, byte in enumerate(code):
    image[end | 15] ^= image[at + i] ^ byte
    image[at + i] = byte
end = (end | 15) + 1
put = lambda at, v: image.__setitem__(slice(at, at + 4), v.to_bytes(4, "little"))
put(end + 8, zlib.crc32(image[0x1000:end]))
put(end + 16, zlib.crc32(image[end:end + 16]))
open(target, "wb").write(image)
PYTHON
}

# check NAME REASON CAUSE FROM TO: it is reset between FROM and TO ms.
check() {
    cat >"$work/script" <<TEXT
expect console Version within 3000
console Modules
refute boot cause within $4
expect boot cause $3 within $(($5 - $4))
expect console Version within 3000
console Status 1
expect console "RestartReason":"$2" within 500
TEXT
    run "$B/pogo" bench mini --virtual --flash "$work/hang.bin" \
        --script "$work/script"
    tap $code "$1" "$work/said"
}

hang "$work/hang.bin" 06ffff # j .
check "a callback that hangs meets the software watchdog" \
    "Software Watchdog" 3 3100 3400
hang "$work/hang.bin" 206f0006ffff # rsil a2, 15; j .
check "with interrupts masked, the hardware watchdog" \
    "Hardware Watchdog" 4 8000 8500

tap_end
