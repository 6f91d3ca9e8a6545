/* After an update: is the device back, and well? Asks it until that is known.
 * Prints nothing. */
#ifndef TOOL_OTA_WATCH_H
#define TOOL_OTA_WATCH_H

#include "tool/ota_device.h"

/* A device that goes from Tasmota to Pogo leaves the network: so long it must
 * be silent. Copying takes some 10 s, and Tasmota's own way back into its
 * network up to 8 s (tasmota.md G.2, G.3). */
#define OTA_LEAVE_MS 45000u

struct ota_watch {
    struct ota_talk *talk;
    struct ota_device before;
    uint64_t since_ms;   /* when the device had all of it */
    unsigned wait_ms;    /* be patient for so long */
    unsigned leave_ms;   /* with becomes_pogo: OTA_LEAVE_MS */
    bool becomes_pogo;   /* from Tasmota */
    const char *version; /* that should run then; "": unknown */
    /* Called about each second, with how many have passed; may be NULL. */
    void (*waiting)(unsigned seconds);

    struct ota_device after; /* what runs; kind OTA_OTHER: not seen */
};

/* ERR_NONE: what should run does, and has proved itself; of becomes_pogo: the
 * device is out of the network, as expected. ERR_UPDATE_LEFT (after.left says
 * why), ERR_WEB_SAME: what ran before runs again; ERR_UPDATE_UNCONFIRMED: it
 * runs, but did not prove itself in time; ERR_WEB_LOST. */
MUST_USE enum err ota_watch(struct ota_watch *watch);

/* Wait until the Pogo that runs has proved itself: before that it takes no
 * update. ERR_UPDATE_UNCONFIRMED; errors of ota_device_look. */
MUST_USE enum err ota_watch_proof(struct ota_talk *talk,
                                  struct ota_device *device, unsigned wait_ms);

#endif
