/* What pogo setup sends for a wish, to which firmware, and what it looks for
 * afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/setup_plan.h"

static struct setup_wish wish;
static struct setup_plan plan;
static char problem[256];

static int start(void **state)
{
    (void)state;
    memset(&wish, 0, sizeof(wish));
    return 0;
}

static enum err make(const char *version)
{
    return setup_plan_make(&wish, setup_firmware_of(version), &plan, problem,
                           sizeof(problem));
}

static void want(unsigned key, const char *text)
{
    wish.has[key] = false;
    assert_true(setup_wish_keep(&wish, key, text));
}

static void firmwares_are_told_by_their_version(void **state)
{
    (void)state;
    static const struct {
        const char *version, *name;
        size_t line;
        bool has_new_parts;
    } rows[] = {
        {"0.1.0(pogo)", "pogo", 790, true},
        {"6.6.0(sonoff)", "tasmota", 510, false},
        {"8.5.1(tasmota)", "tasmota", 510, false},
        {"9.1.0(tasmota)", "tasmota", 790, true},
        {"14.4.1(release-tasmota)", "tasmota", 790, true},
        {"", "tasmota", 510, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct setup_firmware *f = setup_firmware_of(rows[i].version);
        print_message("# %s\n", rows[i].version);
        assert_string_equal(f->name, rows[i].name);
        assert_int_equal(f->line, rows[i].line);
        assert_int_equal(f->has_new_parts, rows[i].has_new_parts);
    }
}

static void all_is_one_backlog(void **state)
{
    (void)state;
    char line[SETUP_LINE + 1];
    unsigned at = 0;
    want(SETUP_SSID, "my home");
    want(SETUP_PASSWORD, "correct \"horse\"");
    want(SETUP_MQTT, "10.0.0.2");
    want(SETUP_TOPIC, "lamp");
    want(SETUP_BOARD, "s20");
    want(SETUP_NAME, "Lamp");
    assert_int_equal(make("14.4.1(tasmota)"), ERR_NONE);
    assert_true(setup_plan_line(&plan, &at, line));
    assert_string_equal(
        line, "Backlog0 FriendlyName1 Lamp; DeviceName Lamp; Module 8; Topic "
              "lamp; MqttHost 10.0.0.2; SSId1 my home; Password1 correct "
              "\"horse\"");
    assert_false(setup_plan_line(&plan, &at, line));
    want(SETUP_HIDDEN, "");
    assert_int_equal(make("6.6.0(sonoff)"), ERR_NONE);
    at = 0;
    assert_true(setup_plan_line(&plan, &at, line));
    assert_string_equal(
        line, "Backlog SetOption56 0; SetOption57 0; FriendlyName1 Lamp; "
              "Module 8; Topic lamp; MqttHost 10.0.0.2; SSId1 my home; "
              "Password1 correct \"horse\"");
    assert_int_equal(make("0.1.0(pogo)"), ERR_NONE);
    at = 0;
    assert_true(setup_plan_line(&plan, &at, line));
    assert_null(strstr(line, "SetOption56"));
}

static void what_is_longer_than_a_line_is_several(void **state)
{
    (void)state;
    char line[SETUP_LINE + 1], name[33], all[4096] = "";
    memset(name, 'n', 32);
    name[32] = '\0';
    want(SETUP_SSID, name);
    want(SETUP_PASSWORD, "0123456789012345678901234567890123456789012345678901"
                         "23456789012");
    want(SETUP_MQTT_USER, name);
    want(SETUP_MQTT_PASSWORD, "ppppppppppppppppppppppppppppppppppppppppppppppp"
                              "ppppppppppppp");
    want(SETUP_MQTT, "a.broker.with.quite.a.long.name.in.some.domain.example");
    want(SETUP_TOPIC, name);
    want(SETUP_NAME, name);
    want(SETUP_TIMEZONE, "+01:00");
    want(SETUP_TEMPLATE,
         "{\"NAME\":\"A name with sixty characters, which is what Tasmota "
         "keeps\",\"GPIO\":[255,255,255,255,255,255,255,255,255,255,255,255,"
         "255],\"FLAG\":15,\"BASE\":18}");
    assert_int_equal(make("8.5.1(tasmota)"), ERR_NONE);
    unsigned lines = 0;
    for (unsigned at = 0; setup_plan_line(&plan, &at, line); lines++) {
        assert_true(strlen(line) <= 510);
        strcat(all, line);
    }
    assert_int_equal(lines, 2);
    for (unsigned i = 0; i < plan.commands; i++)
        assert_non_null(strstr(all, plan.command[i].text));
}

static void the_web_password_is_sent_and_not_looked_at(void **state)
{
    (void)state;
    char line[SETUP_LINE + 1];
    unsigned at = 0;
    want(SETUP_WEB_PASSWORD, "open sesame");
    assert_int_equal(make("0.1.0(pogo)"), ERR_NONE);
    assert_true(setup_plan_line(&plan, &at, line));
    assert_non_null(strstr(line, " WebPassword open sesame"));
    assert_int_equal(plan.checks, 0);
    assert_false(plan.has_restart);
    want(SETUP_WEB_PASSWORD, "012345678901234567890123456789012");
    assert_int_equal(make("0.1.0(pogo)"), ERR_SETUP_VALUE);
    want(SETUP_WEB_PASSWORD, "1"); /* "make one up" */
    assert_int_equal(make("0.1.0(pogo)"), ERR_SETUP_VALUE);
}

static void a_semicolon_or_a_brace_goes_alone(void **state)
{
    (void)state;
    static const char *const passwords[] = {"semi;colon", "{openbrace",
                                            "close}brace"};
    for (size_t i = 0; i < sizeof(passwords) / sizeof(passwords[0]); i++) {
        char line[SETUP_LINE + 1], expected[64];
        unsigned at = 0;
        (void)start(state);
        want(SETUP_SSID, "home");
        want(SETUP_PASSWORD, passwords[i]);
        assert_int_equal(make("8.5.1(tasmota)"), ERR_NONE);
        assert_true(setup_plan_line(&plan, &at, line));
        assert_string_equal(line, "Backlog SSId1 home");
        assert_true(setup_plan_line(&plan, &at, line));
        snprintf(expected, sizeof(expected), "Password1 %s", passwords[i]);
        assert_string_equal(line, expected);
        assert_false(setup_plan_line(&plan, &at, line));
    }
}

static void an_empty_password_is_an_open_network(void **state)
{
    (void)state;
    char line[SETUP_LINE + 1];
    unsigned at = 0;
    want(SETUP_SSID, "12345678901234567890123456789012");
    want(SETUP_PASSWORD, "");
    assert_int_equal(make("14.4.1(tasmota)"), ERR_NONE);
    assert_true(setup_plan_line(&plan, &at, line));
    assert_string_equal(line, "Backlog0 SSId1 "
                              "12345678901234567890123456789012; Password1 \"");
}

static void what_can_not_be_given_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        unsigned key;
        const char *text, *version, *why; /* NULL: it is taken */
    } rows[] = {
        {SETUP_SSID, "123456789012345678901234567890123", "14.0", "too long"},
        {SETUP_SSID, "", "14.0", "empty"},
        {SETUP_SSID, " home", "14.0", "blanks at its beginning"},
        {SETUP_SSID, "home ", "0.1.0(pogo)", "blanks at its beginning"},
        {SETUP_SSID, "1", "14.0", "mean something else"},
        {SETUP_SSID, "\"", "0.1.0(pogo)", "mean something else"},
        {SETUP_SSID, "a\tb", "14.0", "control characters"},
        {SETUP_SSID, "caf\xC3\xA9", "14.0", "plain ASCII"},
        {SETUP_SSID, "caf\xC3\xA9", "0.1.0(pogo)", NULL},
        {SETUP_PASSWORD, "short12", "14.0", "8 to 63"},
        {SETUP_PASSWORD, "abcde", "14.0", NULL}, /* WEP */
        {SETUP_PASSWORD, "blank at end ", "14.0", "blanks"},
        {SETUP_TOPIC, "two words", "14.0", "signs in it"},
        {SETUP_MQTT_PORT, "18x", "14.0", "a number"},
        {SETUP_TIMEZONE, "abc", "14.0", "hours from UTC"},
        {SETUP_TIMEZONE, "+1:5", "14.0", "hours from UTC"},
        {SETUP_TIMEZONE, "25", "14.0", "-13 to +14"},
        {SETUP_TIMEZONE, "-14", "14.0", "-13 to +14"},
        {SETUP_TIMEZONE, "99:30", "14.0", "-13 to +14"},
        {SETUP_TIMEZONE, "+14", "14.0", NULL},
        {SETUP_TIMEZONE, "-5", "14.0", NULL},
        {SETUP_TIMEZONE, "99", "14.0", NULL},
        {SETUP_MODULE, "76", "14.0", "0 to 75"},
        {SETUP_MODULE, "x", "14.0", "0 to 75"},
        {SETUP_TEMPLATE, "{\"GPIO\":[256,0,0,0,0,0,0,0,0,0,0,0,0]}", "8.5.1",
         "the old form"},
        {SETUP_TEMPLATE, "{\"GPIO\":[256,0,0,0,0,0,0,0,0,0,0,0,0]}", "14.0",
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)start(state);
        want(SETUP_SSID, "home");
        want(rows[i].key, rows[i].text);
        print_message("# %u '%s' %s\n", rows[i].key, rows[i].text,
                      rows[i].version);
        enum err e = make(rows[i].version);
        assert_int_equal(e, rows[i].why ? ERR_SETUP_VALUE : ERR_NONE);
        if (rows[i].why)
            assert_non_null(strstr(problem, rows[i].why));
        /* No secret in what is told of it. */
        if (rows[i].key == SETUP_PASSWORD)
            assert_null(strstr(problem, rows[i].text));
    }
    (void)start(state);
    want(SETUP_BOARD, "toaster");
    assert_int_equal(make("14.0"), ERR_UNKNOWN);
    want(SETUP_BOARD, "mini");
    want(SETUP_MODULE, "1");
    assert_int_equal(make("14.0"), ERR_SETUP_VALUE);
}

static void answers_are_compared_with_what_was_wished(void **state)
{
    (void)state;
    want(SETUP_SSID, "a \"b\"");
    want(SETUP_PASSWORD, "secret123");
    want(SETUP_TIMEZONE, "+5:30");
    want(SETUP_BOARD, "mini");
    assert_int_equal(make("14.4.1(tasmota)"), ERR_NONE);
    assert_non_null(setup_plan_wrong(&plan)); /* nothing is known yet */
    setup_plan_look(&plan, "{\"StatusLOG\":{\"SSId\":[\"a \\\"b\\\"\",\"\"]}}");
    setup_plan_look(&plan, "{\"StatusTIM\":{\"Timezone\":\"+05:30\"}}");
    setup_plan_look(&plan, "{\"Status\":{\"Module\":0}}");
    setup_plan_look(&plan, "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[32,0,0,0, 160,"
                           "0,0,0,224,320,0,0,1,0],\"FLAG\":0}");
    assert_null(setup_plan_wrong(&plan));
    setup_plan_look(&plan, "{\"Status\":{\"Module\":1}}");
    assert_string_equal(setup_plan_wrong(&plan)->name, "Module");
    setup_plan_look(&plan, "{\"Status\":{\"Module\":0}"); /* damaged */
    assert_string_equal(setup_plan_wrong(&plan)->got, "1");
    setup_plan_look(&plan, "{\"Status\":{\"Module\":0}}");
    setup_plan_look(&plan, "{\"StatusTIM\":{\"Timezone\":5}}");
    assert_string_equal(setup_plan_wrong(&plan)->name, "Timezone");
    setup_plan_forget(&plan);
    assert_false(setup_plan_wrong(&plan)->has_got);
}

/* A password is in no check: it would be shown. */
static void no_check_holds_a_password(void **state)
{
    (void)state;
    want(SETUP_SSID, "home");
    want(SETUP_PASSWORD, "secret123");
    want(SETUP_MQTT_PASSWORD, "secret456");
    assert_int_equal(make("14.4.1(tasmota)"), ERR_NONE);
    assert_int_equal(plan.commands, 3);
    assert_int_equal(plan.checks, 1);
    assert_null(strstr(plan.check[0].want, "secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmwares_are_told_by_their_version),
        cmocka_unit_test_setup(all_is_one_backlog, start),
        cmocka_unit_test_setup(what_is_longer_than_a_line_is_several, start),
        cmocka_unit_test_setup(the_web_password_is_sent_and_not_looked_at,
                               start),
        cmocka_unit_test(a_semicolon_or_a_brace_goes_alone),
        cmocka_unit_test_setup(an_empty_password_is_an_open_network, start),
        cmocka_unit_test(what_can_not_be_given_is_refused_with_the_reason),
        cmocka_unit_test_setup(answers_are_compared_with_what_was_wished,
                               start),
        cmocka_unit_test_setup(no_check_holds_a_password, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
