/* Components: what a pin may be. Numbers are Tasmota's of today: function<<5 |
 * index from 0 (Button1 = 32, Relay2 = 225); the numbers before 9.1 are
 * converted. Facts: tasmota.md D.2 and appendix 1. */
#ifndef FIRMWARE_CORE_COMPONENT_H
#define FIRMWARE_CORE_COMPONENT_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/text.h"

#define COMPONENT_NONE 0u
#define COMPONENT_USER 1u
#define COMPONENT_LAST 5344u /* the highest number any conversion gives */
#define COMPONENT_INDEX(component) ((component)&31u)

/* component >> 5 */
enum function {
    FUNCTION_BUTTON = 1,
    FUNCTION_BUTTON_N, /* no pull-up */
    FUNCTION_BUTTON_I, /* pressed is high */
    FUNCTION_BUTTON_IN,
    FUNCTION_SWITCH,
    FUNCTION_SWITCH_N,
    FUNCTION_RELAY,
    FUNCTION_RELAY_I, /* on is low */
    FUNCTION_LED,
    FUNCTION_LED_I,
    FUNCTION_LED_LINK = 17,
    FUNCTION_LED_LINK_I,
    FUNCTION_OUTPUT_HIGH = 120,
    FUNCTION_OUTPUT_LOW,
    FUNCTION_ANALOG = 147 /* of A0 alone */
};

#define COMPONENT_ANALOG (FUNCTION_ANALOG << 5)

/* A number from before 9.1 (0..255); those that never existed give User. */
uint16_t component_from_old(unsigned old);
/* The old FLAG's low nibble said what A0 was for. */
uint16_t component_from_old_adc(unsigned flag);

/* Does the device do something with it? None and User count as served. A
 * template may hold others: they are kept, and their pins left alone. */
bool component_is_served(unsigned component);

/* Served, and its pin is driven. */
bool component_is_output(unsigned component);

/* "Button1"; "None", "User"; a number without a name here is "Other N". */
void component_name(unsigned component, struct text *out);
/* {"0":"None","32":"Button",...}: the first number of each with its name, as
 * Gpios answers; those that are not served only if asked for. */
void component_list(bool with_unserved, struct text *out);

#endif
