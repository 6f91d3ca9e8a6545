#!/bin/bash
# Pages of other sites ask the device for something.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack cross_site
tap_end
