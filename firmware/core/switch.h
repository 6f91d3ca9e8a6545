/* Switches: what an edge of a wall switch, a push button or a sensor on S1/S2
 * does, by SwitchMode (tasmota.md B.4). Low is closed, the resting level is the
 * pull-up's.
 *
 * Times: T is SetOption32. A hold of modes 5 and 6 is T. Modes 8 to 10 wait
 * 0.5 s for a second change, which makes both a HOLD. Modes 11 and 12 are for
 * dimmers elsewhere, with one push button: a push shorter than 0.6 T toggles at
 * its end; a longer one tells POWER_INCREMENT after 0.6 T, T, and then every
 * 0.4 T, and POWER_RELEASE at its end. After a release, 0.6 T without a push
 * tell POWER_DELAYED where it toggled, and T tell POWER_CLEAR where not. A push
 * before that tells POWER_INV, and when it is short, POWER_100. */
#ifndef FIRMWARE_CORE_SWITCH_H
#define FIRMWARE_CORE_SWITCH_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/input.h"
#include "firmware/core/text.h"

#define SWITCHES 8u
#define SWITCH_MODE_LAST 16
#define SWITCH_MULTI_MS 500u

struct device;

/* What modes 11 and 12 remember of the push before. */
enum switch_push { PUSH_NONE, PUSH_FIRST, PUSH_SECOND };

struct switch_contact {
    struct input input;
    bool level;     /* as last handled */
    bool is_timing; /* something follows, if nothing happens */
    bool has_told;  /* modes 11, 12: what comes at 0.6 T */
    uint8_t push;   /* enum switch_push */
    uint32_t since_ms;
};

/* The first ones are enum state's. */
enum switch_action {
    SWITCH_OFF,
    SWITCH_ON,
    SWITCH_TOGGLE,
    SWITCH_HOLD,
    SWITCH_INCREMENT,
    SWITCH_INVERT,
    SWITCH_CLEAR,
    SWITCH_RELEASE,
    SWITCH_FULL,
    SWITCH_DELAYED,
    SWITCH_SENSOR, /* modes 15 and 16: only the sensor message */
    SWITCH_NOTHING
};

/* One look at a switch; pure (switch_mode.c). */
enum switch_action switch_step(struct switch_contact *contact, unsigned mode,
                               bool level, uint32_t now_ms, uint32_t hold_ms);
/* Modes whose state is the other way round in sensor messages. */
bool switch_is_inverted(unsigned mode);

/* When inputs begin to act: what pulses of the mains have said until then is
 * the level that a contact starts with. */
void switches_settle(struct device *dev);
/* Switch i, from 0. */
void switch_handle(struct device *dev, unsigned i);
/* ,"Switch1":"ON","Switch2":"OFF" of those that there are, for SENSOR. */
void switches_report(const struct device *dev, struct text *out);
/* Its name in messages: SwitchText, or Switch<n>. */
void switch_name(const struct device *dev, unsigned number, struct text *out);

#endif
