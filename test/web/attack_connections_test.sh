#!/bin/bash
# Two hundred open connections.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack connections
tap_end
