/* Pins that must not be driven: what would cut off the serial line or the flash
 * chip is refused, in templates, in modules and in Gpio, with the reason.
 * Facts: tasmota.md D.1. */
#ifndef FIRMWARE_CORE_PINS_H
#define FIRMWARE_CORE_PINS_H

#include <stdbool.h>

#include "firmware/core/template.h"
#include "firmware/core/text.h"

/* Nothing may be wired to it, on any chip: GPIO6 to 8 and 11. */
bool pin_is_flash(unsigned gpio);
/* May this component be there? GPIO1 and 3 take no outputs, GPIO9 and 10 only
 * on an ESP8285 what the device serves. What it does not serve it leaves alone.
 */
bool pin_can_be(unsigned gpio, unsigned component);
/* Why it may not: "Relay1 on GPIO1 would cut off the serial line". */
void pin_refusal(unsigned gpio, unsigned component, struct text *out);

/* The first position that may not be as it is, or TEMPLATE_PINS. */
unsigned pins_refused(const struct template *template);

#endif
