/* Faults in a function while its frame is half made, and after that in its
 * middle: both times the caller is named. */
#include "test/guest/common.h"

#define KEPT __attribute__((noinline))

/* The compiler reads *first before it has saved the return address. */
KEPT static unsigned early(const volatile unsigned *first,
                           const volatile unsigned *second)
{
    unsigned value = *first;
    if (value == 0)
        return 0;
    value += system_get_time();
    return value + *second;
}

void user_init(void)
{
    static const unsigned *volatile nowhere = (const unsigned *)4;
    static unsigned here = 1;
    if (system_get_rst_info()->reason == REASON_DEFAULT_RST)
        here = early(nowhere, &here);
    if (system_get_rst_info()->exccause != 0)
        here = early(&here, nowhere);
    ets_printf("not reached %u\n", here);
}
