/* Wi-Fi's natives of the soft AP, and the phone that joins it. */
#include "test/emulator/wifi_fixture.h"

enum { AP_JOINED = 5, AP_LEFT, AP_PROBE, OPMODE, AP_IP };

static int drop(void **state)
{
    (void)state;
    air_drop();
    return 0;
}

static bool set_ap(const char *name, const char *password, bool is_hidden)
{
    uint8_t b[108] = {0};
    memcpy(b, name, strlen(name));
    memcpy(b + 32, password, strlen(password));
    b[97] = 7;
    b[100] = password[0] ? WIFI_AUTH_WPA2 : WIFI_AUTH_OPEN;
    b[104] = is_hidden;
    b[105] = 4;
    b[106] = 100;
    put_bytes(MEMORY, b, sizeof(b));
    return call("wifi_softap_set_config_current", MEMORY, 0);
}

static void join(const char *name, const char *password)
{
    wifi_phone_join(chip, name, strlen(name), password);
}

static void start_ap(const char *name, const char *password, bool is_hidden)
{
    air_chip("");
    call("wifi_set_opmode_current", 2, 0);
    assert_true(set_ap(name, password, is_hidden));
    ready();
    lines[0] = 0;
}

static void a_new_chip_is_an_open_access_point(void **state)
{
    (void)state;
    air_chip("");
    assert_int_equal(call("wifi_get_opmode", 0, 0), 2);
    join("", "");
    wait_ms(1000);
    assert_line("phone joined \"ESP_123456\" 192.168.4.2");
}

static void a_phone_joins_and_leaves(void **state)
{
    (void)state;
    uint32_t ap = 0, phone = 0;
    start_ap("pogo", "set it up", false);
    join("pogo", "set it up");
    drain();
    assert_int_equal(told[0].kind, AP_PROBE);
    assert_int_equal((int8_t)told[0].bytes[4], -45);
    const struct told *one = wait_for(AP_JOINED, 200);
    assert_memory_equal(one->bytes + 4, chip->wifi.phone.mac, 6);
    assert_int_equal(one->bytes[10], 1);
    assert_int_equal(call("wifi_softap_get_station_num", 0, 0), 1);
    assert_false(wifi_phone_is_joined(chip, NULL, NULL));
    one = wait_for(AP_IP, 1000);
    static const uint8_t ip[4] = {192, 168, 4, 2};
    assert_memory_equal(one->bytes + 12, ip, 4);
    assert_true(wifi_phone_is_joined(chip, &ap, &phone));
    assert_int_equal(ap, 0xC0A80401);
    assert_int_equal(phone, 0xC0A80402);
    assert_line("phone joined \"pogo\" 192.168.4.2");
    assert_null(strstr(lines, "set it up"));
    uint32_t list = call("wifi_softap_get_station_info", 0, 0);
    assert_int_equal(peek(chip, list), 0);
    assert_int_equal(peek(chip, list + 12), 0x0204A8C0);
    call("wifi_softap_free_station_info", 0, 0);
    assert_int_equal(chip->heap.free, chip->heap.total);
    assert_int_not_equal(call("wifi_softap_get_station_info", 0, 0), 0);
    call("wifi_softap_free_station_info", 0, 0);
    call("wifi_softap_free_station_info", 0, 0);
    wifi_phone_leave(chip);
    (void)wait_for(AP_LEFT, 100);
    assert_line("phone left \"pogo\"");
    assert_false(wifi_phone_is_joined(chip, NULL, NULL));
    assert_int_equal(call("wifi_softap_get_station_num", 0, 0), 0);
    wifi_phone_leave(chip);
    assert_line("phone was not joined");
}

static void a_phone_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *ap, *ap_password;
        bool is_hidden;
        const char *name, *password, *why;
    } rows[] = {
        {"pogo", "set it up", false, "pogo", "set it op", "wrong password"},
        {"pogo", "set it up", false, "pogo", "",
         "the access point wants a password"},
        {"pogo", "", false, "pogo", "secret12", "the access point is open"},
        {"pogo", "", false, "Pogo", "",
         "there is no access point of that name"},
        {"pogo", "", true, "", "",
         "it sees no access point; a hidden one must be named"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[96];
        start_ap(rows[i].ap, rows[i].ap_password, rows[i].is_hidden);
        join(rows[i].name, rows[i].password);
        wait_ms(2000);
        snprintf(line, sizeof(line), "phone refused: %s", rows[i].why);
        assert_line(line);
        assert_false(wifi_phone_is_joined(chip, NULL, NULL));
        air_drop();
    }
    start_ap("pogo", "", true);
    join("pogo", "");
    wait_ms(1000);
    assert_line("phone joined \"pogo\" 192.168.4.2");
    join("pogo", "");
    assert_line("phone refused: it is joined already");
    call("wifi_set_opmode_current", 0, 0);
    join("pogo", "");
    assert_line("phone refused: there is no access point");
    call("wifi_set_opmode_current", 2, 0);
    chip_stop(chip, "a test");
    lines[0] = 0;
    join("pogo", "");
    assert_line("phone refused: there is no access point");
}

static void who_goes_off_or_changes_loses_the_phone(void **state)
{
    (void)state;
    start_ap("pogo", "", false);
    for (unsigned i = 0; i < 3; i++) {
        join("pogo", "");
        (void)wait_for(AP_IP, 1000);
        if (i == 0)
            assert_true(set_ap("pogo", "", false));
        else if (i == 1)
            chip_reset(chip, RESET_SOFTWARE);
        else
            chip_power(chip, false);
        assert_false(wifi_phone_is_joined(chip, NULL, NULL));
        assert_non_null(strstr(lines, "phone lost \"pogo\": "));
        lines[0] = 0;
        if (i == 1) {
            chip->cpu.is_stopped = true;
            chip->sdk.is_running = true;
            sdk_heap_init(chip, HEAP);
            sdk_wifi_start(chip);
            chip->sdk.wifi.handler = HANDLER;
            assert_true(set_ap("pogo", "", false));
        }
    }
}

static void the_access_point_follows_the_station(void **state)
{
    (void)state;
    air_chip("ap home channel 11\n");
    call("wifi_set_opmode_current", 3, 0);
    assert_true(set_ap("pogo", "", false));
    ready();
    join("pogo", "");
    (void)wait_for(AP_IP, 1000);
    station_config("home", "");
    call("wifi_station_connect", 0, 0);
    (void)wait_for(AP_LEFT, 3000);
    assert_line("phone lost \"pogo\": the access point went to channel 11 with "
                "the station");
    join("pogo", "");
    (void)wait_for(AP_IP, 1000);
    assert_int_equal(chip->wifi.ap.channel, 11);
    /* Also when it goes on later. */
    call("wifi_set_opmode_current", 1, 0);
    chip->wifi.ap.channel = 1;
    call("wifi_set_opmode_current", 3, 0);
    assert_int_equal(chip->wifi.ap.channel, 11);
}

/* One radio: a station that finds nothing keeps the soft AP silent. */
static void a_searching_station_costs_the_phone(void **state)
{
    (void)state;
    air_chip("");
    call("wifi_set_opmode_current", 3, 0);
    assert_true(set_ap("pogo", "", false));
    station_config("home", "");
    ready();
    wait_ms(2500); /* the first search is over */
    join("pogo", "");
    (void)wait_for(AP_IP, 700);
    wait_ms(500); /* the second has begun */
    wifi_phone_leave(chip);
    join("pogo", "");
    assert_line("phone refused: the access point is silent while the station "
                "searches");
    wait_ms(2500);
    join("pogo", "");
    (void)wait_for(AP_IP, 700);
    wait_ms(6500); /* two more in vain: it stays */
    assert_true(wifi_phone_is_joined(chip, NULL, NULL));
    (void)wait_for(AP_LEFT, 3500);
    assert_line("phone lost \"pogo\": the station's searches keep the access "
                "point silent");
    /* A station that leaves it alone. */
    call("wifi_station_disconnect", 0, 0);
    join("pogo", "");
    (void)wait_for(AP_IP, 700);
    wait_ms(30000);
    assert_true(wifi_phone_is_joined(chip, NULL, NULL));
}

static void leases_are_as_they_were_set(void **state)
{
    (void)state;
    static const uint8_t lease[12] = {1, 0,   0,   0,   192, 168,
                                      4, 100, 192, 168, 4,   110};
    static const uint8_t own[12] = {1, 0, 0, 0, 192, 168, 4, 1, 192, 168, 4, 9};
    start_ap("pogo", "", false);
    assert_int_equal(call("wifi_softap_dhcps_stop", 0, 0), 1);
    put_bytes(MEMORY, own, 12);
    assert_int_equal(call("wifi_softap_set_dhcps_lease", MEMORY, 0), 0);
    join("pogo", "");
    wait_ms(1000);
    assert_line("phone joined \"pogo\", no address");
    wifi_phone_leave(chip);
    put_bytes(MEMORY, lease, 12);
    assert_int_equal(call("wifi_softap_set_dhcps_lease", MEMORY, 0), 1);
    assert_int_equal(call("wifi_softap_dhcps_start", 0, 0), 1);
    join("pogo", "");
    wait_ms(1000);
    assert_line("phone joined \"pogo\" 192.168.4.100");
}

static void impossible_access_points_are_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned offset;
        uint8_t value;
    } rows[] = {{97, 0},  {97, 14},  {100, 1}, {100, 5}, {104, 2},
                {105, 5}, {106, 99}, {32, 0},  {96, 33}};
    start_ap("pogo", "set it up", false);
    uint8_t good[108];
    assert_true(bus_copy_out(chip->bus, MEMORY, good, sizeof(good)));
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t b[108];
        memcpy(b, good, sizeof(b));
        b[rows[i].offset] = rows[i].value;
        put_bytes(MEMORY, b, sizeof(b));
        if (call("wifi_softap_set_config_current", MEMORY, 0) != 0)
            fail_msg("row %zu was taken", i);
    }
    assert_int_equal(call("wifi_softap_get_config", MEMORY, 0), 1);
    uint8_t back[108];
    assert_true(bus_copy_out(chip->bus, MEMORY, back, sizeof(back)));
    good[96] = 4; /* ssid_len was left to the SDK */
    assert_memory_equal(back, good, sizeof(good));
}

static void the_list_of_stations_is_given_back(void **state)
{
    (void)state;
    start_ap("pogo", "", false);
    join("", "");
    (void)wait_for(AP_IP, 1000);
    call("wifi_softap_get_station_info", 0, 0);
    call("wifi_softap_get_station_info", 0, 0);
    assert_true(is_broken("wifi-list-kept"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_new_chip_is_an_open_access_point, drop),
        cmocka_unit_test_teardown(a_phone_joins_and_leaves, drop),
        cmocka_unit_test_teardown(a_phone_is_refused, drop),
        cmocka_unit_test_teardown(who_goes_off_or_changes_loses_the_phone,
                                  drop),
        cmocka_unit_test_teardown(the_access_point_follows_the_station, drop),
        cmocka_unit_test_teardown(a_searching_station_costs_the_phone, drop),
        cmocka_unit_test_teardown(leases_are_as_they_were_set, drop),
        cmocka_unit_test_teardown(impossible_access_points_are_refused, drop),
        cmocka_unit_test_teardown(the_list_of_stations_is_given_back, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
