/* GPIO interrupts: a handler by gpio_intr_handler_register is called once until
 * its pins are acknowledged; levels interrupt as long as they hold. */
#include "test/guest/common.h"

#define BUTTON 0u

static os_event_t queue[4];
static volatile uint32_t calls;

IRAM_ATTR static void on_pins(uint32_t pending, void *argument)
{
    calls++;
    (void)system_os_post(0, pending, (uint32_t)(uintptr_t)argument);
}

static void acknowledge(void *pending)
{
    ets_printf("acknowledged after %u calls\n", calls);
    gpio_intr_ack((uint32_t)(uintptr_t)pending);
}

static void on_event(os_event_t *event)
{
    static os_timer_t timer;
    ets_printf("pins %x argument %u level %u\n", event->sig, event->par,
               GPIO_INPUT_GET(BUTTON));
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, acknowledge, (void *)(uintptr_t)event->sig);
    os_timer_arm(&timer, 1000, false);
}

void user_init(void)
{
    (void)system_os_task(on_event, 0, queue, 4);
    gpio_init();
    gpio_intr_handler_register(on_pins, (void *)42);
    gpio_pin_intr_state_set(BUTTON, GPIO_PIN_INTR_LOLEVEL);
    ETS_GPIO_INTR_ENABLE();
    ets_printf("ready\n");
}
