#!/bin/bash
# The guest programs linked with Espressif's archives: the same texts hold, with
# natives found by the archives' symbols. Only when SDK=path is in the
# environment.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL

if [ -z "${SDK:-}" ]; then
    echo "1..0 # SKIP SDK=path is not given: Espressif's NonOS SDK is not part of Pogo"
    exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if make -j2 B="$folder" guests-chip SDK="$SDK" >"$folder/log" 2>&1; then
    GUESTS="$folder/guest-chip" bash test/guest/guest_test.sh
else
    echo "not ok 1 - the programs link with the archives"
    tail -n 30 "$folder/log" | sed 's/^/# /'
    echo "1..1"
fi
