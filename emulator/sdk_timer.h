/* os_timer: what the SDK keeps of the armed ones, and its own timers. The
 * guest's ETSTimer (five words: next, expire, period, function, argument) is
 * written as on the chip, but the order is kept here: so a timer whose memory
 * was overwritten or freed while armed is noticed, not followed. */
#ifndef EMULATOR_SDK_TIMER_H
#define EMULATOR_SDK_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct chip;

#define SDK_TIMERS 128u
#define SDK_TIMER_WORDS 5u

struct sdk_timer {
    uint64_t expire, period; /* cycles; period 0: once */
    uint32_t address;        /* of the guest's ETSTimer; 0: the SDK's own */
    uint32_t word[SDK_TIMER_WORDS]; /* as they were written to it */
    void (*own)(struct chip *chip);
};

/* Private to sdk_timer.c. */
struct sdk_timers {
    struct sdk_timer row[SDK_TIMERS]; /* soonest first */
    unsigned count;
    bool is_us; /* system_timer_reinit: 5 MHz instead of 312.5 kHz */
};

/* Call fn from the SDK's loop, `ms` from now; asked again: only the last time
 * counts. For what the archives do with an os_timer of their own. */
void sdk_timer_own(struct chip *chip, uint32_t ms, void (*fn)(struct chip *));
/* Call the first timer that is due: true when it was a guest's, and pc and
 * arguments are set. Else *next is when one will be. False also when a rule
 * stopped the chip. */
bool sdk_timer_run(struct chip *chip, uint64_t *next);
/* An armed timer lies in [address, address + size): its address; 0: none. For
 * the heap. */
uint32_t sdk_timer_inside(const struct chip *chip, uint32_t address,
                          uint32_t size);

#endif
