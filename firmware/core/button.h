/* Buttons: presses within half a second of each other are counted together,
 * and what a count does is today's Tasmota (tasmota.md B.1): button k toggles
 * relay k; two to five presses of button 1 toggle relay 2 to 5 where there is
 * one; six open the set-up access point, and where there is only one relay four
 * do, as guides of years ago say. Boards with several buttons of their own do
 * without that for relays, or without all of it (module.h). A hold is told, and
 * erases nothing, however long (promise 6). */
#ifndef FIRMWARE_CORE_BUTTON_H
#define FIRMWARE_CORE_BUTTON_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/input.h"

#define BUTTONS 8u
#define BUTTON_WINDOW_MS 500u
#define BUTTON_LONG 10u      /* a long hold is so many holds */
#define BUTTON_EDGE_MS 1000u /* between two that count, where edges do */

struct device;

struct button {
    struct input input;
    bool is_active_high;
    bool is_pressed; /* as last handled */
    bool is_held;    /* the hold was told, or is none */
    bool is_long;    /* so was the long one */
    bool is_ignored; /* nobody is told of its end */
    uint8_t presses; /* counted and not yet acted on */
    uint32_t pressed_ms;
};

struct button_rules {
    bool is_immediate; /* SetOption13: act when it goes down, nothing else but
                          a long hold */
    bool is_edge;      /* each change of the level is a press of its own, unless
                          it is one's echo; there are no holds */
    uint32_t hold_ms;
    uint32_t ignore_ms; /* what is longer was no press and no hold; 0: never */
};

enum button_action {
    BUTTON_NOTHING,
    BUTTON_PRESSES, /* *presses of them are complete */
    BUTTON_HOLD,
    BUTTON_LONG_HOLD, /* BUTTON_LONG times as long, when is_immediate */
    BUTTON_CLEAR      /* released after a hold */
};

/* One look at a button; pure. *began says that a press has just begun. */
enum button_action button_step(struct button *button, bool is_pressed,
                               uint32_t now_ms,
                               const struct button_rules *rules,
                               unsigned *presses, bool *began);

/* Forget what was before; a button that is down now is not a press. */
void buttons_settle(struct device *dev);
/* Those in the set, bit i for button i + 1. */
void buttons_handle(struct device *dev, unsigned set);

#endif
