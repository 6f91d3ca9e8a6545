/* The bench's Tasmota without its sockets: what its console answers, by
 * version, and what it takes as an upload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "test/tool/fake_tasmota.h"

static struct fake_tasmota device;
static char said[65536];

static void begin(const char *name)
{
    fake_tasmota_init(&device, name);
    fake_tasmota_start(&device);
}

static void hear(void)
{
    size_t n = device.fake.input_size - device.fake.input_at;
    memcpy(said, device.fake.input + device.fake.input_at, n);
    said[n] = '\0';
    device.fake.input_at = device.fake.input_size;
}

static void tell(const char *line, unsigned ms)
{
    hear();
    assert_int_equal(fake_tasmota_write(&device.fake.link,
                                        (const uint8_t *)line, strlen(line)),
                     ERR_NONE);
    fake_pass(&device.fake, ms);
    hear();
}

static void says(const char *words)
{
    if (!strstr(said, words))
        fail_msg("not said: %s\n%s", words, said);
}

static void each_version_answers_in_its_form(void **state)
{
    (void)state;
    static const struct {
        const char *name, *line, *answer;
    } rows[] = {
        {"6.6.0", "Module 8", "{\"Module\":\"8 (Sonoff S2X)\"}"},
        {"14", "Module 8", "{\"Module\":{\"8\":\"Sonoff S2X\"}}"},
        {"6.6.0", "Nonsense 1", "{\"Command\":\"Unknown\"}"},
        {"14", "Nonsense 1",
         "{\"Command\":\"Unknown\",\"Input\":\"Nonsense 1\"}"},
        {"6.6.0", "SetOption78 1", "{\"Command\":\"Error\"}"},
        {"8.5.1", "SetOption78 1", "{\"SetOption78\":\"ON\"}"},
        {"8.5.1", "ssid", "{\"SSId1\":\"\",\"SSId2\":\"\"}"},
        {"8.5.1", "SSID2 other", "{\"SSId2\":\"other\"}"},
        {"8.5.1", "Password1", "{\"Password1\":\"****\"}"},
        {"8.5.1", "Password1 correct horse",
         "{\"Password1\":\"correct horse\"}"},
        {"8.5.1", "MqttUser \"", "{\"MqttUser\":\"\"}"},
        {"8.5.1", "MqttUser 1", "{\"MqttUser\":\"DVES_USER\"}"},
        {"8.5.1", "MqttPort 1884", "{\"MqttPort\":1884}"},
        {"8.5.1", "MqttPort 70000", "{\"MqttPort\":1883}"},
        {"8.5.1", "Timezone -5", "{\"Timezone\":\"-05:00\"}"},
        {"8.5.1", "Timezone 5:30", "{\"Timezone\":\"+05:30\"}"},
        {"8.5.1", "Timezone 99", "{\"Timezone\":99}"},
        {"8.5.1", "Power toggle", "{\"POWER\":\"ON\"}"},
        {"8.5.1", "WifiConfig", "{\"WifiConfig\":{\"4\":\"Retry\"}}"},
        {"8.5.1", "Status 4", "\"ProgramSize\":592,\"Free\":412,"},
        {"6.6.0", "Status", "STATUS = {\"Status\":{\"Module\":1,\"Friendly"},
        {"8.5.1", "Status", "{\"Status\":{\"Module\":1,\"DeviceName\""},
        {"8.5.1-minimal", "Status 2", "\"Version\":\"8.5.1(minimal)\""},
        {"8.5.1-minimal", "MqttHost x", "{\"Command\":\"Unknown\"}"},
        {"14", "Upgrade", "{\"Upgrade\":\"1 or >14.4.1 to upgrade\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "%s\r\n", rows[i].line);
        print_message("# %s: %s\n", rows[i].name, rows[i].line);
        begin(rows[i].name);
        tell(line, 0);
        says(rows[i].answer);
    }
}

static void a_line_has_its_limits(void **state)
{
    (void)state;
    static char line[900];
    static const struct {
        const char *name;
        size_t most;
    } rows[] = {{"6.6.0", 519}, {"8.5.1", 519}, {"14", 799}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (unsigned over = 0; over < 2; over++) {
            begin(rows[i].name);
            memset(line, ' ', sizeof(line));
            size_t size = rows[i].most + over;
            memcpy(line + size - 8, "Power on\n", 10);
            tell(line, 0);
            assert_int_equal(device.t.has_power, over == 0);
            assert_int_equal(device.t.dropped, over);
        }
    }
    begin("8.5.1");
    tell("Topic l\xC3\xA4mp\n", 0);
    assert_string_equal(tasmota_get(&device.t, "Topic"), "tasmota_A1B2C3");
}

static void a_backlog_takes_its_time(void **state)
{
    (void)state;
    begin("8.5.1");
    tell("Backlog FriendlyName1 a; Template {\"NAME\":\"x;y\",\"GPIO\":[1,2,3,"
         "4,5,6,7,8,9,10,11,12,13],\"BASE\":1}; Backlog Power on; Reset 1; "
         "TelePeriod 20\n",
         150);
    assert_string_equal(tasmota_get(&device.t, "FriendlyName1"), "a");
    assert_string_equal(tasmota_get(&device.t, "TelePeriod"), "300");
    fake_pass(&device.fake, 400);
    assert_string_equal(tasmota_get(&device.t, "TelePeriod"), "20");
    assert_non_null(strstr(tasmota_get(&device.t, "Template"), "x;y"));
    assert_false(device.t.has_power);
    begin("14");
    tell("Backlog0 Power on; TelePeriod 20\n", 0);
    assert_string_equal(tasmota_get(&device.t, "TelePeriod"), "20");
}

static void some_settings_restart_it(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool restarts;
    } rows[] = {
        {"SSId1 x\n", true},        {"Password1 12345678\n", true},
        {"Hostname x\n", true},     {"MqttHost x\n", true},
        {"MqttPort 1884\n", true},  {"MqttUser x\n", true},
        {"Topic x\n", true},        {"Module 8\n", true},
        {"Restart 1\n", true},      {"Reset 1\n", true},
        {"SSId1\n", false},         {"FriendlyName1 x\n", false},
        {"Timezone 1\n", false},    {"SetOption56 1\n", false},
        {"WebPassword x\n", false}, {"Restart 2\n", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s", rows[i].line);
        begin("8.5.1");
        tell(rows[i].line, TASMOTA_RESTART_MS + FAKE_STEP_MS);
        assert_int_equal(device.t.restarts, rows[i].restarts);
    }
}

static void what_restarts_it_does_so_once(void **state)
{
    (void)state;
    begin("14");
    tell("Backlog0 SSId1 home; Password1 correct horse\n", 1900);
    assert_int_equal(device.t.restarts, 0);
    fake_pass(&device.fake, 200);
    assert_int_equal(device.t.restarts, 1);
    hear();
    says("Version 14.4.1(release-tasmota)");
    says("WIF: Connecting to AP1 home");
    assert_false(device.t.is_joined);
    fake_pass(&device.fake, TASMOTA_FIRST_TRY_MS);
    assert_true(device.t.is_joined);
}

/* But the one before it has settings, and they are there again after it. */
static void a_minimal_image_keeps_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *ssid; /* after the restart */
    } rows[] = {{"8.5.1-minimal", ""},
                {"14-minimal", ""},
                {"6.6.0-minimal", "home"},
                {"8.5.1", "home"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        begin(rows[i].name);
        tell("SSId1 home\n", 1000);
        assert_string_equal(tasmota_get(&device.t, "SSId1"), "home");
        fake_pass(&device.fake, TASMOTA_RESTART_MS);
        assert_int_equal(device.t.restarts, 1);
        assert_string_equal(tasmota_get(&device.t, "SSId1"), rows[i].ssid);
    }
}

static void templates_are_of_their_time(void **state)
{
    (void)state;
    static const struct {
        const char *name, *pins, *kept;
    } rows[] = {
        {"14", "17,0,0,0,9,0,0,0,21,56,0,0,255",
         "[32,0,0,0,160,0,0,0,224,320,0,0,1,0]"},
        {"14", "32,0,0,0,160,0,0,0,224,320,0,0,1,0",
         "[32,0,0,0,160,0,0,0,224,320,0,0,1,0]"},
        {"8.5.1", "17,0,0,0,9,0,0,0,21,56,0,0,255",
         "[17,0,0,0,9,0,0,0,21,56,0,0,255]"},
        /* One of a later time is nonsense to it. */
        {"8.5.1", "32,0,0,0,160,0,0,0,224,320,0,0,1,0",
         "[32,0,0,0,160,0,0,0,224,64,0,0,1]"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[256];
        begin(rows[i].name);
        snprintf(line, sizeof(line),
                 "Template {\"NAME\":\"Mini\",\"GPIO\":[%s],\"FLAG\":0,"
                 "\"BASE\":1}\n",
                 rows[i].pins);
        tell(line, 0);
        says(rows[i].kept);
    }
    tell("Template {\"NAME\":\n", 0);
    says("{\"Template\":\"Invalid JSON\"}");
}

/* ---- uploads ---- */

static uint8_t image[0x100000];

static void upload(size_t size)
{
    tasmota_stage_begin(&device.t);
    for (size_t at = 0; at < size; at += 1000)
        tasmota_stage_put(&device.t, image + at,
                          size - at < 1000 ? size - at : 1000);
    tasmota_stage_end(&device.t);
}

static void each_version_takes_what_it_takes(void **state)
{
    (void)state;
    static const uint8_t marker[12] = {0xA5, 0x5A, 0xA5, 0x5A, 0,    0,
                                       0,    7,    0x5A, 0xA5, 0x5A, 0xA5};
    static const struct {
        const char *name, *before;
        uint8_t first, size_freq;
        size_t marker_at; /* 0: none */
        size_t size;
        unsigned error;
    } rows[] = {
        {"6.6.0", "", 0xE9, 0x20, 0, 5000, 0},
        {"6.6.0", "", 0x1F, 0x20, 0, 5000, 3},
        {"6.6.0", "", 0x00, 0x20, 0, 5000, 3},
        {"6.6.0", "", 0xE9, 0x40, 0, 5000, 4},
        {"6.6.0", "", 0xE9, 0x20, 0, 478 * 1024, 0},
        {"6.6.0", "", 0xE9, 0x20, 0, 480 * 1024 + 1, 5},
        {"8.5.1", "", 0xE9, 0x20, 0, 5000, 14},
        {"8.5.1", "", 0xE9, 0x20, 4000, 5000, 0},
        {"8.5.1", "", 0xE9, 0x20, 4002, 5000, 14}, /* not at a word */
        {"8.5.1", "SetOption78 1", 0xE9, 0x20, 0, 5000, 0},
        {"8.5.1", "", 0x1F, 0x8B, 0, 5000, 0},
        {"8.5.1", "", 0xE9, 0x20, 4000, 408 * 1024, 0},
        {"8.5.1", "", 0xE9, 0x20, 4000, 408 * 1024 + 1, 5},
        {"8.5.1-minimal", "", 0xE9, 0x20, 4000, 600 * 1024, 0},
        {"14", "", 0xE9, 0x20, 0, 5000, 0},
        {"14", "", 0x1F, 0x8B, 0, 360 * 1024, 0},
        {"14", "", 0x1F, 0x8B, 0, 360 * 1024 + 1, 2},
        {"14", "", 0xE9, 0x20, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# row %zu\n", i);
        begin(rows[i].name);
        tasmota_run(&device.t, rows[i].before);
        memset(image, 0, sizeof(image));
        image[0] = rows[i].first;
        image[3] = rows[i].size_freq;
        if (rows[i].marker_at)
            memcpy(image + rows[i].marker_at, marker, sizeof(marker));
        upload(rows[i].size);
        assert_int_equal(device.t.stage.error, rows[i].error);
        assert_int_equal(device.t.stage.is_ready, rows[i].error == 0);
    }
}

static void eboot_unpacks(void **state)
{
    (void)state;
    z_stream z = {.next_in = image, .avail_in = 20000};
    static uint8_t packed[8192];
    begin("14");
    for (size_t i = 0; i < 20000; i++)
        image[i] = (uint8_t)(i / 100);
    image[0] = 0xE9;
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
    z.next_out = packed;
    z.avail_out = sizeof(packed);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t size = z.total_out, out = 0;
    deflateEnd(&z);
    for (unsigned is_damaged = 0; is_damaged < 2; is_damaged++) {
        packed[size / 2] ^= (uint8_t)is_damaged;
        tasmota_stage_begin(&device.t);
        tasmota_stage_put(&device.t, packed, size);
        tasmota_stage_end(&device.t);
        uint8_t *all = tasmota_stage_unpack(&device.t, &out);
        assert_int_equal(all == NULL, is_damaged);
        if (all) {
            assert_int_equal(out, 20000);
            assert_memory_equal(all, image, out);
        }
        free(all);
    }
}

static void what_runs_next_is_told_by_its_words(void **state)
{
    (void)state;
    begin("8.5.1");
    memset(image, 0, sizeof(image));
    image[0] = 0xE9;
    assert_false(tasmota_stage_runs(&device.t, image, 200000));
    memcpy(image + 9000, "8.5.1(tasmota)", 15);
    assert_true(tasmota_stage_runs(&device.t, image, 200000));
    assert_false(device.t.is_minimal);
    assert_int_equal(tasmota_free_kb(&device.t), 1004 - 196);
    memcpy(image + 9000, "8.5.1(minimal)", 15);
    memcpy(image + 9100, "tasmota", 8);
    assert_true(tasmota_stage_runs(&device.t, image, 200000));
    assert_true(device.t.is_minimal);
}

static void the_minimal_image_has_its_name(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"http://x/tasmota.bin", "http://x/tasmota-minimal.bin"},
        {"http://x/tasmota-DE.bin.gz", "http://x/tasmota-minimal.bin.gz"},
        {"http://a-b/c/pogo.bin", "http://a-b/c/pogo-minimal.bin"},
        {"http://x/plain", "http://x/plain-minimal"},
    };
    char out[64];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tasmota_minimal_url(rows[i][0], out, sizeof(out));
        assert_string_equal(out, rows[i][1]);
    }
}

static void the_api_gathers_answers(void **state)
{
    (void)state;
    static char answer[TASMOTA_ANSWER];
    begin("14");
    tasmota_web(&device.t, "Status 0", answer);
    assert_non_null(strstr(answer, "{\"Status\":{"));
    assert_non_null(strstr(answer, "},\"StatusFWR\":{"));
    assert_non_null(strstr(answer, ",\"StatusSTS\":{"));
    tasmota_web(&device.t, "Backlog Power on", answer);
    assert_string_equal(answer, "{}");
    begin("8.5.1");
    tasmota_web(&device.t, "Backlog Power on", answer);
    assert_non_null(strstr(answer, "Enable weblog"));
}

static void the_web_log_tells_what_is_new(void **state)
{
    (void)state;
    static char text[TASMOTA_WEB_LOG + 32];
    begin("14");
    unsigned first = device.t.log_count;
    tell("Power on\n", 0);
    size_t n = tasmota_log_since(&device.t, first, text, sizeof(text));
    assert_int_equal(n, strlen(text));
    assert_string_equal(text,
                        "5}11}100:00:00.000 CMD: Power on\n"
                        "00:00:00.000 RSL: RESULT = {\"POWER\":\"ON\"}\n}1");
    tasmota_log_since(&device.t, 5, text, sizeof(text));
    assert_string_equal(text, "5}11}1}1");
    /* The oldest go. */
    for (unsigned i = 0; i < 100; i++)
        tell("Status 5\n", 0);
    n = tasmota_log_since(&device.t, 0, text, sizeof(text));
    assert_true(n > TASMOTA_WEB_LOG / 2 && n < sizeof(text));
    assert_non_null(strstr(text, "205}11}100:00:00.000 "));
    assert_string_equal(text + n - 3, "\n}1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_version_answers_in_its_form),
        cmocka_unit_test(a_line_has_its_limits),
        cmocka_unit_test(a_backlog_takes_its_time),
        cmocka_unit_test(some_settings_restart_it),
        cmocka_unit_test(what_restarts_it_does_so_once),
        cmocka_unit_test(a_minimal_image_keeps_nothing),
        cmocka_unit_test(templates_are_of_their_time),
        cmocka_unit_test(each_version_takes_what_it_takes),
        cmocka_unit_test(eboot_unpacks),
        cmocka_unit_test(what_runs_next_is_told_by_its_words),
        cmocka_unit_test(the_minimal_image_has_its_name),
        cmocka_unit_test(the_api_gathers_answers),
        cmocka_unit_test(the_web_log_tells_what_is_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
