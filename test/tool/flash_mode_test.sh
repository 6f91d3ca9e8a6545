#!/usr/bin/env bash
# The flash mode byte: an image that says QIO does not start on an ESP8285, on
# the bench as on the board; pogo says which file is which, and sets DOUT.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
cd "$work" || exit 1

pogo() {
    run "$B/pogo" "$@"
}

# bench BOARD FLASH: does it do what the file `expected` says?
bench() {
    cp "$2" flash.bin
    pogo bench "$1" --virtual --flash flash.bin --script expected
}

# The mode is byte 2 of the image's header.
cp "$B/pogo-bench.bin" dout.bin
cp dout.bin qio.bin
printf '\0' | dd of=qio.bin bs=1 seek=2 conv=notrunc status=none

pogo image qio.bin
said "pogo image says QIO" 0 "mode qio"
said "and what it means" 0 "does not start on an ESP8285"
pogo image dout.bin
said "pogo image says DOUT" 0 "mode dout"
! grep -q "does not start" said
code=$?
said "without a warning" 0 ""

cat >expected <<END
expect boot cause 1 within 1000
expect console csum err within 1000
expect boot cause 4 within 10000
expect console csum err within 1000
expect boot cause 4 within 10000
refute console Version within 20000
END
bench mini qio.bin
said "QIO on the Mini: rubbish, and reset after reset" 0 "csum err"
bench mini dout.bin
said "DOUT on the Mini does not do that" 1 "failed expect console csum err"

printf "expect console Version within 3000\nsleep 200\n" >expected
bench mini dout.bin
said "DOUT on the Mini boots" 0 "Version"
bench basic qio.bin
said "QIO on the Basic boots" 0 "Version"
bench basic dout.bin
said "DOUT on the Basic boots" 0 "Version"

# written BOARD NAME [OPTION...]: what pogo flash makes of the QIO file.
written() {
    local board=$1
    shift
    rm -f new.bin
    pogo -p "bench:$board,flash=new.bin" flash "$@" qio.bin
}
written mini
said "pogo flash sets DOUT for the Mini and says so" 0 \
    "says flash mode qio; this is an ESP8285, which needs DOUT: set so"
cmp -s -n "$(stat -c %s qio.bin)" new.bin dout.bin
code=$?
said "the flash holds DOUT, and else the file" 0 ""
bench mini new.bin
said "and it boots" 0 "Version"
written mini -fm dout
said "-fm dout does the same" 0 "read back, MD5"
bench mini new.bin
said "and boots too" 0 "Version"
for mode in qio qout keep; do
    written mini -fm $mode
    said "-fm $mode is refused on the Mini" 5 "does not start"
done
written mini -fm qio --force
said "unless it is forced, with a warning" 0 "WARNING"
bench mini new.bin
said "it then does not start, as was said" 1 "csum err"
written basic
said "on the Basic QIO stays QIO" 0 "read back, MD5"
cmp -s -n "$(stat -c %s qio.bin)" new.bin qio.bin
code=$?
said "byte for byte" 0 ""
bench basic new.bin
said "and boots" 0 "Version"

tap_end
