/* A name and a password tried before they are kept. */
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

static void start_with_home(void)
{
    struct settings *settings = &fd.device.settings;
    fake_basic(NULL);
    fake_start(&fd, START_POWER_ON);
    snprintf(settings->ssid[0], sizeof(settings->ssid[0]), "home");
    fake_run(&fd, 10);
}

static void a_password_is_tried_before_it_is_kept(void **state)
{
    static const struct {
        enum hal_wifi_change change;
        const char *reply;
    } rows[] = {
        {HAL_WIFI_WRONG_PASSWORD, "\"Connect failed (wrong password)\"}"},
        {HAL_WIFI_NOT_FOUND, "\"Connect failed as AP cannot be reached\"}"},
        {HAL_WIFI_NO_ADDRESS, "\"Connect failed as no IP address received\"}"},
        {HAL_WIFI_GOT_IP, "\"Successful\",\"IPAddress\":\"192.168.1.50\"}"},
    };
    (void)state;
    fake_run(&fd, 1000);
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("{\"WiFiTest\":\"Not Started\"}"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hal_wifi_event news = got_ip;
        news.change = rows[i].change;
        fake_forget();
        fake_type(&fd, "WifiTest3 new house+horse+battery");
        assert_true(fake_said("{\"WiFiTest\":\"Testing\"}"));
        assert_string_equal(fake.radio.ssid, "new house");
        assert_string_equal(fake.radio.password, "horse+battery");
        fake_type(&fd, "WifiTest3 other+password1");
        assert_true(fake_said("{\"WiFiTest\":\"Busy\"}"));
        fake_wifi(&fd, &news);
        fake_type(&fd, "WifiTest");
        assert_true(fake_said(rows[i].reply));
        assert_null(strstr(fake.text, "battery"));
    }
    fake_run(&fd, 60000);
    assert_int_equal(fake.radio.joins, 4);
    assert_true(fake.radio.is_showing);
    assert_int_equal(fake.radio.hides, 0);
    assert_string_equal(fd.device.settings.ssid[0], "");
}

static void a_trial_without_news_ends(void **state)
{
    (void)state;
    fake_run(&fd, 1000);
    fake_type(&fd, "WifiTest3 house+password1");
    fake_run(&fd, WIFI_ATTEMPT_MS - 1000);
    fake_type(&fd, "WifiTest");
    assert_null(strstr(fake.text, "timeout"));
    fake_run(&fd, 2000);
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("\"Connect failed with AP timeout\"}"));
}

static void a_connection_is_not_given_up_for_a_trial(void **state)
{
    (void)state;
    start_with_home();
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "WifiTest3 other+password1");
    assert_true(fake_said("{\"WiFiTest\":\"Busy\"}"));
    assert_string_equal(fake.radio.ssid, "home");
}

static void after_a_trial_the_own_network_is_tried_again(void **state)
{
    (void)state;
    start_with_home();
    fake_wifi(&fd, &not_found);
    fake_type(&fd, "WifiTest3 other+password1");
    assert_string_equal(fake.radio.ssid, "other");
    fake_wifi(&fd, &not_found);
    fake_run(&fd, WIFI_RETRY_MOST_MS);
    assert_string_equal(fake.radio.ssid, "home");
}

static void what_is_no_trial_is_refused(void **state)
{
    static const char *const lines[] = {
        "WifiTest3 home", "WifiTest3 +password1", "WifiTest4 home+password1",
        "WifiTest3 a 33 characters name is too long..+password1",
        "WifiTest3 home+1234567890123456789012345678901234567890123456789"
        "01234567890123456"};
    (void)state;
    fake_run(&fd, 1000);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_forget();
        fake_type(&fd, lines[i]);
        if (!fake_said("{\"Command\":\"Error\",\"Input\":\"WifiTest") ||
            !fake_said("****"))
            fail_msg("%s: %s", lines[i], fake.text);
    }
    assert_int_equal(fake.radio.joins, 0);
}

static void what_was_right_is_kept(void **state)
{
    static const struct {
        const char *line;
        unsigned network, restarts;
    } rows[] = {{"WifiTest1 new+password1", 0, 0},
                {"WifiTest new+password1", 0, 0},
                {"WifiTest2 new+password1", 1, 0},
                {"WifiTest0 new+password1", 0, 1}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct settings *settings = &fd.device.settings;
        unsigned n = rows[i].network;
        fake_basic(state);
        fake_run(&fd, 1000);
        /* A wrong one is not. */
        fake_type(&fd, "WifiTest1 wrong+password2");
        fake_wifi(&fd, &not_found);
        assert_string_equal(settings->ssid[0], "");
        fake_type(&fd, rows[i].line);
        assert_string_equal(settings->ssid[n], "");
        fake_wifi(&fd, &got_ip);
        assert_string_equal(settings->ssid[n], "new");
        assert_string_equal(settings->password[n], "password1");
        assert_string_equal(settings->ssid[!n], "");
        fake_run(&fd, WIFI_CHANGE_MS + 300);
        assert_int_equal(fake.restarts, rows[i].restarts);
        if (!rows[i].restarts)
            assert_string_equal(fake.radio.ssid, "new");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(a_password_is_tried_before_it_is_kept),
        T(a_trial_without_news_ends),
        T(a_connection_is_not_given_up_for_a_trial),
        T(after_a_trial_the_own_network_is_tried_again),
        T(what_is_no_trial_is_refused),
        T(what_was_right_is_kept),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
