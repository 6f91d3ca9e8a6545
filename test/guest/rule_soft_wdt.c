/* Breaks soft-wdt: feeds the software watchdog that it has stopped. */
#include "test/guest/common.h"

void user_init(void)
{
    system_soft_wdt_feed();
    system_soft_wdt_stop();
    ets_printf("good\n");
    system_soft_wdt_feed();
    ets_printf("not reached\n");
}
