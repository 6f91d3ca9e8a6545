/* WifiConfig: what follows when no network can be joined. */
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
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 200};

/* Trying the first of two networks, and the setting is in force. */
static void start_with(const char *line)
{
    fake_run(&fd, 10);
    fake_type(&fd, "Backlog SSId1 home; SSId2 shed");
    fake_run(&fd, 1000);
    fake_type(&fd, line);
    fake_run(&fd, WIFI_CHANGE_MS + 10);
    assert_string_equal(fake.radio.ssid, "home");
    assert_false(fake.radio.is_showing);
    fake.radio.shows = 0;
}

/* Nothing is found for so long. */
static void stay_out(uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms; passed += 100) {
        fake_run(&fd, 100);
        if (fd.device.wifi.state == WIFI_JOINING)
            fake_wifi(&fd, &not_found);
    }
}

static void an_open_access_point_in_an_outage_is_not_for_ever(void **state)
{
    (void)state;
    start_with("WifiConfig 2");
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 20);
    assert_false(fake.radio.is_showing); /* the other one is not tried yet */
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 20);
    assert_true(fake.radio.is_showing);
    stay_out(WIFI_AP_MS - 100);
    assert_true(fake.radio.is_showing);
    stay_out(3600000);
    assert_false(fake.radio.is_showing);
    assert_int_equal(fake.radio.shows, 1);
    /* The next outage. */
    while (fd.device.wifi.state != WIFI_JOINING)
        fake_run(&fd, 1000);
    fake_wifi(&fd, &got_ip);
    fake_wifi(&fd, &lost);
    stay_out(10000);
    assert_int_equal(fake.radio.shows, 2);
    while (fd.device.wifi.state != WIFI_JOINING)
        fake_run(&fd, 1000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 60);
    assert_false(fake.radio.is_showing);
}

static void one_network_is_waited_for(void **state)
{
    (void)state;
    start_with("WifiConfig 5");
    unsigned joins = fake.radio.joins;
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("WIF: Next try in 5 s"));
    fake_run(&fd, 5000);
    assert_string_equal(fake.radio.ssid, "home");
    assert_int_equal(fake.radio.joins, joins + 1);
    assert_false(fake.radio.is_showing);
}

/* One after a loss; there is none after that restart, nor without a loss. */
static void a_restart_comes_once(void **state)
{
    (void)state;
    start_with("WifiConfig 0");
    stay_out(3600000);
    assert_int_equal(fake.restarts, 0);
    while (fd.device.wifi.state != WIFI_JOINING)
        fake_run(&fd, 1000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 3600000);
    fake_wifi(&fd, &lost);
    stay_out(590000);
    assert_int_equal(fake.restarts, 0);
    stay_out(90000);
    assert_int_equal(fake.restarts, 1);
    assert_true(fake_said("WIF: No network for ten minutes: restarting once"));
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 10);
    stay_out(3600000);
    assert_int_equal(fake.restarts, 1);
}

static void these_open_the_access_point(void **state)
{
    static const struct {
        const char *line;
        bool opens;
    } rows[] = {{"WifiConfig 0", false}, {"WifiConfig 1", true},
                {"WifiConfig 2", true},  {"WifiConfig 3", true},
                {"WifiConfig 4", false}, {"WifiConfig 5", false},
                {"WifiConfig 6", false}, {"WifiConfig 7", true}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_basic(state);
        start_with(rows[i].line);
        stay_out(8000);
        assert_int_equal(fake.radio.is_showing, rows[i].opens);
        stay_out(3600000);
        assert_int_equal(fake.radio.shows, rows[i].opens);
        assert_false(fake.radio.is_showing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(an_open_access_point_in_an_outage_is_not_for_ever),
        T(one_network_is_waited_for),
        T(a_restart_comes_once),
        T(these_open_the_access_point),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
