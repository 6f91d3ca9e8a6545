/* What A0 reads is told with the other sensors, and only where a board says
 * that something is there. */
#include "firmware/hal/gpio.h"
#include "test/firmware/core/mqtt_fixture.h"

static void use(const char *template)
{
    (void)fake_basic(NULL);
    fake_type(&fd, template);
    fake_type(&fd, "Module 0");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 100);
    fake_type(&fd, "Backlog0 SSId1 home;Password1 password;MqttHost broker");
    fake_run(&fd, 3000);
    join();
    reach();
    broker_answers(0);
    fake.analog = 512;
    fake_run(&fd, 10000);
}

static void telemetry_has_it_where_it_is_wired(void **state)
{
    (void)state;
    use("Template {\"GPIO\":[0,0,0,0,0,0,0,0,224,0,0,0,0,4704]}");
    assert_true(has_heard(",\"ANALOG\":{\"A0\":512}}\n"));
    use("Template {\"GPIO\":[0,0,0,0,0,0,0,0,224,0,0,0,0,0]}");
    assert_false(has_heard("/SENSOR = "));
    use("Template {\"GPIO\":[160,0,0,0,0,0,0,0,224,0,0,0,0,0]}");
    const char *text = heard();
    assert_non_null(strstr(text, "/SENSOR = "));
    assert_null(strstr(text, "ANALOG"));
}

static void where_it_measures_the_supply_nothing_is_told(void **state)
{
    (void)state;
    use("Template {\"GPIO\":[0,0,0,0,0,0,0,0,224,0,0,0,0,4704]}");
    fake.analog = HAL_ANALOG_NONE;
    fake_type(&fd, "Status 10");
    assert_true(fake_said("{\"StatusSNS\":{\"Time\":"));
    assert_false(fake_said("ANALOG"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telemetry_has_it_where_it_is_wired),
        cmocka_unit_test(where_it_measures_the_supply_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
