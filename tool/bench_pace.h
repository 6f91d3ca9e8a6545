/* How the bench's cycles follow the wall clock. Pure: the time is passed in. A
 * process that was stopped for a while, or a host that is too slow, makes the
 * bench's time fall back; it never races to catch up. */
#ifndef TOOL_BENCH_PACE_H
#define TOOL_BENCH_PACE_H

#include <stdint.h>

#define NS_PER_MS 1000000u
#define NS_PER_S 1000000000u

struct bench_pace {
    uint64_t wall_ns;    /* this moment … */
    uint64_t cycle;      /* … is this cycle */
    uint64_t planned_ns; /* when the loop meant to be here again */
};

void bench_pace_start(struct bench_pace *pace, uint64_t now_ns, uint64_t cycle);
/* The loop will look again at now_ns + wait_ns at the latest. */
void bench_pace_plan(struct bench_pace *pace, uint64_t now_ns,
                     uint64_t wait_ns);
/* Which cycle it should be now. More than half a second behind the plan is
 * forgiven, not caught up. */
uint64_t bench_pace_target(struct bench_pace *pace, uint64_t now_ns);
/* How long until a cycle; 0 when it has been; at most a second. */
uint64_t bench_pace_until(const struct bench_pace *pace, uint64_t now_ns,
                          uint64_t cycle);

#endif
