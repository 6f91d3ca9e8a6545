/* os_timer in microseconds: a beat of 500 us, and the SDK's time beside it. */
#define USE_US_TIMER
#include "test/guest/common.h"

static os_timer_t beat;
static uint32_t count, start_us;

static void on_beat(void *argument)
{
    (void)argument;
    if (++count < 200)
        return;
    os_timer_disarm(&beat);
    ets_printf("200 beats in %u us\n",
               (system_get_time() - start_us + 50) / 100 * 100);
}

void user_init(void)
{
    system_timer_reinit();
    os_timer_disarm(&beat);
    os_timer_setfn(&beat, on_beat, NULL);
    start_us = system_get_time();
    os_timer_arm_us(&beat, 500, true);
}
