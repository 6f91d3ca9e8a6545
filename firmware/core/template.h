/* Templates: a board's name and what is wired to each pin, as people share them
 * in JSON, in the form before 9.1 (13 numbers up to 255) and today's (14).
 * Facts: tasmota.md D.1. */
#ifndef FIRMWARE_CORE_TEMPLATE_H
#define FIRMWARE_CORE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/text.h"
#include "firmware/net/json.h"

#define TEMPLATE_PINS 14u /* GPIO 0-5, 9, 10, 12-16 and A0 */
#define TEMPLATE_A0 17u   /* its last position's "GPIO" */
#define TEMPLATE_NAME 60u

struct template
{
    char name[TEMPLATE_NAME + 1];
    uint16_t pin[TEMPLATE_PINS]; /* components (component.h) */
    uint8_t base;                /* module 1..75 */
};

/* GPIO number of a position. */
unsigned template_gpio(unsigned position);

/* Take over what the JSON names; other parts stay. *command: the string CMND,
 * which points into json; its text is NULL when there is none. False when it is
 * no JSON object or a value is of the wrong kind: nothing is then changed. */
bool template_parse(struct template *template, const char *json, size_t size,
                    struct json_item *command);

/* {"NAME":"…","GPIO":[…14…],"FLAG":0,"BASE":1} */
void template_print(const struct template *template, struct text *out);

#endif
