/* The time of day (tasmota.md A.8): UTC as SNTP or the owner last told it,
 * local time by Timezone, TimeStd and TimeDst. It counts on with the uptime,
 * which it never moves: whatever waits, waits as long as it was told to.
 *
 * Before the first time is known it is, as with Tasmota, so long after the
 * beginning of 1970 as the device has run, everywhere. */
#ifndef FIRMWARE_CORE_DAYTIME_H
#define FIRMWARE_CORE_DAYTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/calendar.h"

struct device;
struct text;

/* The fields are daytime.c's own. */
struct daytime {
    uint32_t zero_s; /* UTC when the uptime was 0; 0: not known */
    uint16_t zero_ms;
    uint32_t started_s; /* what zero_s was when it was known first: a crystal's
                           error does not make the start another one */
};

/* ---- settings ---- */

/* Timezone on flash: minutes east of UTC, counted from -13:59; and the number
 * that says TimeStd and TimeDst. */
#define DAYTIME_ZONE(minutes) ((minutes) + 839)
#define DAYTIME_ZONE_MOST DAYTIME_ZONE(899) /* +14:59 */
#define DAYTIME_BY_RULES (DAYTIME_ZONE_MOST + 1)

/* TimeStd and TimeDst on flash: their six numbers in one, each of which is in
 * its range for every value up to DAYTIME_RULE_MOST. */
#define DAYTIME_OFFSET_MOST 900 /* minutes from UTC, both ways */
#define DAYTIME_RULE(south, week, month, weekday, hour, offset_min)            \
    ((((((south)*5u + (week)) * 12u + (month)-1u) * 7u + (weekday)-1u) * 24u + \
      (hour)) *                                                                \
         1801u +                                                               \
     (unsigned)((offset_min) + DAYTIME_OFFSET_MOST))
#define DAYTIME_RULE_MOST DAYTIME_RULE(1u, 4u, 12u, 7u, 23u, 900)

/* In the order in which owners write them. */
#define DAYTIME_PARTS 6u
void daytime_rule_parts(uint32_t number, int parts[DAYTIME_PARTS]);
/* False: one of them is out of its range. */
bool daytime_rule_number(const int parts[DAYTIME_PARTS], uint32_t *number);

/* ---- the time ---- */

/* TimeFormat, less one: how JSON's Time looks. */
enum daytime_format {
    DAYTIME_ISO,    /* "Time":"2026-03-29T02:00:00" */
    DAYTIME_BOTH,   /* the same and "Epoch":1774749600 */
    DAYTIME_EPOCH,  /* "Time":1774749600 */
    DAYTIME_ISO_MS, /* "Time":"2026-03-29T02:00:00.123" */
    DAYTIME_FORMATS
};

/* It is this time now; utc_s not before NTP_EARLIEST (net/ntp.h). */
void daytime_set(struct device *dev, uint32_t utc_s, unsigned ms);
bool daytime_is_known(const struct device *dev);
/* Seconds since 1970; *ms, if not NULL, what has passed of the next one. */
uint32_t daytime_utc(const struct device *dev, unsigned *ms);
uint32_t daytime_local(const struct device *dev, unsigned *ms);
/* Minutes from UTC, now. */
int daytime_offset(const struct device *dev);

/* The JSON member, without a comma before it. */
void daytime_put(const struct device *dev, enum daytime_format format,
                 struct text *out);
/* "+01:00", or the number 99. */
void daytime_put_zone(const struct device *dev, struct text *out);
/* The inside of StatusTIM. */
void daytime_put_status(const struct device *dev, struct text *out);
/* When it started, in UTC: "2026-03-29T02:00:00", or nothing while that is not
 * known. */
void daytime_put_start(const struct device *dev, struct text *out);

#endif
