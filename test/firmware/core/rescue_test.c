/* Rescue: crash loops end with user pins off, quick power cycles with the
 * set-up access point; neither costs a setting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/rescue.h"
#include "test/firmware/fake_hal.h"

#define USER_PIN 14u /* of a Basic; Relay2 in these tests */
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void restart(enum start start)
{
    memset(fake.level, 0, sizeof(fake.level));
    memset(fake.is_output, 0, sizeof(fake.is_output));
    memset(&fake.radio, 0, sizeof(fake.radio));
    if (start == START_POWER_ON)
        memset(fake.retained, 0x5A, sizeof(fake.retained));
    fake_forget();
    fake_start(&fd, start);
}

static int with_user_pin(void **state)
{
    fake_basic(state);
    fake_run(&fd, 11000); /* no quick start */
    fake_type(&fd, "Gpio14 225");
    fake_run(&fd, 3000);
    restart(START_SOFTWARE);
    assert_true(fake.is_output[USER_PIN]);
    return 0;
}

static void crash(unsigned times, unsigned after_ms)
{
    static const enum start starts[] = {START_EXCEPTION, START_WATCHDOG,
                                        START_SOFT_WATCHDOG};
    for (unsigned i = 0; i < times; i++) {
        fake_run(&fd, after_ms);
        restart(starts[i % COUNT(starts)]);
    }
}

static void the_fifth_crash_in_a_row_turns_user_pins_off(void **state)
{
    (void)state;
    crash(RESCUE_CRASHES - 1, 3000);
    assert_true(fake.is_output[USER_PIN]);
    assert_false(fd.device.rescue.is_safe);
    crash(1, 3000);
    assert_false(fake.is_output[USER_PIN]);
    assert_true(fake.is_output[12]); /* the board's own relay */
    assert_true(fake_said("Safe mode"));
    fake_type(&fd, "Status 1");
    assert_true(fake_said("\"SafeMode\":1"));
    fake_type(&fd, "Gpio14");
    assert_true(fake_said("225")); /* the setting is as it was */
}

static void the_owner_says_how_many_crashes_do(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption36 3");
    crash(RESCUE_CRASHES + 1, 3000);
    assert_false(fd.device.rescue.is_safe);
    crash(1, 3000);
    assert_true(fd.device.rescue.is_safe);
    fake_type(&fd, "SetOption36 0");
    crash(300, 3000);
    assert_false(fd.device.rescue.is_safe);
}

static void a_start_that_is_no_crash_ends_it(void **state)
{
    static const enum start starts[] = {START_SOFTWARE, START_POWER_ON,
                                        START_EXTERNAL, START_DEEP_SLEEP};
    (void)state;
    for (size_t i = 0; i < COUNT(starts); i++) {
        crash(RESCUE_CRASHES, 500);
        assert_true(fd.device.rescue.is_safe);
        restart(starts[i]);
        assert_false(fd.device.rescue.is_safe);
        assert_true(fake.is_output[USER_PIN]);
        fake_type(&fd, "Status 1");
        assert_true(fake_said("\"SafeMode\":0"));
        crash(1, 500);
        assert_true(fake.is_output[USER_PIN]);
        restart(START_SOFTWARE);
    }
}

static void crashes_far_apart_are_no_loop(void **state)
{
    (void)state;
    crash(3 * RESCUE_CRASHES, RESCUE_CRASH_S * 1000u + 20);
    assert_true(fake.is_output[USER_PIN]);
    crash(RESCUE_CRASHES - 2, 9000); /* the last one counts already */
    assert_true(fake.is_output[USER_PIN]);
    crash(1, 9000);
    assert_false(fake.is_output[USER_PIN]);
}

static void in_safe_mode_a_late_crash_does_not_end_it(void **state)
{
    (void)state;
    crash(RESCUE_CRASHES, 1000);
    crash(300, 60000); /* the count has an end, too */
    assert_false(fake.is_output[USER_PIN]);
}

static void noise_is_no_count(void **state)
{
    static const uint32_t rows[] = {0, ~0u, 0xC7A50009, 0xC7A5F609, 5};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned k = 0; k < HAL_RETAIN_WORDS; k++)
            fake.retained[k] = rows[i];
        fake_start(&fd, START_EXCEPTION);
        /* The fourth row is what a count of nine looks like. */
        assert_int_equal(fd.device.rescue.is_safe, rows[i] == 0xC7A5F609);
    }
}

/* ---- power ---- */

static void cycle(unsigned times, unsigned on_ms)
{
    for (unsigned i = 0; i < times; i++) {
        fake_run(&fd, on_ms);
        restart(START_POWER_ON);
    }
}

static void the_fifth_quick_start_opens_the_access_point(void **state)
{
    (void)state;
    cycle(1, 20000);
    cycle(RESCUE_QUICK_STARTS - 2, 2000);
    assert_false(fd.device.rescue.is_open);
    cycle(1, 2000);
    assert_true(fd.device.rescue.is_open);
    assert_true(fake_said("set-up access point"));
    fake_type(&fd, "Status 1");
    assert_true(fake_said("\"Rescue\":1"));
    cycle(2, 2000); /* who was taught seven gets it, too */
    assert_true(fd.device.rescue.is_open);
    cycle(250, 2000); /* more than the count holds */
    assert_true(fd.device.rescue.is_open);
}

static void it_does_not_open_where_the_owner_says_so(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption65 1");
    cycle(1, 20000);
    cycle(RESCUE_QUICK_STARTS + 2, 2000);
    assert_false(fd.device.rescue.is_open);
    fake_type(&fd, "SetOption65 0");
    cycle(1, 2000);
    assert_true(fd.device.rescue.is_open);
}

static void ten_seconds_of_power_end_the_count(void **state)
{
    (void)state;
    cycle(1, 20000);
    cycle(RESCUE_QUICK_STARTS - 2, 2000);
    cycle(1, RESCUE_QUICK_S * 1000u + 1500);
    cycle(RESCUE_QUICK_STARTS - 2, 9900);
    assert_false(fd.device.rescue.is_open);
    cycle(1, 9900);
    assert_true(fd.device.rescue.is_open);
}

static void restarts_are_not_counted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        fake_run(&fd, 2000);
        restart(i % 2 ? START_SOFTWARE : START_EXCEPTION);
    }
    assert_false(fd.device.rescue.is_open);
}

/* With a network set up there is no access point, but for rescue. */
static void the_access_point_is_there_beside_a_network(void **state)
{
    (void)state;
    fake_type(&fd, "Ssid1 home");
    fake_run(&fd, 12000);
    restart(START_POWER_ON);
    fake_run(&fd, 1000);
    assert_false(fake.radio.is_showing);
    cycle(RESCUE_QUICK_STARTS, 2000);
    fake_run(&fd, 1000);
    assert_true(fake.radio.is_showing);
    fake_run(&fd, RESCUE_OPEN_S * 1000u);
    assert_false(fake.radio.is_showing);
}

static void it_is_open_for_five_minutes(void **state)
{
    (void)state;
    cycle(RESCUE_QUICK_STARTS, 2000);
    fake_run(&fd, RESCUE_OPEN_S * 1000u - 1000u);
    assert_true(fd.device.rescue.is_open);
    fake_run(&fd, 2000);
    assert_false(fd.device.rescue.is_open);
    cycle(1, 0);
    assert_false(fd.device.rescue.is_open);
}

/* A supply that flickers wears nothing out. */
static void a_start_of_half_a_second_writes_nothing(void **state)
{
    static uint8_t before[sizeof(fake.flash)];
    (void)state;
    memcpy(before, fake.flash, sizeof(before));
    cycle(50, 500);
    assert_memory_equal(before, fake.flash, sizeof(before));
    assert_false(fd.device.rescue.is_open);
}

/* What counts starts and saves may differ, and nothing else. */
static void assert_same_settings(const struct settings *before)
{
    struct settings now = fd.device.settings;
    now.boot_count = before->boot_count;
    now.save_count = before->save_count;
    now.quick_starts = before->quick_starts;
    assert_memory_equal(&now, before, sizeof(now));
}

static void neither_cycles_nor_presses_cost_a_setting(void **state)
{
    static const char *const lines[] = {"Topic attic",        "PowerOnState 1",
                                        "FriendlyName1 lamp", "PulseTime1 50",
                                        "SetOption32 20",     "SwitchMode1 3"};
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++)
        fake_type(&fd, lines[i]);
    fake_run(&fd, 12000);
    restart(START_POWER_ON);
    fake_run(&fd, 12000);
    struct settings before = fd.device.settings;
    fake.restarts = 0;
    cycle(40, 2000);
    assert_same_settings(&before);
    fake_run(&fd, 12000);
    fake.is_closed[0] = true;
    fake_run(&fd, 40500);
    fake.is_closed[0] = false;
    fake_run(&fd, 12000);
    assert_int_equal(fake.restarts, 0);
    restart(START_POWER_ON);
    assert_same_settings(&before);
    crash(20, 2000);
    assert_same_settings(&before);
}

#define T(name) cmocka_unit_test_setup(name, with_user_pin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_fifth_crash_in_a_row_turns_user_pins_off),
        T(the_owner_says_how_many_crashes_do),
        T(a_start_that_is_no_crash_ends_it),
        T(crashes_far_apart_are_no_loop),
        T(in_safe_mode_a_late_crash_does_not_end_it),
        T(noise_is_no_count),
        T(the_fifth_quick_start_opens_the_access_point),
        T(it_does_not_open_where_the_owner_says_so),
        T(ten_seconds_of_power_end_the_count),
        T(restarts_are_not_counted),
        T(the_access_point_is_there_beside_a_network),
        T(it_is_open_for_five_minutes),
        T(a_start_of_half_a_second_writes_nothing),
        T(neither_cycles_nor_presses_cost_a_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
