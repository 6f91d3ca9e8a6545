#!/bin/bash
# Ten thousand guesses of the password.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack password_guesses
tap_end
