#include "firmware/core/led.h"

#include "firmware/core/device.h"
#include "firmware/core/module.h"
#include "firmware/hal/gpio.h"

void led_start(struct led *led, unsigned pin, bool is_active_low)
{
    *led = (struct led){(uint8_t)pin, true, is_active_low, false};
    hal_gpio_output(pin, is_active_low);
}

static void show(struct led *led, bool is_on)
{
    if (!led->is_used || led->is_on == is_on)
        return;
    led->is_on = is_on;
    hal_gpio_write(led->pin, is_on != led->is_active_low);
}

void leds_blink(struct device *dev)
{
    dev->is_blinking = true;
    dev->blink_until_ms = dev->now_ms + LED_BLINK_MS;
}

void leds_traffic(struct device *dev, enum led_shows what)
{
    if (dev->settings.led_state & what)
        leds_blink(dev);
}

static unsigned used_leds(const struct device *dev)
{
    unsigned n = 0;
    for (unsigned i = 0; i < LEDS; i++)
        n += dev->led[i].is_used;
    return n;
}

/* Without what blinks over it. */
static bool steady(const struct device *dev, unsigned index)
{
    if ((dev->settings.led_state & LED_SHOWS_POWER) == 0)
        return ((unsigned)dev->settings.led_power >> index) & 1u;
    unsigned shown = dev->power & dev->settings.led_mask;
    if (used_leds(dev) > 1)
        return (shown >> index) & 1u;
    bool is_night = module_has_night_led(dev->board.base);
    return (shown != 0) != is_night;
}

void leds_update(struct device *dev)
{
    if (dev->is_blinking && (int32_t)(dev->now_ms - dev->blink_until_ms) >= 0)
        dev->is_blinking = false;
    bool blinks_first = dev->is_blinking && !dev->led_link.is_used;
    for (unsigned i = 0; i < LEDS; i++)
        if (dev->led[i].is_used)
            show(&dev->led[i], steady(dev, i) != (i == 0 && blinks_first));
    show(&dev->led_link, dev->is_blinking);
}
