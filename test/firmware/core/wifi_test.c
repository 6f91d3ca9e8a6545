/* Wi-Fi: two networks in turn, pauses, what is said of failures, and when the
 * access point is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

#define AP_NAME "tasmota-A1B2C3-4803"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
static const struct hal_wifi_event not_found = {.change = HAL_WIFI_NOT_FOUND,
                                                .reason = 201};
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 200};

/* A device that has been set up before, just started. */
static void start_with(const char *first, const char *second, uint32_t now_ms)
{
    struct settings *settings = &fd.device.settings;
    fake_basic(NULL);
    fd.now_ms = now_ms;
    fake_start(&fd, START_POWER_ON);
    snprintf(settings->ssid[0], sizeof(settings->ssid[0]), "%s", first);
    snprintf(settings->ssid[1], sizeof(settings->ssid[1]), "%s", second);
    snprintf(settings->password[0], sizeof(settings->password[0]), "password1");
    snprintf(settings->password[1], sizeof(settings->password[1]), "password2");
    fake_forget();
    fake_run(&fd, 10);
}

static void a_device_without_network_shows_its_access_point(void **state)
{
    (void)state;
    assert_int_equal(fake.radio.shows, 0); /* the relays come first */
    fake_run(&fd, 10);
    assert_true(fake.radio.is_showing);
    assert_string_equal(fake.radio.shown, AP_NAME);
    assert_string_equal(fake.radio.shown_password, "");
    assert_true(fake_said("WIF: Set-up access point " AP_NAME " is open"));
    fake_run(&fd, 600000);
    assert_int_equal(fake.radio.shows, 1);
    assert_int_equal(fake.radio.hides, 0);
    assert_int_equal(fake.radio.joins, 0);
}

static void the_name_is_plain_and_fits(void **state)
{
    (void)state;
    snprintf(fd.device.settings.topic, sizeof(fd.device.settings.topic),
             "an_old \"house\", many switches");
    fake_run(&fd, 10);
    assert_string_equal(fake.radio.shown, "an-old---house----many-swit-4803");
    assert_int_equal(strlen(fake.radio.shown), 32);
}

static void a_device_with_a_network_joins_it(void **state)
{
    (void)state;
    start_with("home", "", 0);
    assert_int_equal(fake.radio.joins, 1);
    assert_string_equal(fake.radio.ssid, "home");
    assert_string_equal(fake.radio.password, "password1");
    assert_true(fake_said("WIF: Connecting to AP1 home as " AP_NAME));
    fake_wifi(&fd, &got_ip);
    assert_true(fake_said("WIF: Connected to AP1 home, address 192.168.1.50"));
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
    fake_run(&fd, 600000);
    assert_int_equal(fake.radio.joins, 1);
    assert_int_equal(fake.radio.shows, 0);
}

static void each_reason_is_told_in_words(void **state)
{
    static const struct {
        enum hal_wifi_change change;
        uint8_t reason;
        const char *text;
    } rows[] = {
        {HAL_WIFI_NOT_FOUND, 201,
         "WIF: Connect failed: home was not found (reason 201): is it near, is "
         "the name right? 5 GHz and WPA3-only networks can't be used, a hidden "
         "one needs its exact name\r"},
        {HAL_WIFI_WRONG_PASSWORD, 15,
         "WIF: Connect failed: home refused the password (reason 15): is it "
         "right?\r"},
        {HAL_WIFI_NO_ADDRESS, 0,
         "WIF: Connect failed: home gave no address: is DHCP on in the router, "
         "has it addresses left?\r"},
        {HAL_WIFI_FAILED, 2, "home did not answer (reason 2): is it too far, "},
        {HAL_WIFI_FAILED, 5, "home is full (reason 5)"},
        {HAL_WIFI_FAILED, 200, "home fell silent (reason 200)"},
        {HAL_WIFI_FAILED, 17, "home turned us away (reason 17)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct hal_wifi_event news = {.change = rows[i].change,
                                            .reason = rows[i].reason};
        start_with("home", "", 0);
        fake_wifi(&fd, &news);
        if (!fake_said(rows[i].text))
            fail_msg("not said: %s\nbut: %s", rows[i].text, fake.text);
        assert_int_equal(fd.device.wifi.state, WIFI_WAITING);
    }
}

/* Each failure is explained once in a row, and then only named. */
static void an_explanation_is_not_repeated(void **state)
{
    static const struct hal_wifi_event refused = {
        .change = HAL_WIFI_WRONG_PASSWORD, .reason = 15};
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("was not found (reason 201): is it near"));
    fake_run(&fd, 5000);
    fake_forget();
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("home was not found (reason 201)\r"));
    fake_run(&fd, 10000);
    fake_wifi(&fd, &refused);
    assert_true(fake_said("(reason 15): is it right?"));
    fake_run(&fd, 20000);
    fake_forget();
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("was not found (reason 201): is it near"));
}

/* After a connection, and after what was wrong has been changed. */
static void a_new_beginning_explains_again(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 5000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 60000);
    fake_wifi(&fd, &lost);
    fake_forget();
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("was not found (reason 201): is it near"));
    fake_type(&fd, "SSId1 hame");
    fake_run(&fd, WIFI_CHANGE_MS + 10);
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("hame was not found (reason 201): is it near"));
}

static void a_password_that_is_missing_is_asked_for(void **state)
{
    static const struct hal_wifi_event refused = {
        .change = HAL_WIFI_WRONG_PASSWORD, .reason = 202};
    (void)state;
    start_with("home", "", 0);
    fd.device.settings.password[0][0] = 0;
    fake_wifi(&fd, &refused);
    assert_true(fake_said("home wants a password (reason 202): the command is "
                          "Password1"));
}

/* Also over the wrap of the milliseconds. */
static void pauses_grow_to_a_minute_and_never_end(void **state)
{
    static const uint32_t zeros[] = {0, UINT32_MAX - 20000};
    static const unsigned pauses_s[] = {5, 10, 20, 40, 60, 60, 60};
    (void)state;
    for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
        start_with("home", "", zeros[i] - zeros[i] % 10);
        for (size_t j = 0; j < sizeof(pauses_s) / sizeof(pauses_s[0]); j++) {
            unsigned joins = fake.radio.joins;
            fake_wifi(&fd, &not_found);
            fake_run(&fd, pauses_s[j] * 1000 - 10);
            assert_int_equal(fake.radio.joins, joins);
            fake_run(&fd, 20); /* ticks fall otherwise after the wrap */
            assert_int_equal(fake.radio.joins, joins + 1);
        }
    }
}

static void two_networks_are_tried_in_turn_before_a_pause(void **state)
{
    (void)state;
    start_with("home", "shed", 0);
    for (unsigned round = 0; round < 3; round++) {
        assert_string_equal(fake.radio.ssid, "home");
        fake_wifi(&fd, &not_found);
        assert_string_equal(fake.radio.ssid, "shed");
        assert_string_equal(fake.radio.password, "password2");
        unsigned joins = fake.radio.joins;
        fake_wifi(&fd, &not_found);
        assert_int_equal(fake.radio.joins, joins);
        fake_run(&fd, 5000u << round);
    }
    fake_wifi(&fd, &not_found);
    fake_wifi(&fd, &got_ip);
    assert_true(fake_said("WIF: Connected to AP2 shed"));
}

static void only_the_second_network_is_enough(void **state)
{
    (void)state;
    start_with("", "shed", 0);
    assert_string_equal(fake.radio.ssid, "shed");
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 5000);
    assert_int_equal(fake.radio.joins, 2);
    assert_false(fake.radio.is_showing);
}

static void a_good_connection_that_is_lost_is_joined_again_at_once(void **state)
{
    (void)state;
    start_with("home", "shed", 0);
    fake_wifi(&fd, &not_found);
    fake_wifi(&fd, &got_ip); /* shed */
    fake_run(&fd, WIFI_HELD_MS);
    fake_wifi(&fd, &lost);
    assert_true(fake_said("WIF: Connection to shed lost: it fell silent "
                          "(reason 200)"));
    assert_string_equal(fake.radio.ssid, "shed");
    fake_wifi(&fd, &not_found);
    assert_string_equal(fake.radio.ssid, "home");
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("WIF: Next try in 5 s"));
}

/* One that takes us and throws us out again costs pauses as a failure does. */
static void a_connection_that_does_not_hold_is_a_failure(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, WIFI_HELD_MS - 10);
    fake_wifi(&fd, &lost);
    assert_int_equal(fake.radio.joins, 1);
    assert_true(fake_said("WIF: Next try in 5 s"));
    fake_run(&fd, 5000);
    fake_wifi(&fd, &got_ip);
    fake_wifi(&fd, &lost);
    assert_true(fake_said("WIF: Next try in 10 s"));
}

static void an_attempt_without_news_ends(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_run(&fd, WIFI_ATTEMPT_MS - 10);
    assert_false(fake_said("WIF: Connect failed"));
    fake_run(&fd, 10);
    assert_true(fake_said("WIF: Connect failed: home did not answer\r"));
    assert_int_equal(fake.radio.leaves, 1);
    fake_wifi(&fd, &got_ip); /* too late */
    assert_int_equal(fd.device.wifi.state, WIFI_WAITING);
}

static void another_address_is_told(void **state)
{
    static const struct hal_wifi_event other = {.change = HAL_WIFI_GOT_IP,
                                                .ip = {192, 168, 1, 51}};
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &got_ip);
    fake_wifi(&fd, &other);
    assert_true(fake_said("address 192.168.1.51"));
    assert_int_equal(fd.device.wifi.link_count, 1);
}

/* ---- rescue ---- */

static void rescue_shows_the_access_point_beside_a_network(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &got_ip);
    fd.device.rescue.is_open = true;
    fake_run(&fd, 10);
    assert_true(fake.radio.is_showing);
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
    fd.device.rescue.is_open = false;
    fake_run(&fd, 10);
    assert_false(fake.radio.is_showing);
    assert_true(fake_said("WIF: Set-up access point is off"));
    assert_int_equal(fake.radio.joins, 1);
}

static void tries_rest_while_somebody_is_on_the_access_point(void **state)
{
    static const char words[] = "WIF: Somebody is on the access point";
    (void)state;
    start_with("home", "shed", 0);
    fd.device.rescue.is_open = true;
    fake_run(&fd, 10);
    fake.radio.guests = 1;
    fake_wifi(&fd, &not_found);
    assert_true(fake_said(words));
    fake_forget();
    fake_run(&fd, 200000);
    assert_int_equal(fake.radio.joins, 1);
    assert_false(fake_said(words));
    /* They go on where they were. */
    fake.radio.guests = 0;
    fake_run(&fd, WIFI_REST_MS);
    assert_string_equal(fake.radio.ssid, "shed");
    /* Who is on it when it goes off does not count any more. */
    fake.radio.guests = 1;
    fake_wifi(&fd, &not_found);
    fake_run(&fd, WIFI_RETRY_MS);
    assert_int_equal(fake.radio.joins, 2);
    fd.device.rescue.is_open = false;
    fake_run(&fd, WIFI_REST_MS);
    assert_int_equal(fake.radio.joins, 3);
}

/* ---- commands ---- */

static void commands_set_up_a_network_without_a_restart(void **state)
{
    (void)state;
    fake_run(&fd, 10);
    fake_type(&fd, "SSId1 my home");
    assert_true(fake_said("RSL: RESULT = {\"SSId1\":\"my home\"}"));
    fake_run(&fd, 1000);
    fake_type(&fd, "Password correct horse");
    assert_true(fake_said("RSL: RESULT = {\"Password1\":\"****\"}"));
    fake_run(&fd, WIFI_CHANGE_MS - 20);
    assert_int_equal(fake.radio.joins, 0);
    assert_true(fake.radio.is_showing);
    fake_run(&fd, 20);
    assert_int_equal(fake.radio.joins, 1);
    assert_string_equal(fake.radio.ssid, "my home");
    assert_string_equal(fake.radio.password, "correct horse");
    assert_false(fake.radio.is_showing);
    assert_int_equal(fake.restarts, 0);
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "SSId1 1");
    assert_true(fake_said("{\"SSId1\":\"\"}"));
    fake_run(&fd, WIFI_CHANGE_MS + 10);
    assert_true(fake.radio.is_showing);
    assert_int_equal(fake.radio.leaves, 1);
    assert_int_equal(fd.device.wifi.state, WIFI_OFF);
}

static void a_change_of_the_other_network_keeps_the_connection(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "SSId2 shed");
    fake_run(&fd, 5000);
    assert_int_equal(fake.radio.joins, 1);
    fake_type(&fd, "Password1 another one");
    fake_run(&fd, 5000);
    assert_int_equal(fake.radio.joins, 2);
    assert_string_equal(fake.radio.password, "another one");
}

static void commands_answer(void **state)
{
    static const struct {
        const char *line, *reply;
    } rows[] = {
        {"SSId2 shed", "{\"SSId2\":\"shed\"}"},
        {"SSId", "{\"SSId1\":\"\",\"SSId2\":\"shed\"}"},
        {"SSId2", "{\"SSId2\":\"shed\"}"},
        {"SSId3 a", "{\"Command\":\"Error\",\"Input\":\"SSId3 a\"}"},
        {"SSId0", "{\"Command\":\"Error\",\"Input\":\"SSId0\"}"},
        {"SSId a 33 characters name is too long..", "{\"Command\":\"Error\""},
        {"Password2 12345678", "{\"Password2\":\"****\"}"},
        {"Password", "{\"Password1\":\"\",\"Password2\":\"****\"}"},
        {"Password2 0", "{\"Password2\":\"\"}"},
        {"Password 1234567",
         "{\"Command\":\"Error\",\"Input\":\"Password ****\"}"},
        {"Password1 "
         "123456789012345678901234567890123456789012345678901234567890"
         "123",
         "{\"Password1\":\"****\"}"},
        {"Password1 "
         "123456789012345678901234567890123456789012345678901234567890"
         "123g",
         "{\"Command\":\"Error\",\"Input\":\"Password1 ****\"}"},
        {"Password1 "
         "123456789012345678901234567890123456789012345678901234567890"
         "123F",
         "{\"Password1\":\"****\"}"},
        {"Password1 abcde", "{\"Password1\":\"****\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        if (!fake_said(rows[i].reply))
            fail_msg("%s: %s", rows[i].line, fake.text);
    }
}

static void a_password_is_nowhere_shown(void **state)
{
    static const char *const lines[] = {
        "Password1 geheim-1234",
        "password2 geheim-1234",
        "cmnd/x/PASSWORD geheim-1234",
        "Backlog SSId1 a; Password1 geheim-1234; Power",
        "Password7 geheim-1234",
        "MqttPassword geheim-1234",
        "Password1",
        "Status 0",
        "Status0",
        "State",
        "Help",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        if (fake_said("geheim"))
            fail_msg("%s: %s", lines[i], fake.text);
        fake_forget();
        fake_run(&fd, 1000);
        assert_false(fake_said("geheim"));
    }
    assert_string_equal(fd.device.settings.password[0], "geheim-1234");
    fake_type(&fd, "Password1 geheim-1234");
    assert_true(fake_said("CMD: Password1 ****\r\n"));
}

static void status_and_state_tell_what_is_known(void **state)
{
    (void)state;
    start_with("home", "", 0);
    fake_type(&fd, "Status 5");
    assert_true(
        fake_said("{\"Hostname\":\"" AP_NAME "\",\"IPAddress\":\"0.0.0.0\","));
    fake_type(&fd, "State");
    assert_false(fake_said("Wifi"));
    fake_run(&fd, 4000);
    fake.radio.signal = -61;
    fake.radio.facts = (struct hal_wifi_facts){
        .address = {0xC0A80132, 0xC0A80101, 0xFFFFFF00, 0x08080808, 0},
        .bssid = {0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F}};
    fake_type(&fd, "Status 5");
    assert_true(fake_said("\"Gateway\":\"0.0.0.0\","));
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "Status 5");
    assert_true(
        fake_said("\"IPAddress\":\"192.168.1.50\",\"Gateway\":\"192.168.1.1\","
                  "\"Subnetmask\":\"255.255.255.0\",\"DNSServer1\":\"8.8.8.8\","
                  "\"DNSServer2\":\"0.0.0.0\",\"Mac\":\""));
    fake_type(&fd, "Status 3");
    assert_true(fake_said("\"SSId\":[\"home\",\"\"],"));
    fake_type(&fd, "State");
    assert_true(fake_said(
        ",\"Wifi\":{\"AP\":1,\"SSId\":\"home\","
        "\"BSSId\":\"0A:1B:2C:3D:4E:5F\",\"Channel\":6,\"Mode\":\"11n\","
        "\"RSSI\":78,"
        "\"Signal\":-61,\"LinkCount\":1,\"Downtime\":\"0T00:00:04\"}}"));
    fake_run(&fd, 20000);
    fake_wifi(&fd, &lost);
    fake_run(&fd, 3000);
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "SSId2 shed");
    fake_type(&fd, "Password1 another one");
    fake_run(&fd, 7000); /* two seconds of them still joined */
    fake_wifi(&fd, &got_ip);
    fake_type(&fd, "Status 11");
    assert_true(fake_said("\"LinkCount\":3,\"Downtime\":\"0T00:00:12\"}}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(a_device_without_network_shows_its_access_point),
        T(the_name_is_plain_and_fits),
        T(a_device_with_a_network_joins_it),
        T(each_reason_is_told_in_words),
        T(an_explanation_is_not_repeated),
        T(a_new_beginning_explains_again),
        T(a_password_that_is_missing_is_asked_for),
        T(pauses_grow_to_a_minute_and_never_end),
        T(two_networks_are_tried_in_turn_before_a_pause),
        T(only_the_second_network_is_enough),
        T(a_good_connection_that_is_lost_is_joined_again_at_once),
        T(a_connection_that_does_not_hold_is_a_failure),
        T(an_attempt_without_news_ends),
        T(another_address_is_told),
        T(rescue_shows_the_access_point_beside_a_network),
        T(tries_rest_while_somebody_is_on_the_access_point),
        T(commands_set_up_a_network_without_a_restart),
        T(a_change_of_the_other_network_keeps_the_connection),
        T(commands_answer),
        T(a_password_is_nowhere_shown),
        T(status_and_state_tell_what_is_known),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
