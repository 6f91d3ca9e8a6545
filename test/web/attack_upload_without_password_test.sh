#!/bin/bash
# Updates and backups from who has no password.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/web/world.sh

attack upload_without_password
tap_end
