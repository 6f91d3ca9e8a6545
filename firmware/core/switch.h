/* Switches: what an edge of a wall switch, a push button or a sensor on S1/S2
 * does, by SwitchMode (tasmota.md B.4). Low is closed, the resting level is the
 * pull-up's. Modes 8 to 12 (double flips, dimmers) act as 0, 1, 2, 3 and 4. */
#ifndef FIRMWARE_CORE_SWITCH_H
#define FIRMWARE_CORE_SWITCH_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/input.h"

#define SWITCHES 8u
#define SWITCH_MODE_LAST 16

struct device;

struct switch_contact {
    struct input input;
    bool level;     /* as last handled */
    bool is_timing; /* modes 5 and 6: pushed, not yet held */
    uint32_t pushed_ms;
};

enum switch_action {
    SWITCH_OFF,
    SWITCH_ON,
    SWITCH_TOGGLE,
    SWITCH_HOLD,
    SWITCH_NOTHING
};

/* One look at a switch; pure. */
enum switch_action switch_step(struct switch_contact *contact, unsigned mode,
                               bool level, uint32_t now_ms, uint32_t hold_ms);

/* When inputs begin to act: what pulses of the mains have said until then is
 * the level that a contact starts with. */
void switches_settle(struct device *dev);
void switches_handle(struct device *dev);

#endif
