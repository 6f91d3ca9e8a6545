/* Home Assistant's discovery (tasmota.md E.3): two retained messages under
 * tasmota/discovery/<MAC> that say what this device is and where its topics
 * are. They are sent again at each connection, after a setting was changed, and
 * every hour, because a broker may have lost them. Not at once when somebody
 * clears them: that is how Home Assistant removes a device. */
#ifndef FIRMWARE_CORE_DISCOVERY_H
#define FIRMWARE_CORE_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

#define DISCOVERY_FIRST_MS 10000u /* after the first connection of a start */
#define DISCOVERY_SOON_MS 1000u   /* after later ones, and changes */
#define DISCOVERY_AGAIN_MS 3600000u

struct device;

struct discovery {
    uint32_t next_ms;
};

/* The session is there; is_first: for the first time since the start. */
void discovery_begin(struct device *dev, bool is_first);
void discovery_tick(struct device *dev);
/* Something that it says may have changed. */
void discovery_soon(struct device *dev);

#endif
