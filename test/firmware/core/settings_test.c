/* The settings table, and commands that take their bounds from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "firmware/core/module.h"
#include "test/firmware/fake_hal.h"

static void is_right_number(const struct settings_row *row)
{
    assert_true(row->room == 1 || row->room == 2 || row->room == 4);
    assert_int_equal(row->offset % row->room, 0);
    assert_true(row->min <= row->initial && row->initial <= row->max);
    if (row->room < 4)
        assert_true(row->max >> (8 * row->room) == 0);
}

static void every_setting_has_one_right_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        size_t end = row->offset + (size_t)row->room * row->count;
        assert_true(row->key != KEY_NONE);
        assert_in_range(row->count, 1, SETTINGS_ELEMENTS);
        assert_true(row->room > 0 && end <= sizeof(struct settings));
        assert_true(strlen(row->name) > 1);
        /* the log's own key, and what it takes */
        assert_true(settings_log_key(row->key, row->count - 1u) <
                    SETTINGS_LOG_ERASING);
        assert_true(row->room <= SETTINGS_LARGEST);
        if (row->kind == KIND_NUMBER)
            is_right_number(row);
        for (size_t k = 0; k < i; k++) {
            const struct settings_row *other = &settings_rows[k];
            assert_int_not_equal(row->key, other->key);
            assert_string_not_equal(row->name, other->name);
            assert_true(end <= other->offset ||
                        row->offset >=
                            other->offset + (size_t)other->room * other->count);
        }
    }
}

/* A field that has no row would never be kept: all bytes but those between
 * fields belong to a row. */
static void every_field_is_in_a_row(void **state)
{
    size_t bytes = 0, largest = 4;
    (void)state;
    for (size_t i = 0; i < settings_row_count; i++)
        bytes += (size_t)settings_rows[i].room * settings_rows[i].count;
    /* Between two fields up to three bytes lie idle. */
    assert_true(bytes <= sizeof(struct settings));
    assert_true(sizeof(struct settings) - bytes < largest * 4);
}

static void the_numbers_on_flash_never_change(void **state)
{
    /* clang-format off */
    static const struct { unsigned key; const char *name; } rows[] = {
        {1, "Module"}, {2, "Template NAME"}, {3, "Template GPIO"},
        {4, "Template BASE"}, {5, "Gpio"}, {6, "Power"}, {7, "PowerOnState"},
        {8, "PulseTime"}, {9, "SwitchMode"}, {10, "ButtonDebounce"},
        {11, "SwitchDebounce"}, {12, "LedState"}, {13, "LedPower"},
        {14, "SerialLog"}, {15, "FriendlyName"}, {16, "DeviceName"},
        {17, "Topic"}, {18, "BlinkTime"}, {19, "BlinkCount"},
        {20, "BootCount"}, {21, "SaveCount"}, {22, "SetOption"},
        {23, "SetOption32"}, {24, "SetOption34"}, {25, "OtaKey"},
        {26, "QuickStarts"}, {27, "SSId"}, {28, "Password"},
        {29, "UpdateExpects"}, {30, "WebLog"}, {31, "MqttLog"},
        {32, "MqttHost"}, {33, "MqttPort"}, {34, "MqttUser"},
        {35, "MqttPassword"}, {36, "MqttClient"}, {37, "MqttRetry"},
        {38, "MqttKeepAlive"}, {39, "FullTopic"}, {45, "GroupTopic"},
        {46, "Prefix"}, {47, "TelePeriod"}, {48, "Retain"}, {70, "WifiConfig"},
        {90, "Timezone"}, {91, "TimeStd"}, {92, "TimeDst"}, {93, "TimeFormat"},
        {94, "NtpServer"}, {95, "BootsSince"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct settings_row *row = settings_row(rows[i].key);
        assert_non_null(row);
        assert_string_equal(row->name, rows[i].name);
    }
    assert_int_equal(settings_log_key(KEY_FRIENDLY_NAME, 2), 15 << 5 | 2);
}

static void the_defaults_are_those_of_a_new_device(void **state)
{
    struct settings settings;
    struct template generic;
    (void)state;
    memset(&settings, 0xA5, sizeof(settings));
    memset(&generic, 0, sizeof(generic));
    settings_default(&settings);
    assert_true(module_template(MODULE_GENERIC, &generic));
    assert_int_equal(settings.module, MODULE_BASIC);
    assert_string_equal(settings.template.name, generic.name);
    assert_memory_equal(settings.template.pin, generic.pin,
                        sizeof(generic.pin));
    assert_int_equal(settings.template.base, MODULE_GENERIC);
    assert_int_equal(settings.button_debounce, 50);
    assert_int_equal(settings.power_on_state, 3);
    assert_int_equal(settings.backlog_delay, 200);
    assert_true(settings_option(&settings, OPTION_SAVE_STATE));
    assert_string_equal(settings.password[1], "");
    assert_int_equal(settings.ota_key[0], 0);
}

/* What docs/flash.md says of a row. */
static void make_line(const struct settings_row *row, char *line, size_t room)
{
    char many[16] = "", value[32], values[32] = "", initial[32] = "";
    bool is_generic =
        row->key == KEY_TEMPLATE_NAME || row->key == KEY_TEMPLATE_PIN;
    if (row->count > 1)
        snprintf(many, sizeof(many), "%u × ", row->count);
    if (row->kind == KIND_NUMBER) {
        snprintf(value, sizeof(value), "u%u", 8u * row->room);
        snprintf(values, sizeof(values), "%u to %u", row->min, row->max);
        snprintf(initial, sizeof(initial), "%u", row->initial);
    } else {
        bool is_text = row->kind != KIND_BYTES;
        snprintf(value, sizeof(value), is_text ? "text" : "bytes");
        snprintf(values, sizeof(values), is_text ? "up to %u bytes" : "%u",
                 row->room - is_text);
        snprintf(initial, sizeof(initial), is_text ? "empty" : "zeroes");
    }
    snprintf(line, room, "| %u | %s | %s%s | %s | %s |\n", row->key, row->name,
             many, value, values, is_generic ? "module Generic's" : initial);
}

static void the_docs_list_every_setting(void **state)
{
    static char docs[100000];
    unsigned missing = 0;
    (void)state;
    FILE *file = fopen("docs/flash.md", "r");
    assert_non_null(file);
    docs[fread(docs, 1, sizeof(docs) - 1, file)] = 0;
    fclose(file);
    for (size_t i = 0; i < settings_row_count; i++) {
        char line[200];
        make_line(&settings_rows[i], line, sizeof(line));
        if (!strstr(docs, line)) {
            print_message("# docs/flash.md lacks: %s", line);
            missing++;
        }
    }
    assert_int_equal(missing, 0);
}

/* ---- commands ------------------------------------------------------------ */

static void a_command_has_no_bounds_beside_its_setting(void **state)
{
    unsigned moved = 0;
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *row = &commands[i];
        if (row->key == KEY_NONE)
            continue;
        moved++;
        assert_non_null(settings_row(row->key));
        assert_string_equal(row->name, settings_row(row->key)->name);
        assert_true(row->min == 0 && row->max == 0 && row->indexes == 0);
    }
    assert_true(moved >= 12);
}

/* Any number at its bounds, one past them, and above what 31 bits hold. */
static void numbers_are_taken_within_their_bounds(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        const struct settings_row *row = settings_row(commands[i].key);
        if (!row || row->kind != KIND_NUMBER || row->apply == APPLY_RESTART)
            continue;
        if (row->key == KEY_TELE_PERIOD)
            continue; /* 1 to 9 mean other numbers: mqtt_command_test.c */
        if (row->key == KEY_TIMEZONE || row->key == KEY_TIME_STD ||
            row->key == KEY_TIME_DST)
            continue; /* written as no number: daytime_test.c */
        if (row->key == KEY_IP_ADDRESS || row->key == KEY_WIFI_POWER)
            continue; /* are written otherwise: wifi_station_test.c */
        for (int step = -1; step <= 1; step++) {
            char line[64];
            long long least = (long long)row->min + step;
            long long most = (long long)row->max - step;
            snprintf(line, sizeof(line), "_%s %lld", row->name, least);
            fake_type(&fd, line);
            if (step >= 0)
                assert_int_equal(
                    settings_number(&fd.device.settings, row->key, 0), least);
            snprintf(line, sizeof(line), "_%s %lld", row->name, most);
            fake_type(&fd, line);
            uint32_t is = settings_number(&fd.device.settings, row->key, 0);
            assert_true(is <= row->max && is >= row->min);
            if (step >= 0)
                assert_int_equal(is, most);
        }
    }
}

static void what_follows_is_said_by_the_row(void **state)
{
    (void)state;
    fake_type(&fd, "SwitchMode 3");
    assert_false(fd.device.will_restart);
    fake_type(&fd, "Topic lamp");
    assert_true(fd.device.will_restart);
}

/* Whatever comes after the name of a secret is not shown: not in the echo of
 * the line, not in an error, not in a backlog's. */
static void secrets_are_never_shown(void **state)
{
    static char longer[900];
    (void)state;
    memset(longer, ' ', sizeof(longer) - 1);
    memcpy(longer, "Backlog Password1 hunter22;;", 28);
    for (unsigned i = 40; i < 700; i += 14)
        memcpy(longer + i, ";SwitchMode 1;", 14); /* more than fit */
    longer[750] = 0;
    const char *const lines[] = {
        "Password1 hunter22",
        "password hunter22",
        "cmnd/tasmota/PASSWORD2 hunter22",
        "Password9 hunter22",
        "Backlog SwitchMode 1; Password2 hunter22; DeviceName x",
        "Backlog9 Password2 hunter22",
        "Password1 hunter22hunter22hunter22hunter22hunter22hunter22hunter22"
        "hunter22",
        "Password1=hunter22",
        longer,
        "Password1",
        "Status 0",
        "Status0",
    };
    strcpy(fd.device.settings.password[0], "hunter22");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        fake_type(&fd, lines[i]);
        assert_true(fake.size > 0);
        if (fake_said("hunter22"))
            fail_msg("%s\n  said %s", lines[i], fake.text);
        fake_forget();
        fake_run(&fd, 1500); /* the backlog */
        assert_false(fake_said("hunter22"));
        fd.device.will_restart = false;
    }
}

static void lines_without_secrets_are_shown_whole(void **state)
{
    (void)state;
    fake_type(&fd, "Power 7");
    assert_true(fake_said("CMD: Power 7\r\n"));
    fake_type(&fd, "Password1");
    assert_true(fake_said("CMD: Password1\r\n"));
    fake_type(&fd, "Backlog Power 1; Password2 x");
    assert_true(fake_said("CMD: Backlog Power 1; Password2 ****\r\n"));
}

#define T(name) cmocka_unit_test_setup(name, fake_basic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_has_one_right_row),
        cmocka_unit_test(every_field_is_in_a_row),
        cmocka_unit_test(the_numbers_on_flash_never_change),
        cmocka_unit_test(the_defaults_are_those_of_a_new_device),
        cmocka_unit_test(the_docs_list_every_setting),
        cmocka_unit_test(a_command_has_no_bounds_beside_its_setting),
        T(numbers_are_taken_within_their_bounds),
        T(what_follows_is_said_by_the_row),
        T(secrets_are_never_shown),
        T(lines_without_secrets_are_shown_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
