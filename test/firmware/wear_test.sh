#!/bin/bash
# The flash lasts: no day of use wears a sector out within ten years.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

ok "no day of use wears a sector out within ten years" "$B/wear"
tap_end
