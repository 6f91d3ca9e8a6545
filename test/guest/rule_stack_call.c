/* Breaks stack: a function of the SDK is called from too deep. */
#include "test/guest/common.h"

#define DEPTH 9u
#define BYTES 480u

__attribute__((noinline)) static unsigned sum(unsigned depth)
{
    volatile uint8_t bytes[BYTES];
    bytes[depth] = (uint8_t)depth;
    unsigned below = depth > 1 ? sum(depth - 1) : system_get_time();
    return below + bytes[depth];
}

void user_init(void)
{
    ets_printf("good\n");
    volatile unsigned result = sum(DEPTH - 2);
    ets_delay_us(10000);
    result = sum(DEPTH);
    ets_printf("not reached %u\n", result);
}
