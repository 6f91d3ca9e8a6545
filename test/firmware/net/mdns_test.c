/* Multicast DNS: who asks for what gets which records, and where to. */
#include "firmware/net/mdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/net/dns.h"

static const char *const text[] = {"board=Sonoff Mini", "v=1", NULL};
static const struct mdns_host host = {
    "pogo-9E3779", {192, 168, 1, 50}, 80, text};

static uint8_t out[MDNS_ROOM];
static size_t out_size;

static unsigned get_u16(size_t at)
{
    return (unsigned)out[at] << 8 | out[at + 1];
}

/* A question; answers is that count of the message's head. */
static size_t ask(uint8_t *bytes, const char *name, unsigned type,
                  unsigned class_)
{
    struct dns_out to = {bytes, 200, 0, false};
    dns_put_u16(&to, 0x4321);
    dns_put_u16(&to, 0);
    dns_put_u16(&to, 1);
    dns_put_u16(&to, 0);
    dns_put_u32(&to, 0);
    dns_put_name(&to, name);
    dns_put_u16(&to, type);
    dns_put_u16(&to, class_);
    assert_false(to.is_full);
    return to.used;
}

/* Walks over out: which types are in it, as letters, answers before a '+', the
 * other records behind it. Checks that all of it is whole. */
static void list(char *letters, uint32_t *ttl_most)
{
    unsigned questions = get_u16(4), answers = get_u16(6), more = get_u16(10);
    size_t at = DNS_HEAD;
    *ttl_most = 0;
    for (; questions > 0; questions--) {
        at = dns_name_end(out, out_size, at) + 4;
    }
    for (unsigned i = 0; i < answers + more; i++) {
        if (i == answers) {
            *letters++ = '+';
        }
        at = dns_name_end(out, out_size, at);
        assert_in_range(at, DNS_HEAD, out_size - 10);
        unsigned type = get_u16(at), size = get_u16(at + 8);
        uint32_t ttl = get_u16(at + 4) << 16 | get_u16(at + 6);
        *ttl_most = ttl > *ttl_most ? ttl : *ttl_most;
        *letters++ = type == DNS_A     ? 'A'
                     : type == DNS_SRV ? 'S'
                     : type == DNS_TXT ? 'T'
                     : type == DNS_PTR ? 'P'
                                       : '?';
        at += 10 + size;
        assert_in_range(at, 0, out_size);
    }
    assert_int_equal(at, out_size);
    *letters = 0;
}

/* clang-format off */
static const struct {
    const char *name;
    unsigned type;
    const char *records; /* NULL: no answer */
} rows[] = {
    {"pogo-9E3779.local", DNS_A, "A"},
    {"POGO-9e3779.LOCAL", DNS_ANY, "A"},
    {"_http._tcp.local", DNS_PTR, "P+AST"},
    {"_services._dns-sd._udp.local", DNS_PTR, "P"},
    {"pogo-9E3779._http._tcp.local", DNS_SRV, "S+A"},
    {"pogo-9E3779._http._tcp.local", DNS_TXT, "T"},
    {"pogo-9E3779._http._tcp.local", DNS_ANY, "ST+A"},
    {"pogo-9E3779.local", DNS_AAAA, NULL},
    {"pogo-9E377.local", DNS_A, NULL},
    {"pogo-9E3779", DNS_A, NULL},
    {"_mqtt._tcp.local", DNS_PTR, NULL},
};
/* clang-format on */

static void who_asks_gets_it(void **state)
{
    uint8_t bytes[200];
    char letters[16];
    uint32_t ttl;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t size = ask(bytes, rows[i].name, rows[i].type, 1);
        enum mdns_to to =
            mdns_answer(&host, bytes, size, MDNS_PORT, out, &out_size);
        print_message("# %s %u\n", rows[i].name, rows[i].type);
        assert_int_equal(to, rows[i].records ? MDNS_EVERYONE : MDNS_NOBODY);
        if (rows[i].records) {
            list(letters, &ttl);
            assert_string_equal(letters, rows[i].records);
            assert_int_equal(get_u16(0), 0); /* 6762, 18.1 */
            assert_int_equal(get_u16(2), 0x8400);
            assert_int_equal(get_u16(4), 0); /* no question: 6762, 6 */
        }
    }
}

static void the_address_and_the_place(void **state)
{
    uint8_t bytes[200];
    static const char record[] =
        "\x0Bpogo-9E3779\x05local\x00\x00\x01\x80\x01\x00\x00\x00\x78\x00\x04"
        "\xC0\xA8\x01\x32";
    (void)state;
    size_t size = ask(bytes, "pogo-9E3779.local", DNS_A, 1);
    (void)mdns_answer(&host, bytes, size, MDNS_PORT, out, &out_size);
    assert_int_equal(out_size, DNS_HEAD + sizeof(record) - 1);
    assert_memory_equal(out + DNS_HEAD, record, sizeof(record) - 1);
    size = ask(bytes, "pogo-9E3779._http._tcp.local", DNS_TXT, 1);
    (void)mdns_answer(&host, bytes, size, MDNS_PORT, out, &out_size);
    assert_memory_equal(out + out_size - 22,
                        "\x11"
                        "board=Sonoff Mini\x03v=1",
                        22);
}

static void some_want_it_for_themselves(void **state)
{
    uint8_t bytes[200];
    char letters[16];
    uint32_t ttl;
    (void)state;
    size_t size = ask(bytes, "pogo-9E3779.local", DNS_A, 0x8001);
    assert_int_equal(mdns_answer(&host, bytes, size, MDNS_PORT, out, &out_size),
                     MDNS_SENDER);
    /* A plain DNS client: the question again, its id, and not for long. */
    size = ask(bytes, "_http._tcp.local", DNS_PTR, 1);
    assert_int_equal(mdns_answer(&host, bytes, size, 40000, out, &out_size),
                     MDNS_SENDER);
    list(letters, &ttl);
    assert_string_equal(letters, "P+AST");
    assert_int_equal(get_u16(0), 0x4321);
    assert_int_equal(get_u16(4), 1);
    assert_in_range(ttl, 1, 10);
}

static void hello_and_goodbye(void **state)
{
    char letters[16];
    uint32_t ttl;
    (void)state;
    out_size = mdns_announce(&host, false, out);
    list(letters, &ttl);
    assert_string_equal(letters, "ASTP");
    assert_int_equal(ttl, MDNS_PTR_TTL_S);
    out_size = mdns_announce(&host, true, out);
    list(letters, &ttl);
    assert_string_equal(letters, "ASTP");
    assert_int_equal(ttl, 0);
}

static void the_longest_name_fits(void **state)
{
    char name[MDNS_NAME + 1];
    struct mdns_host longest = host;
    char letters[16];
    uint32_t ttl;
    (void)state;
    memset(name, 'n', MDNS_NAME);
    name[MDNS_NAME] = 0;
    longest.name = name;
    out_size = mdns_announce(&longest, false, out);
    assert_in_range(out_size, 100, MDNS_ROOM);
    list(letters, &ttl);
    assert_string_equal(letters, "ASTP");
}

static void what_does_not_fit_is_not_sent(void **state)
{
    static char large[300];
    const char *const lines[] = {large, large, NULL};
    struct mdns_host chatty = host;
    (void)state;
    memset(large, 't', sizeof(large) - 1);
    chatty.text = lines;
    assert_int_equal(mdns_announce(&chatty, false, out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_gets_it),
        cmocka_unit_test(the_address_and_the_place),
        cmocka_unit_test(some_want_it_for_themselves),
        cmocka_unit_test(hello_and_goodbye),
        cmocka_unit_test(the_longest_name_fits),
        cmocka_unit_test(what_does_not_fit_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
