/* Dates and summer time: every day beside the C library's gmtime, every hour of
 * thirty years beside its localtime, and real changes of clocks by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "firmware/core/calendar.h"
#include "firmware/core/text.h"

#define YEAR_2016 1451606400u
#define YEAR_2046 2398377600u

static void is_as_libc_says(uint32_t s)
{
    time_t t = s;
    struct tm tm;
    struct calendar at = calendar_of(s);
    assert_non_null(gmtime_r(&t, &tm));
    assert_int_equal(at.year, tm.tm_year + 1900);
    assert_int_equal(at.month, tm.tm_mon + 1);
    assert_int_equal(at.day, tm.tm_mday);
    assert_int_equal(at.weekday, tm.tm_wday + 1);
    assert_int_equal(at.hour, tm.tm_hour);
    assert_int_equal(at.minute, tm.tm_min);
    assert_int_equal(at.second, tm.tm_sec);
}

static void every_day_has_its_date(void **state)
{
    (void)state;
    for (uint32_t day = 0; day <= UINT32_MAX / CALENDAR_DAY; day++) {
        uint32_t s = day * CALENDAR_DAY;
        is_as_libc_says(s);
        if (s > 0)
            is_as_libc_says(s - 1);
        is_as_libc_says(s + day % CALENDAR_DAY);
        struct calendar at = calendar_of(s);
        if (at.year <= 2105)
            assert_int_equal(calendar_midnight(at.year, at.month, at.day), s);
    }
    is_as_libc_says(UINT32_MAX);
}

static void every_second_of_a_day_has_its_time(void **state)
{
    (void)state;
    for (uint32_t s = 0; s < CALENDAR_DAY; s++)
        is_as_libc_says(1772236800u + s); /* 2026-02-28 */
}

static void dates_as_text(void **state)
{
    static const struct {
        uint32_t s;
        const char *text;
    } rows[] = {{0, "1970-01-01T00:00:00"},
                {951868799, "2000-02-29T23:59:59"},
                {1774749600, "2026-03-29T02:00:00"},
                {4107542399u, "2100-02-28T23:59:59"},
                {4107542400u, "2100-03-01T00:00:00"},
                {UINT32_MAX, "2106-02-07T06:28:15"}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[32];
        struct text text;
        text_init(&text, line, sizeof(line));
        calendar_put(rows[i].s, &text);
        assert_string_equal(line, rows[i].text);
    }
}

/* ---- summer time --------------------------------------------------------- */

/* Places with rules of their own, as POSIX writes them (TZ) and as Tasmota's
 * owners do: {south, week, month, weekday, hour, minutes}. */
static const struct zone {
    const char *tz;
    struct calendar_rule winter, summer;
} zones[] = {
    {"CET-1CEST,M3.5.0,M10.5.0/3", {0, 0, 10, 1, 3, 60}, {0, 0, 3, 1, 2, 120}},
    {"GMT0BST,M3.5.0/1,M10.5.0/2", {0, 0, 10, 1, 2, 0}, {0, 0, 3, 1, 1, 60}},
    {"EST5EDT,M3.2.0,M11.1.0", {0, 1, 11, 1, 2, -300}, {0, 2, 3, 1, 2, -240}},
    {"NST3:30NDT,M3.2.0,M11.1.0",
     {0, 1, 11, 1, 2, -210},
     {0, 2, 3, 1, 2, -150}},
    {"AEST-10AEDT,M10.1.0,M4.1.0/3",
     {1, 1, 4, 1, 3, 600},
     {1, 1, 10, 1, 2, 660}},
    {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
     {1, 1, 4, 1, 2, 630},
     {1, 1, 10, 1, 2, 660}},
    {"NZST-12NZDT,M9.5.0,M4.1.0/3", {1, 1, 4, 1, 3, 720}, {1, 0, 9, 1, 2, 780}},
    /* no place: a Thursday, the third, a Saturday, the fourth */
    {"AAA4BBB,M2.3.4/5,M11.4.6/23",
     {0, 4, 11, 7, 23, -240},
     {0, 3, 2, 5, 5, -180}},
};
#define ZONES (sizeof(zones) / sizeof(zones[0]))

static void is_the_hour_of(const struct zone *zone, uint32_t s)
{
    time_t t = s;
    struct tm tm;
    assert_non_null(localtime_r(&t, &tm));
    if (calendar_offset(s, &zone->winter, &zone->summer) == tm.tm_gmtoff / 60)
        return;
    print_message("# %s: %u\n", zone->tz, s);
    fail();
}

static void summer_is_when_the_c_library_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ZONES; i++) {
        setenv("TZ", zones[i].tz, 1);
        tzset();
        for (uint32_t s = YEAR_2016; s < YEAR_2046; s += CALENDAR_HOUR) {
            is_the_hour_of(&zones[i], s);
            is_the_hour_of(&zones[i], s - 1);
        }
    }
    unsetenv("TZ");
    tzset();
}

/* From the IANA time zone database, by `zdump -v`: the first second of what
 * then is. */
static void clocks_change_when_they_did(void **state)
{
    static const struct {
        unsigned zone;
        uint32_t utc_s;
        int before, after;
    } rows[] = {
        {0, 1459040400, 60, 120},    /* Berlin 2016-03-27 01:00 UTC */
        {0, 1477789200, 120, 60},    /* 2016-10-30 */
        {0, 1711846800, 60, 120},    /* 2024-03-31 */
        {0, 1761440400, 120, 60},    /* 2025-10-26 */
        {1, 1743296400, 0, 60},      /* London 2025-03-30 01:00 UTC */
        {2, 1741503600, -300, -240}, /* New York 2025-03-09 07:00 UTC */
        {2, 1762063200, -240, -300}, /* 2025-11-02 06:00 UTC */
        {4, 1743868800, 660, 600},   /* Sydney 2025-04-05 16:00 UTC */
        {4, 1759593600, 600, 660},   /* 2025-10-04 16:00 UTC */
        {6, 1758981600, 720, 780},   /* Auckland 2025-09-27 14:00 UTC */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct zone *zone = &zones[rows[i].zone];
        assert_int_equal(
            calendar_offset(rows[i].utc_s - 1, &zone->winter, &zone->summer),
            rows[i].before);
        assert_int_equal(
            calendar_offset(rows[i].utc_s, &zone->winter, &zone->summer),
            rows[i].after);
    }
}

/* What Status 7 shows: the clocks' own time, before they are changed. */
static void a_change_is_told_in_local_time(void **state)
{
    (void)state;
    assert_int_equal(calendar_change(&zones[0].summer, 2025), 1743300000);
    assert_int_equal(calendar_change(&zones[0].winter, 2025), 1761447600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_date),
        cmocka_unit_test(every_second_of_a_day_has_its_time),
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(summer_is_when_the_c_library_says),
        cmocka_unit_test(clocks_change_when_they_did),
        cmocka_unit_test(a_change_is_told_in_local_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
