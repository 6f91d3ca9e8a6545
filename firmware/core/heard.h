/* What a scan heard, as a port collects it for hal_wifi_heard: the strongest
 * first, of each name the strongest. The memory is the caller's. */
#ifndef FIRMWARE_CORE_HEARD_H
#define FIRMWARE_CORE_HEARD_H

#include "firmware/hal/wifi.h"

#define HEARD_MOST 12u /* what a reply of WifiScan has room for */

struct heard {
    struct hal_wifi_heard row[HEARD_MOST];
    uint8_t count;
};

/* Without a name it is left out; so is the weakest, when there are too many. */
void heard_add(struct heard *heard, const struct hal_wifi_heard *one);

#endif
