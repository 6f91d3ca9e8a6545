/* Pins by registers: 0 to 15 in the GPIO block, 16 in the RTC. */
#include "firmware/hal/gpio.h"

#include <stdint.h>

#include "firmware/port/esp8266/registers.h"

#define RTC_PIN 16u

/* Where each pin's mux register is. */
static const uint32_t mux[16] = {
    IO_MUX + 0x34, IO_MUX + 0x18, IO_MUX + 0x38, IO_MUX + 0x14,
    IO_MUX + 0x3C, IO_MUX + 0x40, IO_MUX + 0x1C, IO_MUX + 0x20,
    IO_MUX + 0x24, IO_MUX + 0x28, IO_MUX + 0x2C, IO_MUX + 0x30,
    IO_MUX + 0x04, IO_MUX + 0x08, IO_MUX + 0x0C, IO_MUX + 0x10};

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
}

bool hal_gpio_read(unsigned pin)
{
    uint32_t in = pin == RTC_PIN ? REG(RTC_GPIO_IN) : REG(GPIO_IN) >> pin;
    return in & 1u;
}
