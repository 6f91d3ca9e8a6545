/* Breaks stack: a callback needs more than the user stack has. Nothing of the
 * SDK is called down there, so it is found when the callback has returned. */
#include "test/guest/common.h"

#define BYTES 4200u

static volatile unsigned result;

__attribute__((noinline)) static unsigned sum(void)
{
    volatile uint8_t bytes[BYTES];
    unsigned all = 0;
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)i;
    for (unsigned i = 0; i < BYTES; i++)
        all += bytes[i];
    return all;
}

static void step(void *argument)
{
    (void)argument;
    result = sum();
    guest_later(1, step);
}

void user_init(void)
{
    ets_printf("good\n");
    guest_later(100, step);
}
