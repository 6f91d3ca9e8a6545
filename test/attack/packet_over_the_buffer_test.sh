#!/bin/bash
# MQTT packets that are longer than the device's buffer, or say that they are.
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh
. test/attack/run.sh

mqtt_attack packet_over_the_buffer
tap_end
