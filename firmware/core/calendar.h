/* Dates out of seconds and back, and when clocks change to summer time and back
 * (tasmota.md A.8: TimeStd, TimeDst). Pure functions; seconds count from the
 * beginning of 1970, as far as 32 bits go: into February 2106. Whether they are
 * UTC or local is the caller's affair. */
#ifndef FIRMWARE_CORE_CALENDAR_H
#define FIRMWARE_CORE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_HOUR 3600u /* seconds */
#define CALENDAR_DAY 86400u

struct text;

struct calendar {
    uint16_t year;      /* 1970 to 2106 */
    uint8_t month, day; /* from 1 */
    uint8_t weekday;    /* 1: Sunday, to 7, as TimeStd counts them */
    uint8_t hour, minute, second;
};

struct calendar calendar_of(uint32_t s);
/* Midnight at the beginning of this day; 1970 to 2105. */
uint32_t calendar_midnight(unsigned year, unsigned month, unsigned day);

/* When clocks change, each year, and how far they are from UTC from then on.
 * The hour is that of the clocks before they change. */
struct calendar_rule {
    bool is_south;      /* of summer: it lasts over New Year */
    uint8_t week;       /* 1st to 4th of this weekday in the month; 0: last */
    uint8_t month;      /* 1 to 12 */
    uint8_t weekday;    /* 1: Sunday, to 7 */
    uint8_t hour;       /* 0 to 23 */
    int16_t offset_min; /* minutes before UTC: 60 is Berlin's winter */
};

/* The local time of the change in this year. */
uint32_t calendar_change(const struct calendar_rule *rule, unsigned year);
/* Minutes from UTC at this moment of UTC, by both rules. */
int calendar_offset(uint32_t utc_s, const struct calendar_rule *winter,
                    const struct calendar_rule *summer);

/* "2026-03-29T02:00:00" */
void calendar_put(uint32_t s, struct text *out);

#endif
