/* Relays: their pins, the state they take at start, pulses and blinking.
 * Numbers are from 1. dev->power holds a bit per relay. */
#ifndef FIRMWARE_CORE_RELAY_H
#define FIRMWARE_CORE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#define RELAYS 8u

struct device;

enum state { STATE_OFF, STATE_ON, STATE_TOGGLE, STATE_BLINK, STATE_BLINK_OFF };

/* PowerOnState */
enum power_on {
    POWER_ON_OFF,
    POWER_ON_ON,
    POWER_ON_INVERTED,
    POWER_ON_SAVED,
    POWER_ON_LOCKED, /* on, and no command changes it */
    POWER_ON_PULSE   /* off, and on after the pulse time */
};

struct relay {
    uint8_t pin;
    bool is_used, is_active_low;
    bool has_pulse, is_blinking, blink_level;
    uint16_t blinks_left;
    uint32_t pulse_until_ms, blink_at_ms;
};

/* The bits that the relays take at start. */
uint8_t relays_at_start(const struct device *dev);
/* Make the pin an output at what dev->power says. */
void relay_start(struct device *dev, unsigned number, unsigned pin,
                 bool is_active_low);
/* Switch, toggle or blink; ends a blink and restarts the pulse. Does nothing
 * while PowerOnState locks. */
void relay_set(struct device *dev, unsigned number, enum state state);
/* Pulses and blinks that are due. */
void relays_tick(struct device *dev);
/* PulseTime's units to ms: 1..111 are 0.1 s each, 112.. are n-100 seconds. */
uint32_t relay_pulse_ms(unsigned pulse_time);

#endif
