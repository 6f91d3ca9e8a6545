/* The device in its network: addresses of its own, how loud it is, which of two
 * networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};

static void type(const char *line)
{
    fake_type(&fd, line);
    fake_run(&fd, WIFI_CHANGE_MS + 20);
}

/* Joined with DHCP's address. */
static void join(void)
{
    fake_run(&fd, 10);
    type("SSId1 home");
    assert_false(fake.radio.is_fixed);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 20000);
}

static void addresses_of_its_own_are_used_at_the_next_join(void **state)
{
    static const uint32_t own[] = {0xC0A80117, 0xC0A80101, 0xFFFFFF00,
                                   0xC0A80101, 0};
    (void)state;
    join();
    fake_type(&fd, "Backlog IPAddress1 192.168.1.23; IPAddress2 192.168.1.1");
    fake_run(&fd, 3000);
    assert_int_equal(fake.radio.joins, 2);
    assert_true(fake.radio.is_fixed);
    assert_memory_equal(fake.radio.fixed, own, sizeof(own));
    type("IPAddress4 8.8.4.4");
    assert_int_equal(fake.radio.joins, 3);
    assert_int_equal(fake.radio.fixed[HAL_WIFI_DNS1], 0x08080404);
    type("IPAddress1 0.0.0.0");
    assert_int_equal(fake.radio.joins, 4);
    assert_false(fake.radio.is_fixed);
    /* Without one of its own the others are DHCP's. */
    fake_wifi(&fd, &got_ip);
    type("IPAddress2 192.168.1.2");
    assert_int_equal(fake.radio.joins, 4);
}

static void a_trial_uses_them_too(void **state)
{
    (void)state;
    type("IPAddress1 192.168.1.23");
    type("WifiTest3 home+password1");
    assert_true(fake.radio.is_fixed);
}

static void an_address_that_no_device_can_have_is_refused(void **state)
{
    static const char *const lines[] = {
        "IPAddress1 0.0.0.1",         "IPAddress1 127.0.0.1",
        "IPAddress1 224.0.0.1",       "IPAddress1 255.255.255.255",
        "IPAddress1 192.168.1.0",     "IPAddress1 192.168.1.255",
        "IPAddress1 192.168.1",       "IPAddress1 192.168.1.2.3",
        "IPAddress1 192.168..2",      "IPAddress1 192.168.1.2 3",
        "IPAddress1 192.168.1.300",   "IPAddress1 0192.168.1.2",
        "IPAddress1 3232235777",      "IPAddress1 1",
        "IPAddress2 300.1.1.1",       "IPAddress3 255.255.255.255",
        "IPAddress3 255.255.255.254", "IPAddress3 0.255.255.0",
        "IPAddress4 dns.local",       "IPAddress5 240.0.0.1",
        "IPAddress0 192.168.1.2",     "IPAddress6 192.168.1.2"};
    const struct settings before = fd.device.settings;
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        if (!fake_said("{\"Command\":\"Error\""))
            fail_msg("%s: %s", lines[i], fake.text);
    }
    assert_memory_equal(before.ip_address, fd.device.settings.ip_address,
                        sizeof(before.ip_address));
}

static void it_tells_the_address_in_use(void **state)
{
    (void)state;
    join();
    fake_type(&fd, "IPAddress1 192.168.1.23");
    assert_true(fake_said("{\"IPAddress1\":\"192.168.1.23 (192.168.1.50)\"}"));
}

static void it_is_no_louder_than_it_should_be(void **state)
{
    (void)state;
    fake_run(&fd, 10);
    assert_int_equal(fake.radio.power, 170);
    type("WifiPower 10.5");
    assert_int_equal(fake.radio.power, 105);
    assert_true(fake_said("{\"WifiPower\":10.5}"));
    fake_type(&fd, "Status 5");
    assert_true(fake_said("\"WifiConfig\":4,\"WifiPower\":10.5}"));
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 20);
    assert_int_equal(fake.radio.power, 105);
}

static void ap_goes_to_the_network_that_it_names(void **state)
{
    (void)state;
    join();
    fake_type(&fd, "Ap");
    assert_true(fake_said("{\"Ap\":{\"1\":\"home\"}}"));
    fake_type(&fd, "Ap 2");
    assert_true(fake_said("{\"Command\":\"Error\"")); /* there is none */
    type("SSId2 shed");
    assert_int_equal(fake.radio.joins, 1);
    type("Ap 0");
    assert_int_equal(fake.radio.joins, 2);
    assert_string_equal(fake.radio.ssid, "shed");
    fake_wifi(&fd, &got_ip);
    type("Ap 2");
    assert_int_equal(fake.radio.joins, 2); /* it is there */
    type("Ap 0");
    assert_string_equal(fake.radio.ssid, "home");
    /* Nothing was kept. */
    type("Ap 2");
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 20);
    assert_string_equal(fake.radio.ssid, "home");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, fake_basic)
        T(addresses_of_its_own_are_used_at_the_next_join),
        T(a_trial_uses_them_too),
        T(an_address_that_no_device_can_have_is_refused),
        T(it_tells_the_address_in_use),
        T(it_is_no_louder_than_it_should_be),
        T(ap_goes_to_the_network_that_it_names),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
