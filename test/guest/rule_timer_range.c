/* Breaks timer-range: two hours are more than an os_timer can count. */
#include "test/guest/common.h"

static os_timer_t timer;

static void on_timer(void *argument)
{
    (void)argument;
}

void user_init(void)
{
    os_timer_setfn(&timer, on_timer, NULL);
    os_timer_arm(&timer, 3600u * 1000, false);
    os_timer_disarm(&timer);
    ets_printf("good\n");
    os_timer_arm(&timer, 2 * 3600u * 1000, false);
    ets_printf("not reached\n");
}
