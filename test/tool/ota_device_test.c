/* What devices say of themselves over HTTP, and how they are asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_web.h"
#include "tool/ota_device.h"

#define POGO_2                                                                 \
    "{\"StatusFWR\":{\"Version\":\"0.1.0(pogo)\",\"Hardware\":\"ESP8285\","    \
    "\"Slot\":\"B\",\"Confirmed\":\"ON\",\"Left\":\"0.2.0: it crashed\"}}"
#define TASMOTA_2                                                              \
    "{\"StatusFWR\":{\"Version\":\"14.4.1(tasmota)\",\"Hardware\":"            \
    "\"ESP8285N08\"}}"
#define UPTIME "{\"StatusPRM\":{\"Uptime\":\"1T02:03:04\"}}"
#define MEMORY "{\"StatusMEM\":{\"Free\":364,\"FlashSize\":1024}}"
#define NET                                                                    \
    "{\"StatusNET\":{\"Hostname\":\"lamp\",\"Mac\":\"5C:CF:7F:9E:37:79\"}}"

static struct ota_talk talk;
static struct ota_device device;

static void a_tasmota_tells_what_it_has_room_for(void **state)
{
    static const struct fake_row rows[] = {
        {0, "/", 200, "Tasmota/14.4.1 (ESP8285N08)", "<html>"},
        {0, "Status%202", 200, NULL, TASMOTA_2},
        {0, "Status%201", 200, NULL, UPTIME},
        {0, "Status%204", 200, NULL, MEMORY},
        {0, "Status%205", 200, NULL, NET}};
    char name[64];
    (void)state;
    FAKE_BEGIN(&talk, rows);
    assert_int_equal(ota_device_ask(&talk, &device), ERR_NONE);
    assert_int_equal(device.kind, OTA_TASMOTA);
    assert_string_equal(device.version, "14.4.1(tasmota)");
    assert_int_equal(device.free_kb, 364);
    assert_int_equal(device.flash_kb, 1024);
    assert_true(device.has_uptime);
    assert_int_equal(device.uptime_s, 26 * 3600 + 3 * 60 + 4);
    assert_false(device.is_bench);
    ota_device_name(&device, name, sizeof(name));
    assert_string_equal(name, "Tasmota 14.4.1(tasmota)");
    assert_true(ota_device_access_point(&device, name, sizeof(name)));
    assert_string_equal(name, "tasmota-9E3779-6009");
}

static void pogo_tells_its_slot_and_what_was_left(void **state)
{
    static const struct fake_row rows[] = {
        {0, "/", 200, "Tasmota/0.1.0 (Pogo)", "\x1f"},
        {0, "Status%202", 200, NULL, POGO_2}};
    char name[64];
    (void)state;
    FAKE_BEGIN(&talk, rows);
    assert_int_equal(ota_device_ask(&talk, &device), ERR_NONE);
    assert_int_equal(device.kind, OTA_POGO);
    assert_int_equal(device.slot, 'B');
    assert_true(device.is_confirmed);
    assert_string_equal(device.left, "0.2.0: it crashed");
    ota_device_name(&device, name, sizeof(name));
    assert_string_equal(name, "Pogo 0.1.0");
}

static void where_commands_are_off_the_page_tells(void **state)
{
    static const struct {
        const char *server, *page;
        enum ota_kind kind;
        const char *version;
    } rows[] = {
        {"Tasmota/14.4.1 (ESP8285N08)", "", OTA_TASMOTA, "14.4.1"},
        {"Sonoff-Tasmota/6.6.0 (2_3_0)", "", OTA_TASMOTA, "6.6.0"},
        {"Tasmota/0.2.0 (Pogo)", "", OTA_POGO, "0.2.0"},
        {NULL, "<a>Sonoff-Tasmota 6.6.0 by Theo</a>", OTA_TASMOTA, "6.6.0"},
        {NULL, "<a>Tasmota</a>", OTA_OTHER, ""},
        {"nginx", "welcome", OTA_OTHER, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct fake_row answers[] = {
            {0, "/", 200, rows[i].server, rows[i].page},
            {0, "Status%202", i % 2 ? 403 : 200, NULL, "<html>"}};
        FAKE_BEGIN(&talk, answers);
        assert_int_equal(ota_device_ask(&talk, &device),
                         rows[i].kind == OTA_OTHER ? ERR_WEB_OTHER : ERR_NONE);
        assert_int_equal(device.kind, rows[i].kind);
        assert_string_equal(device.version, rows[i].version);
        assert_false(device.has_commands);
    }
}

static void nobody_there_is_told(void **state)
{
    static const struct fake_row rows[] = {{0, "/", 0, NULL, ""}};
    (void)state;
    FAKE_BEGIN(&talk, rows);
    assert_int_equal(ota_device_ask(&talk, &device), ERR_TIMEOUT);
}

/* Old versions refuse with status 200. */
static void a_password_that_lacks_is_told(void **state)
{
    static const unsigned status[] = {200, 401, 429};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct fake_row rows[] = {
            {0, "/", 401, NULL, ""},
            {0, "Status%202", status[i], NULL,
             status[i] == 429 ? ""
                              : "{\"WARNING\":\"Need "
                                "user=<username>&password=<password>\"}"}};
        FAKE_BEGIN(&talk, rows);
        assert_int_equal(ota_device_ask(&talk, &device), ERR_WEB_PASSWORD);
    }
}

/* A stranger, also one that asks for a login of its own. */
static void a_stranger_gets_no_password(void **state)
{
    static const struct fake_row rows[][2] = {
        {{0, "/", 200, "nginx", "welcome"}, {0, "Status%202", 200, NULL, "{}"}},
        {{0, "/", 401, "router", ""}, {0, "Status%202", 401, "router", ""}},
        {{0, "/", 404, NULL, ""}, {0, "Status%202", 404, NULL, ""}}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        FAKE_BEGIN(&talk, rows[i]);
        strcpy(talk.password, "secret");
        talk.has_password = true;
        assert_int_not_equal(ota_device_ask(&talk, &device), ERR_NONE);
        assert_false(fake.has_login);
        assert_true(talk.has_password);
    }
}

static void a_device_gets_it(void **state)
{
    static const struct fake_row rows[][2] = {
        {{0, "/", 200, "Tasmota/0.1.0 (Pogo)", ""},
         {0, "Status%202", 200, NULL, POGO_2}},
        {{0, "/", 401, "Pogo", ""}, {0, "Status%202", 200, NULL, POGO_2}},
        {{0, "/", 401, NULL, ""}, {0, "Status%202", 200, NULL, TASMOTA_2}}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        FAKE_BEGIN(&talk, rows[i]);
        strcpy(talk.password, "secret");
        talk.has_password = true;
        assert_int_equal(ota_device_ask(&talk, &device), ERR_NONE);
        assert_true(fake.has_login);
    }
}

/* Tasmota 6 wants the password in the query, Pogo and newer ones look at the
 * header; and where the request comes from must be the device itself. */
static void the_password_goes_both_ways(void **state)
{
    static const struct fake_row rows[] = {
        {0, "cmnd=Status%202", 200, NULL, TASMOTA_2}};
    (void)state;
    FAKE_BEGIN(&talk, rows);
    snprintf(talk.password, sizeof(talk.password), "a b&c=\xc3\xa4");
    talk.has_password = true;
    assert_int_equal(ota_talk_command(&talk, "Status 2"), ERR_NONE);
    assert_string_equal(fake.asked,
                        "http://lamp.local/"
                        "cm?user=admin&password=a%20b%26c%3D%C3%A4&cmnd=Status%"
                        "202\n");
    assert_string_equal(fake.login, "admin:a b&c=\xc3\xa4");
    assert_string_equal(fake.referer, "http://lamp.local/");
}

static void places_are_read(void **state)
{
    static const struct {
        const char *text, *place; /* NULL: none */
    } rows[] = {
        {"192.168.1.50", "192.168.1.50"},
        {"http://192.168.1.50/", "192.168.1.50"},
        {"HTTP://lamp.local:8080", "lamp.local:8080"},
        {"lamp:80", "lamp"}, /* as the header Host has it */
        {"http://lamp/cm", NULL},
        {"a b", NULL},
        {"a@b", NULL},
        {"", NULL},
        {"http://", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s\n", rows[i].text);
        assert_int_equal(ota_talk_begin(&talk, rows[i].text),
                         rows[i].place != NULL);
        if (rows[i].place)
            assert_string_equal(talk.place, rows[i].place);
    }
}

static void versions_are_numbers(void **state)
{
    (void)state;
    assert_int_equal(ota_version_number("8.2.0"), 0x080200);
    assert_int_equal(ota_version_number("14.4.1(tasmota)"), 0x0E0401);
    assert_int_equal(ota_version_number("6.6.0.14(x)"), 0x060600);
    assert_int_equal(ota_version_number("tasmota"), 0);
    assert_int_equal(ota_version_number(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tasmota_tells_what_it_has_room_for),
        cmocka_unit_test(pogo_tells_its_slot_and_what_was_left),
        cmocka_unit_test(where_commands_are_off_the_page_tells),
        cmocka_unit_test(nobody_there_is_told),
        cmocka_unit_test(a_password_that_lacks_is_told),
        cmocka_unit_test(the_password_goes_both_ways),
        cmocka_unit_test(a_stranger_gets_no_password),
        cmocka_unit_test(a_device_gets_it),
        cmocka_unit_test(places_are_read),
        cmocka_unit_test(versions_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
