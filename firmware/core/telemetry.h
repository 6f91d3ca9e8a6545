/* What the device tells the broker by itself: INFO1 to 3 once after a start,
 * the relays' states at each connection, STATE and SENSOR every TelePeriod
 * (tasmota.md A.6, E.2). Only while there is a session. After a `Status 0`,
 * whose parts come one by one, all of it once more in STATUS0: TasmoAdmin's
 * search waits for that (tasmota.md K). */
#ifndef FIRMWARE_CORE_TELEMETRY_H
#define FIRMWARE_CORE_TELEMETRY_H

#include <stdbool.h>
#include <stdint.h>

#define TELEMETRY_FIRST_MS 5000u /* from the connection to the first STATE */
#define TELEMETRY_SOON_MS 2000u  /* after TelePeriod was asked for or set */

struct device;

struct telemetry {
    uint32_t next_ms;
    bool is_due;       /* at next_ms */
    bool has_switched; /* a relay: SetOption59 */
    bool wants_all;    /* STATUS0, as soon as it has room */
};

/* The session is there; is_first: for the first time since the start. */
void telemetry_begin(struct device *dev, bool is_first);
void telemetry_tick(struct device *dev);
/* A relay's state was told, or that of all: so is STATE, with SetOption59. */
void telemetry_switched(struct device *dev);
/* SENSOR now, out of turn. */
void telemetry_sensors(struct device *dev);
/* STATE and SENSOR soon, out of turn. */
void telemetry_soon(struct device *dev);

#endif
