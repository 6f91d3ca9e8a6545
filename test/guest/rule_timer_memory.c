/* Breaks timer-memory: a timer in flash. */
#include "test/guest/common.h"

static const os_timer_t in_flash = {0};

void user_init(void)
{
    static os_timer_t timer;
    os_timer_disarm(&timer);
    ets_printf("good\n");
    os_timer_disarm((os_timer_t *)(uintptr_t)&in_flash);
    ets_printf("not reached\n");
}
