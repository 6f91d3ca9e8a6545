#!/bin/bash
# Power cuts in an update over HTTP, on the bench.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

in_world bench cuts.py
tap_end
