/* The time of day. */
#include "firmware/core/daytime.h"

#include "firmware/core/device.h"

#define STEP_S 60u /* a correction by more: the time before was wrong */

/* ---- rules --------------------------------------------------------------- */

static const struct {
    int16_t least;
    uint16_t count;
} ranges[DAYTIME_PARTS] = {
    {0, 2}, {0, 5},  {1, 12},
    {1, 7}, {0, 24}, {-DAYTIME_OFFSET_MOST, 2 * DAYTIME_OFFSET_MOST + 1}};

void daytime_rule_parts(uint32_t number, int parts[DAYTIME_PARTS])
{
    for (unsigned i = DAYTIME_PARTS; i-- > 0; number /= ranges[i].count)
        parts[i] = ranges[i].least + (int)(number % ranges[i].count);
}

bool daytime_rule_number(const int parts[DAYTIME_PARTS], uint32_t *number)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < DAYTIME_PARTS; i++) {
        unsigned part = (unsigned)(parts[i] - ranges[i].least);
        if (part >= ranges[i].count)
            return false;
        sum = sum * ranges[i].count + part;
    }
    *number = sum;
    return true;
}

static struct calendar_rule rule_of(uint32_t number)
{
    int parts[DAYTIME_PARTS];
    daytime_rule_parts(number, parts);
    return (struct calendar_rule){.is_south = parts[0] == 1,
                                  .week = (uint8_t)parts[1],
                                  .month = (uint8_t)parts[2],
                                  .weekday = (uint8_t)parts[3],
                                  .hour = (uint8_t)parts[4],
                                  .offset_min = (int16_t)parts[5]};
}

/* ---- the time ------------------------------------------------------------ */

bool daytime_is_known(const struct device *dev)
{
    return dev->daytime.zero_s > 0;
}

void daytime_set(struct device *dev, uint32_t utc_s, unsigned ms)
{
    struct daytime *daytime = &dev->daytime;
    bool has_borrow = ms < dev->uptime_ms;
    uint32_t zero_s = utc_s - dev->uptime_s - (has_borrow ? 1u : 0u);
    uint32_t step_s = zero_s - daytime->zero_s + STEP_S;
    if (daytime->zero_s == 0 || step_s > 2 * STEP_S)
        daytime->started_s = zero_s;
    daytime->zero_s = zero_s;
    daytime->zero_ms =
        (uint16_t)(ms + (has_borrow ? 1000u : 0u) - dev->uptime_ms);
    if (dev->settings.boots_since == 0) {
        dev->settings.boots_since = daytime_local(dev, NULL);
        device_changed(dev);
    }
}

uint32_t daytime_utc(const struct device *dev, unsigned *ms)
{
    unsigned part_ms = dev->daytime.zero_ms + dev->uptime_ms;
    if (ms)
        *ms = part_ms % 1000;
    return dev->daytime.zero_s + dev->uptime_s + part_ms / 1000;
}

int daytime_offset(const struct device *dev)
{
    const struct settings *settings = &dev->settings;
    if (!daytime_is_known(dev))
        return 0;
    if (settings->timezone != DAYTIME_BY_RULES)
        return (int)settings->timezone - DAYTIME_ZONE(0);
    struct calendar_rule winter = rule_of(settings->time_std);
    struct calendar_rule summer = rule_of(settings->time_dst);
    return calendar_offset(daytime_utc(dev, NULL), &winter, &summer);
}

uint32_t daytime_local(const struct device *dev, unsigned *ms)
{
    return daytime_utc(dev, ms) + (uint32_t)(daytime_offset(dev) * 60);
}

/* ---- as text ------------------------------------------------------------- */

/* "+01:00" */
static void put_offset(int minutes, struct text *out)
{
    unsigned distance = (unsigned)(minutes < 0 ? -minutes : minutes);
    text_format(out, "%c%02u:%02u", minutes < 0 ? '-' : '+', distance / 60,
                distance % 60);
}

void daytime_put(const struct device *dev, enum daytime_format format,
                 struct text *out)
{
    unsigned ms, utc_s = (unsigned)daytime_utc(dev, NULL);
    text_add(out, "\"Time\":");
    if (format == DAYTIME_EPOCH) {
        text_format(out, "%u", utc_s);
        return;
    }
    text_add(out, "\"");
    calendar_put(daytime_local(dev, &ms), out);
    if (format == DAYTIME_ISO_MS)
        text_format(out, ".%03u", ms);
    if (settings_option(&dev->settings, OPTION_TIME_ZONE))
        put_offset(daytime_offset(dev), out);
    text_add(out, "\"");
    if (format == DAYTIME_BOTH)
        text_format(out, ",\"Epoch\":%u", utc_s);
}

void daytime_put_zone(const struct device *dev, struct text *out)
{
    if (dev->settings.timezone == DAYTIME_BY_RULES) {
        text_add(out, "99");
        return;
    }
    text_add(out, "\"");
    put_offset((int)dev->settings.timezone - DAYTIME_ZONE(0), out);
    text_add(out, "\"");
}

static void put_change(uint32_t number, unsigned year, struct text *out)
{
    struct calendar_rule rule = rule_of(number);
    calendar_put(calendar_change(&rule, year), out);
}

void daytime_put_status(const struct device *dev, struct text *out)
{
    uint32_t local_s = daytime_local(dev, NULL);
    unsigned year = calendar_of(local_s).year;
    text_add(out, "\"UTC\":\"");
    calendar_put(daytime_utc(dev, NULL), out);
    text_add(out, "Z\",\"Local\":\"");
    calendar_put(local_s, out);
    text_add(out, "\",\"StartDST\":\"");
    put_change(dev->settings.time_dst, year, out);
    text_add(out, "\",\"EndDST\":\"");
    put_change(dev->settings.time_std, year, out);
    text_add(out, "\",\"Timezone\":");
    daytime_put_zone(dev, out);
}

void daytime_put_start(const struct device *dev, struct text *out)
{
    if (daytime_is_known(dev))
        calendar_put(dev->daytime.started_s, out);
}
