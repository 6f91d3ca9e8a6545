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

/* In beats, from one flash to the next. */
enum period { NO_FLASH = 0, SET_UP = 2, NO_NETWORK = 4, NO_BROKER = 8 };

static enum period period(const struct device *dev)
{
    if (settings_option(&dev->settings, OPTION_STEADY_LED))
        return NO_FLASH;
    if (dev->wifi.is_showing)
        return SET_UP;
    if (dev->wifi.state != WIFI_JOINED)
        return NO_NETWORK;
    return mqtt_is_wanted(dev) && dev->mqtt.state != MQTT_UP ? NO_BROKER
                                                             : NO_FLASH;
}

static bool is_lit_by_hand(const struct device *dev)
{
    return !(dev->settings.led_state & LED_SHOWS_POWER) &&
           (dev->settings.led_power & 1u) && !dev->led_link.is_used;
}

static bool flashes(const struct device *dev)
{
    enum period beats = period(dev);
    uint32_t beat =
        dev->uptime_s * (1000 / LED_BEAT_MS) + dev->uptime_ms / LED_BEAT_MS;
    return beats != NO_FLASH && beat % beats == 0 && !is_lit_by_hand(dev);
}

void leds_update(struct device *dev)
{
    if (dev->is_blinking && device_is_due(dev, dev->blink_until_ms))
        dev->is_blinking = false;
    bool is_turned = dev->is_blinking || flashes(dev);
    for (unsigned i = 0; i < LEDS; i++) {
        bool is_first = i == 0 && !dev->led_link.is_used;
        if (dev->led[i].is_used)
            show(&dev->led[i], steady(dev, i) != (is_first && is_turned));
    }
    show(&dev->led_link, is_turned);
}
