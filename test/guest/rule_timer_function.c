/* Breaks timer-function: armed, but os_timer_setfn was forgotten. */
#include "test/guest/common.h"

static os_timer_t timer;

void user_init(void)
{
    os_timer_disarm(&timer);
    ets_printf("good\n");
    os_timer_arm(&timer, 50, false);
    ets_printf("not reached\n");
}
