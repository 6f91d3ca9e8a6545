/* The board at start: which one it is, and every pin made what it is wired to.
 * Called by device.c, once. */
#ifndef FIRMWARE_CORE_BOARD_H
#define FIRMWARE_CORE_BOARD_H

#include "firmware/core/settings.h"
#include "firmware/core/template.h"

struct device;

/* The board as its maker wired it, without what Gpio adds: the module, or the
 * stored template. */
void board_wired(const struct settings *settings, struct template *out);

/* What is wired: a template without its name. */
struct wiring {
    uint16_t pin[TEMPLATE_PINS]; /* components (component.h) */
    uint8_t base;                /* module 1..75 */
};

/* dev->board: the module or the stored template, with what Gpio says where it
 * leaves a pin to the user; in safe mode (rescue.h) nothing there. A module
 * that can't be is replaced by Basic, and what may not be on its pin (pins.h)
 * by nothing. */
void board_choose(struct device *dev);

/* Somebody wants to know what A0 reads. */
bool board_has_analog(const struct device *dev);

/* Relays take their state, inputs their level as it is; LEDs show it. */
void board_start(struct device *dev);

#endif
