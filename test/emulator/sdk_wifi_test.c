/* Wi-Fi's natives: scan, addresses, and what is against a rule. */
#include "test/emulator/wifi_fixture.h"

#define BSS_SIZE 80u

static int drop(void **state)
{
    (void)state;
    air_drop();
    return 0;
}

/* ---- scan ---------------------------------------------------------------- */

struct scan {
    uint64_t ms;
    unsigned count, status;
    uint8_t bss[8][BSS_SIZE];
};

/* Begin with the 24 bytes of struct scan_config and wait for the callback. */
static struct scan scan(const uint8_t *config)
{
    struct scan result = {.status = 99};
    if (config)
        put_bytes(MEMORY, config, 24);
    uint64_t from = chip->clock.now / MS;
    assert_int_equal(call("wifi_station_scan", config ? MEMORY : 0, CALLBACK),
                     1);
    for (unsigned i = 0; i < 4000 && result.status == 99; i++) {
        pass(chip, MS);
        if (!sdk_call_run(chip))
            continue;
        assert_int_equal(chip->cpu.pc, CALLBACK);
        result.ms = chip->clock.now / MS - from;
        result.status = chip->cpu.a[3];
        for (uint32_t at = chip->cpu.a[2]; at; at = peek(chip, at))
            assert_true(bus_copy_out(chip->bus, at, result.bss[result.count++],
                                     BSS_SIZE));
        sdk_call_returned(chip);
    }
    assert_int_not_equal(result.status, 99);
    assert_int_equal(chip->heap.free, chip->heap.total);
    return result;
}

static void start(const char *text)
{
    air_chip(text);
    call("wifi_set_opmode_current", 1, 0);
    ready();
}

#define STREET                                                                 \
    "ap cafe channel 11 rssi -70\n"                                            \
    "ap home password 12345678 channel 6 rssi -60\n"                           \
    "ap cellar password 12345678 hidden channel 3\n"                           \
    "ap home password 12345678 5ghz\n"                                         \
    "ap modern password 12345678 wpa3\n"                                       \
    "ap strict password 12345678 pmf\n"                                        \
    "ap far rssi -96\n"                                                        \
    "ap japan channel 14\n"                                                    \
    "ap old password abcde wep channel 1\nap later\nat 0 down later\n"

static void the_scan_lists_what_is_heard(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t channel, rssi, auth;
    } rows[] = {{"old", 1, 256 - 50, WIFI_AUTH_WEP},
                {"home", 6, 256 - 60, WIFI_AUTH_WPA2},
                {"cafe", 11, 256 - 70, WIFI_AUTH_OPEN}};
    start(STREET);
    struct scan found = scan(NULL);
    assert_int_equal(found.status, 0);
    assert_in_range(found.ms, 2340, 2341);
    assert_int_equal(found.count, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint8_t *b = found.bss[i];
        assert_string_equal((const char *)b + 10, rows[i].name);
        assert_int_equal(b[42], strlen(rows[i].name));
        assert_int_equal(b[43], rows[i].channel);
        assert_int_equal(b[44], rows[i].rssi);
        assert_int_equal(b[48], rows[i].auth);
        assert_int_equal(b[52], 0);
    }
    assert_memory_equal(found.bss[1] + 4, air.ap[1].bssid, 6);
}

static void filters_narrow_the_scan(void **state)
{
    (void)state;
    static const struct {
        const char *ssid;
        uint8_t channel, show_hidden, type, time;
        unsigned count;
        const char *first;
        uint64_t ms;
    } rows[] = {
        {"home", 0, 0, 0, 0, 1, "home", 2340},
        {"cellar", 0, 0, 0, 0, 1, "cellar", 2340}, /* a directed probe */
        {"cellar", 0, 0, 1, 0, 0, "", 2340}, /* who only listens asks nobody */
        {"nobody", 0, 0, 0, 0, 0, "", 2340},
        {NULL, 3, 0, 0, 0, 0, "", 180},
        {NULL, 3, 1, 0, 0, 1, "", 180}, /* listed without its name */
        {NULL, 6, 0, 0, 100, 1, "home", 100},
        {NULL, 14, 0, 0, 0, 0, "", 180},
    };
    start(STREET);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t config[24] = {0};
        if (rows[i].ssid) {
            put_bytes(MEMORY + 64, rows[i].ssid, strlen(rows[i].ssid) + 1);
            put_bytes(MEMORY, config, sizeof(config));
            poke(chip, MEMORY, MEMORY + 64);
            assert_true(bus_copy_out(chip->bus, MEMORY, config, 4));
        }
        config[8] = rows[i].channel;
        config[9] = rows[i].show_hidden;
        config[12] = rows[i].type;
        config[20] = rows[i].time;
        struct scan found = scan(config);
        if (found.count != rows[i].count || found.ms > rows[i].ms + 1 ||
            found.ms < rows[i].ms ||
            (found.count &&
             strcmp((const char *)found.bss[0] + 10, rows[i].first) != 0))
            fail_msg("row %zu: %u in %u ms", i, found.count,
                     (unsigned)found.ms);
    }
}

static void while_it_searches_no_scan_is_possible(void **state)
{
    (void)state;
    air_chip("");
    want("home", "12345678");
    assert_int_equal(call("wifi_station_scan", 0, CALLBACK), 0);
    assert_int_equal(call("wifi_station_disconnect", 0, 0), 1);
    assert_int_equal(call("wifi_station_scan", 0, CALLBACK), 1);
}

static void a_scan_ends_with_the_station(void **state)
{
    (void)state;
    start(STREET);
    assert_int_equal(call("wifi_station_scan", 0, CALLBACK), 1);
    call("wifi_set_opmode_current", 0, 0);
    bool is_done = false;
    while (sdk_call_run(chip)) {
        if (chip->cpu.pc == CALLBACK) {
            is_done = true;
            assert_int_equal(chip->cpu.a[2], 0);
            assert_int_equal(chip->cpu.a[3], 1);
        }
        sdk_call_returned(chip);
    }
    assert_true(is_done);
}

/* ---- rules --------------------------------------------------------------- */

static void each_rule_stops_the_device(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        unsigned mode;
        bool is_ready;
        const char *first, *second;
        uint32_t a2, a3;
    } rows[] = {
        {"wifi-station-mode", 2, true, NULL, "wifi_station_scan", 0, 0},
        {"wifi-station-mode", 2, true, NULL, "wifi_station_connect", 0, 0},
        {"wifi-station-mode", 2, true, NULL, "wifi_station_disconnect", 0, 0},
        {"wifi-station-mode", 0, true, NULL, "wifi_station_set_config_current",
         MEMORY, 0},
        {"wifi-ap-mode", 1, true, NULL, "wifi_softap_set_config_current",
         MEMORY, 0},
        {"wifi-ap-mode", 1, true, NULL, "wifi_softap_get_station_info", 0, 0},
        {"wifi-ap-mode", 1, true, NULL, "wifi_softap_set_dhcps_lease", MEMORY,
         0},
        {"wifi-early", 1, false, NULL, "wifi_station_scan", 0, 0},
        {"wifi-early", 1, false, NULL, "wifi_station_disconnect", 0, 0},
        {"wifi-scanning", 1, true, "wifi_station_scan", "wifi_station_scan", 0,
         0},
        {"wifi-dhcpc-on", 1, true, NULL, "wifi_set_ip_info", 0, MEMORY},
        {"wifi-dhcps-on", 2, true, NULL, "wifi_set_ip_info", 1, MEMORY},
        {"wifi-dhcps-on", 2, true, NULL, "wifi_softap_set_dhcps_lease", MEMORY,
         0},
        {"wifi-mac-late", 1, true, NULL, "wifi_set_macaddr", 0, MEMORY},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        air_chip("");
        call("wifi_set_opmode_current", rows[i].mode, 0);
        if (rows[i].is_ready)
            ready();
        if (rows[i].first)
            call(rows[i].first, rows[i].a2, rows[i].a3);
        assert_string_equal(chip->stop_reason, "");
        call(rows[i].second, rows[i].a2, rows[i].a3);
        if (!is_broken(rows[i].rule))
            fail_msg("row %zu: %s", i, chip->stop_reason);
        air_drop();
    }
}

static void a_joined_station_does_not_connect(void **state)
{
    (void)state;
    air_chip("ap home\n");
    want("home", "");
    (void)wait_for(3, 3000);
    call("wifi_station_connect", 0, 0);
    assert_true(is_broken("wifi-joined"));
}

static void garbage_in_a_configuration_is_found(void **state)
{
    (void)state;
    static const struct {
        unsigned offset;
        const char *field;
    } rows[] = {{96, "channel"},
                {97, "bssid_set"},
                {104, "threshold.rssi"},
                {108, "threshold.authmode"},
                {112, "open_and_wep_mode_disable"},
                {113, "all_channel_scan"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t b[116] = "home";
        b[rows[i].offset] = 0x55;
        air_chip("");
        call("wifi_set_opmode_current", 1, 0);
        put_bytes(MEMORY, b, sizeof(b));
        call("wifi_station_set_config_current", MEMORY, 0);
        assert_true(is_broken("wifi-garbage"));
        assert_non_null(strstr(chip->stop_reason, rows[i].field));
        air_drop();
    }
}

static void what_is_no_memory_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t a2, a3;
    } rows[] = {{"wifi_station_set_config_current", 0, 0},
                {"wifi_station_get_config", 0x50000000, 0},
                {"wifi_get_macaddr", 0, 0},
                {"wifi_station_scan", 4, CALLBACK},
                {"wifi_station_set_hostname", 0x60, 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        air_chip("");
        call("wifi_set_opmode_current", 1, 0);
        ready();
        call(rows[i].name, rows[i].a2, rows[i].a3);
        if (strncmp(chip->stop_reason, rows[i].name, strlen(rows[i].name)) !=
                0 ||
            !strstr(chip->stop_reason, "not memory"))
            fail_msg("row %zu: %s", i, chip->stop_reason);
        air_drop();
    }
}

static void what_would_be_kept_on_flash_stops(void **state)
{
    (void)state;
    static const char *const names[] = {
        "wifi_set_opmode", "wifi_station_set_config", "wifi_softap_set_config"};
    for (size_t i = 0; i < COUNT(names); i++) {
        air_chip("");
        call(names[i], 1, 0);
        assert_non_null(strstr(chip->stop_reason, "flash"));
        assert_non_null(strstr(chip->stop_reason, "_current"));
        air_drop();
    }
}

/* ---- addresses and names ------------------------------------------------- */

static void mac_addresses_differ_and_can_be_set_early(void **state)
{
    (void)state;
    static const uint8_t wished[6] = {2, 1, 2, 3, 4, 5};
    uint8_t mac[6];
    air_chip("");
    call("wifi_get_macaddr", 1, MEMORY);
    assert_true(bus_copy_out(chip->bus, MEMORY, mac, 6));
    assert_int_equal(mac[0], 0x5E);
    assert_int_equal(call("wifi_set_macaddr", 0, MEMORY), 0); /* the other's */
    put_bytes(MEMORY, "\1\2\3\4\5\6", 6); /* for many, not for one */
    assert_int_equal(call("wifi_set_macaddr", 0, MEMORY), 0);
    put_bytes(MEMORY, wished, 6);
    assert_int_equal(call("wifi_set_macaddr", 0, MEMORY), 1);
    call("wifi_get_macaddr", 0, MEMORY + 16);
    assert_true(bus_copy_out(chip->bus, MEMORY + 16, mac, 6));
    assert_memory_equal(mac, wished, 6);
    assert_int_equal(call("wifi_get_macaddr", 2, MEMORY), 0);
}

static void a_host_name_has_up_to_32_characters(void **state)
{
    (void)state;
    char name[40] = {0};
    air_chip("");
    uint32_t at = call("wifi_station_get_hostname", 0, 0);
    assert_true(bus_copy_out(chip->bus, at, name, 33));
    assert_string_equal(name, "ESP_123456");
    put_bytes(MEMORY, "123456789012345678901234567890123", 34);
    assert_int_equal(call("wifi_station_set_hostname", MEMORY, 0), 0);
    assert_int_equal(call("wifi_station_set_hostname", MEMORY + 1, 0), 1);
    assert_true(bus_copy_out(chip->bus, at, name, 33));
    assert_string_equal(name, "23456789012345678901234567890123");
}

/* lwIP's functions that the port uses besides the SDK's own. */
static void a_joined_station_tells_its_address(void **state)
{
    (void)state;
    uint8_t info[12], other[4] = {127, 1, 2, 3};
    air_chip("ap home password 12345678");
    want("home", "12345678");
    uint32_t netif = call("eagle_lwip_getif", 0, 0);
    assert_int_not_equal(netif, 0);
    assert_int_equal(call("eagle_lwip_getif", 1, 0), 0);
    call("wifi_get_ip_info", 0, MEMORY);
    assert_int_not_equal(call("etharp_request", netif, MEMORY), 0);
    assert_null(strstr(lines, "wifi announced"));
    (void)wait_for(WIFI_EVENT_GOT_IP, 10000);
    call("wifi_get_ip_info", 0, MEMORY);
    put_bytes(MEMORY + 16, other, sizeof(other));
    assert_int_equal(call("etharp_request", netif, MEMORY + 16), 0);
    assert_int_not_equal(call("etharp_request", netif + 4, MEMORY), 0);
    assert_null(strstr(lines, "wifi announced"));
    assert_int_equal(call("etharp_request", netif, MEMORY), 0);
    assert_true(bus_copy_out(chip->bus, MEMORY, info, sizeof(info)));
    char line[48];
    snprintf(line, sizeof(line), "wifi announced %u.%u.%u.%u", info[0], info[1],
             info[2], info[3]);
    assert_line(line);
    call("wifi_set_opmode_current", 2, 0);
    assert_int_equal(call("eagle_lwip_getif", 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_scan_lists_what_is_heard, drop),
        cmocka_unit_test_teardown(filters_narrow_the_scan, drop),
        cmocka_unit_test_teardown(while_it_searches_no_scan_is_possible, drop),
        cmocka_unit_test_teardown(a_scan_ends_with_the_station, drop),
        cmocka_unit_test(each_rule_stops_the_device),
        cmocka_unit_test_teardown(a_joined_station_does_not_connect, drop),
        cmocka_unit_test(garbage_in_a_configuration_is_found),
        cmocka_unit_test(what_is_no_memory_is_named),
        cmocka_unit_test(what_would_be_kept_on_flash_stops),
        cmocka_unit_test_teardown(mac_addresses_differ_and_can_be_set_early,
                                  drop),
        cmocka_unit_test_teardown(a_joined_station_tells_its_address, drop),
        cmocka_unit_test_teardown(a_host_name_has_up_to_32_characters, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
