/* Three tasks; an interrupt handler posts to all, lowest first, and the highest
 * is served first. What is posted in user_init waits for the end of the start.
 */
#include "test/guest/common.h"

#define BUTTON 0u

static os_event_t queue[3][4];

static void on_event(os_event_t *event)
{
    ets_printf("task %u got %u\n", event->sig, event->par);
}

IRAM_ATTR static void on_gpio(void *argument)
{
    uint32_t pending = gpio_intr_pending();
    gpio_intr_ack(pending);
    for (uint8_t i = 0; i < 3; i++)
        (void)system_os_post(i, i, pending);
    (void)argument;
}

static void on_timer(void *argument)
{
    (void)argument;
    ets_printf("timer\n");
}

static void on_init_done(void)
{
    ets_printf("init done\n");
}

void user_init(void)
{
    static os_timer_t timer;
    for (uint8_t i = 0; i < 3; i++)
        (void)system_os_task(on_event, i, queue[i], 4);
    system_init_done_cb(on_init_done);
    (void)system_os_post(1, 1, 10);
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, on_timer, NULL);
    os_timer_arm(&timer, 0, false);
    for (unsigned i = 0; i < 5; i++)
        ets_printf("post %u: %u\n", i, system_os_post(2, 2, 20 + i));
    ETS_GPIO_INTR_ATTACH(on_gpio, NULL);
    gpio_pin_intr_state_set(BUTTON, GPIO_PIN_INTR_NEGEDGE);
    ETS_GPIO_INTR_ENABLE();
    ets_printf("user_init ends\n");
}
