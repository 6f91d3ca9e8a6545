/* The roads by which an update comes to the device on the bench. */
#ifndef TEST_POWER_ROADS_H
#define TEST_POWER_ROADS_H

#include "test/virtual/home.h"

enum road {
    ROAD_CONSOLE, /* UpgradeSerial, as pogo update does it */
    ROAD_UPLOAD,  /* a browser's or curl's POST to /u2 */
    ROAD_FETCH    /* OtaUrl, and Upgrade 1 over MQTT */
};

/* The whole file, until the device says that it is installed; on all roads but
 * the console's it is at home (home.h). False: power went, or it was refused.
 */
bool road_send(struct machine *m, enum road road, const uint8_t *file,
               size_t size);

#endif
