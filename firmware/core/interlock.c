#include "firmware/core/interlock.h"

#include <string.h>

#include "firmware/core/device.h"

static uint8_t all_relays(const struct device *dev)
{
    return (uint8_t)((1u << dev->relay_count) - 1u);
}

/* Group i of those that are in force; past them 0. */
static uint8_t group_at(const struct device *dev, unsigned i)
{
    const uint8_t *groups = dev->settings.interlock;
    uint8_t any = 0;
    for (unsigned k = 0; k < SETTINGS_INTERLOCKS; k++)
        any |= groups[k];
    if (any == 0)
        return i == 0 ? all_relays(dev) : 0;
    return groups[i] & all_relays(dev);
}

static bool is_off(const struct device *dev)
{
    return dev->relay_count < 2 ||
           !settings_option(&dev->settings, OPTION_INTERLOCK);
}

uint8_t interlock_rivals(const struct device *dev, unsigned number)
{
    uint8_t bit = (uint8_t)(1u << (number - 1)), rivals = 0;
    for (unsigned i = 0; i < SETTINGS_INTERLOCKS && !is_off(dev); i++) {
        if (group_at(dev, i) & bit)
            rivals |= group_at(dev, i);
    }
    return rivals & (uint8_t)~bit;
}

uint8_t interlock_allowed(const struct device *dev, uint8_t power)
{
    for (unsigned i = 0; i < SETTINGS_INTERLOCKS && !is_off(dev); i++) {
        uint8_t on = power & group_at(dev, i);
        if (on & (uint8_t)(on - 1)) /* more than one bit */
            power &= (uint8_t)~on;
    }
    return power;
}

/* One relay's number into the group; seen has those of all groups. */
static bool take_relay(uint8_t *group, uint8_t *seen, char digit,
                       unsigned relays)
{
    unsigned number = (unsigned)(digit - '0');
    if (!text_is_digit(digit) || number < 1 || number > relays)
        return false;
    uint8_t bit = (uint8_t)(1u << (number - 1));
    if (*seen & bit)
        return false;
    *seen |= bit;
    *group |= bit;
    return true;
}

bool interlock_parse(uint8_t *groups, const char *text, size_t size,
                     unsigned relays)
{
    uint8_t read[SETTINGS_INTERLOCKS] = {0}, seen = 0;
    unsigned count = 0;
    _Static_assert(RELAYS < 10, "a relay's number is one digit");
    for (size_t i = 0; i < size; i += 2) {
        bool ends = i + 1 == size || text[i + 1] == ' ';
        if (!ends && text[i + 1] != ',')
            return false;
        if (count == SETTINGS_INTERLOCKS ||
            !take_relay(&read[count], &seen, text[i], relays))
            return false;
        if (ends && (read[count] & (uint8_t)(read[count] - 1)) == 0)
            return false; /* one relay is no group */
        count += ends;
    }
    bool is_whole = size > 0 && text[size - 1] != ',' && text[size - 1] != ' ';
    if (is_whole)
        memcpy(groups, read, sizeof(read));
    return is_whole;
}

void interlock_print(const struct device *dev, struct text *out)
{
    for (unsigned i = 0; i < SETTINGS_INTERLOCKS; i++) {
        uint8_t group = group_at(dev, i);
        bool is_first = true;
        for (unsigned n = 1; n <= RELAYS; n++) {
            if ((group & (1u << (n - 1))) == 0)
                continue;
            if (is_first)
                text_format(out, i ? " %u" : "%u", n);
            else
                text_format(out, ",%u", n);
            is_first = false;
        }
    }
}
