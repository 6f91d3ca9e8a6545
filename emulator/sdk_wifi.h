/* What the SDK remembers of Wi-Fi besides the radio (wifi.h): who is told, and
 * what is only kept to be read back. */
#ifndef EMULATOR_SDK_WIFI_H
#define EMULATOR_SDK_WIFI_H

#include "emulator/wifi.h"

#define SDK_WIFI_EVENTS 32u
#define SDK_WIFI_LEASE_MINUTES 120u

/* Settings without effect in this air: they are kept and given back. */
struct sdk_wifi_kept {
    uint8_t sleep_type, sleep_level, listen_interval, phy_mode, broadcast_if;
    uint8_t dhcp_tries, offer_router;
    uint32_t lease_minutes;
    uint8_t country[4]; /* three letters, policy */
};

struct sdk_wifi {
    uint32_t handler; /* guest function for events; 0: none */
    struct wifi_event events[SDK_WIFI_EVENTS];
    unsigned event_head, event_count;
    uint32_t scan_list;    /* guest memory while its callback runs */
    uint32_t station_list; /* wifi_softap_get_station_info's, not freed yet */
    struct sdk_wifi_kept kept;
};

/* call_user_start, before any guest code and with the heap there: the radio is
 * on with its defaults. */
void sdk_wifi_start(struct chip *chip);

#endif
