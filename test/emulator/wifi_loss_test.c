/* How a station loses its network, when it notices, and how it comes back. */
#include "test/emulator/wifi_home.h"

static void an_outage_is_noticed_late_and_mended(void **state)
{
    (void)state;
    join_home("at 10000 down home\nat 30000 up home\n");
    uint64_t zero = start_ms;
    while (now_ms() + zero < 10010)
        wait_ms(10);
    assert_false(wifi_station_is_up(chip, NULL));
    assert_int_equal(status(), WIFI_GOT_IP); /* the SDK does not know yet */
    const struct told *one = wait_for(DISCONNECTED, 9000);
    assert_int_equal(REASON_OF(one), 200);
    assert_in_range(one->ms + zero, 18500, 18520);
    assert_line("wifi lost \"home\" reason 200");
    one = wait_for(DISCONNECTED, 9000);
    assert_int_equal(REASON_OF(one), 201);
    one = wait_for(GOT_IP, 20000);
    assert_in_range(one->ms + zero, 30000, 36000);
    assert_int_equal(status(), WIFI_GOT_IP);
}

static void a_short_outage_is_told_by_the_access_point(void **state)
{
    (void)state;
    join_home("at 10000 down home\nat 12000 up home\n");
    const struct told *one = wait_for(DISCONNECTED, 12500);
    assert_int_equal(REASON_OF(one), 7);
    assert_in_range(one->ms + start_ms, 12100, 12120);
    (void)wait_for(GOT_IP, 5000);
}

static void a_fading_signal_comes_back(void **state)
{
    (void)state;
    join_home("at 10000 rssi home -100\nat 15000 rssi home -70\n");
    unsigned before = told_count;
    while (now_ms() + start_ms < 12000)
        wait_ms(10);
    assert_false(wifi_station_is_up(chip, NULL));
    while (now_ms() + start_ms < 30000)
        wait_ms(10);
    assert_true(wifi_station_is_up(chip, NULL));
    assert_int_equal(told_count, before);
    assert_int_equal((int8_t)call("wifi_station_get_rssi", 0, 0), -70);
}

static void who_went_off_while_it_was_far_has_forgotten(void **state)
{
    (void)state;
    join_home("at 10000 rssi home -100\nat 12000 down home\n"
              "at 13000 up home\nat 14000 rssi home -70\n");
    const struct told *one = wait_for(DISCONNECTED, 14000);
    assert_int_equal(REASON_OF(one), 7);
    assert_in_range(one->ms + start_ms, 14100, 14120);
}

static void what_it_did_not_hear_is_past(void **state)
{
    (void)state;
    join_home("at 10000 rssi home -100\nat 11000 kick home\n"
              "at 12000 rssi home -70\nat 20000 rssi home -60\n");
    unsigned before = told_count;
    while (now_ms() + start_ms < 30000)
        wait_ms(10);
    assert_int_equal(told_count, before);
    assert_true(wifi_station_is_up(chip, NULL));
}

static void the_access_point_throws_it_out(void **state)
{
    (void)state;
    static const struct {
        const char *change;
        unsigned reason;
    } rows[] = {{"kick home", 3}, {"kick home 8", 8}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        snprintf(text, sizeof(text), "at 10000 %s\n", rows[i].change);
        join_home(text);
        const struct told *one = wait_for(DISCONNECTED, 12000);
        assert_int_equal(REASON_OF(one), rows[i].reason);
        assert_int_equal(status(), WIFI_CONNECTING);
        (void)wait_for(GOT_IP, 5000);
        air_drop();
    }
}

static void a_new_password_locks_it_out(void **state)
{
    (void)state;
    join_home("at 10000 password home \"new password\"\n");
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 12000)), 3);
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 12000)), 15);
    assert_int_equal(status(), WIFI_WRONG_PASSWORD);
}

static void the_air_can_change_by_hand(void **state)
{
    (void)state;
    struct air_error error;
    join_home("");
    assert_int_equal(air_add(&air, chip->clock.now / MS, "down home", &error),
                     ERR_NONE);
    wifi_air_changed(chip);
    assert_false(wifi_station_is_up(chip, NULL));
    assert_int_equal(REASON_OF(wait_for(DISCONNECTED, 9000)), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_outage_is_noticed_late_and_mended, drop),
        cmocka_unit_test_teardown(a_short_outage_is_told_by_the_access_point,
                                  drop),
        cmocka_unit_test_teardown(a_fading_signal_comes_back, drop),
        cmocka_unit_test_teardown(who_went_off_while_it_was_far_has_forgotten,
                                  drop),
        cmocka_unit_test_teardown(what_it_did_not_hear_is_past, drop),
        cmocka_unit_test(the_access_point_throws_it_out),
        cmocka_unit_test_teardown(a_new_password_locks_it_out, drop),
        cmocka_unit_test_teardown(the_air_can_change_by_hand, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
