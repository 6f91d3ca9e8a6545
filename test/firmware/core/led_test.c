/* What the LED flashes: set-up, no network, no broker; and what it shows all
 * the same. A line of marks is two seconds, a mark a beat: '*' lit, '.' dark.
 */
#include "test/firmware/core/mqtt_fixture.h"

#define BEATS 8u
#define LED_PIN 13u /* of a Basic; active low */
#define LINK_PIN 4u

/* From the next even second on. */
static const char *beats_of(unsigned pin)
{
    static char marks[BEATS + 1];
    uint32_t into_ms = fd.device.uptime_s % 2 * 1000 + fd.device.uptime_ms;
    fake_run(&fd, 2000 - into_ms + LED_BEAT_MS / 2);
    for (unsigned i = 0; i < BEATS; i++) {
        marks[i] = fake.level[pin] ? '.' : '*';
        fake_run(&fd, LED_BEAT_MS);
    }
    return marks;
}

static void check(const char *marks)
{
    assert_string_equal(beats_of(LED_PIN), marks);
}

static void lose(void)
{
    const struct hal_wifi_event news = {.change = HAL_WIFI_LOST};
    fake_wifi(&fd, &news);
}

static void each_trouble_has_its_flash(void **state)
{
    (void)fake_basic(state);
    check("*.*.*.*.");
    (void)setup_joined(state);
    check("*.......");
    (void)setup_up(state);
    check("........");
    lose();
    check("*...*...");
}

static void without_a_broker_none_is_missed(void **state)
{
    (void)setup_joined(state);
    fake_type(&fd, "MqttHost 0");
    check("........");
    fake_type(&fd, "Backlog0 MqttHost broker;SetOption3 0");
    fake_run(&fd, 100);
    check("........");
}

/* On the first relay the flash is dark. */
static void the_relay_is_seen_behind_it(void **state)
{
    (void)setup_joined(state);
    fake_type(&fd, "Power 1");
    check(".*******");
    (void)fake_basic(state);
    fake_type(&fd, "Power 1");
    check(".*.*.*.*");
}

static void it_ends_where_the_owner_says_so(void **state)
{
    static const struct {
        const char *set, *marks;
    } rows[] = {
        {"SetOption31 1", "........"}, {"SetOption31 0", "*.*.*.*."},
        {"LedState 0", "*.*.*.*."},    {"LedPower 1", "********"},
        {"LedPower 0", "*.*.*.*."},    {"LedState 2", "*.*.*.*."},
        {"LedMask 0", "*.*.*.*."},
    };
    (void)fake_basic(state);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].set);
        check(rows[i].marks);
    }
}

static void a_led_for_the_link_does_it_alone(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Gpio4 576"); /* LedLink_i */
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    assert_string_equal(beats_of(LINK_PIN), "*.*.*.*.");
    check("........");
    fake_type(&fd, "Power 1");
    check("********");
}

/* A press is seen while it flashes, too. */
static void a_press_is_seen(void **state)
{
    (void)fake_basic(state);
    fake_run(&fd, 6000 + LED_BEAT_MS); /* a dark beat begins */
    assert_true(fake.level[LED_PIN]);
    fake.is_closed[0] = true;
    fake_run(&fd, 100);
    assert_false(fake.level[LED_PIN]);
    fake.is_closed[0] = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_trouble_has_its_flash),
        cmocka_unit_test(without_a_broker_none_is_missed),
        cmocka_unit_test(the_relay_is_seen_behind_it),
        cmocka_unit_test(it_ends_where_the_owner_says_so),
        cmocka_unit_test(a_led_for_the_link_does_it_alone),
        cmocka_unit_test(a_press_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
