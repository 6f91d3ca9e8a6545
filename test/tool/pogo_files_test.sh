#!/usr/bin/env bash
# What pogo image and pogo key say of the files of a build.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
next=$B/update/next.ota

run "$B/pogo" image "$B/update/next-a.bin"
said "a slot's image alone is Pogo's" 0 \
    "is        Pogo 0.2.0 for one slot, without its boot sector"
run "$B/pogo" image "$B/update/next.bin"
said "a whole image has the version of its program" 0 \
    "is        Pogo 0.2.0 for the bench only"
run "$B/pogo" image "$B/slot-a.elf"
said "an ELF file is told" 5 "try: it is an ELF file"

head -c 20000 "$next" >"$work/cut.ota"
run "$B/pogo" image "$work/cut.ota"
said "an update that is cut has to be made anew" 5 \
    "try: download or build it again"
run "$B/pogo" image --key "$B/update/stranger.pem" "$next"
said "who did not sign it is told" 5 "the update is not signed with this key"

key=$work/key.pem
openssl ecparam -name prime256v1 -genkey -noout -out "$key"
xy=$(openssl ec -in "$key" -pubout -outform DER 2>/dev/null |
    tail -c 64 | od -An -v -tx1 | tr -d ' \n')
id=$(openssl ec -in "$key" -pubout -outform DER 2>/dev/null | tail -c 64 |
    sha256sum | sed -E 's/^(..)(..)(..)(..).*/\4\3\2\1/')
run "$B/pogo" key "$key"
said "a key's line for the console is shown" 0 "OtaKey $xy"
said "and its id" 0 "id        $id"
run "$B/pogo" key --json "$key"
said "as JSON, too" 0 "\"id\":\"$id\",\"private\":true,\"ota_key\":\"$xy\"}"
run "$B/pogo" key "$next"
said "what is no key is refused" 5 "not a key for updates"

tap_end
