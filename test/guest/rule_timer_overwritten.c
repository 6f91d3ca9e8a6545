/* Breaks timer-overwritten: a timer on the stack, armed, is gone when its
 * function returns. */
#include "test/guest/common.h"

static void on_timer(void *argument)
{
    (void)argument;
    ets_printf("not reached\n");
}

static void arm(void)
{
    os_timer_t timer;
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, on_timer, NULL);
    os_timer_arm(&timer, 50, false);
}

/* Puts numbers where the timer was. */
static uint32_t use_the_stack(void)
{
    volatile uint32_t words[64];
    uint32_t sum = 0;
    for (unsigned i = 0; i < 64; i++)
        words[i] = i;
    for (unsigned i = 0; i < 64; i++)
        sum += words[i];
    return sum;
}

void user_init(void)
{
    arm();
    ets_printf("good %u\n", use_the_stack());
}
