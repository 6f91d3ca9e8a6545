/* SetOption41 and 127: how a connection is kept open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 200};

static void join(void)
{
    fake_run(&fd, 10);
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, WIFI_CHANGE_MS + 10);
    fake_wifi(&fd, &got_ip);
}

/* How often the address was told in that time. */
static unsigned told_in(uint32_t ms)
{
    unsigned before = fake.radio.announces;
    fake_run(&fd, ms);
    return fake.radio.announces - before;
}

static void the_address_is_told_every_minute(void **state)
{
    (void)state;
    assert_int_equal(told_in(200000), 0); /* nobody is there */
    join();
    assert_int_equal(told_in(59900), 0);
    assert_int_equal(told_in(200), 1);
    assert_int_equal(told_in(600000), 10);
    fake_wifi(&fd, &lost);
    assert_int_equal(told_in(100000), 0);
}

static void as_often_as_set_option_41_says(void **state)
{
    static const struct {
        const char *line;
        uint32_t ms;
        unsigned times;
    } rows[] = {{"SetOption41 1", 10000, 10},
                {"SetOption41 100", 200000, 2},
                {"SetOption41 101", 120000, 2},
                {"SetOption41 103", 360000, 2},
                {"SetOption41 0", 600000, 0}};
    (void)state;
    join();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, "SetOption41 0");
        fake_run(&fd, 100);
        fake_type(&fd, rows[i].line);
        if (told_in(rows[i].ms + 50) != rows[i].times)
            fail_msg("%s", rows[i].line);
    }
}

static void the_radio_sleeps_unless_set_option_127_says_no(void **state)
{
    (void)state;
    fake_run(&fd, 100);
    assert_false(fake.radio.is_sleepless);
    fake_type(&fd, "SetOption127 1");
    fake_run(&fd, 2000);
    assert_true(fake.radio.is_sleepless);
    fake.radio.is_sleepless = false; /* as after a restart */
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 100);
    assert_true(fake.radio.is_sleepless);
    fake_type(&fd, "SetOption127 0");
    fake_run(&fd, 100);
    assert_false(fake.radio.is_sleepless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_address_is_told_every_minute, fake_basic),
        cmocka_unit_test_setup(as_often_as_set_option_41_says, fake_basic),
        cmocka_unit_test_setup(the_radio_sleeps_unless_set_option_127_says_no,
                               fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
