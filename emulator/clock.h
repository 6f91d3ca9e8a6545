/* Virtual time of one device, and what is due to happen in it.
 *
 * The unit is one cycle of the 80 MHz CPU clock, counted from the creation of
 * the device; it goes on while power is off. Every peripheral that does
 * something later (a UART byte, the end of an erase, a timer) owns a
 * clock_event and puts it here. Nothing in the emulator reads the host's clock.
 */
#ifndef EMULATOR_CLOCK_H
#define EMULATOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CYCLES_PER_US 80u
#define CYCLES_PER_MS 80000u
#define CYCLES_PER_S 80000000u
#define CLOCK_NEVER UINT64_MAX

/* One thing that will happen once. Owned by its peripheral; must be zeroed
 * and have fn and ctx set before first use. */
struct clock_event {
    void (*fn)(void *ctx); /* runs with clock->now >= when */
    void *ctx;
    uint64_t when;
    struct clock_event *next;
    bool is_pending;
    /* A patient event is a pause that software asked for (a timer, a
     * watchdog). With --virtual and a real client connected, the bench
     * lets these wait for the wall clock, so that a client has its time to
     * answer; all others (bytes, erases) are hardware at work and are never
     * waited for. */
    bool is_patient;
};

struct clock {
    uint64_t now;
    uint64_t limit; /* the CPU returns to chip_run when now reaches this */
    struct clock_event
        *head; /* in order of when; equal times in order of call */
};

/* Have the event happen at `when` (a time in the past means: at once, but never
 * from inside this call). A pending event is moved. Lowers clock->limit. */
void clock_at(struct clock *clock, struct clock_event *event, uint64_t when);
/* The same, `cycles` from now. */
void clock_in(struct clock *clock, struct clock_event *event, uint64_t cycles);
void clock_cancel(struct clock *clock, struct clock_event *event);

/* When the next event is due, or CLOCK_NEVER. */
uint64_t clock_next(const struct clock *clock);
/* The next one that is not patient, or CLOCK_NEVER. */
uint64_t clock_next_busy(const struct clock *clock);

/* Run all events that are due at clock->now. */
void clock_run_due(struct clock *clock);

#endif
