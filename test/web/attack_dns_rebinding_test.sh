#!/bin/bash
# Names of other sites that lead to the device's address (DNS rebinding).
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack dns_rebinding
tap_end
