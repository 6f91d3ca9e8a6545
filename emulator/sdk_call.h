/* Callbacks: guest functions that the SDK's own task calls, one at a time and
 * in the order of their asking, each from the loop (sdk.c) with the stack
 * empty. Natives never call guest code themselves: they put it here. */
#ifndef EMULATOR_SDK_CALL_H
#define EMULATOR_SDK_CALL_H

#include <stdbool.h>
#include <stdint.h>

struct chip;

#define SDK_CALLS 64u
#define SDK_CALL_ARGUMENTS 4u

struct sdk_call {
    uint32_t fn; /* guest address; 0: nobody asked for it, only the hooks run */
    uint32_t argument[SDK_CALL_ARGUMENTS];
    const char *name; /* of the callback, for people: "espconn recv" */
    uint32_t subject; /* whose callback, for the hooks: a slot, an address */
    /* Just before the call: may change the arguments (memory that only lives
     * during the call). False: it is out of date, leave it out; `after` is not
     * called then. NULL: always. */
    bool (*before)(struct chip *chip, struct sdk_call *call);
    /* When it has returned. NULL: nothing. */
    void (*after)(struct chip *chip, const struct sdk_call *call);
};

/* Private to sdk_call.c, but for is_running and now. */
struct sdk_calls {
    struct sdk_call queue[SDK_CALLS];
    unsigned head, count;
    bool is_running; /* guest code runs for `now` */
    struct sdk_call now;
};

/* Put one at the end. False: no room; the chip was stopped and says so. The
 * SDK's loop takes it up by itself. */
bool sdk_call_later(struct chip *chip, const struct sdk_call *call);
/* For the loop: the callback that ran has returned. */
void sdk_call_returned(struct chip *chip);
/* For the loop: enter the next one (pc and arguments are set); false: none. */
bool sdk_call_run(struct chip *chip);

#endif
