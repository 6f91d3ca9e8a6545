/* Modules: the boards that have a number, 1 to 75. Every number has its name;
 * a module whose pins are not known here can't be chosen. Facts: tasmota.md
 * D.3 and appendices 2 and 3; where both give pins, D.3. */
#ifndef FIRMWARE_CORE_MODULE_H
#define FIRMWARE_CORE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/template.h"

#define MODULE_TEMPLATE 0u /* the stored template */
#define MODULE_BASIC 1u
#define MODULE_GENERIC 18u
#define MODULE_LAST 75u

/* 1..75. */
const char *module_name(unsigned module);
/* Its pins are known. */
bool module_is_known(unsigned module);
/* Its relays are not on pins: they are told over the serial line (tasmota.md
 * D.3), which is not done here. */
bool module_is_serial(unsigned module);
/* The component at a template's position; none when the pins are not known. */
uint16_t module_pin(unsigned module, unsigned position);
/* The module as a template. False when its pins are not known. */
bool module_template(unsigned module, struct template *out);
/* Motor C/AC: its relays are on when power comes, whatever PowerOnState says
 * (tasmota.md A.4). */
bool module_starts_on(unsigned module);
/* Dual, 4CH, Dual R2: each button is for its own relay alone, the first one,
 * too (tasmota.md B.1). */
bool module_has_single_presses(unsigned module);
/* 4CH Pro: what is on its buttons' pins is another chip, which moves them once
 * for each press, this way or that (tasmota.md B.1). */
bool module_has_edge_buttons(unsigned module);
/* Touch and T1: the lamp shows that the relay is off, to be found at night. */
bool module_has_night_led(unsigned module);

#endif
