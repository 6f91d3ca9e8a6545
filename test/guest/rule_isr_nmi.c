/* Breaks isr-call from an NMI: hw_timer's handler asks for memory. */
#include "test/guest/common.h"

#include "driver/hw_timer.h"
#include "mem.h"

IRAM_ATTR static void on_hw_timer(void)
{
    (void)pvPortMalloc(8, NULL, 0, true);
}

void user_init(void)
{
    ets_printf("good\n");
    hw_timer_set_func(on_hw_timer);
    hw_timer_init(NMI_SOURCE, 0);
    hw_timer_arm(1000);
    ets_delay_us(2000);
    ets_printf("not reached\n");
}
