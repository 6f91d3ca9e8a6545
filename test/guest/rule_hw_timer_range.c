/* Breaks hw-timer-range: a reloading hw_timer every 20 us. */
#include "test/guest/common.h"
#include "driver/hw_timer.h"
void user_init(void)
{
    hw_timer_init(FRC1_SOURCE, 0);
    hw_timer_arm(20);
    ets_printf("good\n");
    hw_timer_init(FRC1_SOURCE, 1);
    hw_timer_arm(20);
    ets_printf("not reached\n");
}
