/* Buttons: set-up by many presses, long holds, and commands for others over
 * MQTT. */
#include "test/firmware/core/mqtt_fixture.h"

static int start_basic(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "SSId1 home"); /* or its access point is there anyway */
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
    fake_forget();
    return 0;
}

static int start_three(void **state)
{
    (void)fake_basic(state);
    fake_type(&fd, "Backlog0 Module 30;SSId1 home");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
    fake_forget();
    return 0;
}

static void press(unsigned pin, uint32_t ms)
{
    fake.is_closed[pin] = true;
    fake_run(&fd, ms);
    fake.is_closed[pin] = false;
    fake_run(&fd, 100);
}

static void press_often(unsigned pin, unsigned presses)
{
    for (unsigned i = 0; i < presses; i++)
        press(pin, 100);
    fake_run(&fd, 600);
}

/* By presses 1 to 8: does set-up open? */
static void check_set_up(const char *option, const char *opens)
{
    for (unsigned presses = 1; presses <= 8; presses++) {
        fake_type(&fd, option);
        fake_forget();
        press_often(0, presses);
        bool is_open = fake.radio.is_showing;
        if (is_open != (opens[presses - 1] == '1'))
            fail_msg("%s, %u presses", option, presses);
        assert_int_equal(fake_said("pressed"), is_open);
        fake_run(&fd, RESCUE_OPEN_S * 1000u + 100);
        assert_false(fake.radio.is_showing);
    }
}

static void four_or_six_presses_of_one_relay_open_set_up(void **state)
{
    (void)state;
    check_set_up("SetOption1 0", "00010100");
    check_set_up("SetOption1 1", "00000000");
    check_set_up("Backlog0 SetOption1 0;SetOption73 1", "00000100");
}

static void of_three_relays_only_six_do(void **state)
{
    (void)state;
    check_set_up("SetOption1 0", "00000100");
    press_often(9, 6);
    assert_false(fake.radio.is_showing);
}

static void set_up_keeps_the_settings(void **state)
{
    (void)state;
    press_often(0, 4);
    assert_true(fake_said("APP: The button was pressed 4 times: set-up access "
                          "point for 5 minutes"));
    fake_type(&fd, "SSId1");
    assert_true(fake_said("{\"SSId1\":\"home\"}"));
    assert_int_equal(fake.restarts, 0);
}

/* SetOption40 with SetOption1: what is held longer was nothing. */
static void a_long_press_can_be_ignored(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 SetOption1 1;SetOption40 20;SetOption73 1");
    fake_run(&fd, 100);
    fake_forget();
    press(0, 1500);
    fake_run(&fd, 600);
    assert_true(fake_said("SINGLE"));
    fake_forget();
    press(0, 2500);
    fake_run(&fd, 600);
    press(0, 5000);
    fake_run(&fd, 600);
    assert_false(fake_said("Action"));
    fake_type(&fd, "SetOption1 0"); /* it counts only with that */
    press(0, 5000);
    assert_true(fake_said("HOLD"));
    assert_true(fake_said("CLEAR"));
}

static void a_button_that_acts_at_once_has_a_way_back(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog0 SetOption13 1;SetOption32 10");
    fake_run(&fd, 100);
    press(0, 9000);
    fake_type(&fd, "SetOption13");
    assert_true(fake_said("\"ON\""));
    press(0, 11000);
    assert_true(fake_said("{\"SetOption13\":\"OFF\"}"));
    fake_type(&fd, "SetOption13");
    assert_true(fake_said("\"OFF\""));
}

/* ---- over MQTT -------------------------------------------------------------
 */

static void set(const char *line)
{
    fake_type(&fd, line);
    fake_run(&fd, 200);
    heard();
}

static int setup_awake(void **state)
{
    (void)setup_up(state);
    fake_run(&fd, 4500);
    set("TelePeriod 0");
    return 0;
}

static void topics_have_short_cuts(void **state)
{
    static const struct {
        const char *line, *answer;
    } rows[] = {
        {"ButtonTopic", "{\"ButtonTopic\":\"0\"}"},
        {"ButtonTopic hall", "{\"ButtonTopic\":\"hall\"}"},
        {"ButtonTopic a/b", "\"Command\":\"Error\""},
        {"ButtonTopic", "{\"ButtonTopic\":\"hall\"}"},
        {"ButtonTopic 1", "{\"ButtonTopic\":\"tasmota_A1B2C3\"}"},
        {"ButtonTopic 2", "{\"ButtonTopic\":\"DVES_A1B2C3\"}"},
        {"ButtonTopic 0", "{\"ButtonTopic\":\"0\"}"},
        {"SwitchTopic #", "\"Command\":\"Error\""},
        {"SwitchTopic 0123456789012345678901234567890123", "Error"},
        {"SwitchTopic lamp", "{\"SwitchTopic\":\"lamp\"}"},
        {"Status", "\"SwitchTopic\":\"lamp\""},
        {"SwitchTopic \"", "{\"SwitchTopic\":\"0\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        if (!fake_said(rows[i].answer))
            fail_msg("%s: %s", rows[i].line, fake.text);
    }
}

/* tasmota.md B.2. One press each. */
static void a_button_commands_its_topic(void **state)
{
    static const struct {
        const char *set, *heard;
        bool acts;
    } rows[] = {
        {"ButtonTopic hall", "PUBLISH cmnd/hall/POWER1 = TOGGLE\n", false},
        {"ButtonRetain 1", "RETAIN cmnd/hall/POWER1 = TOGGLE\n", false},
        {"ButtonRetain 0", "PUBLISH cmnd/hall/POWER1 = TOGGLE\n", false},
        {"ButtonTopic 1", "PUBLISH cmnd/tasmota_A1B2C3/POWER1 = ON\n", false},
        {"ButtonTopic tasmotas", "PUBLISH cmnd/tasmotas/POWER1 = ON\n", false},
        {"Backlog0 ButtonTopic hall;SetOption61 1",
         "PUBLISH cmnd/hall/POWER1 = ON\n", true},
        {"SetOption61 0", "PUBLISH cmnd/hall/POWER1 = TOGGLE\n", false},
        {"ButtonTopic 0", "PUBLISH stat/tasmota_A1B2C3/POWER = ON\n", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        set(rows[i].set);
        set("Power 0");
        press_often(0, 1);
        if (!has_heard(rows[i].heard) || fake.level[12] != rows[i].acts)
            fail_msg("%s: %s", rows[i].set, said);
    }
}

static void a_hold_is_told_to_the_topic(void **state)
{
    (void)state;
    set("Backlog0 ButtonTopic hall;ButtonRetain 1");
    press(0, 4500);
    assert_true(has_heard("RETAIN cmnd/hall/POWER1 = HOLD\n"));
    set("SetOption62 1");
    press(0, 4500);
    assert_true(has_heard("PUBLISH cmnd/hall/POWER1 = HOLD\n"));
    assert_false(fake.level[12]);
}

static void without_a_broker_the_button_acts_here(void **state)
{
    (void)state;
    set("ButtonTopic hall");
    fake_type(&fd, "MqttHost 0");
    fake_run(&fd, 3000);
    press_often(0, 1);
    assert_true(fake.level[12]);
}

static void a_switch_commands_its_topic(void **state)
{
    (void)state;
    set("Gpio14 160");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
    join();
    reach();
    broker_answers(0);
    set("Backlog0 SwitchTopic lamp;SwitchMode1 1");
    fake.is_closed[14] = true;
    fake_run(&fd, 100);
    assert_true(has_heard("PUBLISH cmnd/lamp/POWER1 = OFF\n"));
    fake.is_closed[14] = false;
    fake_run(&fd, 100);
    assert_true(has_heard("PUBLISH cmnd/lamp/POWER1 = ON\n"));
    assert_false(fake.level[12]);
}

static void start_module(const char *line)
{
    (void)fake_basic(NULL);
    fake_type(&fd, line);
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 4500);
}

/* Presses of the first button, and relays afterwards: those of a T1 count, and
 * those of boards whose buttons are single ones do not. */
static void some_boards_have_single_presses(void **state)
{
    static const struct {
        const char *module;
        unsigned presses;
        uint8_t power;
    } rows[] = {
        {"Module 30", 1, 1}, {"Module 30", 2, 2},
        {"Module 30", 3, 4}, {"Backlog0 Module 30;SetOption11 1", 1, 2},
        {"Module 7", 1, 1},  {"Module 7", 2, 0},
        {"Module 7", 3, 1},  {"Backlog0 Module 7;SetOption11 1", 1, 1},
        {"Module 39", 2, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        start_module(rows[i].module);
        press_often(strstr(rows[i].module, "39") ? 10 : 0, rows[i].presses);
        assert_int_equal(fd.device.power, rows[i].power);
    }
}

static void of_a_4ch_pro_each_edge_is_a_press(void **state)
{
    (void)state;
    start_module("Module 23");
    fake.is_closed[9] = true;
    fake_run(&fd, 60);
    assert_int_equal(fd.device.power, 2); /* at once */
    fake_run(&fd, 900);
    fake.is_closed[9] = false; /* its echo */
    fake_run(&fd, 1500);
    assert_int_equal(fd.device.power, 2);
    fake.is_closed[9] = true;
    fake_run(&fd, 1100);
    assert_int_equal(fd.device.power, 0);
    fake.is_closed[9] = false;
    fake_run(&fd, 60);
    assert_int_equal(fd.device.power, 2);
    press_often(0, 4); /* within one second */
    assert_int_equal(fd.device.power, 3);
    fake_run(&fd, 60000);
    assert_int_equal(fd.device.power, 3);
    assert_int_equal(fd.device.button[0].presses, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(four_or_six_presses_of_one_relay_open_set_up,
                               start_basic),
        cmocka_unit_test_setup(of_three_relays_only_six_do, start_three),
        cmocka_unit_test_setup(set_up_keeps_the_settings, start_basic),
        cmocka_unit_test_setup(a_long_press_can_be_ignored, start_basic),
        cmocka_unit_test_setup(a_button_that_acts_at_once_has_a_way_back,
                               start_basic),
        cmocka_unit_test_setup(topics_have_short_cuts, setup_awake),
        cmocka_unit_test_setup(a_button_commands_its_topic, setup_awake),
        cmocka_unit_test_setup(a_hold_is_told_to_the_topic, setup_awake),
        cmocka_unit_test_setup(without_a_broker_the_button_acts_here,
                               setup_awake),
        cmocka_unit_test_setup(a_switch_commands_its_topic, setup_awake),
        cmocka_unit_test(some_boards_have_single_presses),
        cmocka_unit_test(of_a_4ch_pro_each_edge_is_a_press),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
