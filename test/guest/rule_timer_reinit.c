/* Breaks timer-reinit: system_timer_reinit with a timer armed. */
#include "test/guest/common.h"

static os_timer_t timer;

static void on_timer(void *argument)
{
    (void)argument;
}

void user_init(void)
{
    system_timer_reinit();
    os_timer_setfn(&timer, on_timer, NULL);
    os_timer_arm(&timer, 50, false);
    ets_printf("good\n");
    system_timer_reinit();
    ets_printf("not reached\n");
}
