/* `pogo diy` without a network: names and answers of multicast DNS, JSON,
 * ranges, and what to do after each way in which flashing can end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/diy_find.h"
#include "tool/diy_flash.h"
#include "tool/diy_image.h"
#include "tool/diy_mdns.h"
#include "tool/diy_protocol.h"
#include "tool/diy_range.h"

static const uint8_t sender[4] = {10, 0, 0, 9};

/* ---- multicast DNS ---- */

static void the_question_is_for_the_service(void **state)
{
    (void)state;
    static const char wanted[] =
        "\0\0\0\0\0\1\0\0\0\0\0\0\x08_ewelink\x04_tcp\x05local\0\0\x0C\0\1";
    static const char more[] =
        "\0\0\0\0\0\2\0\0\0\0\0\0\5eWe.1\x08_ewelink\x04_tcp\x05local\0\0\x21\0"
        "\1\5eWe.1\x08_ewelink\x04_tcp\x05local\0\0\x10\0\1";
    uint8_t out[DIY_MDNS_ROOM];
    assert_int_equal(diy_mdns_ask(out, NULL), sizeof(wanted) - 1);
    assert_memory_equal(out, wanted, sizeof(wanted) - 1);
    assert_int_equal(diy_mdns_ask(out, "eWe.1"), sizeof(more) - 1);
    assert_memory_equal(out, more, sizeof(more) - 1);
}

/* Texts of 2 KB, as bytes of a message. */
struct message {
    uint8_t bytes[2048];
    size_t size;
};

static void put(struct message *m, const void *bytes, size_t size)
{
    assert_true(size <= sizeof(m->bytes) - m->size);
    memcpy(m->bytes + m->size, bytes, size);
    m->size += size;
}
#define PUT(m, text) put(m, text, sizeof(text) - 1)

#define NAME "\xC0\x0C" /* the service, behind the head */
#define TTL "\0\0\0\x78"
#define HEAD(records)                                                          \
    "\0\0\x84\0\0\0\0" records "\0\0\0\0\x08_ewelink\x04_tcp\x05local\0"
#define PTR "\0\x0C\0\1" TTL "\0\x08\5eWe_1" NAME /* the name is at 0x2B */
#define SRV "\xC0\x2B\0\x21\x80\1" TTL "\0\x13\0\0\0\0\x1F\x92\5eWe_1\5local\0"
#define A "\5eWe_1\5local\0\0\1\x80\1" TTL "\0\4\x0A\0\0\7"

static void put_pair(struct message *m, const char *key, const char *value,
                     size_t size)
{
    uint8_t n = (uint8_t)(strlen(key) + size);
    put(m, &n, 1);
    put(m, key, strlen(key));
    put(m, value, size);
}

/* Data in two pieces, the second first. */
static void put_text(struct message *m, const char *data, size_t first)
{
    PUT(m, "\xC0\x2B\0\x10\x80\1" TTL);
    size_t at = m->size;
    PUT(m, "\0\0\x09txtvers=1");
    put_pair(m, "data2=", data + first, strlen(data) - first);
    put_pair(m, "id=", "1000abc", 7);
    put_pair(m, "type=", "diy_plug", 8);
    put_pair(m, "data1=", data, first);
    m->bytes[at] = (uint8_t)((m->size - at - 2) >> 8);
    m->bytes[at + 1] = (uint8_t)(m->size - at - 2);
}

static void an_answer_tells_all_of_a_device(void **state)
{
    (void)state;
    static struct diy_list list;
    static struct message m;
    char data[400] = "{\"switch\":\"on\",\"ssid\":\"";
    memset(data + strlen(data), 'x', 300);
    memcpy(data + strlen(data), "\"}", 2);
    m.size = 0;
    list.count = 0;
    PUT(&m, HEAD("\4") PTR SRV);
    put_text(&m, data, 249);
    PUT(&m, A);
    assert_int_equal(diy_mdns_read(&list, m.bytes, m.size, sender, "eth0"), 4);
    const struct diy_device *d = &list.row[0];
    assert_int_equal(list.count, 1);
    assert_string_equal(d->name, "eWe_1");
    assert_string_equal(d->id, "1000abc");
    assert_string_equal(d->type, "diy_plug");
    assert_string_equal(d->interface, "eth0");
    assert_string_equal(d->data, data);
    assert_int_equal(d->port, 8082);
    assert_memory_equal(d->ip, "\x0A\0\0\7", 4);
    assert_true(d->has_address && d->has_text && !d->is_encrypted);
    /* Again, from the other card: the same device. */
    assert_int_equal(diy_mdns_read(&list, m.bytes, m.size, sender, "wlan0"), 4);
    assert_int_equal(list.count, 1);
    /* No byte less is taken for the whole. */
    for (size_t size = 0; size < m.size; size++) {
        static struct diy_list part;
        part.count = 0;
        assert_true(diy_mdns_read(&part, m.bytes, size, sender, "") < 4);
    }
}

static void half_an_answer_has_the_senders_address(void **state)
{
    (void)state;
    static struct diy_list list;
    list.count = 0;
    static const char half[] = HEAD("\1") PTR;
    assert_int_equal(diy_mdns_read(&list, (const uint8_t *)half,
                                   sizeof(half) - 1, sender, "eth0"),
                     1);
    assert_memory_equal(list.row[0].ip, sender, 4);
    assert_int_equal(list.row[0].port, 0);
    assert_false(list.row[0].has_text);
}

static void what_is_not_ours_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
#define ROW(text) {text, sizeof(text) - 1}
        ROW("\0\0\0\0\0\0\0\1\0\0\0\0\x08_ewelink\x04_tcp\x05local\0" PTR),
        ROW("\0\0\x84\0\0\0\0\1\0\0\0\0\x08_eWeLinx\x04_tcp\x05local\0" PTR),
        ROW("\0\0\x84\0\0\0\0\1\0\0\0\0\xC0\x0C" PTR), /* to itself */
        ROW("\0\0\x84\0\0\0\0\1\0\0\0\0\xC0\x0E\xC0\x0C" PTR),
        ROW("\0\0\x84\0\xFF\xFF\0\1\0\0\0\0"),
        ROW(HEAD("\1") "\0\x0C\0\1" TTL "\0\xFF\5eWe_1" NAME),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static struct diy_list list;
        list.count = 0;
        print_message("# row %zu\n", i);
        assert_int_equal(diy_mdns_read(&list, (const uint8_t *)rows[i].bytes,
                                       rows[i].size, sender, ""),
                         0);
        assert_int_equal(list.count, 0);
    }
}

static void the_65th_device_is_left_out(void **state)
{
    (void)state;
    static struct diy_list list;
    char bytes[] = HEAD("\1") PTR;
    list.count = 0;
    for (unsigned i = 0; i < DIY_DEVICES + 2; i++) {
        bytes[sizeof(bytes) - 5] = (char)('a' + i / 8);
        bytes[sizeof(bytes) - 4] = (char)('a' + i % 8);
        (void)diy_mdns_read(&list, (const uint8_t *)bytes, sizeof(bytes) - 1,
                            sender, "");
    }
    assert_int_equal(list.count, DIY_DEVICES);
}

static void a_text_moves_no_terminal(void **state)
{
    (void)state;
    char out[8];
    diy_text(out, sizeof(out), "a\x1B[2J\x7F", 6);
    assert_string_equal(out, "a?[2J?");
    diy_text(out, 4, "abcdef", 6);
    assert_string_equal(out, "abc");
}

/* ---- requests and answers ---- */

static void requests_are_as_the_document_says(void **state)
{
    (void)state;
    static const struct {
        struct diy_request request;
        const char *path, *data;
    } rows[] = {
        {{.what = DIY_INFO}, "info", "{}"},
        {{.what = DIY_SIGNAL}, "signal_strength", "{}"},
        {{.what = DIY_UNLOCK}, "ota_unlock", "{}"},
        {{.what = DIY_SWITCH, .is_on = true}, "switch", "{\"switch\":\"on\"}"},
        {{.what = DIY_SWITCH}, "switch", "{\"switch\":\"off\"}"},
        {{.what = DIY_STARTUP, .text = "stay"},
         "startup",
         "{\"startup\":\"stay\"}"},
        {{.what = DIY_PULSE, .is_on = true, .pulse_ms = 36000000},
         "pulse",
         "{\"pulse\":\"on\",\"pulseWidth\":36000000}"},
        {{.what = DIY_WIFI, .text = "a\"b", .password = "p\\w"},
         "wifi",
         "{\"ssid\":\"a\\\"b\",\"password\":\"p\\\\w\"}"},
        {{.what = DIY_FLASH, .text = "http://x/", .sha256 = "00ff"},
         "ota_flash",
         "{\"downloadUrl\":\"http://x/\",\"sha256sum\":\"00ff\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char wanted[256];
        char *body = diy_body(&rows[i].request, "1000abc");
        snprintf(wanted, sizeof(wanted),
                 "{\"deviceid\":\"1000abc\",\"data\":%s}", rows[i].data);
        assert_string_equal(body, wanted);
        assert_string_equal(diy_path(rows[i].request.what), rows[i].path);
        free(body);
    }
    const struct diy_request latin = {
        .what = DIY_WIFI, .text = "\xE9", .password = ""};
    assert_null(diy_body(&latin, ""));
}

static enum err read_answer(const char *text, struct diy_answer *out)
{
    return diy_answer_read(text, strlen(text), out);
}

static void every_error_has_its_row(void **state)
{
    (void)state;
    static const struct {
        int number;
        enum err e;
    } rows[] = {{0, ERR_NONE},
                {400, ERR_DIY_PARAMETER},
                {401, ERR_DIY_ENCRYPTED},
                {403, ERR_DIY_LOCKED},
                {404, ERR_DIY_ID},
                {408, ERR_DIY_SLOW},
                {413, ERR_DIY_SIZE},
                {422, ERR_DIY_PARAMETER},
                {424, ERR_DIY_FETCH},
                {471, ERR_DIY_HASH},
                {500, ERR_DIY_UNLOCK},
                {503, ERR_DIY_VENDOR},
                {999, ERR_DIY_PARAMETER}};
    struct diy_answer answer;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), "{\"seq\":2,\"error\":%d,\"data\":{}}",
                 rows[i].number);
        assert_int_equal(read_answer(text, &answer), rows[i].e);
        assert_int_equal(answer.number, rows[i].number);
    }
}

static void an_answer_tells_what_the_device_is(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{\"seq\":2,\"error\":0,\"data\":{\"switch\":\"on\",\"startup\":"
        "\"stay\",\"pulse\":\"on\",\"pulseWidth\":2000,\"ssid\":\"x\x1B\","
        "\"otaUnlock\":true,\"signalStrength\":-67}}",
        "{\"seq\":2,\"error\":0,\"data\":\"{\\\"switch\\\":\\\"on\\\","
        "\\\"startup\\\":\\\"stay\\\",\\\"pulse\\\":\\\"on\\\","
        "\\\"pulseWidth\\\":2000,\\\"ssid\\\":\\\"x\\u007f\\\","
        "\\\"otaUnlock\\\":true,\\\"rssi\\\":-67}\"}",
    };
    struct diy_answer answer;
    char text[128];
    assert_int_equal(read_answer(rows[0], &answer), ERR_DIY_ANSWER);
    assert_int_equal(read_answer(rows[1], &answer), ERR_NONE);
    assert_true(answer.state.has_switch && answer.state.is_on);
    assert_int_equal(answer.state.pulse_ms, 2000);
    assert_string_equal(answer.state.ssid, "x?");
    assert_false(answer.state.is_bench);
    diy_state_text(&answer.state, text, sizeof(text));
    assert_string_equal(
        text, "switch on, startup stay, pulse 2000 ms, unlocked, -67 dBm");
}

static void what_is_no_answer_is_none(void **state)
{
    (void)state;
    static const char *const rows[] = {"",
                                       "<html>",
                                       "[]",
                                       "{}",
                                       "{\"error\":\"0\"}",
                                       "{\"error\":-1}",
                                       "{\"error\":1e99}",
                                       "{\"error\":0"};
    struct diy_answer answer;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(read_answer(rows[i], &answer), ERR_DIY_ANSWER);
}

/* ---- ranges ---- */

static void ranges_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum diy_range_is is;
        size_t first, count;
    } rows[] = {
        {NULL, RANGE_NONE, 0, 0},
        {"bytes=0-0", RANGE_PART, 0, 1},
        {"bytes=0-4095", RANGE_PART, 0, 1000},
        {"bytes=10-19", RANGE_PART, 10, 10},
        {"bytes=990-", RANGE_PART, 990, 10},
        {"bytes=-10", RANGE_PART, 990, 10},
        {"bytes=-5000", RANGE_PART, 0, 1000},
        {"bytes=999-999", RANGE_PART, 999, 1},
        {"bytes=1000-", RANGE_OUTSIDE, 0, 0},
        {"bytes=99999999999999999999-", RANGE_OUTSIDE, 0, 0},
        {"bytes=-0", RANGE_OUTSIDE, 0, 0},
        {"bytes=20-10", RANGE_NONE, 0, 0},
        {"bytes=0-1,5-6", RANGE_NONE, 0, 0},
        {"bytes=-", RANGE_NONE, 0, 0},
        {"bytes=", RANGE_NONE, 0, 0},
        {"bytes=5", RANGE_NONE, 0, 0},
        {"lines=1-2", RANGE_NONE, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t first = 0, count = 0;
        print_message("# %s\n", rows[i].text ? rows[i].text : "none");
        assert_int_equal(diy_range_read(rows[i].text, 1000, &first, &count),
                         rows[i].is);
        if (rows[i].is == RANGE_PART) {
            assert_int_equal(first, rows[i].first);
            assert_int_equal(count, rows[i].count);
        }
    }
}

/* ---- what to do next ---- */

static void while_its_own_firmware_runs_tries_are_counted(void **state)
{
    (void)state;
    static const struct {
        enum err e;
        bool has_asked, has_all, has_waited;
        unsigned count;
        enum diy_next next;
    } rows[] = {
        {ERR_NONE, true, true, false, 1, DIY_DONE},
        {ERR_DIY_FETCH, false, false, false, 1, DIY_NO_ROAD},
        {ERR_DIY_FIREWALL, false, false, false, 1, DIY_NO_ROAD},
        {ERR_DIY_FETCH, true, false, false, 1, DIY_AGAIN},
        {ERR_DIY_FETCH, true, false, false, DIY_ATTEMPTS, DIY_GIVE_UP},
        {ERR_DIY_SLOW, true, false, false, 3, DIY_AGAIN},
        {ERR_DIY_SLOW, true, false, false, DIY_ATTEMPTS, DIY_GIVE_UP},
        {ERR_DIY_SILENT, true, false, false, 1, DIY_AWAIT},
        {ERR_DIY_SILENT, true, false, true, 1, DIY_GIVE_UP},
        {ERR_DIY_SILENT, true, true, false, 1, DIY_AWAIT},
        {ERR_DIY_SILENT, true, true, true, 1, DIY_UNDECIDED},
        {ERR_DIY_SIZE, true, false, false, 1, DIY_GIVE_UP},
        {ERR_DIY_LOCKED, false, false, false, 1, DIY_GIVE_UP},
        {ERR_DIY_ENCRYPTED, false, false, false, 1, DIY_GIVE_UP},
        {ERR_DIY_VENDOR, false, false, false, 1, DIY_GIVE_UP},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diy_attempt a = {.count = rows[i].count,
                                .has_asked = rows[i].has_asked,
                                .has_all = rows[i].has_all,
                                .has_waited = rows[i].has_waited};
        print_message("# row %zu\n", i);
        assert_int_equal(diy_flash_next(&a, rows[i].e), rows[i].next);
        assert_false(a.is_in_danger);
    }
}

static void with_a_damaged_image_it_never_gives_up(void **state)
{
    (void)state;
    struct diy_attempt a = {.count = 1, .has_asked = true, .has_all = true};
    assert_int_equal(diy_flash_next(&a, ERR_DIY_HASH), DIY_AGAIN);
    for (int e = 1; e < ERR_COUNT; e++) {
        a.count = 1000;
        a.has_asked = false;
        assert_int_equal(diy_flash_next(&a, (enum err)e),
                         e == ERR_DIY_LOCKED ? DIY_OPEN : DIY_AGAIN);
        assert_true(a.is_in_danger);
    }
    for (unsigned i = 1; i < DIY_LOST_ATTEMPTS; i++)
        assert_int_equal(diy_flash_next(&a, ERR_DIY_SILENT), DIY_AGAIN);
    assert_int_equal(diy_flash_next(&a, ERR_DIY_SILENT), DIY_UNDECIDED);
    /* Heard again: it counts anew. */
    assert_int_equal(diy_flash_next(&a, ERR_DIY_SLOW), DIY_AGAIN);
    assert_int_equal(diy_flash_next(&a, ERR_DIY_SILENT), DIY_AGAIN);
    assert_int_equal(diy_flash_next(&a, ERR_NONE), DIY_DONE);
}

static void a_bench_image_is_for_the_bench_alone(void **state)
{
    (void)state;
    static struct diy_image image = {.is_bench_only = true};
    const struct diy_state bench = {.is_bench = true}, real = {.is_bench = 0};
    const struct diy_device here = {.ip = {127, 0, 0, 1}};
    const struct diy_device there = {.ip = {192, 168, 1, 50}};
    assert_true(diy_image_is_for(&image, &here, &bench));
    assert_false(diy_image_is_for(&image, &here, &real));
    assert_false(diy_image_is_for(&image, &there, &bench));
    image.is_bench_only = false;
    assert_true(diy_image_is_for(&image, &there, &real));
}

static void addresses_are_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",         "1.2.3",         "1.2.3.4.5", "1.2.3.256", "1.2.3.4:0",
        "1.2.3.4:", "1.2.3.4:70000", "a.b.c.d",   "1..3.4",    "1.2.3.4 "};
    struct diy_device d;
    assert_true(diy_find_parse("192.168.1.50", &d));
    assert_memory_equal(d.ip, "\xC0\xA8\x01\x32", 4);
    assert_int_equal(d.port, DIY_PORT);
    assert_true(diy_find_parse("127.80.0.1:40081", &d));
    assert_int_equal(d.port, 40081);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(diy_find_parse(wrong[i], &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question_is_for_the_service),
        cmocka_unit_test(an_answer_tells_all_of_a_device),
        cmocka_unit_test(half_an_answer_has_the_senders_address),
        cmocka_unit_test(what_is_not_ours_is_left_out),
        cmocka_unit_test(the_65th_device_is_left_out),
        cmocka_unit_test(a_text_moves_no_terminal),
        cmocka_unit_test(requests_are_as_the_document_says),
        cmocka_unit_test(every_error_has_its_row),
        cmocka_unit_test(an_answer_tells_what_the_device_is),
        cmocka_unit_test(what_is_no_answer_is_none),
        cmocka_unit_test(ranges_are_those_of_the_standard),
        cmocka_unit_test(while_its_own_firmware_runs_tries_are_counted),
        cmocka_unit_test(with_a_damaged_image_it_never_gives_up),
        cmocka_unit_test(a_bench_image_is_for_the_bench_alone),
        cmocka_unit_test(addresses_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
