/* Dates out of seconds and back, and when clocks change. Years and months are
 * counted one by one: the device has no division in hardware. */
#include "firmware/core/calendar.h"

#include "firmware/core/text.h"

#define FIRST_YEAR 1970u
#define FIRST_WEEKDAY 5u /* 1970 began on a Thursday */
#define FEBRUARY 2u

/* Of the years that 32 bits reach, 2100 is the one that every fourth year does
 * not tell. */
static bool is_leap(unsigned year)
{
    return year % 4 == 0 && year != 2100;
}

static unsigned days_of_year(unsigned year)
{
    return is_leap(year) ? 366 : 365;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    bool is_long = month == FEBRUARY && is_leap(year);
    return days[month - 1] + (is_long ? 1u : 0u);
}

static unsigned weekday_of(uint32_t days)
{
    return (days + FIRST_WEEKDAY - 1) % 7 + 1;
}

struct calendar calendar_of(uint32_t s)
{
    uint32_t days = s / CALENDAR_DAY, rest = s % CALENDAR_DAY;
    unsigned year = FIRST_YEAR, month = 1;
    struct calendar out = {.weekday = (uint8_t)weekday_of(days),
                           .hour = (uint8_t)(rest / CALENDAR_HOUR),
                           .minute = (uint8_t)(rest / 60 % 60),
                           .second = (uint8_t)(rest % 60)};
    for (; days >= days_of_year(year); year++)
        days -= days_of_year(year);
    for (; days >= days_of_month(year, month); month++)
        days -= days_of_month(year, month);
    out.year = (uint16_t)year;
    out.month = (uint8_t)month;
    out.day = (uint8_t)(days + 1);
    return out;
}

static uint32_t days_until(unsigned year, unsigned month)
{
    uint32_t days = 0;
    for (unsigned y = FIRST_YEAR; y < year; y++)
        days += days_of_year(y);
    for (unsigned m = 1; m < month; m++)
        days += days_of_month(year, m);
    return days;
}

uint32_t calendar_midnight(unsigned year, unsigned month, unsigned day)
{
    return (days_until(year, month) + day - 1) * CALENDAR_DAY;
}

uint32_t calendar_change(const struct calendar_rule *rule, unsigned year)
{
    unsigned week = rule->week ? rule->week : 5;
    unsigned last = days_of_month(year, rule->month);
    uint32_t days = days_until(year, rule->month);
    unsigned day = 1 + (7 + rule->weekday - weekday_of(days)) % 7;
    day += 7 * (week - 1);
    if (day > last)
        day -= 7; /* four of them this time */
    return (days + day - 1) * CALENDAR_DAY + rule->hour * CALENDAR_HOUR;
}

/* UTC at the change to the clocks of `to`, from those of `from`. */
static uint32_t change_utc(const struct calendar_rule *to,
                           const struct calendar_rule *from, unsigned year)
{
    return calendar_change(to, year) - (uint32_t)(from->offset_min * 60);
}

int calendar_offset(uint32_t utc_s, const struct calendar_rule *winter,
                    const struct calendar_rule *summer)
{
    unsigned year = calendar_of(utc_s).year;
    uint32_t begin = change_utc(summer, winter, year);
    uint32_t end = change_utc(winter, summer, year);
    bool is_summer = summer->is_south ? utc_s < end || utc_s >= begin
                                      : utc_s >= begin && utc_s < end;
    return is_summer ? summer->offset_min : winter->offset_min;
}

void calendar_put(uint32_t s, struct text *out)
{
    struct calendar at = calendar_of(s);
    text_format(out, "%u-%02u-%02uT%02u:%02u:%02u", (unsigned)at.year,
                (unsigned)at.month, (unsigned)at.day, (unsigned)at.hour,
                (unsigned)at.minute, (unsigned)at.second);
}
