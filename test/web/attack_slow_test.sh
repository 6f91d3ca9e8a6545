#!/bin/bash
# Requests that never end.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack slow
tap_end
