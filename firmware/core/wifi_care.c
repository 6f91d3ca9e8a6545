/* Keeping a joined network's way to the device open: SetOption41 and 127. */
#include "firmware/core/wifi_private.h"

/* SetOption41's units to ms: up to 100 seconds, then minutes. */
static uint32_t arp_ms(unsigned time)
{
    return (time <= 100 ? time : (time - 100) * 60) * 1000u;
}

/* Routers and access points forget who is silent, and some never hear the
 * broadcasts that ask for him (tasmota.md C.3, I.1). */
static void tell_address(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    uint32_t ms = arp_ms(dev->settings.arp_time);
    if (wifi->state != WIFI_JOINED || ms == 0) {
        wifi->arp_ms = dev->now_ms;
    } else if (dev->now_ms - wifi->arp_ms >= ms) {
        wifi->arp_ms = dev->now_ms;
        hal_wifi_announce();
    }
}

void wifi_care_tick(struct device *dev)
{
    bool is_awake = settings_option(&dev->settings, OPTION_NO_SLEEP);
    if (is_awake != dev->wifi.is_awake)
        hal_wifi_sleep(!is_awake);
    dev->wifi.is_awake = is_awake;
    tell_address(dev);
}
