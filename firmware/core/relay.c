#include "firmware/core/relay.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/core/interlock.h"
#include "firmware/core/module.h"
#include "firmware/hal/gpio.h"

#define BLINK_START_MS 100u
#define BLINK_MANY 32000u
#define RESTORE_WITH_WIFI 1u /* SetOption47; more are seconds */
#define RESTORE_WITH_BROKER 2u
#define PULSE_SAVED_FROM 30u /* shorter pulses are not worth flash writes */

uint32_t relay_pulse_ms(unsigned pulse_time)
{
    return pulse_time <= 111 ? pulse_time * 100u : (pulse_time - 100u) * 1000u;
}

static uint8_t wanted_at_start(const struct device *dev)
{
    uint8_t all = (uint8_t)((1u << RELAYS) - 1u);
    uint8_t saved = dev->settings.power;
    if (!settings_option(&dev->settings, OPTION_SAVE_STATE))
        saved = 0;
    if (dev->start != START_POWER_ON)
        return device_retained_power(dev, saved);
    if (module_starts_on(dev->board.base))
        return all;
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

/* SetOption47: after a loss of power they may come on later. */
uint8_t relays_at_start(struct device *dev)
{
    uint8_t present = (uint8_t)((1u << dev->relay_count) - 1u);
    uint8_t wanted = interlock_allowed(dev, wanted_at_start(dev) & present);
    bool is_late =
        dev->settings.restore_delay > 0 && dev->start == START_POWER_ON;
    dev->late_power = is_late ? wanted : 0;
    return is_late ? 0 : wanted;
}

static struct relay *relay_at(struct device *dev, unsigned number)
{
    return &dev->relay[number - 1];
}

/* Set the pin; an off begins a rest. */
static void drive(struct device *dev, unsigned number, bool on)
{
    struct relay *relay = relay_at(dev, number);
    if (relay->is_driven && !on) {
        relay->is_resting = true;
        relay->rest_until_ms = dev->now_ms + RELAY_DEAD_MS;
    }
    relay->is_driven = on;
    relay->is_waiting = false;
    if (relay->is_used)
        hal_gpio_write(relay->pin, on != relay->is_active_low);
}

static bool is_in(uint8_t mask, unsigned number)
{
    return ((unsigned)mask >> (number - 1)) & 1u;
}

/* One of its group is on still, or went off just now. */
static bool must_wait(struct device *dev, unsigned number)
{
    uint8_t rivals = interlock_rivals(dev, number);
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        const struct relay *relay = relay_at(dev, n);
        if (is_in(rivals, n) && (relay->is_driven || relay->is_resting))
            return true;
    }
    return false;
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
    relay->is_driven = device_is_on(dev, number);
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
        drive(dev, number, device_is_on(dev, number));
    relay->is_blinking = false;
}

/* A change of a relay with a short pulse alone is not worth a flash write. */
static void keep(struct device *dev, uint8_t changed)
{
    bool is_worth = false;
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        unsigned pulse = dev->settings.pulse_time[n - 1];
        if (is_in(changed, n) && (pulse == 0 || pulse >= PULSE_SAVED_FROM))
            is_worth = true;
    }
    if (changed)
        device_retain_power(dev);
    if (is_worth && settings_option(&dev->settings, OPTION_SAVE_STATE)) {
        dev->settings.power = dev->power | dev->late_power;
        device_changed(dev);
    }
}

static void turn(struct device *dev, unsigned number, bool on)
{
    uint8_t bit = (uint8_t)(1u << (number - 1));
    end_blink(dev, number);
    dev->power =
        on ? (uint8_t)(dev->power | bit) : (uint8_t)(dev->power & ~bit);
    restart_pulse(dev, number);
    if (on && !relay_at(dev, number)->is_driven && must_wait(dev, number))
        relay_at(dev, number)->is_waiting = true;
    else
        drive(dev, number, on);
}

/* These relays off. */
static void turn_off(struct device *dev, uint8_t mask)
{
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        if (is_in(mask, n))
            turn(dev, n, false);
    }
}

static void switch_to(struct device *dev, unsigned number, bool on)
{
    uint8_t before = dev->power;
    uint8_t others = on ? before & interlock_rivals(dev, number) : 0;
    if (others & dev->settings.power_lock)
        return;
    turn_off(dev, others);
    turn(dev, number, on);
    keep(dev, before ^ dev->power);
}

void relays_separate(struct device *dev)
{
    uint8_t before = dev->power;
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        if (interlock_rivals(dev, n))
            end_blink(dev, n);
    }
    turn_off(dev, before & (uint8_t)~interlock_allowed(dev, before));
    keep(dev, before ^ dev->power);
}

static bool is_locked(const struct device *dev, unsigned number)
{
    return dev->settings.power_on_state == POWER_ON_LOCKED ||
           is_in(dev->settings.power_lock, number);
}

void relay_set(struct device *dev, unsigned number, enum state state)
{
    if (is_locked(dev, number))
        return;
    dev->late_power &= (uint8_t) ~(1u << (number - 1)); /* said otherwise */
    if (state == STATE_BLINK) {
        if (interlock_rivals(dev, number) == 0)
            begin_blink(dev, number);
    } else if (state == STATE_BLINK_OFF) {
        end_blink(dev, number);
    } else if (state == STATE_TOGGLE) {
        switch_to(dev, number, !device_is_on(dev, number));
    } else {
        switch_to(dev, number, state == STATE_ON);
    }
}

void relay_set_for(struct device *dev, unsigned number, enum state state,
                   uint32_t after_ms)
{
    static const uint8_t ends[] = {STATE_ON, STATE_OFF, STATE_TOGGLE,
                                   STATE_BLINK_OFF};
    struct relay *relay = relay_at(dev, number);
    relay->has_timer = true;
    relay->timer_end = ends[state];
    relay->timer_at_ms = dev->now_ms + after_ms;
    relay_set(dev, number, state);
}

static void blink(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    if (relay->blinks_left-- == 0) {
        end_blink(dev, number);
        return;
    }
    relay->blink_level = !relay->blink_level;
    drive(dev, number, relay->blink_level);
    relay->blink_at_ms += dev->settings.blink_time * 100u;
}

static void end_pulse(struct device *dev, unsigned number)
{
    bool on = dev->settings.power_on_state == POWER_ON_PULSE;
    relay_at(dev, number)->has_pulse = false;
    command_power(dev, number, on ? STATE_ON : STATE_OFF);
}

static void end_timer(struct device *dev, unsigned number)
{
    struct relay *relay = relay_at(dev, number);
    relay->has_timer = false;
    command_power(dev, number, (enum state)relay->timer_end);
}

bool relays_are_busy(const struct device *dev)
{
    for (unsigned i = 0; i < dev->relay_count; i++) {
        const struct relay *relay = &dev->relay[i];
        if (relay->is_resting || relay->is_blinking || relay->has_pulse ||
            relay->has_timer || relay->is_waiting)
            return true;
    }
    return false;
}

static bool is_time_for_late(const struct device *dev)
{
    unsigned delay = dev->settings.restore_delay;
    if (delay == RESTORE_WITH_WIFI)
        return dev->wifi.state == WIFI_JOINED;
    if (delay == RESTORE_WITH_BROKER)
        return dev->mqtt.state == MQTT_UP;
    return dev->uptime_s >= delay;
}

/* Locks do not count: it is as if it were the start. */
static void restore_late(struct device *dev)
{
    static const char powers[] = "Power0";
    uint8_t late = dev->late_power;
    if (late == 0 || !is_time_for_late(dev))
        return;
    dev->late_power = 0;
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        if (is_in(late, n))
            turn(dev, n, true);
    }
    device_retain_power(dev);
    command_run(dev, powers, sizeof(powers) - 1); /* tells how they are */
}

void relays_tick(struct device *dev)
{
    restore_late(dev);
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        struct relay *relay = relay_at(dev, n);
        if (relay->is_resting && device_is_due(dev, relay->rest_until_ms))
            relay->is_resting = false;
        if (relay->is_blinking && device_is_due(dev, relay->blink_at_ms))
            blink(dev, n);
        if (relay->has_pulse && device_is_due(dev, relay->pulse_until_ms))
            end_pulse(dev, n);
        if (relay->has_timer && device_is_due(dev, relay->timer_at_ms))
            end_timer(dev, n);
    }
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        if (relay_at(dev, n)->is_waiting && !must_wait(dev, n))
            drive(dev, n, true);
    }
}
