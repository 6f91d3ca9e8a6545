/* The time of day: what is shown before it is known, and afterwards; that
 * nothing which waits is moved by it; and that years pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/telemetry.h"
#include "test/firmware/fake_hal.h"
#include "test/firmware/fake_net.h"

#define NEW_YEAR 1767225600u /* 2026-01-01 00:00 UTC */
#define HOUR_MS 3600000u
#define DAY_MS (24u * HOUR_MS)

static void expect(const char *line, const char *answer)
{
    fake_type(&fd, line);
    if (fake_said(answer))
        return;
    print_message("# %s: not %s in %s\n", line, answer, fake.text);
    fail();
}

/* So long without news, in large steps: as when the device had no time to look
 * at its pins. */
static void pass(uint32_t ms)
{
    while (ms > 0) {
        uint32_t step = ms < HOUR_MS ? ms : HOUR_MS;
        fd.now_ms += step;
        ms -= step;
        struct event event = {.kind = EVENT_PINS,
                              .now_ms = fd.now_ms,
                              .pins = fd.pins,
                              .has_gap = true};
        device_handle(&fd.device, &event);
        event.kind = EVENT_TICK;
        device_handle(&fd.device, &event);
    }
}

static void it_begins_in_1970_everywhere(void **state)
{
    (void)state;
    expect("Timezone 99", "{\"Timezone\":99}");
    fake_run(&fd, 61234);
    expect("Time", "{\"Time\":\"1970-01-01T00:01:01\"}");
    expect("Time", "00:01:01.234 RSL");
    expect("Status 7", "\"UTC\":\"1970-01-01T00:01:01Z\",\"Local\":"
                       "\"1970-01-01T00:01:01\"");
    expect("Status 1", "\"StartupUTC\":\"\"");
    expect("Status 1", "\"BCResetTime\":\"1970-01-01T00:00:00\"");
    assert_false(daytime_is_known(&fd.device));
}

static void once_known_it_is_everywhere(void **state)
{
    (void)state;
    fake_run(&fd, 90400);
    daytime_set(&fd.device, NEW_YEAR, 700);
    expect("Time 4", "{\"Time\":\"2026-01-01T01:00:00.700\"}");
    expect("Time", "01:00:00.700 RSL"); /* log lines are local, too */
    expect("Time 1", "{\"Time\":\"2026-01-01T01:00:00\"}");
    fake_run(&fd, 300);
    expect("State",
           "{\"Time\":\"2026-01-01T01:00:01\",\"Uptime\":\"0T00:01:30\","
           "\"UptimeSec\":90");
    expect("Status 10", "{\"StatusSNS\":{\"Time\":\"2026-01-01T01:00:01\"");
    expect("Status 7", "\"UTC\":\"2026-01-01T00:00:01Z\",\"Local\":"
                       "\"2026-01-01T01:00:01\",\"StartDST\":"
                       "\"2026-03-29T02:00:00\",\"EndDST\":"
                       "\"2026-10-25T03:00:00\",\"Timezone\":\"+01:00\","
                       "\"Sunrise\":\"\",\"Sunset\":\"\"}}");
    expect("Status 1", "\"StartupUTC\":\"2025-12-31T23:58:30\"");
    daytime_set(&fd.device, NEW_YEAR + 3, 0); /* corrected: the same start */
    expect("Status 1", "\"BCResetTime\":\"2026-01-01T01:00:00\"");
}

/* Each millisecond of a second, against each of the uptime's. */
static void no_millisecond_is_lost(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        unsigned ms = i * 7 % 1000, is;
        pass(1);
        daytime_set(&fd.device, NEW_YEAR, ms);
        assert_int_equal(daytime_utc(&fd.device, &is), NEW_YEAR);
        assert_int_equal(is, ms);
        pass(1000 - ms);
        assert_int_equal(daytime_utc(&fd.device, &is), NEW_YEAR + 1);
        assert_int_equal(is, 0);
    }
}

static void summer_comes_while_it_runs(void **state)
{
    (void)state;
    fake_type(&fd, "Timezone 99");
    daytime_set(&fd.device, 1774745999, 0); /* 2026-03-29 00:59:59 UTC */
    expect("Time", "\"2026-03-29T01:59:59\"");
    fake_run(&fd, 1000);
    expect("Time", "\"2026-03-29T03:00:00\"");
    expect("State", "03:00:00.000 RSL");
}

/* Seconds of error are the crystal's, over months; a minute was a wrong time.
 */
static void the_start_stays_while_the_time_is_corrected(void **state)
{
    (void)state;
    fake_run(&fd, 10000);
    daytime_set(&fd.device, NEW_YEAR + 10, 0);
    for (unsigned i = 1; i <= 20; i++) {
        daytime_set(&fd.device, NEW_YEAR + 10 + 20 * i, 0);
        expect("Status 1", "\"StartupUTC\":\"2026-01-01T00:00:00\"");
    }
    daytime_set(&fd.device, NEW_YEAR + 3600 + 10, 0);
    expect("Status 1", "\"StartupUTC\":\"2026-01-01T01:00:00\"");
    daytime_set(&fd.device, NEW_YEAR + 10, 0);
    expect("Status 1", "\"StartupUTC\":\"2026-01-01T00:00:00\"");
}

static void reset_99_counts_starts_from_now_on(void **state)
{
    (void)state;
    daytime_set(&fd.device, NEW_YEAR, 0);
    fake_run(&fd, 5000);
    expect("Status 1",
           "\"BootCount\":1,\"BCResetTime\":\"2026-01-01T01:00:00\"");
    fake_type(&fd, "Reset 99");
    expect("Status 1",
           "\"BootCount\":0,\"BCResetTime\":\"2026-01-01T01:00:05\"");
}

static void a_rule_is_kept_as_one_number(void **state)
{
    static const int least[] = {0, 0, 1, 1, 0, -900};
    static const int most[] = {1, 4, 12, 7, 23, 900};
    int parts[DAYTIME_PARTS];
    uint32_t again;
    (void)state;
    for (uint32_t n = 0; n <= DAYTIME_RULE_MOST; n += n % 3 ? 977 : 1) {
        daytime_rule_parts(n, parts);
        for (unsigned i = 0; i < DAYTIME_PARTS; i++)
            assert_true(parts[i] >= least[i] && parts[i] <= most[i]);
        assert_true(daytime_rule_number(parts, &again));
        assert_int_equal(again, n);
    }
    assert_true(daytime_rule_number(most, &again));
    assert_int_equal(again, DAYTIME_RULE_MOST);
}

/* The clock is set by 60 years, forward and back, while a pulse, a backlog, a
 * save and telemetry wait. */
static void what_waits_is_not_moved(void **state)
{
    static const uint32_t times[] = {2147483647u, NEW_YEAR, 4294967000u};
    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        fake_type(&fd, "PulseTime 20");
        fake_type(&fd, "Power 1");
        fake_type(&fd, "Backlog Delay 10;Power2x 1");
        daytime_set(&fd.device, times[i], 0);
        fake_forget();
        fake_run(&fd, 900);
        assert_false(fake_said("POWER2X"));
        fake_run(&fd, 200);
        assert_true(fake_said("POWER2X"));
        assert_true(device_is_on(&fd.device, 1));
        fake_run(&fd, 950);
        assert_false(device_is_on(&fd.device, 1));
    }
    uint32_t next_ms = fd.device.telemetry.next_ms;
    daytime_set(&fd.device, NEW_YEAR, 0);
    assert_int_equal(fd.device.telemetry.next_ms, next_ms);
}

/* Milliseconds wrap around every 49.7 days: three virtual years, in each of
 * whose weeks a relay, a pulse, the backlog and saving do what they do in the
 * first. */
static void years_pass(void **state)
{
    char line[64];
    (void)state;
    daytime_set(&fd.device, NEW_YEAR, 0);
    for (unsigned day = 7; day <= 3 * 365; day += 7) {
        pass(7 * DAY_MS - 3000);
        fake_type(&fd, "PulseTime 5");
        expect("Power 1", "{\"POWER\":\"ON\"}");
        fake_type(&fd, "Backlog0 Power;Delay 2;Power");
        fake_run(&fd, 480);
        assert_true(fake_said("POWER = ON"));
        assert_true(device_is_on(&fd.device, 1));
        fake_run(&fd, 40);
        assert_false(device_is_on(&fd.device, 1));
        uint32_t saves = fd.device.settings.save_count;
        snprintf(line, sizeof(line), "BlinkCount %u", day);
        fake_type(&fd, line);
        fake_run(&fd, 1100);
        assert_true(fd.device.settings.save_count > saves);
        pass(3000 - 480 - 40 - 1100);
        snprintf(line, sizeof(line),
                 "\"Uptime\":\"%uT00:00:00\",\"UptimeSec\":%u,", day,
                 day * 86400);
        expect("State", line);
        assert_int_equal(daytime_utc(&fd.device, NULL), NEW_YEAR + day * 86400);
    }
    expect("Status 7", "\"UTC\":\"2028-12-28T00:00:00Z\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_begins_in_1970_everywhere, fake_basic),
        cmocka_unit_test_setup(once_known_it_is_everywhere, fake_basic),
        cmocka_unit_test_setup(no_millisecond_is_lost, fake_basic),
        cmocka_unit_test_setup(summer_comes_while_it_runs, fake_basic),
        cmocka_unit_test_setup(the_start_stays_while_the_time_is_corrected,
                               fake_basic),
        cmocka_unit_test_setup(reset_99_counts_starts_from_now_on, fake_basic),
        cmocka_unit_test(a_rule_is_kept_as_one_number),
        cmocka_unit_test_setup(what_waits_is_not_moved, fake_basic),
        cmocka_unit_test_setup(years_pass, fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
