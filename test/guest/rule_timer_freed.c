/* Breaks timer-freed: the block of an armed timer is given back. */
#include "test/guest/common.h"
#include "mem.h"
static void on_timer(void *argument)
{
    (void)argument;
}

void user_init(void)
{
    os_timer_t *timer = os_zalloc(sizeof(*timer));
    for (unsigned i = 0; i < 2; i++) {
        os_timer_setfn(timer, on_timer, NULL);
        os_timer_arm(timer, 50, false);
        if (i == 0)
            os_timer_disarm(timer);
    }
    ets_printf("good\n");
    os_free(timer);
    ets_printf("not reached\n");
}
