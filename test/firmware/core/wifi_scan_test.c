/* WifiScan: when the radio looks, and what is told of it. */
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
static const struct hal_wifi_event scanned = {.change = HAL_WIFI_SCANNED};

static void add(const char *name, int dbm, enum hal_wifi_security security)
{
    struct hal_wifi_heard one = {.bssid = {2, 0, 0, 0, 0xAB, 1},
                                 .channel = 6,
                                 .dbm = (int8_t)dbm,
                                 .security = (uint8_t)security};
    snprintf(one.ssid, sizeof(one.ssid), "%s", name);
    heard_add(&fake.radio.heard, &one);
}

static void ask(const char *line, const char *reply)
{
    fake_type(&fd, line);
    if (!fake_said(reply))
        fail_msg("%s: %s", line, fake.text);
}

static void a_scan_tells_what_is_there_and_forgets_it(void **state)
{
    (void)state;
    fake_run(&fd, 10);
    ask("WifiScan", "{\"WiFiScan\":\"Not Started\"}");
    ask("WifiScan 2", "{\"Command\":\"Error\"");
    ask("WifiScan 1", "{\"WiFiScan\":\"Scanning\"}");
    fake_run(&fd, 100);
    ask("WifiScan 1", "{\"WiFiScan\":\"Scanning\"}");
    fake_run(&fd, 2000);
    assert_int_equal(fake.radio.scans, 1);
    assert_true(fake.radio.is_showing);
    add("home \"2\"", -61, HAL_WIFI_WPA2);
    add("cafe", -70, HAL_WIFI_OPEN);
    fake_wifi(&fd, &scanned);
    ask("WifiScan",
        "{\"WiFiScan\":{\"NET1\":{\"SSId\":\"home \\\"2\\\"\",\"BSSId\":"
        "\"02:00:00:00:AB:01\",\"Channel\":\"6\",\"Signal\":\"-61\",\"RSSI\":"
        "\"78\",\"Encryption\":\"WPA2\"},\"NET2\":{\"SSId\":\"cafe\",");
    fake_run(&fd, WIFI_SCAN_KEPT_MS);
    ask("WifiScan", "{\"WiFiScan\":\"Not Started\"}");
    assert_null(hal_wifi_heard(0));
}

/* Names of nothing but what must be escaped: what fits is valid JSON. */
static void a_reply_is_never_cut(void **state)
{
    char name[HAL_SSID_SIZE + 1];
    (void)state;
    fake_run(&fd, 10);
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, 100);
    for (int i = 0; i < 12; i++) {
        memset(name, '\x01', sizeof(name) - 1);
        name[HAL_SSID_SIZE] = 0;
        name[0] = (char)(1 + i);
        add(name, -40 - i, HAL_WIFI_WPA_WPA2);
    }
    fake_wifi(&fd, &scanned);
    ask("WifiScan", "\"NET7\"");
    ask("WifiScan", "\"WPA/WPA2\"}}}\r\n");
}

static void of_each_name_the_strongest_at_most_twelve(void **state)
{
    static const struct {
        const char *name;
        int dbm;
    } rows[] = {{"a", -50}, {"b", -40}, {"a", -30}, {"", -10},
                {"b", -80}, {"c", -60}, {"a", -90}};
    const struct heard *heard = &fake.radio.heard;
    char name[4];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        add(rows[i].name, rows[i].dbm, HAL_WIFI_WPA2);
    assert_int_equal(heard->count, 3);
    assert_string_equal(heard->row[0].ssid, "a");
    assert_int_equal(heard->row[0].dbm, -30);
    assert_string_equal(heard->row[1].ssid, "b");
    assert_string_equal(heard->row[2].ssid, "c");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        add(name, -75 + i, HAL_WIFI_WPA2);
    }
    assert_int_equal(heard->count, HEARD_MOST);
    for (unsigned i = 1; i < HEARD_MOST; i++)
        assert_true(heard->row[i - 1].dbm >= heard->row[i].dbm);
    assert_string_equal(heard->row[HEARD_MOST - 1].ssid, "n11");
}

static void a_scan_waits_for_a_try_and_a_try_for_a_scan(void **state)
{
    (void)state;
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, WIFI_CHANGE_MS + 10);
    assert_int_equal(fake.radio.joins, 1);
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, 3000);
    assert_int_equal(fake.radio.scans, 0);
    fake_wifi(&fd, &not_found);
    fake_run(&fd, 10);
    assert_int_equal(fake.radio.scans, 1);
    fake_run(&fd, 9000);
    assert_int_equal(fake.radio.joins, 1);
    fake_wifi(&fd, &scanned);
    ask("WifiScan", "{\"WiFiScan\":{}}");
    fake_run(&fd, WIFI_RETRY_MS);
    assert_int_equal(fake.radio.joins, 2);
    fake_wifi(&fd, &got_ip);
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, 10);
    assert_int_equal(fake.radio.scans, 2);
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
}

static void a_scan_that_ends_with_nothing_has_failed(void **state)
{
    static const struct hal_wifi_event failed = {.change = HAL_WIFI_SCANNED,
                                                 .reason = 1};
    (void)state;
    fake_run(&fd, 10);
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, WIFI_SCAN_MS + 10);
    ask("WifiScan", "\"Failed\"");
    fake_wifi(&fd, &scanned); /* too late */
    ask("WifiScan", "\"Failed\"");
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, 10);
    fake_wifi(&fd, &failed);
    ask("WifiScan", "\"Failed\"");
    fake.radio.is_deaf = true;
    ask("WifiScan 1", "Scanning");
    fake_run(&fd, WIFI_SCAN_WAIT_MS - 100);
    ask("WifiScan", "Scanning");
    fake_run(&fd, 200);
    ask("WifiScan", "\"Failed\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(a_scan_tells_what_is_there_and_forgets_it),
        T(a_reply_is_never_cut),
        T(of_each_name_the_strongest_at_most_twelve),
        T(a_scan_waits_for_a_try_and_a_try_for_a_scan),
        T(a_scan_that_ends_with_nothing_has_failed),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
