/* Breaks stack: a callback goes deeper than the user stack is. Nothing of the
 * SDK is called down there, so it is found when the callback has returned. */
#include "test/guest/common.h"

#define DEPTH 9u
#define BYTES 480u

__attribute__((noinline)) static unsigned sum(unsigned depth)
{
    volatile uint8_t bytes[BYTES];
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(depth + i);
    unsigned below = depth > 1 ? sum(depth - 1) : 0;
    return below + bytes[depth];
}

static void step(void *argument)
{
    (void)argument;
    volatile unsigned result = sum(DEPTH);
    (void)result;
    guest_later(1, step);
}

void user_init(void)
{
    ets_printf("good\n");
    guest_later(100, step);
}
