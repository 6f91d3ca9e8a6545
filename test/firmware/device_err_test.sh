#!/bin/bash
# The image holds the texts of those errors alone that the firmware meets
# (firmware/port/esp8266/err.c). Is each that its sources name among them?
cd "$(dirname "$0")/../.." || exit 1
. test/tap.sh

device_rows() {
    sed -n '/define ERR_DEVICE_TABLE/,/define ERR_COMPUTER_TABLE/p' format/err.h |
        grep -o 'X(ERR_[A-Z0-9_]*' | cut -c3- | sort -u
}

named() {
    grep -rhow 'ERR_[A-Z0-9_]*' firmware/core firmware/net firmware/hal \
        firmware/port/esp8266/*.c format/ota_file.c format/slot_record.c \
        format/settings_*.c | grep -v '_TABLE$\|^ERR_ROW$' | sort -u
}

enough() {
    [ "$(named | wc -l)" -gt 20 ] && [ "$(device_rows | wc -l)" -gt 20 ]
}

none_is_missing() {
    comm -23 <(named) <(device_rows) | sed 's/$/: not in ERR_DEVICE_TABLE/'
    [ -z "$(comm -23 <(named) <(device_rows))" ]
}

ok "rows and sources are found" enough
ok "the device has a text for each error that its sources name" none_is_missing
tap_end
