/* Power that goes at every flash operation on the way to a goal, on the device
 * of test/power/host.h: afterwards what was promised holds, the goal is still
 * reached, and it lasts. */
#ifndef TEST_POWER_HOST_CUTS_H
#define TEST_POWER_HOST_CUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "test/power/host.h"

/* What a story is about. The functions look at `host`. */
struct goal {
    /* The device runs, and has got there; nothing is left to be written. */
    bool (*is_there)(void);
    /* It runs, and has not: do something for it, for some seconds. Ends early
     * when power goes. */
    void (*act)(void);
    /* After each start: what else must be so. NULL: nothing. */
    void (*check)(void);
    /* How power comes back: NULL for host_start alone. */
    void (*start)(void);
};

/* How many of the cuts: all, or every stride-th of them. One in `again` is
 * followed by a second one at random, while the device recovers; 0: none. */
struct thinning {
    unsigned stride, again;
};

/* From the device as it is to the goal without a cut, which may take several
 * starts. False (and broken): not within reason. */
bool host_reach(const struct goal *goal);

/* All cuts on the way from here to the goal, each with every tear. Leaves the
 * device at the goal, uncut. */
void host_sweep(const struct goal *goal, struct thinning thinning);

/* All pairs of cuts: a second one at each operation after the first. For short
 * ways only. */
void host_sweep_pairs(const struct goal *goal, struct thinning thinning);

#endif
