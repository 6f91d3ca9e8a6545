/* A device's whole set-up against consoles modelled after Tasmota 6.6, 8.5 and
 * 14 (fake_tasmota.h): what they are told, what goes wrong, and that no
 * password is told to anybody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/tool/fake_tasmota.h"
#include "tool/setup_run.h"

#define SECRET "correct horse"

static struct fake_tasmota device;
static struct setup_run run;
static struct setup_wish wish;
static struct setup_plan plan;
static char said[4096];

static void say(void *ctx, const char *line)
{
    (void)ctx;
    strncat(said, line, sizeof(said) - strlen(said) - 1);
}

static void begin(const char *version)
{
    fake_tasmota_init(&device, version);
    memset(&run, 0, sizeof(run));
    memset(&wish, 0, sizeof(wish));
    said[0] = '\0';
    run.console.link = &device.fake.link;
    run.say = say;
    run.wait_ms = 60000;
    run.secret[0] = SECRET;
}

static void want(unsigned key, const char *text)
{
    assert_true(setup_wish_keep(&wish, key, text));
}

/* All that pogo setup does, but for its words. */
static enum err set_up(void)
{
    char problem[256];
    enum err e = setup_meet(&run);
    if (e == ERR_NONE)
        e = setup_plan_make(&wish, setup_firmware_of(run.version), &plan,
                            problem, sizeof(problem));
    if (e == ERR_NONE)
        e = setup_send(&run, &plan);
    if (e == ERR_NONE && wish.has[SETUP_SSID])
        e = setup_wait_joined(&run, wish.text[SETUP_SSID]);
    if (e == ERR_NONE)
        e = setup_look_back(&run, &plan);
    if (e == ERR_NONE && wish.has[SETUP_MQTT])
        e = setup_wait_broker(&run);
    return e;
}

static const struct {
    const char *name, *version;
} versions[] = {{"6.6.0", "6.6.0(sonoff)"},
                {"8.5.1", "8.5.1(tasmota)"},
                {"14", "14.4.1(release-tasmota)"}};
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

static void each_firmware_in_each_form_is_set_up(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * VERSIONS; i++) {
        begin(versions[i / 2].name);
        device.t.is_mqtt_form = i % 2;
        print_message("# %s %u\n", versions[i / 2].name, i % 2);
        want(SETUP_SSID, "home");
        want(SETUP_PASSWORD, SECRET);
        want(SETUP_MQTT, "10.0.0.2");
        want(SETUP_TOPIC, "lamp");
        want(SETUP_NAME, "A lamp");
        want(SETUP_BOARD, "mini");
        want(SETUP_TIMEZONE, "+01:00");
        assert_int_equal(set_up(), ERR_NONE);
        assert_string_equal(run.address, "10.0.0.9");
        assert_string_equal(run.mac, "5C:CF:7F:A1:B2:C3");
        assert_string_equal(run.version, versions[i / 2].version);
        assert_int_equal(device.t.dropped, 0);
        assert_string_equal(tasmota_get(&device.t, "Password1"), SECRET);
        assert_string_equal(tasmota_get(&device.t, "Module"), "0");
        const char *device_name = tasmota_get(&device.t, "DeviceName");
        assert_int_equal(strcmp(device_name, "A lamp") == 0, i / 2 == 2);
        const char *template = tasmota_get(&device.t, "Template");
        bool is_new = strstr(template, "[32,0,0,0,160,") != NULL;
        assert_int_equal(is_new, i / 2 == 2);
        assert_null(strstr(said, SECRET));
    }
}

/* Failures, and what is told of them. */
static void what_goes_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *ssid, *password;
        enum tasmota_join trouble;
        enum err err;
        const char *told;
    } rows[] = {
        {"hone", SECRET, TASMOTA_JOINED, ERR_JOIN_NOT_FOUND,
         "cannot be reached"},
        {"home", "wrong horse", TASMOTA_JOINED, ERR_JOIN_PASSWORD,
         "wrong password"},
        {"home", SECRET, TASMOTA_NO_ADDRESS, ERR_JOIN_ADDRESS, "no IP address"},
        {"home", SECRET, TASMOTA_TIMEOUT, ERR_JOIN_SILENT, "AP timeout"},
        {"home", SECRET, TASMOTA_SILENT, ERR_JOIN_SILENT, "home"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin("8.5.1");
        device.trouble = rows[i].trouble;
        print_message("# %s\n", rows[i].told);
        want(SETUP_SSID, rows[i].ssid);
        want(SETUP_PASSWORD, rows[i].password);
        run.secret[0] = rows[i].password;
        assert_int_equal(set_up(), rows[i].err);
        assert_non_null(strstr(run.detail, rows[i].told));
        /* The model's log has the password in it. */
        assert_null(strstr(run.detail, rows[i].password));
    }
}

/* One bad try may be an accident; the second says that it stays so. */
static void a_trouble_that_passes_is_none(void **state)
{
    (void)state;
    begin("14");
    device.trouble = TASMOTA_TIMEOUT;
    want(SETUP_SSID, "home");
    want(SETUP_PASSWORD, SECRET);
    assert_int_equal(setup_meet(&run), ERR_NONE);
    assert_int_equal(setup_plan_make(&wish, setup_firmware_of(run.version),
                                     &plan, said, sizeof(said)),
                     ERR_NONE);
    assert_int_equal(setup_send(&run, &plan), ERR_NONE);
    fake_pass(&device.fake, TASMOTA_TRY_MS); /* the first try fails */
    device.trouble = TASMOTA_JOINED;
    assert_int_equal(setup_wait_joined(&run, "home"), ERR_NONE);
}

static void is_in_old(void)
{
    fake_tasmota_start(&device);
    snprintf(device.t.joined, sizeof(device.t.joined), "old");
    device.t.is_joined = true;
}

/* It is in its old network until it restarts: that is not success. */
static void an_address_of_before_is_no_success(void **state)
{
    (void)state;
    begin("14");
    is_in_old();
    want(SETUP_SSID, "elsewhere");
    want(SETUP_PASSWORD, SECRET);
    assert_int_equal(set_up(), ERR_JOIN_NOT_FOUND);
    assert_int_equal(device.t.restarts, 1);
    begin("14");
    is_in_old();
    device.t.never_restarts = true;
    want(SETUP_SSID, "home");
    want(SETUP_PASSWORD, SECRET);
    assert_int_equal(set_up(), ERR_JOIN_SILENT);
}

static void a_value_that_was_not_kept_is_named(void **state)
{
    (void)state;
    begin("14");
    device.t.forgets = "Topic";
    want(SETUP_TOPIC, "lamp");
    assert_int_equal(set_up(), ERR_SETUP_DIFFERS);
    assert_string_equal(run.detail, "Topic is tasmota_A1B2C3, not lamp");
}

/* Damaged answers are asked for again. */
static void noise_on_the_line_is_outlived(void **state)
{
    (void)state;
    for (unsigned lost = 1; lost <= 12; lost++) {
        begin("14");
        print_message("# %u lines\n", lost);
        want(SETUP_SSID, "home");
        want(SETUP_PASSWORD, SECRET);
        assert_int_equal(setup_meet(&run), ERR_NONE);
        assert_int_equal(setup_plan_make(&wish, setup_firmware_of(run.version),
                                         &plan, said, sizeof(said)),
                         ERR_NONE);
        assert_int_equal(setup_send(&run, &plan), ERR_NONE);
        device.lose_lines = lost;
        assert_int_equal(setup_wait_joined(&run, "home"), ERR_NONE);
        device.lose_lines = lost;
        assert_int_equal(setup_look_back(&run, &plan), ERR_NONE);
    }
}

static void a_broker_that_says_no_is_told(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum err err;
    } rows[] = {{5, ERR_BROKER_LOGIN}, {-2, ERR_BROKER}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin("14");
        device.broker = rows[i].code;
        tasmota_set(&device.t, "SSId1", "home");
        tasmota_set(&device.t, "Password1", SECRET);
        tasmota_set(&device.t, "MqttHost", "10.0.0.2");
        assert_int_equal(setup_wait_broker(&run), rows[i].err);
        assert_non_null(strstr(run.detail, "Connect failed to 10.0.0.2"));
    }
    begin("14");
    assert_int_equal(setup_wait_broker(&run), ERR_BROKER);
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    begin("14");
    device.t.is_mute = true;
    assert_int_equal(setup_meet(&run), ERR_NO_ANSWER);
    assert_non_null(strstr(said, "SerialLog 2"));
    begin("14");
    device.t.is_mute = true;
    fake_put(&device.fake, "hello\n", 6);
    assert_int_equal(setup_meet(&run), ERR_NOT_TASMOTA);
}

/* At every tenth of a second: a clear error, and no endless wait. */
static void unplugging_at_any_time_is_told(void **state)
{
    (void)state;
    uint64_t whole_ms = 0;
    for (uint64_t at = 100; whole_ms == 0 || at < whole_ms; at += 100) {
        begin("8.5.1");
        want(SETUP_SSID, "home");
        want(SETUP_PASSWORD, SECRET);
        want(SETUP_MQTT, "10.0.0.2");
        if (whole_ms == 0) {
            assert_int_equal(set_up(), ERR_NONE);
            whole_ms = device.fake.now_ms;
            at = 0;
            continue;
        }
        device.fake.gone_at_ms = at;
        assert_int_equal(set_up(), ERR_PORT_GONE);
    }
}

static void secrets_and_controls_are_hidden(void **state)
{
    (void)state;
    char text[] = "a correct horse, correct horse\x1b[2J!";
    begin("14");
    setup_hide(&run, text);
    assert_string_equal(text, "a ****, ****.[2J!");
    run.secret[0] = "";
    run.secret[1] = "x";
    char other[] = "xx axb";
    setup_hide(&run, other);
    assert_string_equal(other, "** a*b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_firmware_in_each_form_is_set_up),
        cmocka_unit_test(what_goes_wrong_is_named),
        cmocka_unit_test(a_trouble_that_passes_is_none),
        cmocka_unit_test(an_address_of_before_is_no_success),
        cmocka_unit_test(a_value_that_was_not_kept_is_named),
        cmocka_unit_test(noise_on_the_line_is_outlived),
        cmocka_unit_test(a_broker_that_says_no_is_told),
        cmocka_unit_test(nobody_there_is_told),
        cmocka_unit_test(unplugging_at_any_time_is_told),
        cmocka_unit_test(secrets_and_controls_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
