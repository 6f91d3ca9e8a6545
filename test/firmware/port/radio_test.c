/* The posix device's radio: what an air file makes of a try to join, and what
 * happens to a network that is joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/port/posix/radio.h"

static struct radio radio;
static struct hal_wifi_event news;
static char said[4096];

static void on_line(void *ctx, const char *line)
{
    (void)ctx;
    size_t size = strlen(said);
    snprintf(said + size, sizeof(said) - size, "%s\n", line);
}

static void join(const char *ssid, const char *password)
{
    const struct hal_wifi_target target = {.ssid = ssid, .password = password};
    radio_join(&radio, &target);
}

static void start(const char *air)
{
    struct air_error error;
    radio_init(&radio, on_line, NULL);
    said[0] = 0;
    if (air_parse(air, strlen(air), &radio.air, &error) != ERR_NONE)
        fail_msg("%s", error.what);
}

/* True: there was news, at radio.now_ms. */
static bool run(uint64_t ms)
{
    for (uint64_t end = radio.now_ms + ms; radio.now_ms < end;) {
        if (radio_step(&radio, radio.now_ms + 1, &news))
            return true;
    }
    return false;
}

static void how_an_attempt_ends(void **state)
{
    static const char wpa[] = "ap net password 12345678 channel 6 ";
    static const struct {
        const char *air, *more, *password;
        enum hal_wifi_change change;
        unsigned reason, most_ms;
    } rows[] = {
        {wpa, "", "12345678", HAL_WIFI_GOT_IP, 0, 3000},
        {wpa, "hidden", "12345678", HAL_WIFI_GOT_IP, 0, 3000},
        {wpa, "dhcp slow 7000", "12345678", HAL_WIFI_GOT_IP, 0, 9000},
        {wpa, "dhcp off", "12345678", HAL_WIFI_NO_ADDRESS, 0, 33000},
        {wpa, "", "12345679", HAL_WIFI_WRONG_PASSWORD, 15, 5000},
        {wpa, "wrong-password 204", "no", HAL_WIFI_WRONG_PASSWORD, 204, 5000},
        {wpa, "wrong-password 2", "no", HAL_WIFI_FAILED, 2, 5000},
        {wpa, "", "", HAL_WIFI_WRONG_PASSWORD, 202, 2000},
        {wpa, "\nat 0 refuse net for 9999", "12345678", HAL_WIFI_WRONG_PASSWORD,
         15, 5000},
        {"ap net", "", "", HAL_WIFI_GOT_IP, 0, 3000},
        {"ap net", "", "12345678", HAL_WIFI_NOT_FOUND, 201, 3000},
        {"ap other", "", "", HAL_WIFI_NOT_FOUND, 201, 3000},
        {wpa, "wpa3", "12345678", HAL_WIFI_NOT_FOUND, 201, 3000},
        {wpa, "pmf", "12345678", HAL_WIFI_NOT_FOUND, 201, 3000},
        {wpa, "rssi -96", "12345678", HAL_WIFI_NOT_FOUND, 201, 3000},
        {"ap net 5ghz", "", "", HAL_WIFI_NOT_FOUND, 201, 3000},
        {"ap net channel 14", "", "", HAL_WIFI_NOT_FOUND, 201, 3000},
        {wpa, "\nat 0 down net", "12345678", HAL_WIFI_NOT_FOUND, 201, 3000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char air[128];
        snprintf(air, sizeof(air), "%s%s\n", rows[i].air, rows[i].more);
        start(air);
        join("net", rows[i].password);
        if (!run(rows[i].most_ms))
            fail_msg("no news: %s %s", air, rows[i].password);
        if (news.change != rows[i].change || news.reason != rows[i].reason)
            fail_msg("%s %s: change %d reason %u", air, rows[i].password,
                     (int)news.change, (unsigned)news.reason);
        assert_int_equal(radio.now_ms > 100, 1);
    }
}

static void join_home(const char *changes)
{
    char air[256];
    snprintf(air, sizeof(air), "ap net channel 1 rssi -60\n%s", changes);
    start(air);
    join("net", "");
    assert_true(run(3000));
    assert_int_equal(news.change, HAL_WIFI_GOT_IP);
    assert_int_equal(news.channel, 1);
    assert_string_equal(said, "wifi joined \"net\" 127.0.0.1\n");
    assert_int_equal(radio_signal(&radio), -60);
}

static void the_host_name_is_told_until_a_restart(void **state)
{
    (void)state;
    start("ap net channel 1 rssi -60\n");
    radio_name(&radio, "lamp");
    join("net", "");
    assert_true(run(3000));
    assert_string_equal(said,
                        "wifi host \"lamp\"\nwifi joined \"net\" 127.0.0.1\n");
    radio_reset(&radio);
    said[0] = 0;
    join("net", "");
    assert_true(run(3000));
    assert_null(strstr(said, "wifi host"));
}

static void how_a_connection_ends(void **state)
{
    static const struct {
        const char *change;
        unsigned reason, from_ms, to_ms;
    } rows[] = {
        {"at 10000 down net", 200, 18500, 18501},
        {"at 10000 rssi net -99", 200, 18500, 18501},
        {"at 10000 kick net", 3, 10000, 10000},
        {"at 10000 kick net 8", 8, 10000, 10000},
        {"at 10000 password net 87654321", 3, 10000, 10000},
        {"at 10000 down net\nat 12000 up net", 7, 12000, 12000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        join_home(rows[i].change);
        assert_true(run(30000));
        assert_int_equal(news.change, HAL_WIFI_LOST);
        assert_int_equal(news.reason, rows[i].reason);
        assert_in_range(radio.now_ms, rows[i].from_ms, rows[i].to_ms);
        assert_non_null(strstr(said, "wifi lost \"net\" reason "));
        assert_false(run(30000)); /* and nothing is tried by itself */
        assert_int_equal(radio_signal(&radio), 0);
    }
}

static void leaving_is_no_news(void **state)
{
    (void)state;
    join_home("");
    radio_leave(&radio);
    assert_non_null(strstr(said, "wifi left \"net\"\n"));
    assert_false(run(60000));
    join("net", "");
    radio_leave(&radio);
    assert_false(run(60000));
}

/* People hear of the same failure once in a row; the device each time. */
static void a_failure_is_said_once(void **state)
{
    (void)state;
    start("ap net\n");
    for (unsigned i = 0; i < 3; i++) {
        join("other", "");
        assert_true(run(3000));
        assert_int_equal(news.change, HAL_WIFI_NOT_FOUND);
    }
    assert_string_equal(said, "wifi failed \"other\" reason 201\n");
}

static void do_line(const char *line)
{
    struct control control;
    said[0] = 0;
    assert_int_equal(control_parse(line, &control), ERR_NONE);
    assert_int_equal(radio_control(&radio, &control), ERR_NONE);
    (void)run(1000);
}

static void a_phone_joins_the_access_point(void **state)
{
    static const struct {
        const char *line, *said;
    } rows[] = {
        {"phone join", "phone refused: the access point wants a password\n"},
        {"phone join pogo 12345679", "phone refused: wrong password\n"},
        {"phone join pago 12345678",
         "phone refused: there is no access point of that name\n"},
        {"phone leave", "phone was not joined\n"},
        {"phone join pogo 12345678", "phone joined \"pogo\" 192.168.4.2\n"},
        {"phone join pogo 12345678", "phone refused: it is joined already\n"},
        {"phone leave", "phone left \"pogo\"\n"},
    };
    (void)state;
    start("");
    do_line("phone join");
    assert_string_equal(said, "phone refused: there is no access point\n");
    radio_show(&radio, "pogo", "12345678");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        do_line(rows[i].line);
        assert_string_equal(said, rows[i].said);
    }
    radio_show(&radio, "pogo", "");
    do_line("phone join pogo 12345678");
    assert_string_equal(said, "phone refused: the access point is open\n");
    do_line("phone join");
    assert_int_equal(radio_guests(&radio), 1);
    radio_reset(&radio);
    assert_non_null(strstr(said, "phone lost \"pogo\": the device restarts\n"));
    assert_int_equal(radio_guests(&radio), 0);
}

static void a_scan_hears_what_says_its_name(void **state)
{
    (void)state;
    start("ap a channel 3 rssi -70\nap net password 12345678 channel 6\n"
          "ap b hidden\nap far rssi -99\nap high channel 44 5ghz\n"
          "ap a channel 9 rssi -60\n");
    join("net", "12345678");
    assert_false(radio_scan(&radio)); /* it is searching */
    assert_true(run(5000));
    assert_int_equal(news.change, HAL_WIFI_GOT_IP);
    assert_true(radio_scan(&radio));
    assert_true(run(3000));
    assert_int_equal(news.change, HAL_WIFI_SCANNED);
    assert_int_equal(radio.heard.count, 2);
    assert_string_equal(radio.heard.row[0].ssid, "net");
    assert_int_equal(radio.heard.row[0].security, HAL_WIFI_WPA2);
    assert_string_equal(radio.heard.row[1].ssid, "a");
    assert_int_equal(radio.heard.row[1].channel, 9);
    assert_true(radio_is_up(&radio));
}

static void a_line_changes_the_air_at_once(void **state)
{
    (void)state;
    join_home("");
    do_line("air kick net 5");
    assert_int_equal(news.reason, 5);
    assert_string_equal(said, "wifi lost \"net\" reason 5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_an_attempt_ends),
        cmocka_unit_test(the_host_name_is_told_until_a_restart),
        cmocka_unit_test(how_a_connection_ends),
        cmocka_unit_test(leaving_is_no_news),
        cmocka_unit_test(a_failure_is_said_once),
        cmocka_unit_test(a_phone_joins_the_access_point),
        cmocka_unit_test(a_scan_hears_what_says_its_name),
        cmocka_unit_test(a_line_changes_the_air_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
