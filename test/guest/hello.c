/* The smallest guest program: says hello, then counts with a timer. */
#include "test/guest/common.h"

static unsigned count;

static void step(void *argument)
{
    (void)argument;
    ets_printf("step %u at %u ms\n", ++count, system_get_time() / 1000);
    if (count < 3)
        guest_later(100, step);
}

void user_init(void)
{
    ets_printf("hello, reason %u\n", system_get_rst_info()->reason);
    guest_later(100, step);
}
