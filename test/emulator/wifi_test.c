/* The station until it has its address: each step, reason and time; what it
 * hears and what not. */
#include "test/emulator/wifi_home.h"

static void joins_by_itself_after_user_init(void **state)
{
    (void)state;
    uint32_t ip = 0;
    air_chip(HOME);
    want("home", "correct horse");
    assert_int_equal(status(), WIFI_CONNECTING);
    const struct told *one = wait_for(CONNECTED, 2000);
    /* Six channels of 180 ms, then 40 ms. */
    assert_in_range(one->ms, 1120, 1130);
    assert_memory_equal(one->bytes + 4, "home", 4);
    assert_int_equal(one->bytes[36], 4);
    assert_memory_equal(one->bytes + 37, air.ap[0].bssid, 6);
    assert_int_equal(one->bytes[43], 6);
    assert_int_equal(status(), WIFI_CONNECTING);
    assert_false(wifi_station_is_up(chip, NULL));
    one = wait_for(GOT_IP, 2000);
    assert_in_range(one->ms, 2120, 2140);
    static const uint8_t address[12] = {127, 80, 0,   1, 255, 0,
                                        0,   0,  127, 0, 0,   1};
    assert_memory_equal(one->bytes + 4, address, 12);
    assert_int_equal(status(), WIFI_GOT_IP);
    assert_true(wifi_station_is_up(chip, &ip));
    assert_int_equal(ip, 0x7F500001);
    assert_line("wifi joined \"home\" 127.80.0.1");
    assert_int_equal((int8_t)call("wifi_station_get_rssi", 0, 0), -60);
    assert_int_equal(call("wifi_get_channel", 0, 0), 6);
    assert_int_equal(call("wifi_get_ip_info", 0, MEMORY), 1);
    assert_int_equal(peek(chip, MEMORY), 0x0100507F);
    assert_int_equal(peek(chip, MEMORY + 8), 0x0100007F);
}

/* Its own name of the SDK nobody wants to know. */
static void the_router_is_told_the_host_name(void **state)
{
    (void)state;
    join_home("");
    assert_null(strstr(lines, "wifi host"));
    air_drop();
    air_chip(HOME);
    put_bytes(MEMORY, "hall \"lamp\"", 12);
    call("wifi_set_opmode_current", 1, 0);
    assert_int_equal(call("wifi_station_set_hostname", MEMORY, 0), 1);
    want("home", "correct horse");
    (void)wait_for(GOT_IP, 5000);
    assert_line("wifi host \"hall \\\"lamp\\\"\"");
}

static void auto_connect_can_be_off(void **state)
{
    (void)state;
    air_chip(HOME);
    call("wifi_station_set_auto_connect", 0, 0);
    want("home", "correct horse");
    wait_ms(5000);
    assert_int_equal(status(), WIFI_IDLE);
    assert_int_equal(call("wifi_station_connect", 0, 0), 1);
    (void)wait_for(GOT_IP, 5000);
}

static void nothing_happens_while_it_is_up(void **state)
{
    (void)state;
    join_home("ap other\nat 7200000 kick other\n");
    assert_true(clock_next(&chip->clock) == CLOCK_NEVER);
    unsigned before = told_count;
    wait_ms(60000);
    assert_int_equal(told_count, before);
    assert_true(wifi_station_is_up(chip, NULL));
}

/* Each row fails the same way for ever, with a second between the attempts. */
static void attempts_fail_with_the_reason_of_the_field(void **state)
{
    (void)state;
    static const struct {
        const char *air, *name, *password;
        unsigned reason, status;
        uint64_t least_ms, most_ms;
    } rows[] = {
        {"", "home", "correct horse", 201, WIFI_NO_AP, 2340, 2350},
        {HOME, "Home", "correct horse", 201, WIFI_NO_AP, 2340, 2350},
        {HOME, "home", "wrong horse", 15, WIFI_WRONG_PASSWORD, 4220, 4240},
        {HOME, "home", "", 202, WIFI_WRONG_PASSWORD, 1120, 1130},
        {"ap home password abcde wep\n", "home", "edcba", 202,
         WIFI_WRONG_PASSWORD, 220, 230},
        {"ap home\n", "home", "not needed", 201, WIFI_NO_AP, 2340, 2350},
        {"ap home password 12345678 5ghz\n", "home", "12345678", 201,
         WIFI_NO_AP, 2340, 2350},
        {"ap home password 12345678 wpa3\n", "home", "12345678", 201,
         WIFI_NO_AP, 2340, 2350},
        {"ap home password 12345678 pmf\n", "home", "12345678", 201, WIFI_NO_AP,
         2340, 2350},
        {"ap home password 12345678 channel 14\n", "home", "12345678", 201,
         WIFI_NO_AP, 2340, 2350},
        {"ap home password 12345678 rssi -96\n", "home", "12345678", 201,
         WIFI_NO_AP, 2340, 2350},
        {"ap home password 12345678 wrong-password 2\n", "home", "wrong one", 2,
         WIFI_FAILED, 3320, 3340},
        {"ap home password 12345678 wrong-password 204\n", "home", "wrong one",
         204, WIFI_WRONG_PASSWORD, 3320, 3340},
        /* Gone between beacon and authentication. */
        {"ap home password 12345678\nat 200 down home\n", "home", "12345678", 2,
         WIFI_FAILED, 1220, 1240},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        air_chip(rows[i].air);
        want(rows[i].name, rows[i].password);
        const struct told *one = wait_for(DISCONNECTED, 6000);
        if (REASON_OF(one) != rows[i].reason || status() != rows[i].status ||
            one->ms < rows[i].least_ms || one->ms > rows[i].most_ms)
            fail_msg("row %zu: reason %u, status %u, %u ms", i, REASON_OF(one),
                     status(), (unsigned)one->ms);
        assert_int_equal(one->bytes[36], strlen(rows[i].name));
        static const uint8_t none[6];
        assert_memory_equal(one->bytes + 37,
                            rows[i].reason == 201 ? none : air.ap[0].bssid, 6);
        uint64_t first = one->ms;
        if (rows[i].reason != 2) {
            one = wait_for(DISCONNECTED, 6000);
            assert_in_range(one->ms - first, rows[i].least_ms + 1000,
                            rows[i].most_ms + 1000);
        }
        /* People hear it once, and never the password. */
        char line[64];
        snprintf(line, sizeof(line), "wifi failed \"%s\" reason %u\n",
                 rows[i].name, rows[i].reason);
        const char *at = strstr(lines, line);
        assert_non_null(at);
        assert_null(strstr(at + 1, line));
        if (rows[i].password[0])
            assert_null(strstr(lines, rows[i].password));
        air_drop();
    }
}

static void without_the_policy_it_tries_once(void **state)
{
    (void)state;
    air_chip("");
    call("wifi_station_set_reconnect_policy", 0, 0);
    want("home", "correct horse");
    (void)wait_for(DISCONNECTED, 3000);
    unsigned before = told_count;
    wait_ms(10000);
    assert_int_equal(told_count, before);
    assert_int_equal(status(), WIFI_NO_AP);
}

static void a_new_wish_is_told_anew(void **state)
{
    (void)state;
    air_chip("");
    want("home", "");
    wait_ms(6000);
    assert_line("wifi failed \"home\" reason 201");
    lines[0] = 0;
    wait_ms(6000);
    assert_string_equal(lines, "");
    call("wifi_station_connect", 0, 0);
    assert_int_equal(status(), WIFI_CONNECTING);
    wait_ms(3000);
    assert_line("wifi failed \"home\" reason 201");
}

static void a_refusing_access_point_gives_in(void **state)
{
    (void)state;
    air_chip(HOME "at 0 refuse home for 8000\n");
    want("home", "correct horse");
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 6000)), 15);
    (void)wait_for(GOT_IP, 15000);
    assert_true(now_ms() + start_ms > 8000);
}

static void dhcp_may_be_slow_or_silent(void **state)
{
    (void)state;
    air_chip("ap home dhcp slow 40000\n");
    want("home", "");
    assert_in_range(wait_for(DHCP_TIMEOUT, 31000)->ms, 30200, 30240);
    assert_line("wifi no address from \"home\"");
    assert_in_range(wait_for(GOT_IP, 11000)->ms, 40200, 40260);
    /* The same again, with a time-out of its own. */
    struct air_error error;
    assert_int_equal(air_add(&air, chip->clock.now / MS, "kick home", &error),
                     ERR_NONE);
    wifi_air_changed(chip);
    (void)wait_for(DHCP_TIMEOUT, 31000);
    (void)wait_for(GOT_IP, 11000);
    air_drop();
    air_chip("ap home dhcp off\n");
    want("home", "");
    (void)wait_for(DHCP_TIMEOUT, 31000);
    wait_ms(100000);
    assert_int_equal(told[told_count - 1].kind, DHCP_TIMEOUT);
    assert_int_equal(status(), WIFI_CONNECTING);
}

static void a_fixed_address_needs_no_dhcp(void **state)
{
    (void)state;
    static const uint8_t info[12] = {192, 168, 1,   50,  255, 255,
                                     255, 0,   192, 168, 1,   1};
    air_chip("ap home dhcp off\n");
    call("wifi_set_opmode_current", 1, 0);
    assert_int_equal(call("wifi_station_dhcpc_stop", 0, 0), 1);
    put_bytes(MEMORY, info, sizeof(info));
    assert_int_equal(call("wifi_set_ip_info", 0, MEMORY), 1);
    station_config("home", "");
    ready();
    const struct told *one = wait_for(GOT_IP, 1000);
    assert_memory_equal(one->bytes + 4, info, 12);
    /* The world reaches it at its own loopback address all the same. */
    uint32_t ip;
    assert_true(wifi_station_is_up(chip, &ip));
    assert_int_equal(ip, 0x7F500001);
    assert_line("wifi joined \"home\" 127.80.0.1");
}

static void an_address_can_be_fixed_later(void **state)
{
    (void)state;
    static const uint8_t info[12] = {192, 168, 1,   50,  255, 255,
                                     255, 0,   192, 168, 1,   1};
    join_home("");
    assert_int_equal(call("wifi_station_dhcpc_stop", 0, 0), 1);
    assert_int_equal(status(), WIFI_CONNECTING);
    assert_false(wifi_station_is_up(chip, NULL));
    put_bytes(MEMORY, info, sizeof(info));
    assert_int_equal(call("wifi_set_ip_info", 0, MEMORY), 1);
    assert_memory_equal(wait_for(GOT_IP, 100)->bytes + 4, info, 12);
    assert_int_equal(call("wifi_station_dhcpc_start", 0, 0), 1);
    assert_int_equal(wait_for(GOT_IP, 1500)->bytes[4], 127);
}

static void filters_choose_among_equal_names(void **state)
{
    (void)state;
    static const char text[] = "ap home channel 3 rssi -80\n"
                               "ap home channel 9 rssi -40\n"
                               "ap home channel 11 rssi -30 wpa "
                               "password 12345678\n";
    static const struct {
        unsigned offset;
        uint8_t value; /* of one byte of struct station_config */
        const char *password;
        unsigned channel, index;
    } rows[] = {
        {200, 0, "", 3, 0},             /* nothing: the first on the way */
        {96, 9, "", 9, 1},              /* channel: hear that one first */
        {113, 1, "12345678", 11, 2},    /* all_channel_scan: the strongest */
        {104, 0xD3, "12345678", 11, 2}, /* threshold.rssi -45 */
        {108, 2, "12345678", 11, 2},    /* threshold.authmode */
        {112, 1, "12345678", 11, 2},    /* open_and_wep_mode_disable */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t b[201] = {0};
        air_chip(text);
        memcpy(b, "home", 4);
        memcpy(b + 32, rows[i].password, strlen(rows[i].password));
        b[rows[i].offset] = rows[i].value;
        put_bytes(MEMORY, b, 116);
        call("wifi_set_opmode_current", 1, 0);
        call("wifi_station_set_config_current", MEMORY, 0);
        ready();
        wait_ms(5000);
        if (chip->wifi.station.ap != rows[i].index)
            fail_msg("row %zu: %u", i, chip->wifi.station.ap);
        assert_int_equal(call("wifi_get_channel", 0, 0), rows[i].channel);
        air_drop();
    }
}

static void a_bssid_is_kept_to(void **state)
{
    (void)state;
    uint8_t b[116] = {0};
    air_chip("ap home\nap home bssid 5C:CF:7F:00:00:09 channel 9\n");
    memcpy(b, "home", 4);
    b[97] = 1;
    memcpy(b + 98, air.ap[1].bssid, 6);
    put_bytes(MEMORY, b, sizeof(b));
    call("wifi_set_opmode_current", 1, 0);
    call("wifi_station_set_config_current", MEMORY, 0);
    ready();
    assert_int_equal(wait_for(CONNECTED, 3000)->bytes[43], 9);
    /* What was set is what is read. */
    assert_int_equal(call("wifi_station_get_config", MEMORY + 256, 0), 1);
    uint8_t back[116];
    assert_true(bus_copy_out(chip->bus, MEMORY + 256, back, sizeof(back)));
    assert_memory_equal(back, b, sizeof(b));
}

static void another_security_is_told(void **state)
{
    (void)state;
    air_chip("ap home password 12345678 channel 2\n"
             "ap home password 12345678 wpa channel 9\n");
    want("home", "12345678");
    (void)wait_for(GOT_IP, 3000);
    air.ap[0].rssi = -100; /* only the other one is left */
    wifi_air_changed(chip);
    const struct told *one = wait_for(AUTH_CHANGE, 12000);
    assert_int_equal(one->bytes[4], WIFI_AUTH_WPA2);
    assert_int_equal(one->bytes[5], WIFI_AUTH_WPA);
}

static void leaving_is_told_and_final(void **state)
{
    (void)state;
    join_home("");
    assert_int_equal(call("wifi_station_disconnect", 0, 0), 1);
    assert_false(wifi_station_is_up(chip, NULL));
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 100)), 8);
    assert_line("wifi left \"home\"");
    wait_ms(10000);
    assert_int_equal(status(), WIFI_IDLE);
    call("wifi_station_connect", 0, 0);
    (void)wait_for(GOT_IP, 5000);
    /* The same by the mode. */
    assert_int_equal(call("wifi_set_opmode_current", 0, 0), 1);
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 100)), 8);
    const struct told *last = &told[told_count - 1];
    assert_int_equal(last->kind, OPMODE);
    assert_int_equal(last->bytes[4], 1);
    assert_int_equal(last->bytes[5], 0);
}

static void another_target_is_for_the_next_time(void **state)
{
    (void)state;
    join_home("ap other channel 9\n");
    station_config("other", "");
    wait_ms(1000);
    assert_true(wifi_station_is_up(chip, NULL));
    call("wifi_station_disconnect", 0, 0);
    const struct told *one = wait_for(DISCONNECTED, 100);
    assert_memory_equal(one->bytes + 4, "home\0", 5);
    assert_int_equal(one->bytes[36], 4);
    assert_line("wifi left \"home\"");
    call("wifi_station_connect", 0, 0);
    (void)wait_for(GOT_IP, 5000);
    assert_line("wifi joined \"other\" 127.80.0.1");
}

static void a_restart_forgets_all(void **state)
{
    (void)state;
    join_home("at 20000 kick home\n");
    chip_reset(chip, RESET_SOFTWARE);
    chip->cpu.is_stopped = true;
    assert_false(wifi_station_is_up(chip, NULL));
    unsigned before = told_count;
    pass(chip, 60000 * MS);
    assert_int_equal(told_count, before);
    assert_int_equal(chip->wifi.station.target.name_size, 0);
}

static void a_restart_ends_the_search(void **state)
{
    (void)state;
    air_chip("");
    want("home", "");
    assert_true(chip->wifi.station.due.is_pending);
    chip_reset(chip, RESET_SOFTWARE);
    assert_false(chip->wifi.station.due.is_pending);
    for (const struct clock_event *at = chip->clock.head; at; at = at->next)
        assert_ptr_not_equal(at, &chip->wifi.station.due);
}

static void events_are_told_in_borrowed_memory(void **state)
{
    (void)state;
    join_home("");
    assert_int_equal(chip->heap.free, chip->heap.total);
}

static void who_never_returns_is_stopped(void **state)
{
    (void)state;
    join_home("");
    for (unsigned i = 0; i < 40 && !chip->stop_reason[0]; i++)
        call("wifi_set_opmode_current", i % 2 ? 1 : 3, 0);
    assert_non_null(strstr(chip->stop_reason, "Wi-Fi events are waiting"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(joins_by_itself_after_user_init, drop),
        cmocka_unit_test_teardown(the_router_is_told_the_host_name, drop),
        cmocka_unit_test_teardown(auto_connect_can_be_off, drop),
        cmocka_unit_test_teardown(nothing_happens_while_it_is_up, drop),
        cmocka_unit_test(attempts_fail_with_the_reason_of_the_field),
        cmocka_unit_test_teardown(without_the_policy_it_tries_once, drop),
        cmocka_unit_test_teardown(a_new_wish_is_told_anew, drop),
        cmocka_unit_test_teardown(a_refusing_access_point_gives_in, drop),
        cmocka_unit_test_teardown(dhcp_may_be_slow_or_silent, drop),
        cmocka_unit_test_teardown(a_fixed_address_needs_no_dhcp, drop),
        cmocka_unit_test_teardown(an_address_can_be_fixed_later, drop),
        cmocka_unit_test(filters_choose_among_equal_names),
        cmocka_unit_test_teardown(a_bssid_is_kept_to, drop),
        cmocka_unit_test_teardown(another_security_is_told, drop),
        cmocka_unit_test_teardown(leaving_is_told_and_final, drop),
        cmocka_unit_test_teardown(another_target_is_for_the_next_time, drop),
        cmocka_unit_test_teardown(a_restart_forgets_all, drop),
        cmocka_unit_test_teardown(a_restart_ends_the_search, drop),
        cmocka_unit_test_teardown(events_are_told_in_borrowed_memory, drop),
        cmocka_unit_test_teardown(who_never_returns_is_stopped, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
