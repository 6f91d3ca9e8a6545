/* Does a template cut its device off? Of what its pins are, Tasmota's numbers
 * of before 9.1 (up to 255) or of today (tasmota.md D.2). No input or output
 * here. */
#ifndef TOOL_DOCTOR_TEMPLATE_H
#define TOOL_DOCTOR_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#define DOCTOR_PINS 14u /* GPIO0 to 5, 9, 10, 12 to 16, A0 */

/* What one pin is for. */
enum doctor_pin {
    DOCTOR_PIN_NONE,  /* or its user says what it is, and says nothing */
    DOCTOR_PIN_USER,  /* what `Gpio` says */
    DOCTOR_PIN_HUMAN, /* button, switch or LED: it switches nothing */
    DOCTOR_PIN_PART   /* relay, sensor, light: what a device is for */
};

/* is_old: of 13 numbers, none above 255. */
enum doctor_pin doctor_template_pin(unsigned number, bool is_old);

/* The JSON that `Template` answers: true when no pin of it has a part and so
 * the device does nothing. *has_user: a pin is its user's, ask `Gpio`. False
 * for what is no template. */
bool doctor_template_is_empty(const char *json, bool *has_user);

/* The answer of `Gpio`: `{"GPIO4":{"224":"Relay1"}}`, before 9.1 `{"GPIO4":"21
 * (Relay1)"}`. True when a part is named in it. */
bool doctor_template_user_has_part(const char *json);

#endif
