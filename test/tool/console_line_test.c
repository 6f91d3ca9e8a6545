/* A device's console: lines, and the answers in them as Tasmota 6.6, 8.5 and 14
 * and Pogo write them (tasmota.md A.0, C.4, A.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/tool/fake_link.h"
#include "tool/console_line.h"
#include "tool/setup_log.h"

static struct fake_link fake;
static struct console_line console;

static int start(void **state)
{
    (void)state;
    fake_init(&fake);
    memset(&console, 0, sizeof(console));
    console.link = &fake.link;
    return 0;
}

static void answers_of_all_firmwares_are_seen(void **state)
{
    (void)state;
    static const struct {
        const char *line, *topic, *value; /* topic NULL: no answer */
    } rows[] = {
        /* 6.6.0, 8.5.1: no milliseconds */
        {"00:00:12 RSL: RESULT = {\"SSId1\":\"home\"}", "RESULT",
         "{\"SSId1\":\"home\"}"},
        {"00:01:02 MQT: stat/sonoff/STATUS5 = {\"StatusNET\":{}}", "STATUS5",
         "{\"StatusNET\":{}}"},
        {"00:01:02 MQT: stat/sonoff/POWER = ON (retained)", "POWER", "ON"},
        /* 14, Pogo */
        {"00:00:12.345 RSL: STATUS2 = {\"StatusFWR\":{}}", "STATUS2",
         "{\"StatusFWR\":{}}"},
        {"10:20:30.400 MQT: stat/tasmota_A1B2C3/STATUS11 = {\"a\":\"b = c\"}",
         "STATUS11", "{\"a\":\"b = c\"}"},
        {"10:20:30.400 RSL: stat/a/b/RESULT = {}", "RESULT", "{}"},
        /* behind the noise of a start */
        {"rl\x7f|~00:00:00.000 RSL: RESULT = {}", "RESULT", "{}"},
        /* what answers nothing */
        {"00:00:04 WIF: Connected", NULL, NULL},
        {"00:00:04.000 CMD: Password1 x = y", NULL, NULL},
        {"00:00:04 MQT: Connect failed to 1.2.3.4:1883, rc = -2", NULL, NULL},
        {"00:00:04 MQT: Attempting connection...", NULL, NULL},
        {"RSL: = {}", NULL, NULL},
        {"RSL: a/ = {}", NULL, NULL},
        {"RSL: a_topic_that_is_longer_than_any = {}", NULL, NULL},
        {"Password1 = x", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[128], topic[CONSOLE_TOPIC];
        const char *value = NULL;
        snprintf(line, sizeof(line), "%s", rows[i].line);
        print_message("# %s\n", line);
        bool is_one = console_line_answer(line, topic, &value);
        assert_int_equal(is_one, rows[i].topic != NULL);
        if (is_one) {
            assert_string_equal(topic, rows[i].topic);
            assert_string_equal(value, rows[i].value);
        }
    }
}

static void logs_tell_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum err wifi, broker;
    } rows[] = {
        {"00:00:07 WIF: Connect failed as AP cannot be reached",
         ERR_JOIN_NOT_FOUND, ERR_NONE},
        {"00:00:07 WIF: Connect failed with AP timeout", ERR_JOIN_SILENT,
         ERR_NONE},
        {"00:00:07 WIF: Connect failed as no IP address received",
         ERR_JOIN_ADDRESS, ERR_NONE},
        {"00:00:07.000 WIF: Connect failed (wrong password)", ERR_JOIN_PASSWORD,
         ERR_NONE},
        {"00:00:07.000 WIF: Connect failed: x was not found: is it near",
         ERR_JOIN_NOT_FOUND, ERR_NONE},
        {"WIF: Connect failed: x refused the password (reason 15): is it "
         "right?",
         ERR_JOIN_PASSWORD, ERR_NONE},
        {"WIF: Connect failed: x gave no address: is DHCP on", ERR_JOIN_ADDRESS,
         ERR_NONE},
        {"WIF: Connect failed: x is full (reason 5)", ERR_JOIN_SILENT,
         ERR_NONE},
        {"WIF: Connected", ERR_NONE, ERR_NONE},
        {"00:00:09 MQT: Connect failed to 1.2.3.4:1883, rc -2. Retry in 10 sec",
         ERR_NONE, ERR_BROKER},
        {"00:00:09 MQT: Connect failed to 1.2.3.4:1883, rc 5. Retry in 10 sec",
         ERR_NONE, ERR_BROKER_LOGIN},
        {"MQT: Connect failed: h can't be reached. Next try in 11 s", ERR_NONE,
         ERR_BROKER},
        {"MQT: Connect failed: h refused user or password: MqttUser", ERR_NONE,
         ERR_BROKER_LOGIN},
        {"MQT: Connected", ERR_NONE, ERR_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].line);
        assert_int_equal(setup_log_wifi(rows[i].line), rows[i].wifi);
        assert_int_equal(setup_log_broker(rows[i].line), rows[i].broker);
    }
}

static void lines_come_whole_however_they_are_cut(void **state)
{
    (void)state;
    static const char text[] = "one\r\n\r\ntw\0o\nrest";
    fake_put(&fake, text, sizeof(text) - 1);
    assert_int_equal(console_line_read(&console, 1000), ERR_NONE);
    assert_string_equal(console.text, "one");
    assert_int_equal(console_line_read(&console, 1000), ERR_NONE);
    assert_string_equal(console.text, "");
    assert_int_equal(console_line_read(&console, 1000), ERR_NONE);
    assert_string_equal(console.text, "two");
    assert_int_equal(console_line_read(&console, 1000), ERR_TIMEOUT);
    assert_true(fake.now_ms >= 1000 && fake.now_ms < 1200);
    fake_put(&fake, " of it\n", 7);
    assert_int_equal(console_line_read(&console, 2000), ERR_NONE);
    assert_string_equal(console.text, "rest of it");
    assert_int_equal(console.heard, sizeof(text) - 1 + 7);
}

static void a_line_that_does_not_end_is_cut(void **state)
{
    (void)state;
    char block[1000];
    memset(block, 'x', sizeof(block));
    for (unsigned i = 0; i < 6; i++)
        fake_put(&fake, block, sizeof(block));
    fake_put(&fake, "\nnext\n", 6);
    assert_int_equal(console_line_read(&console, 1000), ERR_NONE);
    assert_int_equal(strlen(console.text), CONSOLE_LINE_ROOM - 1);
    assert_int_equal(console_line_read(&console, 1000), ERR_NONE);
    assert_string_equal(console.text, "next");
}

static void an_unplugged_port_is_an_error(void **state)
{
    (void)state;
    fake.gone_at_ms = 300;
    assert_int_equal(console_line_read(&console, 1000), ERR_PORT_GONE);
    assert_int_equal(console_line_send(&console, "Status"), ERR_PORT_GONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_all_firmwares_are_seen),
        cmocka_unit_test(logs_tell_what_is_wrong),
        cmocka_unit_test_setup(lines_come_whole_however_they_are_cut, start),
        cmocka_unit_test_setup(a_line_that_does_not_end_is_cut, start),
        cmocka_unit_test_setup(an_unplugged_port_is_an_error, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
