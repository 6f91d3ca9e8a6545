/* Lines go by their level to whom they are for, the ring keeps the newest whole
 * lines, and a collector gets one JSON object out of many results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "test/firmware/fake_hal.h"

static char ring[OUTLET_RING + 1];

/* What the web console gets that has seen all up to this place. */
static uint32_t read_from(uint32_t at)
{
    size_t n = outlet_read(&fd.device.outlet, &at, ring, OUTLET_RING);
    ring[n] = 0;
    return at;
}

static bool has_line(const char *text)
{
    read_from(0);
    return strstr(ring, text) != NULL;
}

static void say(enum outlet_level level, const char *text)
{
    outlet_log(&fd.device, level, &text, 1);
}

static void levels_say_who_gets_a_line(void **state)
{
    /* clang-format off */
    static const struct {
        const char *serial, *web;
        enum outlet_level level;
        bool on_serial, in_ring;
    } rows[] = {
        {"SerialLog 2", "WebLog 2", OUTLET_INFO, true, true},
        {"SerialLog 2", "WebLog 2", OUTLET_DEBUG, false, false},
        {"SerialLog 3", "WebLog 1", OUTLET_DEBUG, true, false},
        {"SerialLog 1", "WebLog 4", OUTLET_MORE, false, true},
        {"SerialLog 1", "WebLog 1", OUTLET_ERROR, true, true},
        {"SerialLog 0", "WebLog 2", OUTLET_ERROR, false, true},
        {"SerialLog 2", "WebLog 0", OUTLET_ERROR, true, false},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[32];
        snprintf(text, sizeof(text), "TST: line %u", (unsigned)i);
        fake_type(&fd, rows[i].serial);
        fake_type(&fd, rows[i].web);
        fake_forget();
        say(rows[i].level, text);
        assert_int_equal(fake_said(text), rows[i].on_serial);
        assert_int_equal(has_line(text), rows[i].in_ring);
    }
}

static void the_ring_has_what_the_console_shows(void **state)
{
    (void)state;
    uint32_t at = read_from(0);
    fake_type(&fd, "Power ON");
    assert_int_equal(read_from(at), outlet_end(&fd.device.outlet));
    assert_string_equal(ring, "00:00:00.000 CMD: Power ON\n"
                              "00:00:00.000 RSL: RESULT = {\"POWER\":\"ON\"}\n"
                              "00:00:00.000 RSL: POWER = ON\n");
}

static void the_ring_keeps_the_newest_whole_lines(void **state)
{
    (void)state;
    char text[64];
    for (unsigned i = 0; i < 500; i++) {
        snprintf(text, sizeof(text), "TST: %u %.*s", i, (int)(i % 40),
                 "........................................");
        say(OUTLET_INFO, text);
        read_from(0);
        size_t size = strlen(ring);
        assert_true(size > 0 && ring[size - 1] == '\n');
        assert_memory_equal(ring, "00:00:00.000 ", 13);
        assert_non_null(strstr(ring, text));
        assert_true(i < 60 || size > OUTLET_RING - 120);
    }
}

static void a_line_that_is_longer_than_the_ring_is_cut(void **state)
{
    (void)state;
    static char text[3 * OUTLET_RING];
    memset(text, 'x', sizeof(text) - 1);
    say(OUTLET_INFO, text);
    read_from(0);
    assert_int_equal(strlen(ring), OUTLET_RING);
    assert_int_equal(ring[OUTLET_RING - 1], '\n');
    say(OUTLET_INFO, "TST: after");
    read_from(0);
    assert_string_equal(ring, "00:00:00.000 TST: after\n");
}

static void a_line_stays_one_line(void **state)
{
    (void)state;
    uint32_t at = read_from(0);
    say(OUTLET_INFO, "TST: a\nb\r\tc");
    read_from(at);
    assert_string_equal(ring, "00:00:00.000 TST: a b  c\n");
}

/* From any place that it may have, in pieces of any size. */
static void a_reader_gets_each_byte_once(void **state)
{
    (void)state;
    static char pieces[OUTLET_RING + 1];
    for (unsigned i = 0; i < 100; i++)
        say(OUTLET_INFO, "TST: some text to fill the ring with");
    read_from(0);
    uint32_t at = 0;
    size_t size = 0, n = 0;
    for (size_t room = 1;
         (n = outlet_read(&fd.device.outlet, &at, pieces + size, room)) > 0;
         room = room % 7 + 1)
        size += n;
    assert_string_equal(pieces, ring);
    at += 1000000; /* a reader of before a restart */
    assert_int_equal(outlet_read(&fd.device.outlet, &at, pieces, OUTLET_RING),
                     size);
}

static void what_only_the_serial_line_may_know_is_nowhere_else(void **state)
{
    (void)state;
    static const char *const parts[] = {"WEB: The password is ", "kbdf-3742"};
    fake_type(&fd, "SerialLog 0");
    fake_forget();
    outlet_serial(&fd.device, parts, 2);
    assert_true(fake_said("00:00:00.000 WEB: The password is kbdf-3742\r\n"));
    assert_false(has_line("kbdf"));
}

static void secrets_are_in_no_log(void **state)
{
    (void)state;
    fake_type(&fd, "Password1 correct horse");
    assert_false(fake_said("horse"));
    fake_type(&fd, "Backlog0 Password1 correct horse;Password1");
    fake_run(&fd, 1000);
    assert_false(fake_said("horse"));
    assert_false(has_line("horse"));
    assert_true(has_line("{\"Password1\":\"****\"}"));
}

/* ---- results ---- */

static struct {
    struct outlet_collector collector; /* first: take gets its address */
    char text[4096];
    size_t size;
} basket;

static void take(struct outlet_collector *collector, const char *bytes,
                 size_t size)
{
    assert_ptr_equal(collector, &basket.collector);
    memcpy(basket.text + basket.size, bytes, size);
    basket.size += size;
    basket.text[basket.size] = 0;
}

static const char *collect(const char *line)
{
    memset(&basket, 0, sizeof(basket));
    basket.collector.take = take;
    outlet_collect(&fd.device, &basket.collector);
    command_run(&fd.device, line, strlen(line));
    outlet_collect(&fd.device, NULL);
    return basket.text;
}

static void a_collector_gets_the_insides_of_objects(void **state)
{
    (void)state;
    assert_string_equal(collect("Power ON"), "\"POWER\":\"ON\"");
    assert_string_equal(collect("XYZ"),
                        "\"Command\":\"Unknown\",\"Input\":\"XYZ\"");
    assert_string_equal(collect("_Power OFF"), "");
    const char *all = collect("Status 0");
    assert_memory_equal(all, "\"Status\":{", 10);
    assert_non_null(strstr(all, "},\"StatusPRM\":{\"Baudrate\""));
    assert_non_null(strstr(all, "},\"StatusSTS\":{"));
    assert_string_equal(all + strlen(all) - 2, "\"}");
    fake_type(&fd, "Power ON"); /* nobody collects any more */
    assert_non_null(strstr(basket.text, "StatusSTS"));
}

static void serial_log_0_hides_nothing_from_a_collector(void **state)
{
    (void)state;
    fake_type(&fd, "SerialLog 0");
    assert_string_equal(collect("Power ON"), "\"POWER\":\"ON\"");
}

static void setoption4_names_replies_after_their_command(void **state)
{
    (void)state;
    fake_type(&fd, "SetOption4 1");
    assert_true(fake_said("RSL: SETOPTION = {\"SetOption4\":\"ON\"}"));
    fake_type(&fd, "power on");
    assert_true(fake_said("RSL: POWER = {\"POWER\":\"ON\"}"));
    fake_type(&fd, "Status 1");
    assert_true(fake_said("RSL: STATUS1 = {"));
    fake_type(&fd, "XYZ");
    assert_true(fake_said("RSL: RESULT = {\"Command\":\"Unknown\""));
    fake_type(&fd, "SetOption4 0");
    assert_true(fake_said("RSL: RESULT = {\"SetOption4\":\"OFF\"}"));
}

static void levels_are_settings(void **state)
{
    (void)state;
    fake_type(&fd, "WebLog");
    assert_true(fake_said("{\"WebLog\":{\"2\":{\"Active\":\"2\"}}}"));
    fake_type(&fd, "WebLog 4");
    assert_true(fake_said("{\"WebLog\":{\"4\":{\"Active\":\"4\"}}}"));
    fake_type(&fd, "WebLog 5");
    assert_true(fake_said("\"Error\""));
}

static void join_network(void)
{
    const struct hal_wifi_event news = {.change = HAL_WIFI_GOT_IP,
                                        .ip = {192, 168, 1, 50}};
    fake_type(&fd, "Backlog0 SSId1 home;Password1 password");
    fake_run(&fd, 3000);
    fake_wifi(&fd, &news);
}

static bool is_told(const char *line)
{
    fake_forget();
    say(OUTLET_INFO, line);
    return fake_said(line);
}

/* Ten minutes after the last line from it, while the Wi-Fi is there. */
static void a_console_without_anybody_rests(void **state)
{
    (void)state;
    join_network();
    for (unsigned i = 0; i < 3; i++) {
        fake_type(&fd, i == 0 ? "Power 1" : i == 1 ? "" : "SerialLog 2");
        fake_run(&fd, OUTLET_SERIAL_MS - 1000);
        assert_true(is_told("TST: is somebody there?"));
        fake_run(&fd, 1100);
        assert_false(is_told("TST: nobody"));
        assert_true(fake_said("LOG: This console rests now; Enter here wakes"));
        assert_true(has_line("TST: nobody")); /* others have it */
        assert_false(is_told("TST: nobody still"));
        assert_false(fake_said("LOG: "));
        command_run(&fd.device, "SerialLog", 9); /* not from the console */
        assert_true(has_line("{\"SerialLog\":{\"2\":{\"Active\":\"0\"}}}"));
    }
    fake_type(&fd, "SerialLog");
    assert_true(fake_said("{\"SerialLog\":{\"2\":{\"Active\":\"2\"}}}"));
}

static void without_wi_fi_the_console_never_rests(void **state)
{
    const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST};
    (void)state;
    fake_run(&fd, 2 * OUTLET_SERIAL_MS);
    assert_true(is_told("TST: no network was set"));
    join_network();
    fake_run(&fd, OUTLET_SERIAL_MS + 100);
    assert_false(is_told("TST: all is well"));
    fake_wifi(&fd, &lost);
    fake_run(&fd, 100);
    assert_true(is_told("TST: why?"));
    fake_run(&fd, 2 * OUTLET_SERIAL_MS);
    assert_true(is_told("TST: still"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fake_basic)
    const struct CMUnitTest tests[] = {
        TEST(levels_say_who_gets_a_line),
        TEST(the_ring_has_what_the_console_shows),
        TEST(the_ring_keeps_the_newest_whole_lines),
        TEST(a_line_that_is_longer_than_the_ring_is_cut),
        TEST(a_line_stays_one_line),
        TEST(a_reader_gets_each_byte_once),
        TEST(what_only_the_serial_line_may_know_is_nowhere_else),
        TEST(secrets_are_in_no_log),
        TEST(a_collector_gets_the_insides_of_objects),
        TEST(serial_log_0_hides_nothing_from_a_collector),
        TEST(setoption4_names_replies_after_their_command),
        TEST(levels_are_settings),
        TEST(a_console_without_anybody_rests),
        TEST(without_wi_fi_the_console_never_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
