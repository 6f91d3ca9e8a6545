#!/usr/bin/env bash
# The flash mode byte: an image that says QIO does not start on an ESP8285, on
# the bench as on the board; pogo says which file is which, and sets DOUT.
set -u
cd "$(dirname "$0")/../.."
B=$(realpath "${B:-build}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
count=0

# ok NAME CODE WORDS: the last command's exit code and what it said.
ok() {
    count=$((count + 1))
    if [ "$code" = "$2" ] && grep -qF -- "$3" said; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"
        echo "# exit code $code, expected $2 and: $3"
        sed 's/^/# /' said
    fi
}

run() {
    timeout 60 "$B/pogo" "$@" >said 2>&1 </dev/null
    code=$?
}

# bench BOARD FLASH: does it do what the file `expected` says?
bench() {
    cp "$2" flash.bin
    run bench "$1" --virtual --flash flash.bin --script expected
}

# The mode is byte 2 of the image's header.
cp "$B/pogo-bench.bin" dout.bin
cp dout.bin qio.bin
printf '\0' | dd of=qio.bin bs=1 seek=2 conv=notrunc status=none

run image qio.bin
ok "pogo image says QIO" 0 "mode qio"
ok "and what it means" 0 "does not start on an ESP8285"
run image dout.bin
ok "pogo image says DOUT" 0 "mode dout"
! grep -q "does not start" said
code=$?
ok "without a warning" 0 ""

cat >expected <<END
expect boot cause 1 within 1000
expect console csum err within 1000
expect boot cause 4 within 10000
expect console csum err within 1000
expect boot cause 4 within 10000
refute console Version within 20000
END
bench mini qio.bin
ok "QIO on the Mini: rubbish, and reset after reset" 0 "csum err"
bench mini dout.bin
ok "DOUT on the Mini does not do that" 1 "failed expect console csum err"

printf "expect console Version within 3000\nsleep 200\n" >expected
bench mini dout.bin
ok "DOUT on the Mini boots" 0 "Version"
bench basic qio.bin
ok "QIO on the Basic boots" 0 "Version"
bench basic dout.bin
ok "DOUT on the Basic boots" 0 "Version"

# written BOARD NAME [OPTION...]: what pogo flash makes of the QIO file.
written() {
    local board=$1
    shift
    rm -f new.bin
    run -p "bench:$board,flash=new.bin" flash "$@" qio.bin
}
written mini
ok "pogo flash sets DOUT for the Mini and says so" 0 \
    "says flash mode qio; this is an ESP8285, which needs DOUT: set so"
cmp -s -n "$(stat -c %s qio.bin)" new.bin dout.bin
code=$?
ok "the flash holds DOUT, and else the file" 0 ""
bench mini new.bin
ok "and it boots" 0 "Version"
written mini -fm dout
ok "-fm dout does the same" 0 "read back, MD5"
bench mini new.bin
ok "and boots too" 0 "Version"
for mode in qio qout keep; do
    written mini -fm $mode
    ok "-fm $mode is refused on the Mini" 5 "does not start"
done
written mini -fm qio --force
ok "unless it is forced, with a warning" 0 "WARNING"
bench mini new.bin
ok "it then does not start, as was said" 1 "csum err"
written basic
ok "on the Basic QIO stays QIO" 0 "read back, MD5"
cmp -s -n "$(stat -c %s qio.bin)" new.bin qio.bin
code=$?
ok "byte for byte" 0 ""
bench basic new.bin
ok "and boots" 0 "Version"

echo "1..$count"
