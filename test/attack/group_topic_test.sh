#!/bin/bash
# Who may speak to a group of devices tries to take one from its owner.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/attack/run.sh

mqtt_attack group_topic
tap_end
