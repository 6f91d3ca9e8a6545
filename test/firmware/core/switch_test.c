/* Modes of a switch in time, and what switches say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

#define SWITCH_PIN 14 /* of a Basic, where somebody soldered one */

static int start_detached(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Backlog0 Gpio14 160;SetOption114 1;SetOption32 10");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
    fake_forget();
    return 0;
}

/* The names of all actions since the text was forgotten, in their order. */
static void told(char *out, size_t room)
{
    static const char key[] = "\"Action\":\"";
    size_t size = 0;
    out[0] = 0;
    for (const char *at = fake.text; (at = strstr(at, key));) {
        at += sizeof(key) - 1;
        size_t n = strcspn(at, "\"");
        assert_true(size + n + 2 < room);
        size +=
            (size_t)sprintf(out + size, "%s%.*s", size ? " " : "", (int)n, at);
    }
}

/* Every mode, detached: steps are ms, closed, open, closed ... from an open
 * contact on; with T = 1 s (SetOption32 10). */
static const struct {
    unsigned mode;
    uint16_t steps_ms[8];
    const char *told;
} mode_rows[] = {
    {0, {200, 200}, "TOGGLE TOGGLE"},
    {1, {200, 200}, "OFF ON"},
    {2, {200, 200}, "ON OFF"},
    {3, {200, 200}, "TOGGLE"},
    {4, {200, 200}, "TOGGLE"},
    {5, {200, 200}, "TOGGLE"},
    {5, {1200, 200}, "HOLD"},
    {5, {900, 200, 900, 200}, "TOGGLE TOGGLE"},
    {6, {200, 200, 200}, "TOGGLE"},
    {6, {200, 1200, 200}, "HOLD"},
    {7, {200, 200}, "TOGGLE TOGGLE"},
    {8, {700, 700}, "TOGGLE TOGGLE"},
    {8, {300, 700}, "HOLD"},
    {8, {300, 300, 700}, "HOLD TOGGLE"},
    {9, {700, 700}, "OFF ON"},
    {9, {300, 700}, "HOLD"},
    {10, {700, 700}, "ON OFF"},
    {10, {300, 700}, "HOLD"},
    /* 12: pushed is closed */
    {12, {300, 400}, "TOGGLE"},
    {12, {300, 900}, "TOGGLE POWER_DELAYED"},
    {12, {800, 900}, "POWER_INCREMENT POWER_RELEASE"},
    {12,
     {1300, 1500},
     "POWER_INCREMENT POWER_INCREMENT POWER_RELEASE "
     "POWER_CLEAR"},
    {12,
     {1900, 200},
     "POWER_INCREMENT POWER_INCREMENT POWER_INCREMENT "
     "POWER_INCREMENT POWER_RELEASE"},
    {12, {300, 200, 300, 1500}, "TOGGLE POWER_INV POWER_100 POWER_CLEAR"},
    {12,
     {300, 200, 800, 100},
     "TOGGLE POWER_INV POWER_INCREMENT "
     "POWER_RELEASE"},
    /* 11: pushed is open */
    {11, {1500, 300, 400}, "POWER_RELEASE POWER_CLEAR TOGGLE"},
    {11,
     {1500, 800, 100},
     "POWER_RELEASE POWER_CLEAR POWER_INCREMENT "
     "POWER_RELEASE"},
    {13, {200, 200}, "ON"},
    {14, {200, 200}, "ON"},
    {15, {200, 200}, ""},
    {16, {200, 200}, ""},
};

static void every_mode_tells_what_its_row_says(void **state)
{
    for (size_t i = 0; i < sizeof(mode_rows) / sizeof(mode_rows[0]); i++) {
        char line[200];
        (void)start_detached(state);
        snprintf(line, sizeof(line), "SwitchMode1 %u", mode_rows[i].mode);
        fake_type(&fd, line);
        for (unsigned k = 0; k < 8 && mode_rows[i].steps_ms[k]; k++) {
            fake.is_closed[SWITCH_PIN] = k % 2 == 0;
            fake_run(&fd, mode_rows[i].steps_ms[k]);
        }
        fake_run(&fd, 60); /* what the last step began */
        told(line, sizeof(line));
        if (strcmp(line, mode_rows[i].told) != 0)
            fail_msg("row %u, mode %u: %s; wanted %s", (unsigned)i,
                     mode_rows[i].mode, line, mode_rows[i].told);
        assert_false(fake.level[12]);
    }
}

static void a_switch_has_the_name_that_it_was_given(void **state)
{
    (void)state;
    fake_type(&fd, "SwitchText1");
    assert_true(fake_said("{\"SwitchText1\":\"Switch1\"}"));
    fake_type(&fd, "SwitchText1 Gar\"den");
    assert_true(fake_said("{\"SwitchText1\":\"Gar\\\"den\"}"));
    fake.is_closed[SWITCH_PIN] = true;
    fake_run(&fd, 100);
    assert_true(fake_said("{\"Gar\\\"den\":{\"Action\":\"TOGGLE\"}}"));
    fake_type(&fd, "Status 10");
    assert_true(fake_said(",\"Gar\\\"den\":\"OFF\"}"));
    fake_type(&fd, "SwitchText1 0123456789abcdefg");
    assert_true(fake_said("Error"));
    fake_type(&fd, "SwitchText1 1");
    assert_true(fake_said("{\"SwitchText1\":\"Switch1\"}"));
}

/* Modes that are the other way round show it. */
static void the_sensor_message_follows_the_mode(void **state)
{
    static const struct {
        const char *mode, *closed;
    } rows[] = {{"SwitchMode1 0", "\"Switch1\":\"OFF\""},
                {"SwitchMode1 1", "\"Switch1\":\"OFF\""},
                {"SwitchMode1 2", "\"Switch1\":\"ON\""},
                {"SwitchMode1 8", "\"Switch1\":\"OFF\""},
                {"SwitchMode1 15", "\"Switch1\":\"OFF\""},
                {"SwitchMode1 16", "\"Switch1\":\"ON\""}};
    (void)state;
    fake.is_closed[SWITCH_PIN] = true;
    fake_run(&fd, 100);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].mode);
        fake_type(&fd, "Status 10");
        assert_true(fake_said(rows[i].closed));
    }
}

static void modes_15_and_16_only_tell_the_sensor_message(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 SetOption114 0;SwitchMode1 16");
    fake_run(&fd, 100);
    fake_forget();
    fake.is_closed[SWITCH_PIN] = true;
    fake_run(&fd, 100);
    assert_true(fake_said("SENSOR = {\"Time\":"));
    assert_true(fake_said("\"Switch1\":\"ON\""));
    assert_false(fake.level[12]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_tells_what_its_row_says),
        cmocka_unit_test_setup(a_switch_has_the_name_that_it_was_given,
                               start_detached),
        cmocka_unit_test_setup(the_sensor_message_follows_the_mode,
                               start_detached),
        cmocka_unit_test_setup(modes_15_and_16_only_tell_the_sensor_message,
                               start_detached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
