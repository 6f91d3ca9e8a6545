/* The access point for set-up stays for who is on it while a network is set up,
 * and not for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
static const struct hal_wifi_event not_found = {.change = HAL_WIFI_NOT_FOUND,
                                                .reason = 201};

/* A phone is on a new device's access point and has just set up a network. */
static void set_up(const char *line)
{
    fake_run(&fd, 100);
    fake.radio.guests = 1;
    fake_type(&fd, line);
    fake_run(&fd, WIFI_CHANGE_MS + 300);
    assert_int_equal(fake.radio.joins, 1);
    assert_true(fake.radio.is_showing);
}

static void one_that_cannot_be_opened_is_told(void **state)
{
    (void)state;
    fake.radio.is_broken = true;
    fake_run(&fd, 100);
    assert_true(fake_said("WIF: The set-up access point can't be opened"));
    assert_false(fake_said("is open"));
    assert_int_equal(fake.radio.shows, 1);
}

static void it_stays_three_minutes_for_who_set_the_device_up(void **state)
{
    (void)state;
    set_up("SSId1 home");
    fake_run(&fd, 30000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, WIFI_AP_MS - 20);
    assert_true(fake.radio.is_showing);
    fake_run(&fd, 40);
    assert_false(fake.radio.is_showing);
    assert_int_equal(fake.radio.shows, 1);
    assert_int_equal(fake.radio.joins, 1);
}

/* Phones are lost when the radio goes to the network's channel. */
static void one_that_is_lost_for_a_moment_finds_it_again(void **state)
{
    (void)state;
    set_up("SSId1 home");
    fake_wifi(&fd, &got_ip);
    fake.radio.guests = 0;
    fake_run(&fd, WIFI_AP_LEFT_MS - 20);
    assert_true(fake.radio.is_showing);
    fake.radio.guests = 1;
    fake_run(&fd, 60000);
    assert_true(fake.radio.is_showing);
    fake.radio.guests = 0;
    fake_run(&fd, 20);
    assert_false(fake.radio.is_showing);
}

/* The page tells why, and he corrects it; without him tries go on. */
static void it_stays_also_when_the_network_is_not_joined(void **state)
{
    (void)state;
    set_up("SSId1 hame");
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 60000);
    assert_true(fake.radio.is_showing);
    assert_int_equal(fake.radio.joins, 1);
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_int_equal(fake.radio.joins, 2);
    fake_wifi(&fd, &not_found);
    fake_run(&fd, WIFI_AP_MS - 100);
    assert_true(fake.radio.is_showing);
    fake_run(&fd, WIFI_REST_MS + 100);
    assert_false(fake.radio.is_showing);
    assert_int_equal(fake.radio.joins, 3);
}

/* Nobody is on it. */
static void it_ends_at_once_for_the_console(void **state)
{
    (void)state;
    fake_run(&fd, 100);
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_false(fake.radio.is_showing);
}

/* In rescue, too, what he sets up is tried at once. */
static void in_rescue_a_change_is_tried_at_once(void **state)
{
    (void)state;
    snprintf(fd.device.settings.ssid[0], 33, "shed");
    fd.device.rescue.is_open = true;
    fd.device.rescue.open_until_s = 10000;
    fake.radio.guests = 1;
    fake_run(&fd, 20);
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 60000);
    assert_int_equal(fake.radio.joins, 1);
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_int_equal(fake.radio.joins, 2);
}

static void it_wants_the_password_that_was_set(void **state)
{
    (void)state;
    fake_run(&fd, 100);
    assert_string_equal(fake.radio.shown_password, "");
    fake_type(&fd, "ApPassword open sesame");
    assert_true(fake_said("{\"ApPassword\":\"****\"}"));
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_string_equal(fake.radio.shown_password, "open sesame");
    assert_true(fake_said(
        "WIF: Set-up access point tasmota-A1B2C3-4803 is there, with its "
        "password, at 192.168.4.1"));
    assert_null(strstr(fake.text, "sesame"));
    fake_run(&fd, 60000);
    assert_int_equal(fake.radio.shows, 2);
    fake_type(&fd, "ApPassword 0");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_string_equal(fake.radio.shown_password, "");
}

/* With the switch in a wall. */
static void in_rescue_it_is_open_for_who_forgot_its_password(void **state)
{
    (void)state;
    fake_type(&fd, "ApPassword open sesame");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_string_equal(fake.radio.shown_password, "open sesame");
    fd.device.rescue.is_open = true;
    fd.device.rescue.open_until_s = 60;
    fake_run(&fd, 100);
    assert_string_equal(fake.radio.shown_password, "");
    fake_run(&fd, 61000);
    assert_true(fake.radio.is_showing);
    assert_string_equal(fake.radio.shown_password, "open sesame");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(one_that_cannot_be_opened_is_told),
        T(it_stays_three_minutes_for_who_set_the_device_up),
        T(one_that_is_lost_for_a_moment_finds_it_again),
        T(it_stays_also_when_the_network_is_not_joined),
        T(it_ends_at_once_for_the_console),
        T(it_wants_the_password_that_was_set),
        T(in_rescue_it_is_open_for_who_forgot_its_password),
        T(in_rescue_a_change_is_tried_at_once),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
