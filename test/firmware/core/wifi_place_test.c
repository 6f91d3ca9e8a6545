/* Where a network was joined last: straight there first, then everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/retained.h"
#include "test/firmware/fake_hal.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 11};
static const struct hal_wifi_event not_found = {.change = HAL_WIFI_NOT_FOUND,
                                                .reason = 201};
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 200};
static const uint8_t bssid[6] = {0x0A, 0xFB, 0x2C, 0xFD, 0x4E, 0xFF};

static void start(enum start why, const char *name)
{
    fake_start(&fd, why);
    snprintf(fd.device.settings.ssid[0], SETTINGS_SSID + 1, "%s", name);
    fake_run(&fd, 10);
}

/* Joined for a minute. */
static void join(void)
{
    start(START_POWER_ON, "home");
    assert_int_equal(fake.radio.channel, 0);
    memcpy(fake.radio.facts.bssid, bssid, sizeof(bssid));
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 60000);
    fake_forget();
}

static void assert_is_direct(void)
{
    assert_int_equal(fake.radio.channel, 11);
    assert_memory_equal(fake.radio.bssid, bssid, sizeof(bssid));
    assert_true(fake_said("as tasmota-A1B2C3-4803, where it was: channel 11"));
}

static void after_a_loss_it_goes_where_it_was(void **state)
{
    (void)state;
    join();
    fake_wifi(&fd, &lost);
    assert_int_equal(fake.radio.joins, 2);
    assert_is_direct();
}

static void after_a_restart_it_goes_where_it_was(void **state)
{
    (void)state;
    join();
    start(START_SOFTWARE, "home");
    assert_is_direct();
    fake_wifi(&fd, &got_ip);
    assert_int_equal(fake.radio.joins, 2);
}

/* Once in vain, at once everywhere, and from then on too. */
static void it_may_have_moved(void **state)
{
    (void)state;
    join();
    fake_wifi(&fd, &lost);
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("WIF: Not where it was: looking on all channels"));
    assert_false(fake_said("Connect failed"));
    assert_int_equal(fake.radio.joins, 3);
    assert_int_equal(fake.radio.channel, 0);
    assert_string_equal(fake.radio.ssid, "home");
    fake_wifi(&fd, &not_found);
    assert_true(fake_said("Connect failed: home was not found"));
    fake_run(&fd, WIFI_RETRY_MS);
    assert_int_equal(fake.radio.joins, 4);
    assert_int_equal(fake.radio.channel, 0);
}

/* It is there, and says no: that counts, and the next try is everywhere. */
static void who_refuses_us_was_found(void **state)
{
    static const struct hal_wifi_event refused = {
        .change = HAL_WIFI_WRONG_PASSWORD, .reason = 15};
    (void)state;
    join();
    fake_wifi(&fd, &lost);
    fake_wifi(&fd, &refused);
    assert_int_equal(fake.radio.joins, 2);
    assert_true(fake_said("Connect failed: home wants a password"));
    fake_run(&fd, WIFI_RETRY_MS);
    assert_int_equal(fake.radio.joins, 3);
    assert_int_equal(fake.radio.channel, 0);
}

static void another_network_is_looked_for_everywhere(void **state)
{
    (void)state;
    join();
    start(START_SOFTWARE, "shed");
    assert_int_equal(fake.radio.channel, 0);
}

static void another_password_is_another_network(void **state)
{
    (void)state;
    join();
    fake_type(&fd, "Password1 another one");
    fake_run(&fd, WIFI_CHANGE_MS + 20);
    assert_int_equal(fake.radio.joins, 2);
    assert_int_equal(fake.radio.channel, 0);
}

static void noise_is_no_place(void **state)
{
    static const uint32_t noise[] = {0, 0xFFFFFFFF, 0xB5000000, 0xB50F0000,
                                     0xA50B4EFF};
    (void)state;
    join();
    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
        fake.retained[RETAIN_WIFI_PLACE] = noise[i];
        start(START_SOFTWARE, "home");
        assert_int_equal(fake.radio.channel, 0);
    }
    join();
    fake.retained[RETAIN_WIFI_OF]++;
    start(START_SOFTWARE, "home");
    assert_int_equal(fake.radio.channel, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(after_a_loss_it_goes_where_it_was),
        T(after_a_restart_it_goes_where_it_was),
        T(it_may_have_moved),
        T(who_refuses_us_was_found),
        T(another_network_is_looked_for_everywhere),
        T(another_password_is_another_network),
        T(noise_is_no_place),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
