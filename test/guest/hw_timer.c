/* hw_timer switches the LED's pin at 1 kHz, by FRC1's interrupt, then as NMI
 * also while interrupts are locked. The handler notes when it ran. */
#include "test/guest/common.h"

#include "driver/hw_timer.h"

#define LED 13u
#define MUX_MTCK 0x60000808u
#define GPIO_OUT 0x60000300u
#define RUNS 100u

static volatile uint32_t count, last, shortest, longest;

IRAM_ATTR static uint32_t cycles(void)
{
    uint32_t value;
    __asm__ volatile("rsr %0, ccount" : "=r"(value));
    return value;
}

IRAM_ATTR static void on_hw_timer(void)
{
    uint32_t now = cycles(), gap = now - last;
    if (count > 0 && gap < shortest)
        shortest = gap;
    if (count > 0 && gap > longest)
        longest = gap;
    last = now;
    count++;
    *(volatile uint32_t *)GPIO_OUT ^= 1u << LED;
}

static void measure(const char *name, uint32_t us)
{
    count = longest = 0;
    shortest = ~0u;
    hw_timer_arm(us);
    while (count < RUNS)
        ;
    ets_printf("%s: %u to %u us\n", name, (shortest + 40) / 80,
               (longest + 40) / 80);
}

/* One shot does not come again. */
static void on_pause(void *argument)
{
    (void)argument;
    ets_printf("once: %u\n", count);
}

void user_init(void)
{
    *(volatile uint32_t *)MUX_MTCK = 0x30; /* function 3: GPIO13 */
    gpio_output_set(0, 1u << LED, 1u << LED, 0);
    hw_timer_set_func(on_hw_timer);
    hw_timer_init(FRC1_SOURCE, 1);
    measure("FRC1", 500);
    hw_timer_init(NMI_SOURCE, 1);
    ETS_INTR_LOCK();
    measure("NMI", 250);
    ETS_INTR_UNLOCK();
    hw_timer_init(NMI_SOURCE, 0);
    count = 0;
    hw_timer_arm(1000);
    guest_later(50, on_pause);
}
