/* What holds relays back: interlock groups with their dead time, locks; and
 * what switches them for a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/interlock.h"
#include "test/firmware/fake_hal.h"

/* A Sonoff T1 with three relays, as its module says. */
static const unsigned pins[] = {12, 5, 4};

static int setup_t1(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Module 30");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    return 0;
}

static unsigned driven(void)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < 3; i++)
        bits |= (unsigned)fake.level[pins[i]] << i;
    return bits;
}

static void power_cycle(void)
{
    memset(fake.retained, 0x5A, sizeof(fake.retained));
    memset(fake.level, 0, sizeof(fake.level));
    fake_start(&fd, START_POWER_ON);
}

static void groups_are_read_and_printed(void **state)
{
    /* clang-format off */
    static const struct fake_line rows[] = {
        {"Interlock", "{\"Interlock\":\"OFF\",\"Groups\":\"1,2,3\"}"},
        {"Interlock 1,2", "{\"Interlock\":\"OFF\",\"Groups\":\"1,2\"}"},
        {"Interlock on", "{\"Interlock\":\"ON\",\"Groups\":\"1,2\"}"},
        {"Interlock 3,1", "{\"Interlock\":\"ON\",\"Groups\":\"1,3\"}"},
        {"Interlock 1,4", "\"Error\""}, /* no such relay */
        {"Interlock 1,1", "\"Error\""},
        {"Interlock 1,2 3", "\"Error\""}, /* a group of one */
        {"Interlock 1,2,", "\"Error\""},
        {"Interlock 1,2 2,3", "\"Error\""},
        {"Interlock 1;2", "\"Error\""},
        {"Interlock 2", "\"Error\""},
        {"Interlock", "{\"Interlock\":\"ON\",\"Groups\":\"1,3\"}"},
        {"Interlock 0", "{\"Interlock\":\"OFF\",\"Groups\":\"1,3\"}"},
    };
    /* clang-format on */
    (void)state;
    assert_true(fake_type_all(&fd, rows, sizeof(rows) / sizeof(rows[0])));
}

static void one_relay_has_no_interlock(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Interlock 1");
    assert_true(fake_said("\"Error\""));
    fake_type(&fd, "Interlock");
    assert_true(fake_said("{\"Interlock\":\"OFF\"}"));
}

static void the_other_goes_off_50_ms_before_one_goes_on(void **state)
{
    (void)state;
    fake_type(&fd, "Interlock 1");
    fake_type(&fd, "Power1 1");
    assert_int_equal(driven(), 1);
    fake_type(&fd, "Power2 1");
    assert_true(fake_said("RSL: RESULT = {\"POWER1\":\"OFF\"}"));
    assert_true(fake_said("RSL: POWER2 = ON"));
    for (unsigned ms = 0; ms < RELAY_DEAD_MS; ms++) {
        assert_int_equal(driven(), 0);
        fake_run(&fd, 1);
    }
    fake_run(&fd, 10);
    assert_int_equal(driven(), 2);
}

/* Whoever switches off by hand gets the dead time, too. */
static void a_hand_is_not_faster_than_the_dead_time(void **state)
{
    (void)state;
    fake_type(&fd, "Interlock 1");
    fake_type(&fd, "Power1 1");
    fake_type(&fd, "Power1 0");
    fake_type(&fd, "Power2 1");
    fake_run(&fd, RELAY_DEAD_MS - 1);
    assert_int_equal(driven(), 0);
    fake_run(&fd, 11);
    assert_int_equal(driven(), 2);
}

static void of_a_group_never_two_are_on(void **state)
{
    uint32_t seed = 5;
    unsigned switched = 0, last = 0;
    (void)state;
    fake_type(&fd, "PulseTime3 3");
    fake_type(&fd, "Interlock 1,3");
    fake_type(&fd, "Interlock 1");
    for (unsigned i = 0; i < 3000; i++) {
        char line[32];
        seed = seed * 1664525u + 1013904223u;
        unsigned number = 1 + (seed >> 8) % 3, what = (seed >> 12) % 5;
        if (what == 4)
            snprintf(line, sizeof(line), "TimedPower%u 70,toggle", number);
        else
            snprintf(line, sizeof(line), "Power%u %u", number, what);
        fake_type(&fd, line);
        for (unsigned ms = (seed >> 16) % 80; ms > 0; ms--) {
            fake_run(&fd, 1);
            assert_true((driven() & 5) != 5);
            switched += driven() != last;
            last = driven();
        }
    }
    assert_true(switched > 1000);
}

static void switching_it_on_clears_what_is_on(void **state)
{
    (void)state;
    fake_type(&fd, "Power0 1");
    assert_int_equal(driven(), 7);
    fake_type(&fd, "Interlock 1,2");
    assert_int_equal(driven(), 7);
    fake_type(&fd, "Interlock 1");
    assert_int_equal(driven(), 4);
    assert_true(fake_said("RSL: POWER1 = OFF"));
}

static void power_on_states_keep_to_it(void **state)
{
    (void)state;
    fake_type(&fd, "Interlock 1,2");
    fake_type(&fd, "Interlock 1");
    fake_type(&fd, "PowerOnState 1");
    fake_run(&fd, 1500);
    power_cycle();
    assert_int_equal(driven(), 4);
}

static void a_locked_relay_is_switched_by_nothing(void **state)
{
    (void)state;
    fake_type(&fd, "Power1 1");
    fake_type(&fd, "PowerLock1 1");
    assert_true(fake_said("{\"PowerLock\":\"001\"}"));
    fake_type(&fd, "Power1 0");
    assert_true(fake_said("{\"POWER1\":\"ON\"}"));
    fake_type(&fd, "Power0 0");
    fake_type(&fd, "TimedPower1 100,0");
    fake_run(&fd, 300);
    assert_int_equal(driven(), 1);
    /* Nor does another of its group go on beside it. */
    fake_type(&fd, "Interlock 1");
    fake_type(&fd, "Power2 1");
    assert_true(fake_said("{\"POWER2\":\"OFF\"}"));
    fake_run(&fd, 100);
    assert_int_equal(driven(), 1);
    fake_type(&fd, "PowerLock0 0");
    fake_type(&fd, "Power1 0");
    assert_int_equal(driven(), 0);
}

static void timed_power_comes_back(void **state)
{
    /* clang-format off */
    static const struct {
        const char *before, *line;
        unsigned then, later;
    } rows[] = {
        {"Power0 0", "TimedPower 200", 1, 0},
        {"Power0 0", "TimedPower2 200,on", 2, 0},
        {"Power0 1", "TimedPower3 200,0", 3, 7},
        {"Power0 0", "TimedPower3 200,toggle", 4, 0},
        {"Power0 0", "TimedPower0 200", 7, 0},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].before);
        fake_type(&fd, rows[i].line);
        assert_int_equal(driven(), rows[i].then);
        fake_run(&fd, 190);
        assert_int_equal(driven(), rows[i].then);
        fake_run(&fd, 20);
        assert_int_equal(driven(), rows[i].later);
    }
}

static void timers_are_shown_and_forgotten(void **state)
{
    (void)state;
    fake_type(&fd, "TimedPower");
    assert_true(fake_said("{\"TimedPower\":\"Empty\"}"));
    fake_type(&fd, "TimedPower2 2000");
    fake_run(&fd, 500);
    fake_type(&fd, "TimedPower");
    assert_true(fake_said("{\"TimedPower\":[{\"Remaining\":1500,"
                          "\"Command\":\"Power2 0\"}]}"));
    fake_type(&fd, "TimedPower2");
    assert_true(fake_said("{\"TimedPower\":\"Done\"}"));
    fake_run(&fd, 3000);
    assert_int_equal(driven(), 2);
}

static void a_led_shows_the_relays_of_its_mask(void **state)
{
    (void)state;
    fake_type(&fd, "Module 7"); /* a 4CH: one LED, active low */
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    fake_type(&fd, "SetOption31 1");
    fake_type(&fd, "LedMask 0x2");
    assert_true(fake_said("{\"LedMask\":\"2 (0x0002)\"}"));
    fake_type(&fd, "Power1 1");
    assert_true(fake.level[13]);
    fake_type(&fd, "Power2 1");
    assert_false(fake.level[13]);
}

#define T(test) cmocka_unit_test_setup(test, setup_t1)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(groups_are_read_and_printed),
        cmocka_unit_test(one_relay_has_no_interlock),
        T(the_other_goes_off_50_ms_before_one_goes_on),
        T(a_hand_is_not_faster_than_the_dead_time),
        T(of_a_group_never_two_are_on),
        T(switching_it_on_clears_what_is_on),
        T(power_on_states_keep_to_it),
        T(a_locked_relay_is_switched_by_nothing),
        T(timed_power_comes_back),
        T(timers_are_shown_and_forgotten),
        T(a_led_shows_the_relays_of_its_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
