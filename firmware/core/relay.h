/* Relays: their pins, the state they take at start, pulses, timers, blinking,
 * and that of an interlock group (interlock.h) never two are on.
 * Numbers are from 1. dev->power holds a bit per relay. */
#ifndef FIRMWARE_CORE_RELAY_H
#define FIRMWARE_CORE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#define RELAYS 8u
/* From one relay of a group going off to the next one's going on. */
#define RELAY_DEAD_MS 50u

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

/* The truths are bits: there are eight of these. */
struct relay {
    uint32_t pulse_until_ms, blink_at_ms, rest_until_ms, timer_at_ms;
    uint16_t blinks_left;
    uint8_t pin;
    uint8_t timer_end; /* enum state */
    bool is_used : 1, is_active_low : 1;
    bool has_pulse : 1, is_blinking : 1, blink_level : 1, has_timer : 1;
    bool is_driven : 1;  /* the pin is at its on level */
    bool is_resting : 1; /* it went off less than RELAY_DEAD_MS ago */
    bool is_waiting : 1; /* on, but the pin waits for one that rests */
};

/* The bits that the relays take at start; those that SetOption47 makes wait are
 * in dev->late_power. */
uint8_t relays_at_start(struct device *dev);
/* Make the pin an output at what dev->power says. */
void relay_start(struct device *dev, unsigned number, unsigned pin,
                 bool is_active_low);
/* Switch, toggle or blink; ends a blink and restarts the pulse. On switches the
 * others of its group off first. Does nothing while PowerOnState or PowerLock
 * locks it, when one of its group is on and locked, and for blinking in a
 * group. */
void relay_set(struct device *dev, unsigned number, enum state state);
/* TimedPower: relay_set now, and its opposite after_ms later (blinking: its
 * end). */
void relay_set_for(struct device *dev, unsigned number, enum state state,
                   uint32_t after_ms);
/* Interlock was changed: every group of which several are on goes off. */
void relays_separate(struct device *dev);
/* Pulses, timers, blinks and ends of dead times that are due. */
void relays_tick(struct device *dev);
/* Does one of them pulse, blink, wait or count time? */
bool relays_are_busy(const struct device *dev);
/* PulseTime's units to ms: 1..111 are 0.1 s each, 112.. are n-100 seconds. */
uint32_t relay_pulse_ms(unsigned pulse_time);

#endif
