/* An update of the device of the host sweeps, as stories begin it: what is sent
 * where, and whether the network comes back. */
#ifndef TEST_POWER_HOST_UPDATING_H
#define TEST_POWER_HOST_UPDATING_H

#include <stdbool.h>
#include <stdint.h>

#include "test/power/host_cuts.h"

#define UPDATING_MS 60000u /* restart and proof, and some */
/* A start of IMAGE_BROKEN that does not crash. */
#define UPDATING_NEVER_MS (UPDATE_GIVE_UP_S * 2000u)

struct updating {
    enum host_image_name from, to;
    bool has_network; /* it comes back after each start */
};

extern struct updating updating;

/* To `to`, confirmed. */
extern const struct goal updating_goal;

/* A sweep begins: a device with noise around it that was in use for long
 * (owner_live), in slot A, to be updated to IMAGE_NEXT. */
void updating_begin(struct report *report, const char *name);
/* The device alone, anew. */
void updating_live(uint64_t seed);

/* For host_run_until. Ready: confirmed, no update going on, network there.
 * Restarting: the update is installed, and has not started yet. */
bool updating_is_ready(void);
bool updating_is_restarting(void);
/* The running image is confirmed, and nothing is to be written. */
bool updating_is_confirmed(void);
/* Feed the file of `to` until power goes or it is refused: false. */
bool updating_feed(void);
/* Up to the restart into `to`; broken when that fails. */
void updating_install(void);

/* After a start: settings, and one of the two images. */
void updating_check(void);

#endif
