#include "firmware/core/relay.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/hal/gpio.h"

#define BLINK_START_MS 100u
#define BLINK_MANY 32000u
#define PULSE_SAVED_FROM 30u /* shorter pulses are not worth flash writes */

uint32_t relay_pulse_ms(unsigned pulse_time)
{
    return pulse_time <= 111 ? pulse_time * 100u : (pulse_time - 100u) * 1000u;
}

uint8_t relays_at_start(const struct device *dev)
{
    uint8_t all = (uint8_t)((1u << RELAYS) - 1u);
    uint8_t saved = dev->settings.power;
    if (!settings_option(&dev->settings, OPTION_SAVE_STATE))
        saved = 0;
    if (dev->start != START_POWER_ON)
        return device_retained_power(dev, saved);
    switch (dev->settings.power_on_state) {
    case POWER_ON_OFF:
    case POWER_ON_PULSE:
        return 0;
    case POWER_ON_ON:
    case POWER_ON_LOCKED:
        return all;
    case POWER_ON_INVERTED:
        return (uint8_t)~saved;
    default:
        return saved;
    }
}

static struct relay *relay_at(struct device *dev, unsigned number)
{
    return &dev->relay[number - 1];
}

static void drive(const struct relay *relay, bool on)
{
    if (relay->is_used)
        hal_gpio_write(relay->pin, on != relay->is_active_low);
}

/* The pulse runs after on; with PowerOnState 5 it runs after off. */
static void restart_pulse(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    unsigned time = dev->settings.pulse_time[number - 1];
    bool is_inverse = dev->settings.power_on_state == POWER_ON_PULSE;
    relay->has_pulse = time > 0 && device_is_on(dev, number) != is_inverse;
    relay->pulse_until_ms = dev->now_ms + relay_pulse_ms(time);
}

void relay_start(struct device *dev, unsigned number, unsigned pin,
                 bool is_active_low)
{
    struct relay *relay = relay_at(dev, number);
    *relay = (struct relay){
        .pin = (uint8_t)pin, .is_used = true, .is_active_low = is_active_low};
    hal_gpio_output(pin, device_is_on(dev, number) != is_active_low);
    restart_pulse(dev, number);
}

static void begin_blink(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    unsigned count = dev->settings.blink_count;
    /* On and off each; what was before comes one BlinkTime after the last. */
    relay->blinks_left =
        (uint16_t)((count == 0 || count > BLINK_MANY ? BLINK_MANY : count) * 2);
    relay->is_blinking = true;
    relay->blink_level = device_is_on(dev, number);
    relay->blink_at_ms = dev->now_ms + BLINK_START_MS;
}

static void end_blink(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    if (relay->is_blinking)
        drive(relay, device_is_on(dev, number));
    relay->is_blinking = false;
}

static void switch_to(struct device *dev, unsigned number, bool on)
{
    uint8_t bit = (uint8_t)(1u << (number - 1));
    uint8_t before = dev->power;
    end_blink(dev, number);
    dev->power = on ? (uint8_t)(before | bit) : (uint8_t)(before & ~bit);
    drive(relay_at(dev, number), on);
    restart_pulse(dev, number);
    if (dev->power == before)
        return;
    device_retain_power(dev);
    unsigned pulse = dev->settings.pulse_time[number - 1];
    if (settings_option(&dev->settings, OPTION_SAVE_STATE) &&
        (pulse == 0 || pulse >= PULSE_SAVED_FROM)) {
        dev->settings.power = dev->power;
        device_changed(dev);
    }
}

void relay_set(struct device *dev, unsigned number, enum state state)
{
    if (dev->settings.power_on_state == POWER_ON_LOCKED)
        return;
    if (state == STATE_BLINK)
        begin_blink(dev, number);
    else if (state == STATE_BLINK_OFF)
        end_blink(dev, number);
    else if (state == STATE_TOGGLE)
        switch_to(dev, number, !device_is_on(dev, number));
    else
        switch_to(dev, number, state == STATE_ON);
}

static void blink(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    if (relay->blinks_left-- == 0) {
        end_blink(dev, number);
        return;
    }
    relay->blink_level = !relay->blink_level;
    drive(relay, relay->blink_level);
    relay->blink_at_ms += dev->settings.blink_time * 100u;
}

void relays_tick(struct device *dev)
{
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        struct relay *relay = relay_at(dev, n);
        if (relay->is_blinking &&
            (int32_t)(dev->now_ms - relay->blink_at_ms) >= 0)
            blink(dev, n);
        if (relay->has_pulse &&
            (int32_t)(dev->now_ms - relay->pulse_until_ms) >= 0) {
            bool on = dev->settings.power_on_state == POWER_ON_PULSE;
            relay->has_pulse = false;
            command_power(dev, n, on ? STATE_ON : STATE_OFF);
        }
    }
}
