/* Breaks timer-armed-twice: armed again without being disarmed. */
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
    os_timer_arm(&timer, 50, false);
    ets_printf("good\n");
    os_timer_arm(&timer, 60, false);
    ets_printf("not reached\n");
}
