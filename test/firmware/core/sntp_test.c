/* The time from the network: whom it asks and when, which answers it believes,
 * and what comes of servers that are wrong or away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/sntp.h"
#include "firmware/net/ntp.h"
#include "format/bytes.h"
#include "test/firmware/fake_hal.h"
#include "test/firmware/fake_net.h"

#define NEW_YEAR 1767225600u /* 2026-01-01 00:00 UTC */
#define SINCE_1900 2208988800u

static const uint8_t first_ip[4] = {192, 168, 1, 5};
static const uint8_t second_ip[4] = {192, 168, 1, 6};

static void join(void)
{
    const struct hal_wifi_event news = {.change = HAL_WIFI_GOT_IP,
                                        .ip = {192, 168, 1, 50}};
    fake_wifi(&fd, &news);
    fake_run(&fd, 100);
}

static void lose(void)
{
    const struct hal_wifi_event news = {.change = HAL_WIFI_LOST, .reason = 200};
    fake_wifi(&fd, &news);
    fake_run(&fd, 100);
}

/* Two servers are set up, it is in its network and has asked for the first
 * one's name. */
static int setup(void **state)
{
    fake_basic(state);
    fake_run(&fd, 100);
    fake_type(&fd, "Backlog0 SSId1 home;Password1 password");
    fake_run(&fd, 100);
    fake_type(&fd, "NtpServer1 one");
    fake_type(&fd, "NtpServer3 three");
    fake_run(&fd, 3000);
    assert_int_equal(fake_net.names, 0);
    fake_net.random = 77;
    join();
    return 0;
}

static bool is_asking(const char *name)
{
    return strcmp(fake_net.name, name) == 0;
}

static bool is_asking_pool(void)
{
    const char *name = fake_net.name;
    return name[0] >= '0' && name[0] <= '3' &&
           strcmp(name + 1, ".pool.ntp.org") == 0;
}

static const struct fake_udp *socket_in_use(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++) {
        if (fake_net.udp[i].is_used && fake_net.udp[i].to == NTP_PORT)
            return &fake_net.udp[i];
    }
    return NULL;
}

static unsigned sockets(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < HAL_UDP; i++)
        n += fake_net.udp[i].is_used;
    return n;
}

/* The right answer to the last question. */
static void make_answer(uint8_t *bytes, uint32_t utc_s, unsigned ms)
{
    memset(bytes, 0, NTP_SIZE);
    bytes[0] = 0x24;
    bytes[1] = 2;
    memcpy(bytes + 24, socket_in_use()->sent + 40, 8);
    put_u32be(bytes + 40, utc_s + SINCE_1900);
    put_u32be(bytes + 44, (uint32_t)(((uint64_t)ms << 32) / 1000 + 1));
}

static void say(const uint8_t ip[4], uint16_t port, const void *bytes,
                size_t size)
{
    uint8_t handle = (uint8_t)(socket_in_use() - fake_net.udp);
    fake_datagram(&fd, handle, ip, port, bytes, size);
}

static void answer(const uint8_t ip[4], uint32_t utc_s, unsigned ms)
{
    uint8_t bytes[NTP_SIZE];
    make_answer(bytes, utc_s, ms);
    say(ip, NTP_PORT, bytes, sizeof(bytes));
}

/* ---- questions and answers ----------------------------------------------- */

static void it_asks_as_soon_as_there_is_a_network(void **state)
{
    unsigned ms;
    (void)state;
    assert_true(is_asking("one"));
    fake_resolved(&fd, first_ip);
    const struct fake_udp *udp = socket_in_use();
    assert_non_null(udp);
    assert_int_equal(udp->port, 0); /* one that nobody can guess */
    assert_memory_equal(udp->ip, first_ip, 4);
    assert_int_equal(udp->size, NTP_SIZE);
    fake_run(&fd, 100);
    answer(first_ip, NEW_YEAR, 980);
    /* half of the way there and back */
    assert_int_equal(daytime_utc(&fd.device, &ms), NEW_YEAR + 1);
    assert_int_equal(ms, 30);
    assert_true(fake_said("NTP: it is 2026-01-01T00:00:01 UTC"));
    assert_int_equal(sockets(), 0);
}

static void each_question_has_another_cookie(void **state)
{
    uint8_t cookie[8];
    (void)state;
    fake_resolved(&fd, first_ip);
    memcpy(cookie, socket_in_use()->sent + 40, 8);
    fake_run(&fd, 1100);
    assert_true(is_asking("three"));
    fake_resolved(&fd, first_ip);
    assert_memory_not_equal(cookie, socket_in_use()->sent + 40, 8);
}

/* Answers that are not believed; the right one still is, afterwards. */
static void wrong_answers_are_not_believed(void **state)
{
    /* clang-format off */
    static const struct {
        const char *what;
        unsigned at;
        uint8_t value;
    } rows[] = {
        {"a clock that was never set", 0, 0xE4}, {"a client", 0, 0x23},
        {"a broadcast", 0, 0x25}, {"version 0", 0, 0x04},
        {"a kiss of death", 1, 0}, {"stratum 16", 1, 16},
        {"another's question", 24, 0xFF}, {"another's question", 31, 0xFF},
        {"1995", 40, 0xB2},
    };
    /* clang-format on */
    uint8_t bytes[NTP_SIZE];
    (void)state;
    fake_resolved(&fd, first_ip);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        make_answer(bytes, NEW_YEAR, 0);
        bytes[rows[i].at] = rows[i].value;
        say(first_ip, NTP_PORT, bytes, sizeof(bytes));
        if (daytime_is_known(&fd.device))
            print_message("# believed: %s\n", rows[i].what);
        assert_false(daytime_is_known(&fd.device));
    }
    make_answer(bytes, NEW_YEAR, 0);
    say(second_ip, NTP_PORT, bytes, sizeof(bytes)); /* a stranger */
    say(first_ip, 124, bytes, sizeof(bytes));
    say(first_ip, NTP_PORT, bytes, sizeof(bytes) - 1);
    assert_false(daytime_is_known(&fd.device));
    answer(first_ip, NEW_YEAR, 0);
    assert_true(daytime_is_known(&fd.device));
}

static void a_late_answer_is_no_answer(void **state)
{
    uint8_t bytes[NTP_SIZE];
    (void)state;
    fake_resolved(&fd, first_ip);
    make_answer(bytes, NEW_YEAR, 0);
    uint8_t handle = (uint8_t)(socket_in_use() - fake_net.udp);
    fake_run(&fd, 1100);
    fake_datagram(&fd, handle, first_ip, NTP_PORT, bytes, sizeof(bytes));
    assert_false(daytime_is_known(&fd.device));
    assert_true(is_asking("three"));
}

/* ---- servers in turn ----------------------------------------------------- */

static void servers_are_asked_in_turn_and_then_the_pool(void **state)
{
    (void)state;
    fake_resolved(&fd, NULL); /* no such host */
    fake_run(&fd, 100);
    assert_true(is_asking("three"));
    fake_resolved(&fd, second_ip); /* silent */
    assert_non_null(socket_in_use());
    fake_run(&fd, 1100);
    assert_int_equal(sockets(), 0);
    assert_true(is_asking_pool());
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR, 0);
    assert_true(daytime_is_known(&fd.device));
}

/* Its address is known, no name has to be. */
static void the_router_is_asked_before_the_pool(void **state)
{
    static const uint8_t router_ip[4] = {192, 168, 1, 1};
    (void)state;
    fake.radio.facts.address[HAL_WIFI_GATEWAY] = 0xC0A80101;
    fake_resolved(&fd, NULL);
    fake_run(&fd, 100);
    fake_resolved(&fd, NULL); /* three */
    fake_run(&fd, 100);
    assert_non_null(socket_in_use());
    assert_memory_equal(socket_in_use()->ip, router_ip, 4);
    assert_int_equal(fake_net.names, 2);
    fake_run(&fd, 1100);
    assert_true(is_asking_pool());
    fake_forget();
    fake_resolved(&fd, NULL);
    assert_true(fake_said("no server tells the time"));
    fake_run(&fd, 17000);
    fake_resolved(&fd, NULL);
    fake_run(&fd, 100);
    fake_resolved(&fd, NULL);
    fake_run(&fd, 100);
    answer(router_ip, NEW_YEAR, 0);
    assert_true(daytime_is_known(&fd.device));
}

/* The DNS never answers: its question stays open, and nobody else's is in its
 * way for longer than that. */
static void a_dns_that_is_silent(void **state)
{
    (void)state;
    fake_run(&fd, SNTP_NAME_MS + 100);
    assert_true(is_asking("one")); /* still */
    fake_resolved(&fd, first_ip);  /* too late */
    assert_null(socket_in_use());
    fake_run(&fd, 100);
    assert_true(is_asking("three"));
}

/* The pool, and so on, until a whole round is over. */
static void fail_round(void)
{
    fake_type(&fd, ""); /* somebody is there to read of it */
    while (!is_asking_pool()) {
        fake_resolved(&fd, NULL);
        fake_run(&fd, 100);
    }
    fake_forget();
    fake_resolved(&fd, NULL);
}

static void pauses_grow_and_never_end(void **state)
{
    static const unsigned pauses[] = {16,  32,   64,   128, 256,
                                      512, 1024, 1024, 1024};
    (void)state;
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        char line[64];
        fail_round();
        snprintf(line, sizeof(line),
                 "no server tells the time; next try in %u s", pauses[i]);
        assert_true(fake_said(line));
        unsigned names = fake_net.names;
        fake_run(&fd, pauses[i] * 1000 - 100);
        assert_int_equal(fake_net.names, names);
        fake_run(&fd, 200);
        assert_true(is_asking("one"));
    }
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR, 0);
    fake_run(&fd, 3700000); /* the next hour: pauses begin anew */
    fail_round();
    assert_true(fake_said("next try in 16 s"));
}

static void a_server_that_answered_is_asked_again(void **state)
{
    (void)state;
    fake_resolved(&fd, NULL);
    fake_run(&fd, 100);
    fake_resolved(&fd, second_ip);
    answer(second_ip, NEW_YEAR, 0);
    fake_run(&fd, 3700000);
    assert_true(is_asking("three"));
}

/* ---- later --------------------------------------------------------------- */

/* At a full hour of UTC and 3 to 48 s, by the chip's id. */
static void hourly_at_the_chips_own_second(void **state)
{
    struct hal_chip chip;
    (void)state;
    hal_system_chip(&chip);
    uint32_t own_s = SNTP_AFTER_S + chip.chip_id % SNTP_SPREAD_S;
    assert_in_range(own_s, 3, 48);
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR + 1234, 500);
    for (unsigned hour = 1; hour <= 3; hour++) {
        uint32_t at_s = NEW_YEAR + hour * 3600 + own_s;
        uint32_t wait_s = at_s - daytime_utc(&fd.device, NULL);
        fake_run(&fd, (wait_s - 1) * 1000);
        assert_false(is_asking("one"));
        fake_run(&fd, 1100);
        assert_true(is_asking("one"));
        fake_forget();
        fake_resolved(&fd, first_ip);
        answer(first_ip, at_s, 0);
        assert_false(fake_said("NTP")); /* no news */
    }
}

/* What the crystal got wrong is put right, forth and back. */
static void the_time_is_corrected(void **state)
{
    (void)state;
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR + 3590, 0);
    fake_run(&fd, 60000);
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR + 3600, 0);
    assert_int_equal(daytime_utc(&fd.device, NULL), NEW_YEAR + 3600);
}

static void without_a_network_nobody_is_asked(void **state)
{
    (void)state;
    fake_resolved(&fd, first_ip);
    lose();
    assert_int_equal(sockets(), 0);
    unsigned names = fake_net.names;
    fake_run(&fd, 6000); /* it tries to join again */
    assert_int_equal(fake_net.names, names);
    join();
    assert_int_equal(fake_net.names, names + 1);
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR, 0);
    /* the time goes on without it */
    lose();
    fake_run(&fd, 5000);
    assert_int_equal(daytime_utc(&fd.device, NULL), NEW_YEAR + 5);
}

static void the_owners_time_stays_until_time_0(void **state)
{
    (void)state;
    fake_resolved(&fd, first_ip);
    fake_type(&fd, "Time 1800000000");
    assert_int_equal(sockets(), 0);
    unsigned names = fake_net.names;
    fake_run(&fd, 3 * 3700000);
    assert_int_equal(fake_net.names, names);
    assert_int_equal(daytime_utc(&fd.device, NULL), 1800000000 + 3 * 3700);
    fake_type(&fd, "Time 0");
    fake_run(&fd, 100);
    assert_true(is_asking("one"));
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR, 0);
    assert_int_equal(daytime_utc(&fd.device, NULL), NEW_YEAR);
}

static void a_new_server_is_asked_at_once(void **state)
{
    (void)state;
    fake_resolved(&fd, NULL);
    fake_run(&fd, 100);
    assert_true(is_asking("three"));
    fake_type(&fd, "NtpServer1 other");
    fake_resolved(&fd, second_ip); /* of the one before: nobody wants it */
    fake_run(&fd, 100);
    assert_true(is_asking("other"));
    fake_resolved(&fd, first_ip);
    answer(first_ip, NEW_YEAR, 0);
    assert_true(daytime_is_known(&fd.device));
}

/* Without a free socket it tries the next one, and again later. */
static void no_socket_is_free(void **state)
{
    uint8_t handle;
    (void)state;
    while (hal_udp_open(0, NULL, &handle))
        continue;
    fake_resolved(&fd, first_ip);
    fake_run(&fd, 100);
    assert_true(is_asking("three"));
    hal_udp_close(handle);
    fake_resolved(&fd, second_ip);
    answer(second_ip, NEW_YEAR, 0);
    assert_true(daytime_is_known(&fd.device));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_asks_as_soon_as_there_is_a_network, setup),
        cmocka_unit_test_setup(each_question_has_another_cookie, setup),
        cmocka_unit_test_setup(wrong_answers_are_not_believed, setup),
        cmocka_unit_test_setup(a_late_answer_is_no_answer, setup),
        cmocka_unit_test_setup(servers_are_asked_in_turn_and_then_the_pool,
                               setup),
        cmocka_unit_test_setup(the_router_is_asked_before_the_pool, setup),
        cmocka_unit_test_setup(a_dns_that_is_silent, setup),
        cmocka_unit_test_setup(pauses_grow_and_never_end, setup),
        cmocka_unit_test_setup(a_server_that_answered_is_asked_again, setup),
        cmocka_unit_test_setup(hourly_at_the_chips_own_second, setup),
        cmocka_unit_test_setup(the_time_is_corrected, setup),
        cmocka_unit_test_setup(without_a_network_nobody_is_asked, setup),
        cmocka_unit_test_setup(the_owners_time_stays_until_time_0, setup),
        cmocka_unit_test_setup(a_new_server_is_asked_at_once, setup),
        cmocka_unit_test_setup(no_socket_is_free, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
