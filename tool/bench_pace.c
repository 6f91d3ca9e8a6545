#include "tool/bench_pace.h"

#include "emulator/clock.h"

#define FORGIVEN_NS (500u * NS_PER_MS)

void bench_pace_start(struct bench_pace *pace, uint64_t now_ns, uint64_t cycle)
{
    pace->wall_ns = now_ns;
    pace->cycle = cycle;
    pace->planned_ns = now_ns;
}

void bench_pace_plan(struct bench_pace *pace, uint64_t now_ns, uint64_t wait_ns)
{
    pace->planned_ns = now_ns + wait_ns;
}

static uint64_t cycles(uint64_t ns)
{
    return ns * CYCLES_PER_US / 1000;
}

uint64_t bench_pace_target(struct bench_pace *pace, uint64_t now_ns)
{
    if (now_ns > pace->planned_ns + (uint64_t)FORGIVEN_NS) {
        pace->wall_ns += now_ns - pace->planned_ns;
    }
    pace->planned_ns = now_ns;
    return now_ns > pace->wall_ns ? pace->cycle + cycles(now_ns - pace->wall_ns)
                                  : pace->cycle;
}

uint64_t bench_pace_until(const struct bench_pace *pace, uint64_t now_ns,
                          uint64_t cycle)
{
    uint64_t now_cycle = now_ns > pace->wall_ns
                             ? pace->cycle + cycles(now_ns - pace->wall_ns)
                             : pace->cycle;
    if (cycle <= now_cycle) {
        return 0;
    }
    uint64_t left = cycle - now_cycle;
    return left < CYCLES_PER_S
               ? (left * 1000 + CYCLES_PER_US - 1) / CYCLES_PER_US
               : NS_PER_S;
}
