/* Pins by registers: 0 to 15 in the GPIO block, 16 in the RTC. */
#include "firmware/port/esp8266/gpio.h"

#include "ets_sys.h"
#include "firmware/hal/gpio.h"

#include "firmware/port/esp8266/registers.h"
#include "user_interface.h"

#define RTC_PIN 16u
#define CYCLES_PER_US 80u
#define CHANGES 32u /* a bouncing press has 10 to 20 */

/* Where each pin's mux register is. */
static const uint32_t mux[16] = {
    IO_MUX + 0x34, IO_MUX + 0x18, IO_MUX + 0x38, IO_MUX + 0x14,
    IO_MUX + 0x3C, IO_MUX + 0x40, IO_MUX + 0x1C, IO_MUX + 0x20,
    IO_MUX + 0x24, IO_MUX + 0x28, IO_MUX + 0x2C, IO_MUX + 0x30,
    IO_MUX + 0x04, IO_MUX + 0x08, IO_MUX + 0x0C, IO_MUX + 0x10};

/* Full: the interrupt is off; and it was told that changes may be lost. */
enum { NOTING, FULL, FULL_TOLD };

/* Words: the interrupt handler may not read bytes from everywhere, and each
 * index is written by one side only. */
static struct {
    uint32_t inputs; /* bit per pin */
    void (*heard)(void);
    volatile uint32_t in, out;
    volatile uint32_t state;
    struct {
        uint32_t pins, cycle;
    } change[CHANGES];
} noted;

/* GPIO0, 2, 4 and 5 are GPIOs in function 0, the others in function 3. */
static void make_gpio(unsigned pin, uint32_t pull_up)
{
    uint32_t keep = ~(IO_MUX_FUNCTION | IO_MUX_PULL_UP);
    bool is_first = pin == 0 || pin == 2 || pin == 4 || pin == 5;
    REG(mux[pin]) =
        (REG(mux[pin]) & keep) | pull_up | (is_first ? 0 : IO_MUX_FUNCTION_3);
}

static void make_rtc_gpio(bool is_output)
{
    REG(PAD_XPD_DCDC_CONF) = (REG(PAD_XPD_DCDC_CONF) & 0xFFFFFFBCu) | 1u;
    REG(RTC_GPIO_CONF) &= ~1u;
    REG(RTC_GPIO_ENABLE) = (REG(RTC_GPIO_ENABLE) & ~1u) | (is_output ? 1u : 0);
}

void hal_gpio_write(unsigned pin, bool level)
{
    if (pin == RTC_PIN)
        REG(RTC_GPIO_OUT) = (REG(RTC_GPIO_OUT) & ~1u) | (level ? 1u : 0);
    else
        REG(level ? GPIO_OUT_SET : GPIO_OUT_CLEAR) = 1u << pin;
}

void hal_gpio_output(unsigned pin, bool level)
{
    hal_gpio_write(pin, level);
    if (pin == RTC_PIN) {
        make_rtc_gpio(true);
        return;
    }
    make_gpio(pin, 0);
    REG(GPIO_ENABLE_SET) = 1u << pin;
}

void hal_gpio_input(unsigned pin, bool has_pull_up)
{
    if (pin == RTC_PIN) {
        make_rtc_gpio(false);
        return;
    }
    REG(GPIO_ENABLE_CLEAR) = 1u << pin;
    make_gpio(pin, has_pull_up ? IO_MUX_PULL_UP : 0);
    noted.inputs |= 1u << pin;
}

bool hal_gpio_read(unsigned pin)
{
    uint32_t in = pin == RTC_PIN ? REG(RTC_GPIO_IN) : REG(GPIO_IN) >> pin;
    return in & 1u;
}

unsigned hal_analog_read(void)
{
    return system_adc_read();
}

/* ---- changes ------------------------------------------------------------- */

/* Cycles of the CPU, in its own register: no call out of IRAM, and right while
 * flash is off the bus. */
IRAM_ATTR static uint32_t cycles(void)
{
    uint32_t count;
    __asm__ volatile("rsr %0, ccount" : "=r"(count));
    return count;
}

IRAM_ATTR static void on_interrupt(void *argument)
{
    (void)argument;
    REG(GPIO_STATUS_CLEAR) = REG(GPIO_STATUS);
    noted.change[noted.in % CHANGES].pins = REG(GPIO_IN);
    noted.change[noted.in % CHANGES].cycle = cycles();
    noted.in++;
    if (noted.in - noted.out == CHANGES) {
        noted.state = FULL;
        ets_isr_mask(1u << ETS_GPIO_INUM);
    }
    noted.heard();
}

void gpio_start(void (*heard)(void))
{
    noted.heard = heard;
    ets_isr_attach(ETS_GPIO_INUM, on_interrupt, NULL);
    for (unsigned pin = 0; pin < RTC_PIN; pin++)
        if (noted.inputs >> pin & 1u)
            REG(GPIO_PIN(pin)) = GPIO_PIN_ANY_EDGE;
    REG(GPIO_STATUS_CLEAR) = ~0u;
    noted.state = FULL; /* what was until now is not known */
}

/* Nobody knows what was between the last change that had room and now. */
static bool take_gap(uint16_t *pins, uint32_t *age_us)
{
    if (noted.state != FULL)
        return false;
    noted.state = FULL_TOLD;
    *pins = (uint16_t)REG(GPIO_IN);
    *age_us = 0;
    return true;
}

bool gpio_take(uint16_t *pins, uint32_t *age_us, bool *has_gap)
{
    *has_gap = noted.out == noted.in;
    if (*has_gap)
        return take_gap(pins, age_us);
    *pins = (uint16_t)noted.change[noted.out % CHANGES].pins;
    *age_us =
        (cycles() - noted.change[noted.out % CHANGES].cycle) / CYCLES_PER_US;
    noted.out++;
    return true;
}

void gpio_go_on(void)
{
    if (noted.state != FULL_TOLD)
        return;
    noted.state = NOTING;
    ets_isr_unmask(1u << ETS_GPIO_INUM);
}
