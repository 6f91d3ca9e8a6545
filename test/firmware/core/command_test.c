/* Commands as people and programs type them, and the replies that existing
 * clients parse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "format/flash_map.h"
#include "format/slot_record.h"
#include "test/firmware/fake_hal.h"

static void every_command_has_one_row_with_limits_and_help(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *row = &commands[i];
        assert_non_null(row->run);
        assert_true(strlen(row->help) > 10);
        assert_true(row->min <= row->max);
        for (size_t k = 0; k < i; k++)
            assert_false(text_same(row->name, commands[k].name));
        /* digits at a name's end would be taken for an index */
        assert_false(text_is_digit(row->name[strlen(row->name) - 1]));
    }
}

/* Each line on a device of its own kind: module 1 with one relay. */
static void replies_have_tasmotas_shapes(void **state)
{
    /* clang-format off */
    static const struct fake_line rows[] = {
        {"Power", "RSL: RESULT = {\"POWER\":\"OFF\"}\r\n"},
        {"Power", "RSL: POWER = OFF\r\n"},
        {"Power ON", "RSL: RESULT = {\"POWER\":\"ON\"}\r\n"},
        {"power TOGGLE", "RSL: POWER = OFF\r\n"},
        {"cmnd/tasmota/POWER on", "RSL: POWER = ON\r\n"},
        {"Power1 0", "RSL: POWER = OFF\r\n"},
        {"Power0 1", "RSL: RESULT = {\"POWER\":\"ON\"}\r\n"},
        {"Power9", "RSL: RESULT = {\"POWER\":\"ON\"}\r\n"},
        {"Power9 0", "RSL: POWER = OFF\r\n"},
        {"Power9", "RSL: POWER = OFF\r\n"},
        {"Power 3", "RSL: RESULT = {\"POWER\":\"Blink ON\"}\r\n"},
        {"Power blinkoff", "RSL: RESULT = {\"POWER\":\"Blink OFF\"}\r\n"},
        {"Power 5", "RSL: RESULT = {\"Command\":\"Error\",\"Input\":\"Power 5\"}\r\n"},
        {"Power maybe", "{\"Command\":\"Error\",\"Input\":\"Power maybe\"}"},
        {"XYZ", "RSL: RESULT = {\"Command\":\"Unknown\",\"Input\":\"XYZ\"}\r\n"},
        {"xyz 99", "{\"Command\":\"Unknown\",\"Input\":\"XYZ\"}"},
        {"Module", "RSL: RESULT = {\"Module\":{\"1\":\"Sonoff Basic\"}}\r\n"},
        {"Module 76", "\"Error\""},
        {"Template", "RSL: RESULT = {\"NAME\":\"Generic\",\"GPIO\":[1,1,1,1,1,1,0,0,1,1,1,1,1,1],\"FLAG\":0,\"BASE\":18}\r\n"},
        {"Template 1", "{\"NAME\":\"Sonoff Basic\",\"GPIO\":[32,1,1,1,1,0,0,0,224,320,1,0,0,0],\"FLAG\":0,\"BASE\":1}"},
        {"Template {\"NAME\"", "{\"Template\":\"Invalid JSON\"}"},
        {"SwitchMode1 15", "{\"SwitchMode1\":15}"},
        {"SwitchMode 16", "{\"SwitchMode1\":16}"},
        {"SwitchMode 17", "\"Error\""},
        {"SwitchMode0 3", "{\"SwitchMode\":[3,3,3,3,3,3,3,3]}"},
        {"SwitchMode9", "\"Error\""},
        {"SwitchDebounce 0x64", "{\"SwitchDebounce\":100}"},
        {"ButtonDebounce", "{\"ButtonDebounce\":50}"},
        {"ButtonDebounce 39", "\"Error\""},
        {"PulseTime 10", "{\"PulseTime1\":{\"Set\":10,\"Remaining\":0}}"},
        {"PulseTime", "{\"PulseTime\":{\"Set\":[10,0,0,0,0,0,0,0],\"Remaining\":[0,0,0,0,0,0,0,0]}}"},
        {"PowerOnState 5", "{\"PowerOnState\":5}"},
        {"PowerOnState 6", "\"Error\""},
        {"LedPower 1", "{\"LedPower1\":\"ON\"}"},
        {"LedState", "{\"LedState\":0}"},
        {"LedState 8", "\"Error\""},
        {"FriendlyName", "{\"FriendlyName1\":\"Tasmota\"}"},
        {"FriendlyName1 Lamp \"A\"", "{\"FriendlyName1\":\"Lamp \\\"A\\\"\"}"},
        {"DeviceName", "{\"DeviceName\":\"Lamp \\\"A\\\"\"}"},
        {"DeviceName 123456789012345678901234567890123", "\"Error\""},
        {"Topic", "{\"Topic\":\"tasmota_A1B2C3\"}"},
        {"Topic a/b", "\"Error\""},
        {"SetOption13", "{\"SetOption13\":\"OFF\"}"},
        {"SetOption13 1", "{\"SetOption13\":\"ON\"}"},
        {"SetOption32 20", "{\"SetOption32\":20}"},
        {"SetOption13 2", "\"Error\""},
        {"SetOption5", "\"Error\""},
        {"SetOption", "\"Error\""},
        {"SerialLog 3", "{\"SerialLog\":{\"3\":{\"Active\":\"3\"}}}"},
        {"Delay -2", "\"Error\""},
        {"Restart", "{\"Restart\":\"1 to restart\"}"},
        {"Reset", "{\"Reset\":\"1 to reset\"}"},
        {"Reset 99", "{\"Reset\":\"Done\"}"},
        {"Reset 77", "{\"Reset\":\"1 to reset\"}"},
        {"Backlog", "{\"Backlog\":\"Empty\"}"},
        {"Status", "RSL: STATUS = {\"Status\":{\"Module\":1,"},
        {"Status 5", "RSL: STATUS5 = {\"StatusNET\":{\"Hostname\":\"tasmota-A1B2C3-4803\""},
        {"Status 11", "RSL: STATUS11 = {\"StatusSTS\":{\"Time\":\"1970-01-01T00:00:00\""},
        {"Status0", "RSL: STATUS0 = {\"Status\":{"},
        {"Status0", "\"POWER\":\"OFF\"}}\r\n"},
        {"Status 0", "RSL: STATUS7 = "},
        {"Status 6", "RSL: STATUS6 = {\"StatusMQT\":{\"MqttHost\":\"\",\"MqttPort\":1883,\"MqttClientMask\":\"DVES_%06X\",\"MqttClient\":\"DVES_A1B2C3\",\"MqttUser\":\"\",\"MqttCount\":0,\"MAX_PACKET_SIZE\":1200,\"KEEPALIVE\":30,\"SOCKET_TIMEOUT\":4}}"},
        {"Status 12", "\"Error\""},
        {"Help Power", "switch relay n"},
        {"Help Nothing", "\"Error\""},
        {"Power\x01\r", "RSL: POWER = "},
    };
    /* clang-format on */
    (void)state;
    assert_true(fake_type_all(&fd, rows, sizeof(rows) / sizeof(rows[0])));
}

static void a_leading_underscore_silences_the_reply(void **state)
{
    (void)state;
    fake_type(&fd, "_Power 1");
    assert_true(fake.level[12]);
    assert_false(fake_said("RSL"));
    fake_type(&fd, "Power");
    assert_true(fake_said("RSL: POWER = ON"));
}

static void a_line_of_801_bytes_is_refused_and_of_800_is_not(void **state)
{
    char line[CONSOLE_LINE + 2];
    (void)state;
    memset(line, ' ', sizeof(line));
    memcpy(line, "Power 1", 7);
    line[CONSOLE_LINE + 1] = 0;
    fake_type(&fd, line);
    assert_true(fake_said("\"Error\""));
    assert_false(fake.level[12]);
    line[CONSOLE_LINE] = 0;
    fake_type(&fd, line);
    assert_true(fake.level[12]);
}

static void a_backlog_runs_in_order_with_its_delays(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog Power 1; Delay 10; Power 0");
    fake_run(&fd, 100);
    assert_true(fake.level[12]);
    fake_run(&fd, 1000);
    assert_true(fake.level[12]);
    fake_run(&fd, 300);
    assert_false(fake.level[12]);
}

static void nodelay_and_backlog0_leave_no_pause(void **state)
{
    static const char *const lines[] = {
        "Backlog NoDelay;PulseTime 0;NoDelay;SwitchMode 1;NoDelay;Power 1",
        "Backlog0 PulseTime 0;SwitchMode 1;Power 1"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        fake_type(&fd, "Power 0");
        fake_type(&fd, lines[i]);
        fake_run(&fd, 20);
        assert_true(fake.level[12]);
    }
}

static void a_backlog_keeps_braces_whole_and_drops_reset(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog Template {\"NAME\":\"a;b\"}; Reset 1; backlog x");
    fake_run(&fd, 3000);
    assert_true(fake_said("\"NAME\":\"a;b\""));
    assert_int_equal(fake.restarts, 0);
}

static void a_silent_backlog_says_nothing(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog2 Power 1");
    fake_run(&fd, 100);
    assert_true(fake.level[12]);
    assert_false(fake_said("RSL"));
}

static void a_module_answers_first_and_restarts_two_seconds_later(void **state)
{
    (void)state;
    fake_type(&fd, "Module 30");
    assert_true(fake_said("{\"Module\":{\"30\":\"Sonoff T1 3CH\"}}"));
    fake_run(&fd, 1900);
    assert_int_equal(fake.restarts, 0);
    fake_run(&fd, 200);
    assert_int_equal(fake.restarts, 1);
    fake_start(&fd, START_SOFTWARE);
    assert_int_equal(fd.device.relay_count, 3);
}

static void module_0_without_a_template_says_what_it_means(void **state)
{
    static const char warning[] = "there is no relay, no button and no LED";
    (void)state;
    fake_type(&fd, "Module 0");
    assert_true(fake_said(warning));
    assert_true(fake_said("RSL: RESULT = {\"Module\":{\"0\":\"Generic\"}}"));
    fake_type(&fd, "Module 1");
    assert_false(fake_said(warning));
    fake_type(&fd, "Template {\"GPIO\":[0,0,0,0,0,0,0,0,224,0,0,0,0,0]}");
    fake_type(&fd, "Module 0");
    assert_false(fake_said(warning));
}

static void pin_a0_takes_no_component(void **state)
{
    (void)state;
    fake_type(&fd, "Module 18");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    fake_type(&fd, "Gpio17 32");
    assert_true(fake_said("\"Error\""));
    fake_type(&fd, "Gpio17 0");
    assert_true(fake_said("\"GPIO17\":{\"0\":\"None\"}}"));
}

static void reset_forgets_what_was_set(void **state)
{
    (void)state;
    fake_type(&fd, "FriendlyName Lamp");
    fake_type(&fd, "Reset 1");
    assert_true(fake_said("{\"Reset\":\"Reset and Restarting\"}"));
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    fake_type(&fd, "FriendlyName");
    assert_true(fake_said("Tasmota"));
}

static void a_reset_leaves_nothing_of_it_on_flash(void **state)
{
    static const char name[] = "a name that nobody else has";
    char line[64];
    (void)state;
    snprintf(line, sizeof(line), "FriendlyName %s", name);
    fake_type(&fd, line);
    fake_run(&fd, 2000);
    size_t size = sizeof(fake.flash), n = strlen(name);
    assert_non_null(memmem(fake.flash, size, name, n));
    fake_type(&fd, "Reset 1");
    fake_run(&fd, 2100);
    assert_null(memmem(fake.flash, size, name, n));
}

static void status_says_what_is(void **state)
{
    const struct slot_image image = {.sequence = 1, .length = 150000};
    (void)state;
    fake_type(&fd, "Status 4");
    assert_true(fake_said("{\"StatusMEM\":{\"ProgramSize\":0,\"Free\":488,"));
    assert_int_equal(slot_record_write_image(&fake_flash, SLOT_A, &image), 0);
    fake_type(&fd, "Status 4");
    assert_true(fake_said("{\"StatusMEM\":{\"ProgramSize\":147,"));
    fake_type(&fd, "GroupTopic1 lamps");
    fake_type(&fd, "Status 1");
    assert_true(fake_said("\"GroupTopic\":\"lamps\",\"OtaUrl\":\"\","));
}

/* What Reset n leaves of three settings. */
static void resets_keep_what_they_say(void **state)
{
    static const struct {
        unsigned reset;
        bool keeps_name, keeps_wifi, keeps_mqtt;
    } rows[] = {
        {1, false, false, false}, {2, false, false, false},
        {3, true, true, true},    {4, false, true, false},
        {5, false, true, false},  {6, false, true, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[32];
        fake_basic(NULL);
        fake_type(&fd, "FriendlyName Lamp");
        fake_type(&fd, "SSId1 home");
        fake_type(&fd, "Topic lamp");
        fake_run(&fd, 2100);
        fake_start(&fd, START_SOFTWARE);
        snprintf(line, sizeof(line), "Reset %u", rows[i].reset);
        fake_type(&fd, line);
        fake_run(&fd, 2100);
        fake_start(&fd, START_SOFTWARE);
        const struct settings *now = &fd.device.settings;
        assert_int_equal(now->friendly_name[0][0] != 0, rows[i].keeps_name);
        assert_int_equal(now->ssid[0][0] != 0, rows[i].keeps_wifi);
        assert_int_equal(now->topic[0] != 0, rows[i].keeps_mqtt);
    }
}

static void reset_3_erases_what_the_radio_has_learnt(void **state)
{
    (void)state;
    memset(fake.flash + MAP_RF_CAL, 0, 0x1000);
    memset(fake.flash + MAP_SDK_PARAMS, 0, MAP_SDK_PARAMS_SIZE);
    memset(fake.flash + MAP_PHY_DATA, 5, 0x1000);
    fake_type(&fd, "Reset 3");
    fake_run(&fd, 2100);
    assert_int_equal(fake.flash[MAP_RF_CAL], 0xFF);
    assert_int_equal(fake.flash[MAP_SDK_PARAMS + MAP_SDK_PARAMS_SIZE - 1],
                     0xFF);
    assert_int_equal(fake.flash[MAP_PHY_DATA], 5);
}

static void json_runs_each_member(void **state)
{
    (void)state;
    fake_type(&fd, "Json {\"Power\":1,\"PulseTime1\":10,\"FriendlyName\":\"a "
                   "\\\"b\\\"\",\"Template\":{\"NAME\":\"t;u\",\"FLAG\":0},"
                   "\"Reset\":1}");
    fake_run(&fd, 3000);
    assert_true(fake_said("{\"POWER\":\"ON\"}"));
    assert_true(fake_said("{\"PulseTime1\":{\"Set\":10"));
    assert_true(fake_said("{\"FriendlyName1\":\"a \\\"b\\\"\"}"));
    assert_true(fake_said("\"NAME\":\"t;u\""));
    assert_int_equal(fake.restarts, 0);
}

/* And nothing of it is carried out. */
static void json_that_is_not_right_is_refused(void **state)
{
    static const char *const lines[] = {
        "Json {\"Power\":1,", "Json [1]", "Json 1", "Json {\"Power\":1}x",
        "Json {\"Power\":1,\"Template\":{\"NAME\"}}"};
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        assert_true(fake_said("\"Error\""));
        fake_run(&fd, 500);
        assert_false(fake.level[12]);
    }
    fake_type(&fd, "Json");
    assert_true(fake_said("{\"Json\":\"Empty\"}"));
}

static void states_are_called_as_the_owner_says(void **state)
{
    (void)state;
    fake_type(&fd, "StateText2 an aus");
    assert_true(fake_said("{\"StateText2\":\"an_aus\"}"));
    fake_type(&fd, "Power AN_AUS");
    assert_true(fake.level[12]);
    assert_true(fake_said("RSL: RESULT = {\"POWER\":\"an_aus\"}"));
    assert_true(fake_said("RSL: POWER = an_aus"));
    fake_type(&fd, "StateText2 \"");
    assert_true(fake_said("{\"StateText2\":\"ON\"}"));
    fake_type(&fd, "StateText1 a\"b");
    assert_true(fake_said("\"Error\""));
    fake_type(&fd, "StateText1 0");
    fake_type(&fd, "StateText");
    assert_true(fake_said("{\"StateText1\":\"0\",\"StateText2\":\"ON\","));
}

static void save_data_says_when_changes_are_written(void **state)
{
    static const struct {
        const char *line, *reply;
        uint32_t quiet_ms, saved_ms; /* 0: never */
    } rows[] = {
        {"SaveData 1", "{\"SaveData\":\"ON\"}", 900, 200},
        {"SaveData 10", "{\"SaveData\":\"Every 10 seconds\"}", 9900, 200},
        {"SaveData 0", "{\"SaveData\":\"OFF\"}", 100000, 0},
    };
    (void)state;
    fake_run(&fd, 12000); /* what a start saves is written */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fake_type(&fd, rows[i].line);
        assert_true(fake_said(rows[i].reply));
        uint32_t before = fd.device.settings.save_count;
        fake_type(&fd, "Power 2");
        fake_run(&fd, rows[i].quiet_ms);
        assert_int_equal(fd.device.settings.save_count, before);
        fake_run(&fd, rows[i].saved_ms);
        assert_int_equal(fd.device.settings.save_count,
                         before + (rows[i].saved_ms > 0));
    }
    bool was_on = fake.level[12];
    fake_type(&fd, "Restart 1");
    fake_run(&fd, 2100);
    fake_start(&fd, START_SOFTWARE);
    assert_int_equal(fd.device.settings.power, was_on);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Names that exist, followed by anything: nothing may break (under the
 * sanitizers), and each line is answered in bounds. */
static void any_line_is_survived(void **state)
{
    static const char letters[] = "{}[]\",:;0123456789 -xX.\\/GPIONAME_+?#%";
    uint32_t seed = 7;
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        char line[64];
        size_t n = 0;
        const char *name = commands[next_random(&seed) % command_count].name;
        while (name[n]) {
            line[n] = name[n];
            n++;
        }
        unsigned more = next_random(&seed) % 30;
        for (unsigned k = 0; k < more; k++)
            line[n++] = letters[next_random(&seed) % (sizeof(letters) - 1)];
        line[n] = 0;
        fake_type(&fd, line);
        fake_run(&fd, 10);
        if (fd.device.is_restarting)
            fake_start(&fd, START_SOFTWARE);
    }
    assert_true(fd.device.relay_count <= RELAYS);
}

/* 300 characters, in names, numbers and texts: an error that shows them, and
 * nothing is changed. */
static void long_lines_are_errors(void **state)
{
    static const struct {
        const char *begin;
        char fill;
        const char *said;
    } rows[] = {
        {"", 'x', "{\"Command\":\"Unknown\",\"Input\":\"XXX"},
        {"Power", '1', "{\"POWER\":\"OFF\"}"}, /* no such index: the first */
        {"Power1 ", '1', "{\"Command\":\"Error\",\"Input\":\"Power1 111"},
        {"Power1 0x", 'F', "{\"Command\":\"Error\",\"Input\":\"Power1 0xFFF"},
        {"PulseTime1 -", '9',
         "{\"Command\":\"Error\",\"Input\":\"PulseTime1 -"},
        {"TimedPower1 1,", '1',
         "{\"Command\":\"Error\",\"Input\":\"TimedPower1"},
        {"DeviceName ", 'x', "{\"Command\":\"Error\",\"Input\":\"DeviceName x"},
        {"DeviceName ", '\"',
         "{\"Command\":\"Error\",\"Input\":\"DeviceName \\\""},
        {"Interlock ", ',', "{\"Command\":\"Error\",\"Input\":\"Interlock ,"},
        {"SetOption", '0', "{\"SetOption0\":\"ON\"}"},
    };
    struct settings before;
    (void)state;
    memcpy(&before, &fd.device.settings, sizeof(before));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[320];
        size_t size = strlen(rows[i].begin);
        memset(line, rows[i].fill, sizeof(line));
        memcpy(line, rows[i].begin, size);
        line[size + 300] = 0;
        fake_type(&fd, line);
        if (!fake_said(rows[i].said))
            fail_msg("%s\n  said %s", line, fake.text);
    }
    assert_memory_equal(&before, &fd.device.settings, sizeof(before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_one_row_with_limits_and_help),
        cmocka_unit_test_setup(replies_have_tasmotas_shapes, fake_basic),
        cmocka_unit_test_setup(a_leading_underscore_silences_the_reply,
                               fake_basic),
        cmocka_unit_test_setup(a_line_of_801_bytes_is_refused_and_of_800_is_not,
                               fake_basic),
        cmocka_unit_test_setup(a_backlog_runs_in_order_with_its_delays,
                               fake_basic),
        cmocka_unit_test_setup(nodelay_and_backlog0_leave_no_pause, fake_basic),
        cmocka_unit_test_setup(a_backlog_keeps_braces_whole_and_drops_reset,
                               fake_basic),
        cmocka_unit_test_setup(a_silent_backlog_says_nothing, fake_basic),
        cmocka_unit_test_setup(
            a_module_answers_first_and_restarts_two_seconds_later, fake_basic),
        cmocka_unit_test_setup(module_0_without_a_template_says_what_it_means,
                               fake_basic),
        cmocka_unit_test_setup(pin_a0_takes_no_component, fake_basic),
        cmocka_unit_test_setup(reset_forgets_what_was_set, fake_basic),
        cmocka_unit_test_setup(a_reset_leaves_nothing_of_it_on_flash,
                               fake_basic),
        cmocka_unit_test_setup(status_says_what_is, fake_basic),
        cmocka_unit_test(resets_keep_what_they_say),
        cmocka_unit_test_setup(reset_3_erases_what_the_radio_has_learnt,
                               fake_basic),
        cmocka_unit_test_setup(json_runs_each_member, fake_basic),
        cmocka_unit_test_setup(json_that_is_not_right_is_refused, fake_basic),
        cmocka_unit_test_setup(states_are_called_as_the_owner_says, fake_basic),
        cmocka_unit_test_setup(save_data_says_when_changes_are_written,
                               fake_basic),
        cmocka_unit_test_setup(any_line_is_survived, fake_basic),
        cmocka_unit_test_setup(long_lines_are_errors, fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
