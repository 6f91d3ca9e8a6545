/* The work on one port of many: one device, or with --loop one after the other.
 * Whoever calls it says how the desk is asked. */
#ifndef TOOL_FLEET_TURN_H
#define TOOL_FLEET_TURN_H

#include "tool/fleet_desk.h"

struct fleet_turn {
    const struct fleet *fleet;
    unsigned port; /* its number */
    /* Ask the desk, and wait for its answer. False: there is no desk any more,
     * and nothing is begun. */
    bool (*ask)(void *ctx, const struct fleet_ask *ask,
                struct fleet_answer *answer);
    void *ctx;

    /* Of fleet_turn.c. */
    struct setup_wish wish;
    struct fleet_result result;
};

/* Until the desk says that it is over; without --loop one device. */
void fleet_turn_run(struct fleet_turn *t);

#endif
