/* Breaks stack: a function of the SDK is called from too deep. */
#include "test/guest/common.h"

#define BYTES 2100u

static volatile unsigned result;

__attribute__((noinline)) static unsigned inner(void)
{
    volatile uint8_t bytes[BYTES];
    bytes[7] = (uint8_t)system_get_time();
    return bytes[7];
}

__attribute__((noinline)) static unsigned outer(void)
{
    volatile uint8_t bytes[BYTES];
    bytes[7] = (uint8_t)inner();
    return bytes[7];
}

void user_init(void)
{
    result = inner();
    ets_printf("good\n");
    ets_delay_us(10000);
    result = outer();
    ets_printf("not reached\n");
}
