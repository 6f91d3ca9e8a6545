#!/bin/bash
# Restarts and resets by who has no password.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack restart_without_password
tap_end
