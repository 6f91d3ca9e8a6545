/* Templates without a part. */
#include "tool/doctor_template.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/json_text.h"
#include "tool/template_file.h"

struct range {
    unsigned from, to;
};

/* Switches, buttons, switches and buttons without pull-up, inverted buttons,
 * LEDs, the link's LED. */
static const struct range old_humans[] = {
    {9, 20}, {82, 93}, {122, 129}, {52, 59}, {157, 158}};
/* The same by function, number >> 5. */
static const struct range new_humans[] = {{1, 6}, {9, 10}, {17, 18}};

static bool is_in(const struct range *ranges, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++) {
        if (number >= ranges[i].from && number <= ranges[i].to)
            return true;
    }
    return false;
}
#define IS_IN(ranges, number)                                                  \
    is_in(ranges, sizeof(ranges) / sizeof((ranges)[0]), number)

enum doctor_pin doctor_template_pin(unsigned number, bool is_old)
{
    bool is_human =
        is_old ? IS_IN(old_humans, number) : IS_IN(new_humans, number >> 5);
    if (number == 0)
        return DOCTOR_PIN_NONE;
    if (number == (is_old ? 255u : 1u))
        return DOCTOR_PIN_USER;
    return is_human ? DOCTOR_PIN_HUMAN : DOCTOR_PIN_PART;
}

bool doctor_template_is_empty(const char *json, bool *has_user)
{
    enum template_kind kind = template_kind(json);
    unsigned count = json_text_count(json, "GPIO");
    *has_user = false;
    if (kind == TEMPLATE_BAD)
        return false;
    for (unsigned i = 0; i < count; i++) {
        char path[16], number[16] = "";
        snprintf(path, sizeof(path), "GPIO.%u", i);
        (void)json_text_find(json, path, number, sizeof(number));
        enum doctor_pin pin = doctor_template_pin(
            (unsigned)strtoul(number, NULL, 10), kind == TEMPLATE_OLD);
        if (pin == DOCTOR_PIN_PART)
            return false;
        *has_user |= pin == DOCTOR_PIN_USER;
    }
    return true;
}

bool doctor_template_user_has_part(const char *json)
{
    static const char *const others[] = {"GPIO",   "None", "User", "Button",
                                         "Switch", "Led",  "LED"};
    for (const char *p = json; *p; p++) {
        bool is_name = isupper((unsigned char)*p), is_other = false;
        if (!is_name || (p > json && isalnum((unsigned char)p[-1])))
            continue;
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
            is_other |= strncmp(p, others[i], strlen(others[i])) == 0;
        if (!is_other)
            return true;
    }
    return false;
}
