/* Log lines of Pogo, Tasmota and the boot ROM with secrets in every place where
 * they can stand: what is kept of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/report_mask.h"

/* clang-format off */
static const struct row {
    const char *line, *kept; /* "": nothing is */
} rows[] = {
    {"ets Jan  8 2013,rst cause:1, boot mode:(3,6)", "ets Jan  8 2013,rst cause:1, boot mode:(3,6)"},
    {"load 0x4010f000, len 3460, room 16 \r", "load 0x4010f000, len 3460, room 16"},
    {"load 0x4010f000, len 3460, room 16", "load 0x4010f000, len 3460, room 16"},
    {"Fatal exception 28(LoadProhibitedCause):", "Fatal exception 28(..."},
    {"epc1=0x40215e01, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000004, depc=0x00000000",
     "epc1=0x40215e01, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000004, depc=0x00000000"},
    {"00:00:00 Project sonoff Bedroom of Ann (Topic ann, Fallback DVES_A1B2C3, GroupTopic sonoffs) Version 6.6.0(sonoff)-2_3_0", "Project ... Version 6.6.0..."},
    {"00:00:00.002-026/39 Project tasmota Ann Version 14.4.1(tasmota)-2_7_8", "Project ... Version 14.4.1..."},
    {"00:00:00.001 Project pogo, a switch firmware with Tasmota's commands, Version 0.1.0", "Project ... Version 0.1.0"},
    {"00:00:00 WIF: Connecting to AP1 ann's home in mode 11N as sonoff-1978...", "WIF: Connecting to AP1 ... in mode ..."},
    {"00:00:00.100 WIF: Connecting to AP2 in mode as tasmota-9E3779-6009 as", "WIF: Connecting to AP2..."},
    {"00:00:04 WIF: Connect failed as AP cannot be reached", "WIF: Connect failed as AP cannot be reached"},
    {"00:00:04.006 WIF: Connect failed: ann's home refused the password: is it right?", "WIF: Connect failed: ... refused the password..."},
    {"00:00:04 WIF: Connect failed (wrong password) battery staple", "WIF: Connect failed..."},
    {"00:00:05.100 WIF: Connected to AP1 ann's home, address 192.168.1.50", "WIF: Connected to AP1..."},
    {"00:00:05 HTP: Web server active on sonoff-1978 with IP address 192.168.1.50", "HTP: Web server active on ..."},
    {"00:00:09 MQT: Connect failed to 192.168.1.5:1883, rc -2. Retry in 10 sec", "MQT: Connect failed to ..., rc -2. Retry in 10 sec"},
    {"00:00:09 MQT: Connect failed to broker.ann.example:1883, rc 5. Retry in 10 sec", "MQT: Connect failed to ..., rc 5. Retry in 10 sec"},
    {"00:00:09 MQT: stat/ann/RESULT = {\"Password1\":\"battery staple\"}", "MQT:..."},
    {"00:00:09 RSL: STATUS5 = {\"StatusNET\":{\"IPAddress\":\"192.168.1.50\"}}", "RSL:..."},
    {"00:00:09.000 CMD: Password1 battery staple", "CMD:..."},
    {"mode : sta(5c:cf:7f:9e:37:79)", "mode : ..."},
    {"exception 28 at 0x40215e01 = ann_home+0x1, it touched 0x00000004", "exception 28 at 0x40215e01..., it touched 0x00000004"},
    {"module 0, Ann's lamp", "module 0, ..."},
    {"the image at 0x00000: ef, not 12", "the image at 0x00000: ef, not 12"},
    {"4MB in the header, the chip has 1024 KB", "4MB in the header, the chip has 1024 KB"},
    {"add if0", ""},
    {"battery staple", ""},
    {"ann's home", ""},
    {"192.168.1.50", ""},
    {"load 0xdeadbeefdeadbeef, len 1, room 1", ""},
    {"tail 123456789012", ""},
    {"tail staple", ""},
    {"tail", ""},
    {"00:00:00", ""},
    {"00:00:", ""},
    {"*", ""},
    {"", ""},
};
/* clang-format on */

static void what_is_kept(void **state)
{
    char out[REPORT_LINE];
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].line);
        bool is_known = report_mask(rows[i].line, out);
        assert_string_equal(out, rows[i].kept);
        assert_int_equal(is_known, rows[i].kept[0] != '\0');
    }
}

/* A secret of any content, at each place that a log has for one. */
static void no_secret_comes_through(void **state)
{
    static const char *const places[] = {
        "%s",
        "00:00:00 %s",
        "00:00:00 Project sonoff %s Version 6.6.0",
        "00:00:00 WIF: Connecting to AP1 %s in mode 11N as sonoff-1978",
        "00:00:00 WIF: Connected to AP1 %s, address 1.2.3.4",
        "00:00:00 WIF: Connect failed: %s was not found",
        "00:00:00 MQT: Connect failed to %s:1883, rc 5. Retry in 10 sec",
        "00:00:00 RSL: %s = {}",
        "load %s, len 1, room 1",
        "mode : sta(%s)"};
    static const char *const secrets[] = {
        "zebra",     "correct horse",           "WIF: zebra", "10.99.88.77",
        " in mode ", "Project zebra Version x", "1234567890", "abcdef012345"};
    char line[256], out[REPORT_LINE];
    (void)state;
    for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
        for (size_t s = 0; s < sizeof(secrets) / sizeof(secrets[0]); s++) {
            const char *at = strstr(places[p], "%s");
            snprintf(line, sizeof(line), "%.*s%s%s", (int)(at - places[p]),
                     places[p], secrets[s], at + 2);
            (void)report_mask(line, out);
            if (strcmp(secrets[s], " in mode ") != 0)
                assert_null(strstr(out, secrets[s]));
            assert_null(strstr(out, "zebra"));
        }
    }
}

static void a_line_of_any_length_fits(void **state)
{
    char line[4096], out[REPORT_LINE];
    (void)state;
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    assert_false(report_mask(line, out));
    memcpy(line, "SDK ver: 1", 10);
    assert_true(report_mask(line, out));
    assert_string_equal(out, "SDK ver: 1...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept),
        cmocka_unit_test(no_secret_comes_through),
        cmocka_unit_test(a_line_of_any_length_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
