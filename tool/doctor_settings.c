/* Pogo's settings on flash, as far as they silence a device or cut it off. */
#include "tool/doctor_settings.h"

#include <stdio.h>

#include "tool/doctor_template.h"

/* docs/flash.md. What is not there is as it was when the device was new: of a
 * template's pin the user's, of that nothing. */
#define MODULE 1u
#define TEMPLATE_PIN 3u
#define USER_PIN 5u
#define SERIAL_LOG 14u

static uint16_t key_of(unsigned setting, unsigned element)
{
    return (uint16_t)(setting * 32 + element);
}

static enum doctor_pin pin_of(const struct settings_log *log, unsigned setting,
                              unsigned i)
{
    uint32_t number;
    enum err e = settings_log_get_number(log, key_of(setting, i), &number);
    return e == ERR_NONE ? doctor_template_pin(number, false) : DOCTOR_PIN_USER;
}

static bool has_part(const struct settings_log *log)
{
    for (unsigned i = 0; i < DOCTOR_PINS; i++) {
        enum doctor_pin pin = pin_of(log, TEMPLATE_PIN, i);
        if (pin == DOCTOR_PIN_USER)
            pin = pin_of(log, USER_PIN, i);
        if (pin == DOCTOR_PIN_PART)
            return true;
    }
    return false;
}

void doctor_settings_read(const struct settings_log *log,
                          struct doctor_findings *out)
{
    uint32_t number = 0;
    enum err e = settings_log_get_number(log, key_of(SERIAL_LOG, 0), &number);
    if (e == ERR_NONE && number == 0 && out->has[DOCTOR_MUTE])
        snprintf(out->detail[DOCTOR_MUTE], DOCTOR_DETAIL,
                 "SerialLog is 0 in its settings");
    e = settings_log_get_number(log, key_of(MODULE, 0), &number);
    if (e != ERR_NONE || number != 0 || has_part(log))
        return;
    doctor_add(out, DOCTOR_TEMPLATE, "%s", "module 0, on the flash");
}
