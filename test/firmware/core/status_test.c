/* Status, when there is much to tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_hal.h"

/* The longest names, and the quotes in them that JSON makes two characters of.
 */
static void status0_is_whole_json_whatever_the_names(void **state)
{
    static const char *const names[] = {
        "FriendlyName1", "FriendlyName2", "FriendlyName3", "FriendlyName4",
        "DeviceName",    "SSId1",         "SSId2",         "LogHost"};
    static const char *const urls[] = {"OtaUrl http://", "MqttHost ",
                                       "MqttUser ",      "NtpServer1 ",
                                       "NtpServer2 ",    "NtpServer3 "};
    char line[200];
    (void)state;
    fake_type(&fd,
              "Template {\"NAME\":\"4\",\"GPIO\":[32,1,1,1,1,0,0,0,224,225,"
              "226,227,0,0],\"FLAG\":0,\"BASE\":7}");
    fake_type(&fd, "Module 0");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    assert_int_equal(fd.device.relay_count, 4);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(
            line, sizeof(line), "%s %.32s", names[i],
            "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"");
        fake_type(&fd, line);
    }
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        snprintf(line, sizeof(line), "%s%.32s", urls[i],
                 "a23456789b23456789c23456789d2345");
        fake_type(&fd, line);
    }
    fake_forget();
    fake_type(&fd, "Status0");
    assert_true(fake_said("\"StatusSTS\":{"));
    const char *end = strstr(fake.text, "}}\r\n");
    assert_non_null(end);
    int depth = 0;
    for (const char *p = strstr(fake.text, "STATUS0 = "); p && *p; p++)
        depth += (*p == '{') - (*p == '}');
    assert_int_equal(depth, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(status0_is_whole_json_whatever_the_names,
                               fake_basic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
