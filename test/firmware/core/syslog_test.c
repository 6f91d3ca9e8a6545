/* Lines to a syslog server: which ones, how they look, and what happens while
 * the server can't be found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test/firmware/fake_net.h"

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 8};
static const uint8_t server[4] = {192, 168, 1, 9};

/* The socket to the server: the only one that is open then. */
static struct fake_udp *udp(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++) {
        if (fake_net.udp[i].is_used && fake_net.udp[i].port == 0)
            return &fake_net.udp[i];
    }
    return NULL;
}

static const char *sent(void)
{
    static char text[1500];
    const struct fake_udp *row = udp();
    assert_non_null(row);
    snprintf(text, sizeof(text), "%.*s", (int)row->size,
             (const char *)row->sent);
    return text;
}

/* Until this name is asked for, or for so long; the clock, which asks for
 * names too, gets no answers. */
static bool asks_for(const char *name, uint32_t ms)
{
    for (uint32_t past = 0; past < ms; past += 50) {
        if (strcmp(fake_net.name, name) == 0)
            return true;
        if (fake_net.name[0])
            fake_resolved(&fd, NULL);
        fake_run(&fd, 50);
    }
    return false;
}

static void join(void)
{
    fake_type(&fd, "Backlog0 SSId1 home;Hostname lamp");
    fake_run(&fd, 3000);
    fake_start(&fd, START_SOFTWARE);
    fake_run(&fd, 3000);
    fake_wifi(&fd, &got_ip);
}

static int setup(void **state)
{
    fake_basic(state);
    join();
    fake_type(&fd, "Backlog0 LogHost logs;SysLog 2");
    assert_true(asks_for("logs", 1000));
    fake_resolved(&fd, server);
    fake_run(&fd, 100);
    return 0;
}

static void a_line_is_a_datagram(void **state)
{
    (void)state;
    fake_type(&fd, "Power on");
    assert_string_equal(sent(), "lamp ESP-RSL: POWER = ON");
    assert_int_equal(udp()->to, 514);
    assert_memory_equal(udp()->ip, server, 4);
    unsigned before = udp()->count;
    fake_type(&fd, "Power off"); /* the command, its result, its state */
    assert_int_equal(udp()->count, before + 3);
    fake_type(&fd, "LogPort 5140");
    fake_type(&fd, "Power on");
    assert_int_equal(udp()->to, 5140);
}

static void lines_go_by_their_level(void **state)
{
    static const char *const parts[] = {"one"};
    (void)state;
    for (unsigned set = 1; set <= 4; set++) {
        char line[16];
        snprintf(line, sizeof(line), "SysLog %u", set);
        fake_type(&fd, line);
        for (unsigned level = 1; level <= 4; level++) {
            unsigned before = udp()->count;
            outlet_log(&fd.device, (enum outlet_level)level, parts, 1);
            assert_int_equal(udp()->count - before, level <= set);
        }
    }
    fake_type(&fd, "SysLog 0");
    fake_run(&fd, 100);
    assert_null(udp());
}

static void a_line_stays_one_and_fits(void **state)
{
    static char large[1000];
    const char *const parts[] = {"one\r\ntwo ", large};
    (void)state;
    memset(large, 'x', sizeof(large) - 1);
    outlet_log(&fd.device, OUTLET_INFO, parts, 1);
    assert_string_equal(sent(), "lamp ESP-one  two ");
    outlet_log(&fd.device, OUTLET_INFO, parts, 2);
    assert_int_equal(udp()->size, SYSLOG_LINE);
}

static void secrets_do_not_leave(void **state)
{
    (void)state;
    fake_type(&fd, "Password1 geheim-1234");
    assert_string_equal(sent(),
                        "lamp ESP-RSL: RESULT = {\"Password1\":\"****\"}");
    fake_type(&fd, "Bogus; Password1 geheim-1234");
    assert_null(strstr(sent(), "geheim"));
}

/* Nothing is said about a line that can't be sent: it would be said for ever.
 */
static void what_can_not_be_sent_is_lost(void **state)
{
    (void)state;
    unsigned before = udp()->count;
    fake_net.is_down = true;
    fake_forget();
    fake_type(&fd, "Power on");
    assert_int_equal(udp()->count, before);
    assert_false(fake_said("LOG:"));
    fake_net.is_down = false;
    fake_type(&fd, "Power off");
    assert_int_equal(udp()->count, before + 3);
}

static void a_server_that_nobody_knows_is_asked_for_later(void **state)
{
    (void)state;
    fake_type(&fd, "LogHost nowhere");
    assert_true(asks_for("nowhere", 1000));
    assert_null(udp());
    fake_forget();
    fake_resolved(&fd, NULL);
    assert_true(fake_said("LOG: LogHost nowhere has no address: is the name "
                          "right? Next try in 10 minutes"));
    fake_type(&fd, "SysLog");
    assert_true(fake_said("{\"SysLog\":{\"2\":{\"Active\":\"0\"}}}"));
    assert_false(asks_for("nowhere", SYSLOG_PAUSE_MS - 200));
    assert_true(asks_for("nowhere", 1000));
    fake_resolved(&fd, server);
    fake_type(&fd, "SysLog");
    assert_true(fake_said("{\"SysLog\":{\"2\":{\"Active\":\"2\"}}}"));
    assert_string_equal(sent(), "lamp ESP-RSL: RESULT = "
                                "{\"SysLog\":{\"2\":{\"Active\":\"2\"}}}");
}

/* The answer to the old question must not be taken for the new one's. */
static void another_server_is_asked_for_after_the_first(void **state)
{
    static const uint8_t other[4] = {192, 168, 1, 10};
    (void)state;
    fake_type(&fd, "LogHost second");
    assert_true(asks_for("second", 1000));
    fake_type(&fd, "LogHost third");
    fake_run(&fd, 100);
    assert_string_equal(fake_net.name, "second");
    fake_resolved(&fd, server);
    assert_true(asks_for("third", 1000));
    assert_null(udp());
    fake_resolved(&fd, other);
    fake_type(&fd, "Power on");
    assert_memory_equal(udp()->ip, other, 4);
}

static void without_network_there_is_no_server(void **state)
{
    (void)state;
    fake_run(&fd, 20000);
    fake_wifi(&fd, &lost);
    fake_run(&fd, 100);
    assert_null(udp());
    fake_wifi(&fd, &got_ip);
    assert_true(asks_for("logs", 1000));
    fake_wifi(&fd, &lost);
    fake_run(&fd, 100);
    fake_resolved(&fd, server);
    fake_run(&fd, 100);
    assert_null(udp());
}

static void what_the_server_says_is_nothing(void **state)
{
    (void)state;
    uint8_t handle = (uint8_t)(udp() - fake_net.udp);
    fake_forget();
    fake_datagram(&fd, handle, server, 514, "hello", 5);
    assert_string_equal(fake.text, "");
}

static void status_tells_the_settings(void **state)
{
    (void)state;
    fake_type(&fd, "Status 3");
    assert_true(
        fake_said("\"SysLog\":2,\"LogHost\":\"logs\",\"LogPort\":514,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
        T(a_line_is_a_datagram),
        T(lines_go_by_their_level),
        T(a_line_stays_one_and_fits),
        T(secrets_do_not_leave),
        T(what_can_not_be_sent_is_lost),
        T(a_server_that_nobody_knows_is_asked_for_later),
        T(another_server_is_asked_for_after_the_first),
        T(without_network_there_is_no_server),
        T(what_the_server_says_is_nothing),
        T(status_tells_the_settings),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
