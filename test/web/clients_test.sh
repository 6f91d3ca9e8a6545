#!/bin/bash
# The web server with curl, from the set-up network to an update.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

real_clients
tap_end
