/* Where the network was joined last: its channel and access point, so that a
 * restart or a short outage need no search of all channels. In memory that
 * lives through a restart and not in the settings: a flash sector is not worth
 * the two seconds that it would save once after each power-on. */
#include "firmware/core/retained.h"
#include "firmware/core/wifi_private.h"
#include "firmware/hal/retain.h"
#include "format/bytes.h"

#define MARK 0xB5u /* after power-on there is noise */
#define CHANNELS 14u

void wifi_place_keep(const struct device *dev)
{
    struct hal_wifi_facts facts;
    uint32_t channel = dev->wifi.channel;
    hal_wifi_facts(&facts);
    uint32_t first = get_u32le(facts.bssid);
    if (first == 0 || channel == 0)
        return; /* not known */
    hal_retain_write(RETAIN_WIFI_OF, dev->wifi.used);
    hal_retain_write(RETAIN_WIFI_BSSID, first);
    hal_retain_write(RETAIN_WIFI_PLACE,
                     MARK << 24 | channel << 16 | get_u16le(facts.bssid + 4));
}

void wifi_place_forget(void)
{
    hal_retain_write(RETAIN_WIFI_PLACE, 0);
}

bool wifi_place_recall(const struct device *dev, struct hal_wifi_target *target)
{
    uint32_t first = hal_retain_read(RETAIN_WIFI_BSSID);
    uint32_t rest = hal_retain_read(RETAIN_WIFI_PLACE);
    uint32_t channel = rest >> 16 & 0xFFu;
    if (rest >> 24 != MARK || channel == 0 || channel > CHANNELS ||
        hal_retain_read(RETAIN_WIFI_OF) != dev->wifi.used)
        return false;
    put_u32le(target->bssid, first);
    put_u16le(target->bssid + 4, (uint16_t)rest);
    target->channel = (uint8_t)channel;
    return true;
}
