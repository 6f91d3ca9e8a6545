/* The air around a board: its lines, and what `show` says. */
#include "test/emulator/bench_fixture.h"

static struct fixture f;
static struct air air;

static void open_air(const char *text)
{
    struct air_error error;
    assert_int_equal(air_parse(text, strlen(text), &air, &error), ERR_NONE);
    open_config(&f, "mini", (struct bench_config){.air = &air});
    run_ms(&f, 100);
    wdt_disable(&bench_chip(f.bench)->wdt); /* nobody runs who could feed it */
}

static int drop(void **state)
{
    (void)state;
    bench_close(f.bench);
    return 0;
}

static void want(const char *name)
{
    struct chip *chip = bench_chip(f.bench);
    struct wifi_target *target = &chip->wifi.station.target;
    memset(target, 0, sizeof(*target));
    target->name_size = strlen(name);
    memcpy(target->name, name, target->name_size);
    wifi_set_mode(chip, WIFI_BOTH_MODE);
    wifi_station_connect(chip);
}

static unsigned shown(const char *line)
{
    forget(&f);
    do_line(&f, "show");
    return count(&f, line);
}

static void the_loader_has_no_radio(void **state)
{
    (void)state;
    open_air("");
    assert_int_equal(shown("show wifi off"), 1);
    do_line(&f, "phone join");
    assert_int_equal(count(&f, "phone refused: there is no access point"), 1);
}

static void a_phone_comes_by_name_and_password(void **state)
{
    (void)state;
    open_air("");
    struct chip *chip = bench_chip(f.bench);
    wifi_set_mode(chip, WIFI_AP_MODE);
    strcpy(chip->wifi.ap.password, "a \"b\" cd");
    chip->wifi.ap.auth = WIFI_AUTH_WPA2;
    memcpy(chip->wifi.ap.name, "my ap", chip->wifi.ap.name_size = 5);
    assert_int_equal(
        shown("show wifi access point \"my ap\" with password, channel 1"), 1);
    do_line(&f, "phone join \"my ap\" \"a b cd\"");
    assert_int_equal(count(&f, "phone refused: wrong password"), 1);
    do_line(&f, "phone join \"my ap\" \"a \\\"b\\\" cd\"");
    run_ms(&f, 1000);
    assert_int_equal(count(&f, "phone joined \"my ap\" 192.168.4.2"), 1);
    assert_int_equal(shown("show phone 192.168.4.2"), 1);
    do_line(&f, "phone leave");
    assert_int_equal(count(&f, "phone left \"my ap\""), 1);
    assert_int_equal(shown("show phone"), 0);
}

static void the_air_changes_for_this_board_only(void **state)
{
    (void)state;
    open_air("ap home\n");
    want("home");
    assert_int_equal(shown("show wifi station looks for \"home\""), 1);
    run_ms(&f, 2000);
    assert_int_equal(
        shown("show wifi station is in \"home\" 127.80.0.1, -50 dBm"), 1);
    do_line(&f, "air down home");
    assert_int_equal(shown("show wifi station hears nothing of \"home\""), 1);
    run_ms(&f, 9000);
    assert_int_equal(count(&f, "wifi lost \"home\" reason 200"), 1);
    assert_int_equal(air.event_count, 0);
}

static void a_wrong_air_line_says_why(void **state)
{
    (void)state;
    open_air("ap home\n");
    assert_int_equal(try_line(&f, "air explode home"), ERR_FORMAT);
    assert_non_null(strstr(f.events, "air refused: "));
    assert_int_equal(try_line(&f, "air down garden"), ERR_FORMAT);
    assert_int_equal(try_line(&f, "air kick"), ERR_FORMAT);
    assert_null(strstr(f.events, ": ;"));
}

static void without_access_points_it_says_so(void **state)
{
    (void)state;
    open_air("host a 127.0.0.1\n");
    assert_int_equal(try_line(&f, "air down home"), ERR_NO_AIR);
}

static void each_device_has_its_address(void **state)
{
    (void)state;
    struct air_error error;
    uint32_t ip;
    assert_int_equal(air_parse("ap home\n", 8, &air, &error), ERR_NONE);
    open_config(&f, "mini",
                (struct bench_config){.air = &air, .address = 0x7F500203});
    run_ms(&f, 100);
    want("home");
    run_ms(&f, 2000);
    assert_true(wifi_station_is_up(bench_chip(f.bench), &ip));
    assert_int_equal(ip, 0x7F500203);
    assert_int_equal(count(&f, "wifi joined \"home\" 127.80.2.3"), 1);
}

static void power_off_is_radio_off(void **state)
{
    (void)state;
    open_air("ap home\n");
    want("home");
    run_ms(&f, 2000);
    do_line(&f, "power off");
    assert_false(wifi_station_is_up(bench_chip(f.bench), NULL));
    assert_int_equal(shown("show wifi off"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_loader_has_no_radio, drop),
        cmocka_unit_test_teardown(a_phone_comes_by_name_and_password, drop),
        cmocka_unit_test_teardown(the_air_changes_for_this_board_only, drop),
        cmocka_unit_test_teardown(a_wrong_air_line_says_why, drop),
        cmocka_unit_test_teardown(without_access_points_it_says_so, drop),
        cmocka_unit_test_teardown(each_device_has_its_address, drop),
        cmocka_unit_test_teardown(power_off_is_radio_off, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
