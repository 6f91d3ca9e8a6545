/* Words that live through a restart (firmware/hal/retain.h): who has which. All
 * in one place, so that no two take the same. After power-on they hold noise.
 */
#ifndef FIRMWARE_CORE_RETAINED_H
#define FIRMWARE_CORE_RETAINED_H

enum retained {
    /* device.c: relays over a restart. "PGR1"; bit per relay; its inverse. */
    RETAIN_MARK,
    RETAIN_POWER,
    RETAIN_CHECK,
    /* rescue.c: crashes in a row. One word, so that it is whole or wrong:
     * 0xC7A5 in the upper half, the count's inverse, the count. */
    RETAIN_CRASHES,
    /* wifi_place.c: of which network; four bytes of its access point's address;
     * 0xB5, the channel, and the other two. */
    RETAIN_WIFI_OF,
    RETAIN_WIFI_BSSID,
    RETAIN_WIFI_PLACE
};

#endif
