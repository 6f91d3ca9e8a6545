/* Relays: power-on states, pulses, blinking, what lives through what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

static bool relay(void)
{
    return fake.level[12];
}

static void power_cycle(void)
{
    memset(fake.retained, 0x5A, sizeof(fake.retained));
    memset(fake.level, 0, sizeof(fake.level));
    fake_start(&fd, START_POWER_ON);
}

static void power_on_states(void **state)
{
    static const struct {
        unsigned state, was_on, is_on;
    } rows[] = {
        {0, 1, 0}, {0, 0, 0}, {1, 0, 1}, {1, 1, 1}, {2, 0, 1},
        {2, 1, 0}, {3, 0, 0}, {3, 1, 1}, {4, 0, 1}, {5, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[32];
        fake_basic(NULL);
        fake_type(&fd, rows[i].was_on ? "Power 1" : "Power 0");
        snprintf(line, sizeof(line), "PowerOnState %u", rows[i].state);
        fake_type(&fd, line);
        fake_run(&fd, 1500);
        power_cycle();
        if (relay() != (bool)rows[i].is_on)
            fail_msg("PowerOnState %u, was %u: %d", rows[i].state,
                     rows[i].was_on, relay());
    }
}

static void a_restart_keeps_the_relay_whatever_power_on_state_says(void **state)
{
    (void)state;
    fake_type(&fd, "PowerOnState 0");
    fake_type(&fd, "Power 1");
    fake_run(&fd, 1500);
    fake_start(&fd, START_WATCHDOG);
    assert_true(relay());
}

static void the_state_is_saved_a_second_after_the_change(void **state)
{
    (void)state;
    fake_run(&fd, 2000);
    uint32_t before = fd.device.settings.save_count;
    fake_type(&fd, "Power 1");
    fake_run(&fd, 900);
    assert_int_equal(fd.device.settings.save_count, before);
    fake_run(&fd, 200);
    assert_int_equal(fd.device.settings.save_count, before + 1);
}

/* SetOption47: what a loss of power took comes back later, and only that. */
static void relays_may_come_back_later(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption47 5");
    fake_type(&fd, "Power 1");
    fake_run(&fd, 1500);
    power_cycle();
    assert_false(relay());
    fake_run(&fd, 4900);
    assert_false(relay());
    fake_forget();
    fake_run(&fd, 200);
    assert_true(relay());
    assert_true(fake_said("{\"POWER\":\"ON\"}"));
    /* A restart is no loss of power. */
    fake_start(&fd, START_SOFTWARE);
    assert_true(relay());
    /* Who switches it before that has his way. */
    power_cycle();
    fake_run(&fd, 1000);
    fake_type(&fd, "Power 1");
    fake_type(&fd, "Power 0");
    fake_run(&fd, 6000);
    assert_false(relay());
    /* What was off stays off. */
    power_cycle();
    fake_run(&fd, 6000);
    assert_false(relay());
}

/* A crash while it waits, or another loss of power, takes nothing away. */
static void what_comes_back_later_is_not_lost(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption47 5");
    fake_type(&fd, "Power 1");
    fake_run(&fd, 1500);
    power_cycle();
    fake_run(&fd, 3000);
    power_cycle();
    fake_run(&fd, 3000);
    assert_false(relay());
    fake_start(&fd, START_WATCHDOG);
    assert_true(relay());
    /* PowerOnState 4 locks it, but not out. */
    fake_type(&fd, "PowerOnState 4");
    fake_run(&fd, 1500);
    power_cycle();
    fake_run(&fd, 1000);
    fake_type(&fd, "Power 1");
    assert_false(relay());
    fake_run(&fd, 5000);
    assert_true(relay());
}

/* Another relay is switched and saved meanwhile: what waits is saved, too. */
static void what_waits_is_saved_with_the_others(void **state)
{
    (void)state;
    fake_type(&fd, "Module 29");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_type(&fd, "SetOption47 5");
    fake_type(&fd, "Power1 1");
    fake_run(&fd, 1500);
    power_cycle();
    fake_run(&fd, 1000);
    fake_type(&fd, "Power2 1");
    assert_true(fake.level[5]);
    fake_run(&fd, 1500);
    power_cycle();
    fake_run(&fd, 6000);
    assert_true(relay());
    assert_true(fake.level[5]);
}

static void relays_may_wait_for_the_network(void **state)
{
    static const struct hal_wifi_event got_ip = {
        .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
    (void)state;
    fake_type(&fd, "SetOption47 1");
    fake_type(&fd, "Backlog SSId1 home; Power 1");
    fake_run(&fd, 3000);
    power_cycle();
    fake_run(&fd, 60000);
    assert_false(relay());
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 100);
    assert_true(relay());
}

static void a_locked_relay_only_reports(void **state)
{
    (void)state;
    fake_type(&fd, "PowerOnState 4");
    fake_run(&fd, 1500);
    power_cycle();
    fake_type(&fd, "Power 0");
    assert_true(relay());
    assert_true(fake_said("{\"POWER\":\"ON\"}"));
}

static void a_pulse_ends_by_itself_and_starts_anew(void **state)
{
    (void)state;
    fake_type(&fd, "PulseTime 10");
    fake_type(&fd, "Power 1");
    fake_run(&fd, 700);
    fake_type(&fd, "Power 1");
    fake_run(&fd, 700);
    assert_true(relay());
    fake_run(&fd, 400);
    assert_false(relay());
    assert_true(fake_said("RSL: POWER = OFF"));
}

static void pulse_units(void **state)
{
    (void)state;
    assert_int_equal(relay_pulse_ms(1), 100);
    assert_int_equal(relay_pulse_ms(111), 11100);
    assert_int_equal(relay_pulse_ms(112), 12000);
    assert_int_equal(relay_pulse_ms(64900), 64800000);
}

static void short_pulses_are_not_written_to_flash(void **state)
{
    (void)state;
    fake_type(&fd, "PulseTime 5");
    fake_run(&fd, 12000); /* what a start saves is written, too: rescue.h */
    uint32_t before = fd.device.settings.save_count;
    for (unsigned i = 0; i < 10; i++) {
        fake_type(&fd, "Power 1");
        fake_run(&fd, 2000);
    }
    assert_int_equal(fd.device.settings.save_count, before);
}

static void blinking_comes_back_to_what_was(void **state)
{
    unsigned changes = 0;
    bool last = false;
    (void)state;
    fake_type(&fd, "BlinkTime 2");
    fake_type(&fd, "BlinkCount 3");
    fake_type(&fd, "Power 3");
    for (unsigned i = 0; i < 500; i++) {
        fake_run(&fd, 10);
        changes += relay() != last;
        last = relay();
    }
    assert_int_equal(changes, 6);
    assert_false(relay());
    fake_type(&fd, "Power");
    assert_true(fake_said("{\"POWER\":\"OFF\"}"));
}

static void an_inverted_relay_is_on_when_low(void **state)
{
    (void)state;
    fake_type(&fd, "Template {\"NAME\":\"i\",\"GPIO\":[0,0,0,0,256,0,0,0,0,0,0,"
                   "0,0,0]}");
    fake_type(&fd, "Module 0");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    assert_true(fake.is_output[4] && fake.level[4]);
    fake_type(&fd, "Power 1");
    assert_false(fake.level[4]);
}

/* An index that is too high means output 1, and there is none. */
static void a_template_without_a_relay_has_no_power(void **state)
{
    static const char *const lines[] = {"Power",     "Power 1", "Power9",
                                        "Power9 on", "Power0",  "Power0 1"};
    (void)state;
    fake_type(&fd, "Template {\"NAME\":\"n\",\"GPIO\":[0,0,0,0,0,0,0,0,0,0,0,0,"
                   "0,0]}");
    fake_type(&fd, "Module 0");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        assert_true(fake_said("\"Error\""));
    }
}

static void uptime_survives_the_wrap_of_milliseconds(void **state)
{
    (void)state;
    fd.now_ms = 0xFFFFFFFFu - 2500;
    fake_start(&fd, START_POWER_ON);
    fake_type(&fd, "PulseTime 30");
    fake_type(&fd, "Power 1");
    fake_run(&fd, 2900);
    assert_true(relay());
    fake_run(&fd, 200);
    assert_false(relay());
    assert_int_equal(fd.device.uptime_s, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(power_on_states, fake_basic),
        cmocka_unit_test_setup(
            a_restart_keeps_the_relay_whatever_power_on_state_says, fake_basic),
        cmocka_unit_test_setup(the_state_is_saved_a_second_after_the_change,
                               fake_basic),
        cmocka_unit_test_setup(relays_may_come_back_later, fake_basic),
        cmocka_unit_test_setup(what_comes_back_later_is_not_lost, fake_basic),
        cmocka_unit_test_setup(what_waits_is_saved_with_the_others, fake_basic),
        cmocka_unit_test_setup(relays_may_wait_for_the_network, fake_basic),
        cmocka_unit_test_setup(a_locked_relay_only_reports, fake_basic),
        cmocka_unit_test_setup(a_pulse_ends_by_itself_and_starts_anew,
                               fake_basic),
        cmocka_unit_test(pulse_units),
        cmocka_unit_test_setup(short_pulses_are_not_written_to_flash,
                               fake_basic),
        cmocka_unit_test_setup(blinking_comes_back_to_what_was, fake_basic),
        cmocka_unit_test_setup(an_inverted_relay_is_on_when_low, fake_basic),
        cmocka_unit_test_setup(a_template_without_a_relay_has_no_power,
                               fake_basic),
        cmocka_unit_test_setup(uptime_survives_the_wrap_of_milliseconds,
                               fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
