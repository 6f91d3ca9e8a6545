/* Buttons, switches and what they do: rows of levels in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

/* A Mini, awake. */
static int start_mini(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Template {\"NAME\":\"Sonoff Mini\",\"GPIO\":[17,0,0,0,9,0,"
                   "0,0,21,56,0,0,255],\"FLAG\":0,\"BASE\":1}");
    fake_type(&fd, "Module 0");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
    fake_forget();
    return 0;
}

static bool relay(void)
{
    return fake.level[12];
}

static void press(uint32_t ms)
{
    fake.is_closed[0] = true;
    fake_run(&fd, ms);
    fake.is_closed[0] = false;
}

static void a_press_toggles_when_its_window_is_over(void **state)
{
    (void)state;
    press(100);
    fake_run(&fd, 300);
    assert_false(relay());
    fake_run(&fd, 300);
    assert_true(relay());
    press(100);
    fake_run(&fd, 600);
    assert_false(relay());
}

static void shorter_than_the_debounce_is_no_press(void **state)
{
    (void)state;
    press(30);
    fake_run(&fd, 1000);
    assert_false(relay());
    assert_false(fake_said("RSL"));
}

/* Erasing a sector holds the device up. */
static void pause_for(uint32_t ms)
{
    fd.now_ms += ms;
    fake_run(&fd, 10);
}

static void a_press_during_a_pause_counts(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption13 1");
    fake.is_closed[0] = true;
    pause_for(50);
    fake_run(&fd, 10);
    fake.is_closed[0] = false;
    fake_run(&fd, 100);
    assert_true(relay());
}

static void one_late_sample_is_no_press(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption13 1");
    fake.is_closed[0] = true;
    pause_for(500);
    fake.is_closed[0] = false;
    fake_run(&fd, 100);
    assert_false(relay());
}

static void a_slow_press_acts_when_it_is_released(void **state)
{
    (void)state;
    press(2000);
    assert_false(relay());
    fake_run(&fd, 100);
    assert_true(relay());
}

static void a_long_press_is_not_a_short_press(void **state)
{
    (void)state;
    press(4200);
    fake_run(&fd, 2000);
    assert_false(relay());
}

static void the_longest_press_erases_nothing(void **state)
{
    (void)state;
    fake_type(&fd, "FriendlyName Lamp");
    press(60000);
    fake_run(&fd, 10000);
    assert_int_equal(fake.restarts, 1); /* that of the set-up */
    fake_type(&fd, "FriendlyName");
    assert_true(fake_said("Lamp"));
}

static void two_presses_are_not_one(void **state)
{
    (void)state;
    press(100);
    fake_run(&fd, 200);
    press(100);
    fake_run(&fd, 2000);
    assert_false(relay());
}

static void immediate_presses_act_when_they_begin(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption13 1");
    fake.is_closed[0] = true;
    fake_run(&fd, 70);
    assert_true(relay());
    fake_run(&fd, 10000);
    fake.is_closed[0] = false;
    fake_run(&fd, 1000);
    assert_true(relay());
}

/* tasmota.md B.1: SetOption1 leaves single and double presses. */
static void a_restricted_button_knows_no_more_than_two_presses(void **state)
{
    static const struct {
        unsigned button, presses, relay;
    } rows[] = {{0, 1, 1}, {0, 2, 2}, {0, 3, 3}, {9, 1, 2}, {9, 3, 2}};
    static const unsigned pins[] = {12, 5, 4}; /* relays 1 to 3 */
    (void)state;
    for (unsigned restricted = 0; restricted < 2; restricted++) {
        (void)fake_basic(state);
        fake_type(&fd, "Module 30");
        fake_type(&fd, restricted ? "SetOption1 1" : "SetOption1 0");
        fake_run(&fd, 2100);
        fake_start(&fd, START_SOFTWARE);
        fake_run(&fd, 4500);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            fake_type(&fd, "Power0 0");
            for (unsigned k = 0; k < rows[i].presses; k++) {
                fake.is_closed[rows[i].button] = true;
                fake_run(&fd, 100);
                fake.is_closed[rows[i].button] = false;
                fake_run(&fd, 150);
            }
            fake_run(&fd, 600);
            bool acts = !restricted || rows[i].presses <= 2;
            for (unsigned n = 1; n <= 3; n++)
                assert_int_equal(fake.level[pins[n - 1]],
                                 acts && n == rows[i].relay);
        }
    }
}

static void a_restricted_button_still_tells_that_it_is_held(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption1 1");
    fake_type(&fd, "SetOption73 1");
    fake_forget();
    press(4500);
    fake_run(&fd, 100);
    assert_true(fake_said("{\"Button1\":{\"Action\":\"HOLD\"}}"));
}

static void a_detached_button_tells_and_does_nothing(void **state)
{
    static const struct {
        unsigned presses;
        const char *said;
    } rows[] = {
        {1, "RSL: RESULT = {\"Button1\":{\"Action\":\"SINGLE\"}}"},
        {2, "{\"Button1\":{\"Action\":\"DOUBLE\"}}"},
        {3, "{\"Button1\":{\"Action\":\"TRIPLE\"}}"},
        {5, "{\"Button1\":{\"Action\":\"PENTA\"}}"},
    };
    (void)state;
    fake_type(&fd, "SetOption73 1");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_forget();
        for (unsigned k = 0; k < rows[i].presses; k++) {
            press(100);
            fake_run(&fd, 150);
        }
        fake_run(&fd, 600);
        assert_true(fake_said(rows[i].said));
    }
    fake_forget();
    press(4500);
    fake_run(&fd, 100);
    assert_true(fake_said("\"HOLD\""));
    assert_true(fake_said("\"CLEAR\""));
    assert_false(relay());
}

static void the_led_blinks_for_a_press_and_follows_the_relay(void **state)
{
    (void)state;
    assert_true(fake.level[13]); /* active low: dark */
    fake.is_closed[0] = true;
    fake_run(&fd, 70);
    assert_false(fake.level[13]);
    fake.is_closed[0] = false;
    fake_run(&fd, 250);
    assert_true(fake.level[13]);
    fake_run(&fd, 400);
    assert_true(relay());
    assert_false(fake.level[13]);
}

static void inputs_sleep_for_four_seconds(void **state)
{
    (void)state;
    fake_start(&fd, START_POWER_ON);
    press(200);
    fake_run(&fd, 1000);
    fake.is_closed[0] = true; /* held until after the sleep */
    fake_run(&fd, 5000);
    fake.is_closed[0] = false;
    fake_run(&fd, 1000);
    assert_false(relay());
}

static void a_closed_switch_at_start_does_nothing(void **state)
{
    (void)state;
    fake.is_closed[4] = true;
    fake_start(&fd, START_POWER_ON);
    fake_run(&fd, 8000);
    assert_false(relay());
    fake.is_closed[4] = false;
    fake_run(&fd, 100);
    assert_true(relay());
}

/* tasmota.md B.4. What the relay is after each step, starting from `before`;
 * '0' '1' is the relay. Steps: close for 200 ms, open for 200 ms, close for
 * 6 s (a hold), open. */
static void switch_modes_do_what_their_rows_say(void **state)
{
    static const struct {
        unsigned mode, before;
        const char *after;
    } rows[] = {
        {0, 0, "1010"},  {0, 1, "0101"},  {1, 0, "0101"},  {1, 1, "0101"},
        {2, 0, "1010"},  {3, 0, "1100"},  {4, 0, "0110"},  {5, 0, "0111"},
        {6, 0, "0011"},  {7, 0, "1010"},  {8, 0, "1010"},  {9, 0, "0101"},
        {10, 0, "1010"}, {11, 0, "1100"}, {12, 0, "0110"}, {13, 0, "1111"},
        {14, 0, "0111"}, {15, 0, "0000"}, {15, 1, "1111"}, {16, 1, "1111"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[32], after[5] = "";
        snprintf(line, sizeof(line), "SwitchMode1 %u", rows[i].mode);
        fake_run(&fd, 10000); /* what an earlier push began is over */
        fake_type(&fd, line);
        fake_type(&fd, rows[i].before ? "Power 1" : "Power 0");
        for (unsigned step = 0; step < 4; step++) {
            fake.is_closed[4] = step % 2 == 0;
            fake_run(&fd, step == 2 ? 6000 : 200);
            after[step] = relay() ? '1' : '0';
        }
        if (strcmp(after, rows[i].after) != 0)
            fail_msg("mode %u from %u: %s, wanted %s", rows[i].mode,
                     rows[i].before, after, rows[i].after);
    }
}

static void a_push_in_the_inverted_hold_mode_toggles(void **state)
{
    (void)state;
    fake.is_closed[4] = true; /* rests low */
    fake_run(&fd, 200);
    fake_type(&fd, "SwitchMode1 6");
    fake_type(&fd, "Power 0");
    fake.is_closed[4] = false;
    fake_run(&fd, 300);
    fake.is_closed[4] = true;
    fake_run(&fd, 300);
    assert_true(relay());
}

static void a_detached_switch_tells_and_does_nothing(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption114 1");
    fake.is_closed[4] = true;
    fake_run(&fd, 200);
    assert_true(fake_said("{\"Switch1\":{\"Action\":\"TOGGLE\"}}"));
    assert_false(relay());
}

static void hum_of_50_hertz_on_a_long_wire_is_no_change(void **state)
{
    (void)state;
    /* half of the samples low, in any order: never five more than high */
    for (unsigned i = 0; i < 400; i++) {
        fake.is_closed[4] = i % 2 == 0;
        fake_run(&fd, 10);
    }
    fake.is_closed[4] = false;
    fake_run(&fd, 200);
    assert_false(fake_said("RSL"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_press_toggles_when_its_window_is_over,
                               start_mini),
        cmocka_unit_test_setup(shorter_than_the_debounce_is_no_press,
                               start_mini),
        cmocka_unit_test_setup(a_press_during_a_pause_counts, start_mini),
        cmocka_unit_test_setup(one_late_sample_is_no_press, start_mini),
        cmocka_unit_test_setup(a_slow_press_acts_when_it_is_released,
                               start_mini),
        cmocka_unit_test_setup(a_long_press_is_not_a_short_press, start_mini),
        cmocka_unit_test_setup(the_longest_press_erases_nothing, start_mini),
        cmocka_unit_test_setup(two_presses_are_not_one, start_mini),
        cmocka_unit_test_setup(immediate_presses_act_when_they_begin,
                               start_mini),
        cmocka_unit_test(a_restricted_button_knows_no_more_than_two_presses),
        cmocka_unit_test_setup(a_restricted_button_still_tells_that_it_is_held,
                               start_mini),
        cmocka_unit_test_setup(a_detached_button_tells_and_does_nothing,
                               start_mini),
        cmocka_unit_test_setup(the_led_blinks_for_a_press_and_follows_the_relay,
                               start_mini),
        cmocka_unit_test_setup(inputs_sleep_for_four_seconds, start_mini),
        cmocka_unit_test_setup(a_closed_switch_at_start_does_nothing,
                               start_mini),
        cmocka_unit_test_setup(switch_modes_do_what_their_rows_say, start_mini),
        cmocka_unit_test_setup(a_push_in_the_inverted_hold_mode_toggles,
                               start_mini),
        cmocka_unit_test_setup(a_detached_switch_tells_and_does_nothing,
                               start_mini),
        cmocka_unit_test_setup(hum_of_50_hertz_on_a_long_wire_is_no_change,
                               start_mini),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
