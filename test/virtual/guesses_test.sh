#!/bin/bash
# 10,000 guesses of the web's password, on the real image.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

timeout 200 "$B/test/virtual/guesses" >"$work/said" 2>&1
tap $? "10,000 guesses are in vain, and hold nothing up" "$work/said"
sed 's/^/# /' "$work/said"
tap_end
