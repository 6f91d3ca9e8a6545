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

/* A signature takes 585 ms, erasing a sector 50: what falls into that is as if
 * it did not. Steps in ms: the button goes down, up, down ... */
static void presses_while_the_device_is_busy_are_the_same(void **state)
{
    static const struct {
        const char *option;
        uint32_t at_ms[4];
        bool acts;
    } rows[] = {
        {"SetOption13 1", {100, 200}, true},
        {"SetOption13 1", {100, 149}, false},
        {"SetOption13 1", {570}, true}, /* goes on afterwards */
        {"SetOption13 0", {10, 110}, true},
        {"SetOption13 0", {10, 110, 300, 400}, false}, /* two are relay 2's */
        {"SetOption13 0", {10, 40, 300, 330}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fake_edge edges[4];
        size_t n = 0;
        for (; n < 4 && rows[i].at_ms[n]; n++)
            edges[n] = (struct fake_edge){rows[i].at_ms[n], 0, n % 2 == 0};
        fake_type(&fd, rows[i].option);
        fake_type(&fd, "Power 0");
        fake_stall(&fd, 585, edges, n);
        fake_run(&fd, 600);
        fake.is_closed[0] = false;
        if (relay() != rows[i].acts)
            fail_msg("row %u: %s", (unsigned)i, relay() ? "on" : "off");
        fake_run(&fd, 600);
    }
}

/* A second press that comes long after the first is one of its own, though both
 * are told at once. */
static void presses_far_apart_are_not_two_of_one(void **state)
{
    static const struct fake_edge edges[] = {
        {100, 0, true}, {200, 0, false}, {900, 0, true}, {1000, 0, false}};
    (void)state;
    fake_stall(&fd, 1100, edges, 4);
    assert_true(relay());
    fake_run(&fd, 600);
    assert_false(relay());
}

/* From the contact to the relay, for a button that acts at once and a switch.
 */
static void the_relay_follows_a_contact_after_the_debounce(void **state)
{
    static const unsigned pins[] = {0, 4};
    (void)state;
    fake_type(&fd, "SetOption13 1");
    for (unsigned phase = 0; phase < 20; phase++) {
        unsigned pin = pins[phase % 2], ms = 0;
        fake_type(&fd, "Power 0");
        fake_run(&fd, 500 + phase);
        fake.is_closed[pin] = true;
        while (!relay() && ms++ < 100)
            fake_run(&fd, 1);
        assert_in_range(ms, 50, 52);
        fake.is_closed[pin] = false;
        fake_run(&fd, 100);
    }
}

/* A contact that bounces for up to 20 ms switches once, whatever the pattern.
 */
static void a_bouncing_contact_switches_once(void **state)
{
    uint32_t seed = 1;
    (void)state;
    fake_type(&fd, "SwitchMode1 0");
    for (unsigned i = 0; i < 400; i++) {
        bool closes = i % 2 == 0, before = relay();
        uint32_t bounces_ms = 1 + i % 20;
        for (uint32_t ms = 0; ms < bounces_ms; ms++) {
            seed = seed * 1664525u + 1013904223u;
            fake.is_closed[4] = seed >> 16 & 1u;
            fake_run(&fd, 1);
        }
        fake.is_closed[4] = closes;
        fake_run(&fd, 51);
        assert_int_equal(relay(), !before);
        fake_run(&fd, 200);
        assert_int_equal(relay(), !before);
    }
}

/* Any spike below the debounce, at any moment of the tick. */
static void spikes_shorter_than_the_debounce_are_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        fake.is_closed[4] = true;
        fake_run(&fd, 1 + i % 50);
        fake.is_closed[4] = false;
        fake_run(&fd, 60 + i % 7);
    }
    assert_false(relay());
    assert_false(fake_said("RSL"));
}

/* tasmota.md B.3. Levels of a switch that follows, open first: each step is so
 * many ms of the contact, from closed on. */
static void the_last_digit_of_the_debounce_is_its_kind(void **state)
{
    static const struct {
        unsigned debounce;
        uint8_t steps_ms[6];
        bool is_closed; /* at last, as the device sees it */
    } rows[] = {
        {50, {40, 10, 30}, true}, /* it averages */
        {51, {40, 10, 30}, false},      {52, {40, 10, 30}, true},
        {53, {40, 10, 30}, false},      {51, {40, 10, 55}, true},
        {51, {200, 40, 10, 30}, false}, /* open again: averages */
        {52, {200, 40, 10, 30}, true},  /* closed stays */
        {53, {200, 40, 10, 45}, true},  {53, {200, 55}, false},
    };
    (void)state;
    fake_type(&fd, "SwitchMode1 2");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[32];
        snprintf(line, sizeof(line), "SwitchDebounce %u", rows[i].debounce);
        fake_type(&fd, line);
        fake.is_closed[4] = false;
        fake_run(&fd, 300);
        for (unsigned k = 0; k < 6 && rows[i].steps_ms[k]; k++) {
            fake.is_closed[4] = k % 2 == 0;
            fake_run(&fd, rows[i].steps_ms[k]);
        }
        if (relay() != rows[i].is_closed)
            fail_msg("row %u: %s", (unsigned)i, relay() ? "closed" : "open");
    }
}

/* Pulses of the mains: 4 ms low in each 20 are "on", with SwitchDebounce x9. */
static void pulses_of_the_mains_are_a_level(void **state)
{
    (void)state;
    fake_type(&fd, "SwitchMode1 1");
    fake_type(&fd, "SwitchDebounce 69");
    fake_run(&fd, 200);
    assert_false(relay());
    for (unsigned i = 0; i < 50; i++) {
        fake.is_closed[4] = true;
        fake_run(&fd, 4);
        fake.is_closed[4] = false;
        fake_run(&fd, 16);
        assert_true(i < 3 || relay());
    }
    fake_run(&fd, 70);
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
    fake_type(&fd, "SetOption31 1");
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
        {6, 0, "0011"},  {7, 0, "1010"},  {8, 0, "0011"},  {9, 1, "1100"},
        {10, 0, "0011"}, {11, 0, "0011"}, {12, 0, "0111"}, {13, 0, "1111"},
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
        cmocka_unit_test_setup(presses_while_the_device_is_busy_are_the_same,
                               start_mini),
        cmocka_unit_test_setup(presses_far_apart_are_not_two_of_one,
                               start_mini),
        cmocka_unit_test_setup(the_relay_follows_a_contact_after_the_debounce,
                               start_mini),
        cmocka_unit_test_setup(a_bouncing_contact_switches_once, start_mini),
        cmocka_unit_test_setup(spikes_shorter_than_the_debounce_are_nothing,
                               start_mini),
        cmocka_unit_test_setup(the_last_digit_of_the_debounce_is_its_kind,
                               start_mini),
        cmocka_unit_test_setup(pulses_of_the_mains_are_a_level, start_mini),
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
