/* A name and a password tried before they are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
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
        news.change = (uint8_t)rows[i].change;
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

/* They wait for its end; it does not end by them. */
static void changes_right_before_a_trial_wait(void **state)
{
    (void)state;
    fake_run(&fd, 1000);
    fake_type(&fd, "SSId2 shed");
    fake_type(&fd, "WifiTest3 house+password1");
    fake_run(&fd, 5000);
    fake_forget();
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("{\"WiFiTest\":\"Testing\"}"));
    assert_string_equal(fake.radio.ssid, "house");
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 60000);
    assert_string_equal(fake.radio.ssid, "shed");
}

/* ---- from a network to another ------------------------------------------- */

/* Joined, and all of it is on flash. */
static void join_home(void)
{
    fake_type(&fd, "Backlog0 SSId1 home;Password1 correct horse");
    fake_run(&fd, 4000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 20000); /* the start is counted, too */
    fake_forget();
}

static void assert_settings(const char *ssid, const char *password)
{
    assert_string_equal(fd.device.settings.ssid[0], ssid);
    assert_string_equal(fd.device.settings.password[0], password);
    assert_string_equal(fd.device.settings.ssid[1], "");
}

/* In the network, not only in the settings. */
static void assert_joined(const char *ssid)
{
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
    assert_string_equal(fake.radio.ssid, ssid);
}

static void who_asked_is_answered_before_it_leaves(void **state)
{
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest1 other+password1");
    assert_true(fake_said("{\"WiFiTest\":\"Testing\"}"));
    fake_type(&fd, "WifiTest1 third+password1");
    assert_true(fake_said("{\"WiFiTest\":\"Busy\"}"));
    fake_run(&fd, WIFI_LEAVE_MS - 50);
    assert_joined("home");
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("{\"WiFiTest\":\"Testing\"}"));
    fake_forget();
    fake_run(&fd, 100);
    assert_string_equal(fake.radio.ssid, "other");
    assert_true(fake_said("Trying other; when it can't be joined, back to "
                          "home"));
    assert_false(fake_said("RESULT"));
    assert_false(fake_said("password1"));
}

/* Nothing changes, in memory or on flash, and it is back without a pause. */
static void one_that_fails_ends_in_the_network_before(void **state)
{
    static const enum hal_wifi_change rows[] = {
        HAL_WIFI_WRONG_PASSWORD, HAL_WIFI_NOT_FOUND, HAL_WIFI_NO_ADDRESS,
        HAL_WIFI_FAILED, HAL_WIFI_LOST};
    (void)state;
    join_home();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct hal_wifi_event news = {.change = (uint8_t)rows[i]};
        unsigned saves = fd.device.settings.save_count;
        fake_type(&fd, "WifiTest1 other+password1");
        fake_run(&fd, WIFI_LEAVE_MS + 50);
        assert_string_equal(fake.radio.ssid, "other");
        assert_settings("home", "correct horse");
        fake_wifi(&fd, &news);
        assert_string_equal(fake.radio.ssid, "home");
        assert_string_equal(fake.radio.password, "correct horse");
        fake_wifi(&fd, &got_ip);
        assert_joined("home");
        fake_type(&fd, "WifiTest");
        assert_true(fake_said("{\"WiFiTest\":\"Connect failed"));
        fake_run(&fd, 20000);
        assert_joined("home");
        assert_settings("home", "correct horse");
        assert_int_equal(fd.device.settings.save_count, saves);
    }
}

static void without_news_it_comes_back_too(void **state)
{
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest1 other+password1");
    fake_run(&fd, WIFI_LEAVE_MS + WIFI_ATTEMPT_MS + 100);
    assert_string_equal(fake.radio.ssid, "home");
}

/* It does not leave again what it has just joined. */
static void one_that_succeeds_stays_there(void **state)
{
    unsigned joins;
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest1 other+password1");
    fake_run(&fd, WIFI_LEAVE_MS + 50);
    joins = fake.radio.joins;
    fake_wifi(&fd, &got_ip);
    assert_joined("other");
    assert_settings("other", "password1");
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("\"Successful\",\"IPAddress\":\"192.168.1.50\"}"));
    fake_run(&fd, 20000);
    assert_int_equal(fake.radio.joins, joins);
    assert_joined("other");
    fake_start(&fd, START_POWER_ON);
    assert_settings("other", "password1");
}

static void a_cut_in_the_middle_leaves_the_network_before(void **state)
{
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest1 other+password1");
    fake_run(&fd, WIFI_LEAVE_MS + 5000);
    assert_string_equal(fake.radio.ssid, "other");
    fake_start(&fd, START_POWER_ON);
    assert_settings("home", "correct horse");
    fake_run(&fd, 1000);
    assert_string_equal(fake.radio.ssid, "home");
}

static void one_that_is_not_kept_comes_back(void **state)
{
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest3 other+password1");
    fake_run(&fd, WIFI_LEAVE_MS + 50);
    fake_wifi(&fd, &got_ip);
    assert_string_equal(fake.radio.ssid, "home");
    assert_settings("home", "correct horse");
}

/* The page parts them by a tab; what follows may be anything. */
static void odd_names_and_passwords_arrive_whole(void **state)
{
    static const char line[] = "WifiTest3 a+b;c\td+e;{f\tg";
    (void)state;
    fake_run(&fd, 1000);
    for (unsigned is_joined = 0; is_joined < 2; is_joined++) {
        command_run(&fd.device, line, sizeof(line) - 1);
        fake_run(&fd, WIFI_LEAVE_MS + 50);
        assert_string_equal(fake.radio.ssid, "a+b;c");
        assert_string_equal(fake.radio.password, "d+e;{f\tg");
        fake_wifi(&fd, &not_found);
        join_home();
    }
}

static void an_update_is_not_cut_off(void **state)
{
    (void)state;
    join_home();
    fd.device.update.state = UPDATE_RECEIVING;
    fake_type(&fd, "WifiTest1 other+password1");
    assert_true(fake_said("{\"WiFiTest\":\"Busy\"}"));
    fd.device.update.state = UPDATE_IDLE;
    fake_run(&fd, 5000);
    assert_joined("home");
}

/* Backlog without commands takes it back: the next one asks anew. */
static void one_that_was_called_off_is_over(void **state)
{
    (void)state;
    join_home();
    fake_type(&fd, "WifiTest1 other+password1");
    fake_type(&fd, "Backlog");
    fake_run(&fd, 3 * WIFI_LEAVE_MS);
    assert_joined("home");
    fake_type(&fd, "WifiTest");
    assert_true(fake_said("{\"WiFiTest\":\"Not Started\"}"));
    fake_type(&fd, "WifiTest1 other+password1");
    assert_true(fake_said("{\"WiFiTest\":\"Testing\"}"));
    assert_joined("home");
}

/* Whoever set it up there may be thrown off when the channel changes. */
static void the_access_point_stays_when_a_trial_is_kept(void **state)
{
    (void)state;
    fake_run(&fd, 1000);
    assert_true(fake.radio.is_showing);
    fake_type(&fd, "WifiTest1 new+password1");
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, WIFI_AP_LEFT_MS - 1000);
    assert_true(fake.radio.is_showing);
    fake_run(&fd, 2000);
    assert_false(fake.radio.is_showing);
}

/* ---- before any network -------------------------------------------------- */

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
        ("WifiTest3 home+1234567890123456789012345678901234567890123456789"
         "01234567890123456")};
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
        T(changes_right_before_a_trial_wait),
        T(a_trial_without_news_ends),
        T(who_asked_is_answered_before_it_leaves),
        T(one_that_fails_ends_in_the_network_before),
        T(without_news_it_comes_back_too),
        T(one_that_succeeds_stays_there),
        T(a_cut_in_the_middle_leaves_the_network_before),
        T(one_that_is_not_kept_comes_back),
        T(odd_names_and_passwords_arrive_whole),
        T(an_update_is_not_cut_off),
        T(one_that_was_called_off_is_over),
        T(the_access_point_stays_when_a_trial_is_kept),
        T(after_a_trial_the_own_network_is_tried_again),
        T(what_is_no_trial_is_refused),
        T(what_was_right_is_kept),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
