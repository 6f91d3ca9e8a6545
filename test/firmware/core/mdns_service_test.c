/* The device in multicast DNS: when it asks, says and answers, and when not.
 * What the messages hold is test/firmware/net/mdns_test.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/net/dns.h"
#include "firmware/net/mdns.h"
#include "test/firmware/fake_net.h"

#define NAME "tasmota-A1B2C3-4803"
#define URGENT 1u /* authorities in a query */

static const struct hal_wifi_event got_ip = {
    .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
static const struct hal_wifi_event lost = {.change = HAL_WIFI_LOST,
                                           .reason = 8};
static const uint8_t near[4] = {192, 168, 1, 7}, far[4] = {10, 0, 0, 7};
static const char *const none[] = {NULL};

static struct fake_udp *udp(void)
{
    for (unsigned i = 0; i < HAL_UDP; i++) {
        if (fake_net.udp[i].is_used && fake_net.udp[i].port == MDNS_PORT)
            return &fake_net.udp[i];
    }
    return NULL;
}

static unsigned count(void)
{
    return udp() ? udp()->count : 0;
}

static unsigned get_u16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

/* What the last message is: "probe", "answer" or "goodbye", and whose. */
static bool was(const char *kind, const char *name)
{
    const struct fake_udp *row = udp();
    struct dns_query message;
    struct dns_question question;
    struct dns_record record;
    char host[80];
    snprintf(host, sizeof(host), "%s.local", name);
    assert_true(dns_message_read(&message, row->sent, row->size));
    while (dns_query_next(&message, &question))
        continue;
    assert_true(dns_record_next(&message, &record));
    const char *is = !(message.flags & DNS_RESPONSE) ? "probe"
                     : record.ttl_s == 0             ? "goodbye"
                                                     : "answer";
    return strcmp(is, kind) == 0 &&
           dns_name_is(row->sent, row->size, record.name, host);
}

static void hear(const uint8_t *ip, uint16_t port, const void *bytes,
                 size_t size)
{
    fake_datagram(&fd, (uint8_t)(udp() - fake_net.udp), ip, port, bytes, size);
}

/* A question for our address. */
static void ask(const uint8_t *ip, uint16_t port, unsigned class_,
                unsigned authorities)
{
    uint8_t bytes[200];
    struct dns_out out = {bytes, sizeof(bytes), 0, false};
    dns_put_u32(&out, 0);
    dns_put_u16(&out, 1);
    dns_put_u16(&out, 0);
    dns_put_u16(&out, authorities);
    dns_put_u16(&out, 0);
    dns_put_name(&out, NAME ".local");
    dns_put_u16(&out, DNS_A);
    dns_put_u16(&out, class_);
    hear(ip, port, bytes, out.used);
}

/* Another device of this name says so, or asks for it. */
static void rival_from(uint16_t port, const char *name, uint8_t last,
                       bool is_probe)
{
    const struct mdns_host host = {name, {192, 168, 1, last}, 80, none};
    uint8_t bytes[MDNS_ROOM];
    size_t size = is_probe ? mdns_probe(&host, bytes)
                           : mdns_say(&host, MDNS_HELLO, MDNS_EVER, bytes);
    hear(near, port, bytes, size);
}

static void rival(const char *name, uint8_t last, bool is_probe)
{
    rival_from(MDNS_PORT, name, last, is_probe);
}

static int setup(void **state)
{
    fake_basic(state);
    fake_type(&fd, "Backlog0 SSId1 home;SetOption55 1");
    fake_run(&fd, 5000);
    fake_wifi(&fd, &got_ip);
    return 0;
}

static int setup_announced(void **state)
{
    setup(state);
    fake_run(&fd, 5000);
    assert_true(was("answer", NAME));
    return 0;
}

static void it_asks_before_it_says_its_name(void **state)
{
    static const uint8_t all[4] = {224, 0, 0, 251};
    (void)state;
    fake_net.random = 0;
    fake_run(&fd, 100);
    assert_true(udp()->has_group);
    assert_memory_equal(udp()->group, all, 4);
    for (unsigned n = 1; n <= 3; n++) {
        assert_int_equal(count(), n);
        assert_true(was("probe", NAME));
        assert_memory_equal(udp()->ip, all, 4);
        assert_int_equal(udp()->to, 5353);
        ask(near, MDNS_PORT, 1, 0); /* nobody is answered yet */
        fake_run(&fd, n < 3 ? 250 : 100);
    }
    assert_int_equal(count(), 3);
    fake_run(&fd, 100);
    assert_int_equal(count(), 4);
    assert_true(was("answer", NAME));
    fake_run(&fd, 950);
    assert_int_equal(count(), 4);
    fake_run(&fd, 100);
    assert_int_equal(count(), 5);
    assert_true(was("answer", NAME));
    fake_run(&fd, 100000);
    assert_int_equal(count(), 5);
}

static void two_do_not_begin_at_the_same_moment(void **state)
{
    (void)state;
    fake_run(&fd, 20000); /* a connection that held is joined again at once */
    fake_wifi(&fd, &lost);
    fake_run(&fd, 100);
    fake_net.random = 249;
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 240);
    assert_int_equal(count(), 0);
    fake_run(&fd, 70);
    assert_int_equal(count(), 1);
}

static void it_is_off_unless_asked_for(void **state)
{
    (void)state;
    fake_basic(NULL);
    fake_type(&fd, "SSId1 home");
    fake_run(&fd, 5000);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 5000);
    assert_null(udp());
    fake_type(&fd, "SetOption55 1");
    fake_run(&fd, 5000);
    assert_int_equal(count(), 5);
    struct fake_udp *row = udp();
    fake_type(&fd, "SetOption55 0");
    fake_run(&fd, 100);
    assert_null(udp());
    row->is_used = true;
    assert_true(was("goodbye", NAME));
}

static void who_asks_is_answered_once_a_second(void **state)
{
    (void)state;
    unsigned before = count();
    ask(near, MDNS_PORT, 1, 0);
    assert_int_equal(count(), before); /* at the next tick */
    ask(near, MDNS_PORT, 1, 0);
    fake_run(&fd, 60);
    assert_int_equal(count(), before + 1);
    assert_true(was("answer", NAME));
    for (unsigned i = 0; i < 90; i++) {
        ask(near, MDNS_PORT, 1, 0);
        fake_run(&fd, 10);
    }
    assert_int_equal(count(), before + 1);
    fake_run(&fd, 200);
    assert_int_equal(count(), before + 2);
    fake_run(&fd, 5000);
    assert_int_equal(count(), before + 2);
}

static void who_is_about_to_take_the_name_is_told_sooner(void **state)
{
    (void)state;
    ask(near, MDNS_PORT, 1, 0);
    fake_run(&fd, 60);
    unsigned before = count();
    fake_run(&fd, 200);
    ask(near, MDNS_PORT, 1, URGENT);
    fake_run(&fd, 60);
    assert_int_equal(count(), before + 1);
}

static void who_wants_it_for_himself_gets_it_alone(void **state)
{
    (void)state;
    unsigned before = count();
    ask(near, MDNS_PORT, 0x8001, 0);
    assert_int_equal(count(), before + 1);
    assert_memory_equal(udp()->ip, near, 4);
    ask(near, 40000, 1, 0);
    assert_int_equal(udp()->to, 40000);
    for (unsigned i = 0; i < 300; i++)
        ask(near, 40000, 1, 0);
    assert_int_equal(count(), before + MDNS_SINGLES);
    fake_run(&fd, 60);
    ask(near, 40000, 1, 0);
    assert_int_equal(count(), before + MDNS_SINGLES + 1);
}

static void nobody_from_outside_is_answered(void **state)
{
    (void)state;
    unsigned before = count();
    ask(far, MDNS_PORT, 1, 0);
    ask(far, MDNS_PORT, 0x8001, 0);
    ask(far, 40000, 1, 0);
    ask((const uint8_t[4]){192, 169, 1, 7}, 40000, 1, 0);
    fake_run(&fd, 2000);
    assert_int_equal(count(), before);
}

static void another_address_is_announced(void **state)
{
    static const struct hal_wifi_event moved = {
        .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 99}, .channel = 6};
    (void)state;
    unsigned before = count();
    fake_wifi(&fd, &moved);
    fake_run(&fd, 5000);
    assert_int_equal(count(), before + 2);
    assert_true(was("answer", NAME));
    const struct fake_udp *row = udp();
    size_t at = dns_name_end(row->sent, row->size, DNS_HEAD);
    assert_int_equal(get_u16(row->sent + at), DNS_A);
    assert_memory_equal(row->sent + at + 10, moved.ip, 4);
}

static void goodbye_comes_before_a_restart(void **state)
{
    static const char *const lines[] = {"Restart 1", "Topic kitchen",
                                        "Hostname lamp", "Reset 1"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        setup_announced(state);
        struct fake_udp *row = udp();
        fake_type(&fd, lines[i]);
        fake_run(&fd, 1000);
        assert_null(udp());
        assert_int_equal(fake.restarts, 0);
        row->is_used = true;
        if (!was("goodbye", NAME)) /* the name that was told */
            fail_msg("%s: no goodbye", lines[i]);
    }
}

static void a_lost_network_ends_it(void **state)
{
    (void)state;
    unsigned before = count();
    struct fake_udp *row = udp();
    fake_run(&fd, 20000);
    fake_wifi(&fd, &lost);
    fake_run(&fd, 100);
    assert_null(udp());
    assert_int_equal(row->count, before);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 5000);
    assert_int_equal(count(), 5);
}

static void a_name_that_is_taken_gets_a_number(void **state)
{
    (void)state;
    fake_run(&fd, 100);
    fake_forget();
    rival(NAME, 7, false);
    assert_true(fake_said("DNS: Another device has the name of this one in "
                          "mDNS, which is now " NAME "-2.local"));
    fake_run(&fd, 1100);
    assert_true(was("probe", NAME "-2"));
    rival(NAME "-2", 7, false);
    rival(NAME, 7, false); /* no more of our business */
    fake_run(&fd, 5000);
    assert_true(was("answer", NAME "-3"));
    ask(near, MDNS_PORT, 1, 0); /* nor is the old name */
    unsigned before = count();
    fake_run(&fd, 2000);
    assert_int_equal(count(), before);
}

/* It goes on with the name if the other one does not insist. */
static void a_conflict_later_begins_with_a_question(void **state)
{
    (void)state;
    rival(NAME, 50, false);            /* ourselves, by an echo */
    rival_from(40000, NAME, 7, false); /* no responder (6) */
    unsigned before = count();
    fake_run(&fd, 2000);
    assert_int_equal(count(), before);
    rival(NAME, 7, false);
    fake_run(&fd, 100);
    assert_true(was("probe", NAME));
    fake_run(&fd, 5000);
    assert_true(was("answer", NAME));
    rival(NAME, 7, false);
    fake_run(&fd, 100);
    rival(NAME, 7, false);
    fake_run(&fd, 5000);
    assert_true(was("answer", NAME "-2"));
}

/* RFC 6762, 8.2: the later address wins, the other one waits. */
static void of_two_that_ask_one_waits(void **state)
{
    (void)state;
    fake_net.random = 0;
    fake_run(&fd, 100);
    rival(NAME, 49, true);
    fake_run(&fd, 850);
    assert_true(was("answer", NAME));
    setup(state);
    fake_run(&fd, 100);
    unsigned before = count();
    rival(NAME, 51, true);
    fake_run(&fd, 900);
    assert_int_equal(count(), before);
    fake_run(&fd, 200);
    assert_int_equal(count(), before + 1);
    assert_true(was("probe", NAME));
}

static void garbage_is_nothing(void **state)
{
    uint8_t bytes[300];
    uint32_t random = 1;
    (void)state;
    unsigned before = count();
    for (unsigned i = 0; i < 20000; i++) {
        for (unsigned k = 0; k < sizeof(bytes); k++) {
            random = random * 1664525u + 1013904223u;
            bytes[k] =
                k < 12 && (random & 0x30000000u) ? 0 : (uint8_t)(random >> 24);
        }
        hear(near, MDNS_PORT, bytes, random >> 8 & 0xFFu);
    }
    fake_run(&fd, 2000);
    assert_int_equal(count(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
#define A(name) cmocka_unit_test_setup(name, setup_announced)
        T(it_asks_before_it_says_its_name),
        T(two_do_not_begin_at_the_same_moment),
        T(it_is_off_unless_asked_for),
        A(who_asks_is_answered_once_a_second),
        A(who_is_about_to_take_the_name_is_told_sooner),
        A(who_wants_it_for_himself_gets_it_alone),
        A(nobody_from_outside_is_answered),
        A(another_address_is_announced),
        T(goodbye_comes_before_a_restart),
        A(a_lost_network_ends_it),
        T(a_name_that_is_taken_gets_a_number),
        A(a_conflict_later_begins_with_a_question),
        T(of_two_that_ask_one_waits),
        A(garbage_is_nothing),
#undef T
#undef A
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
