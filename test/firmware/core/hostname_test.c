/* Hostname: what becomes of it, and who gets it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

#define AP_NAME "tasmota-A1B2C3-4803"

/* As Tasmota makes names of what people write. */
static void hostname_names_access_point_and_station(void **state)
{
    static const struct {
        const char *line, *name;
    } rows[] = {
        {"Hostname lamp", "lamp"},
        {"Hostname _old lamp's.", "xold-lamp-s-"},
        {"Hostname 01234567890123456789012345678901",
         "01234567890123456789012345678901"},
        {"Hostname %s-%04d", AP_NAME},
        {"Backlog0 Hostname lamp;Hostname 1", AP_NAME},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_basic(state);
        fake_type(&fd, rows[i].line);
        fake_run(&fd, 3000);
        assert_int_equal(fake.restarts, 1);
        fake_start(&fd, START_SOFTWARE);
        fake_run(&fd, 10);
        assert_string_equal(fake.radio.shown, rows[i].name);
        fake_type(&fd, "WifiTest3 home+password1");
        assert_string_equal(fake.radio.host, rows[i].name);
        fake.radio.host[0] = 0;
        fake_type(&fd, "SSId1 home");
        fake_run(&fd, 60000);
        assert_string_equal(fake.radio.ssid, "home");
        assert_string_equal(fake.radio.host, rows[i].name);
    }
    fake_type(&fd, "Hostname lamp");
    fake_type(&fd, "Status 5");
    assert_true(fake_said("{\"Hostname\":\"lamp\","));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostname_names_access_point_and_station),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
