/* Breaks timer-us: microseconds without system_timer_reinit. */
#define USE_US_TIMER
#include "test/guest/common.h"

static os_timer_t timer;

static void on_timer(void *argument)
{
    (void)argument;
}

void user_init(void)
{
    os_timer_setfn(&timer, on_timer, NULL);
    os_timer_arm(&timer, 50, false);
    os_timer_disarm(&timer);
    ets_printf("good\n");
    os_timer_arm_us(&timer, 1000, false);
    ets_printf("not reached\n");
}
