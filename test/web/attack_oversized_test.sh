#!/bin/bash
# Requests that are too large, or none.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack oversized
tap_end
