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
static unsigned wanted;

static unsigned get_u16(size_t at)
{
    return (unsigned)out[at] << 8 | out[at + 1];
}

/* What is due; that to everyone is said at once. */
static enum mdns_to answer(const uint8_t *bytes, size_t size, uint16_t port)
{
    wanted = 0;
    enum mdns_to to =
        mdns_answer(&host, bytes, size, port, &wanted, out, &out_size);
    if (to == MDNS_EVERYONE)
        out_size = mdns_say(&host, wanted & MDNS_RECORDS, MDNS_EVER, out);
    return to;
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
        enum mdns_to to = answer(bytes, size, MDNS_PORT);
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
    (void)answer(bytes, size, MDNS_PORT);
    assert_int_equal(out_size, DNS_HEAD + sizeof(record) - 1);
    assert_memory_equal(out + DNS_HEAD, record, sizeof(record) - 1);
    size = ask(bytes, "pogo-9E3779._http._tcp.local", DNS_TXT, 1);
    (void)answer(bytes, size, MDNS_PORT);
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
    assert_int_equal(answer(bytes, size, MDNS_PORT), MDNS_SENDER);
    /* A plain DNS client: the question again, its id, and not for long. */
    size = ask(bytes, "_http._tcp.local", DNS_PTR, 1);
    assert_int_equal(answer(bytes, size, 40000), MDNS_SENDER);
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
    out_size = mdns_say(&host, MDNS_HELLO, MDNS_EVER, out);
    list(letters, &ttl);
    assert_string_equal(letters, "ASTP");
    assert_int_equal(ttl, MDNS_PTR_TTL_S);
    out_size = mdns_say(&host, MDNS_HELLO, 0, out);
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
    out_size = mdns_say(&longest, MDNS_HELLO, MDNS_EVER, out);
    assert_in_range(out_size, 100, MDNS_ROOM);
    list(letters, &ttl);
    assert_string_equal(letters, "ASTP");
    assert_in_range(mdns_probe(&longest, out), 100, MDNS_ROOM);
}

static void what_does_not_fit_is_not_sent(void **state)
{
    static char large[300];
    const char *const lines[] = {large, large, NULL};
    struct mdns_host chatty = host;
    (void)state;
    memset(large, 't', sizeof(large) - 1);
    chatty.text = lines;
    assert_int_equal(mdns_say(&chatty, MDNS_HELLO, MDNS_EVER, out), 0);
}

/* A message with one record: of a name, data as bytes. section is where its
 * count stands: 6 answers, 8 authorities, 10 more. */
struct one {
    const char *name;
    unsigned type, class_, ttl_s;
    const char *data;
    size_t size;
    bool is_name; /* data is one */
};

static size_t put_one(uint8_t *bytes, unsigned flags, const char *question,
                      unsigned section, const struct one *one)
{
    struct dns_out to = {bytes, 300, 0, false};
    dns_put_u16(&to, 0);
    dns_put_u16(&to, flags);
    dns_put_u16(&to, question ? 1 : 0);
    for (unsigned i = 6; i < DNS_HEAD; i += 2)
        dns_put_u16(&to, i == section);
    if (question) {
        dns_put_name(&to, question);
        dns_put_u16(&to, DNS_ANY);
        dns_put_u16(&to, 1);
    }
    dns_put_name(&to, one->name);
    dns_put_u16(&to, one->type);
    dns_put_u16(&to, one->class_);
    dns_put_u32(&to, one->ttl_s);
    size_t size_at = to.used;
    dns_put_u16(&to, 0);
    if (one->is_name)
        dns_put_name(&to, one->data);
    else
        dns_put_bytes(&to, one->data, one->size);
    assert_false(to.is_full);
    bytes[size_at + 1] = (uint8_t)(to.used - size_at - 2);
    return to.used;
}

#define HOST "pogo-9E3779.local"
#define INSTANCE "pogo-9E3779._http._tcp.local"
#define OWN_IP "\xC0\xA8\x01\x32"
#define BYTES(bytes) bytes, sizeof(bytes) - 1, false
#define PLACE(port) BYTES("\0\0\0\0\0" port "\x0Bpogo-9E3779\x05local\0")

/* clang-format off */
static const struct {
    const char *question;
    struct one one;
    const char *records; /* NULL: nothing */
} known[] = {
    {HOST, {HOST, DNS_A, 0x8001, 60, BYTES(OWN_IP)}, NULL},
    {HOST, {HOST, DNS_A, 1, 59, BYTES(OWN_IP)}, "A"},
    {HOST, {HOST, DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x33")}, "A"},
    {HOST, {HOST, DNS_A, 1, 120, BYTES("\xC0\xA8\x01")}, "A"},
    {HOST, {HOST, DNS_A, 3, 120, BYTES(OWN_IP)}, "A"},
    {HOST, {"other.local", DNS_A, 1, 120, BYTES(OWN_IP)}, "A"},
    {"_http._tcp.local",
     {"_http._tcp.local", DNS_PTR, 1, 2250, INSTANCE, 0, true},
     NULL},
    {"_http._tcp.local",
     {"_http._tcp.local", DNS_PTR, 1, 4500, "x._http._tcp.local", 0, true},
     "P+AST"},
    {"_services._dns-sd._udp.local",
     {"_services._dns-sd._udp.local", DNS_PTR, 1, 4500, "_http._tcp.local",
      0, true},
     NULL},
    {INSTANCE, {INSTANCE, DNS_SRV, 0x8001, 120, PLACE("P")}, "T"},
    {INSTANCE, {INSTANCE, DNS_SRV, 0x8001, 120, PLACE("Q")}, "ST+A"},
    {INSTANCE,
     {INSTANCE, DNS_TXT, 0x8001, 4500,
      BYTES("\x11"
            "board=Sonoff Mini\x03v=1")},
     "S+A"},
    {INSTANCE,
     {INSTANCE, DNS_TXT, 0x8001, 4500,
      BYTES("\x11"
            "board=Sonoff Mini\x03v=2")},
     "ST+A"},
};
/* clang-format on */

/* RFC 6762, 7.1: what is known for half of its time is not said again. */
static void what_is_known_is_not_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        uint8_t bytes[300];
        char letters[16];
        uint32_t ttl;
        size_t size = put_one(bytes, 0, known[i].question, 6, &known[i].one);
        enum mdns_to to = answer(bytes, size, MDNS_PORT);
        print_message("# case %zu\n", i);
        assert_int_equal(to, known[i].records ? MDNS_EVERYONE : MDNS_NOBODY);
        if (known[i].records) {
            list(letters, &ttl);
            assert_string_equal(letters, known[i].records);
        }
    }
}

static void a_probe_is_urgent(void **state)
{
    const struct one one = {HOST, DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x33")};
    uint8_t bytes[300];
    (void)state;
    size_t size = put_one(bytes, 0, HOST, 8, &one);
    assert_int_equal(answer(bytes, size, MDNS_PORT), MDNS_EVERYONE);
    assert_int_equal(wanted, MDNS_URGENT | 1);
    size = put_one(bytes, 0, HOST, 10, &one);
    (void)answer(bytes, size, MDNS_PORT);
    assert_int_equal(wanted, 1);
}

static void a_probe_asks_and_says_what_it_wants(void **state)
{
    struct dns_query query;
    struct dns_question question;
    struct dns_record record;
    (void)state;
    out_size = mdns_probe(&host, out);
    assert_true(dns_query_read(&query, out, out_size));
    assert_int_equal(query.flags, 0);
    assert_int_equal(query.authorities, 2);
    assert_int_equal(dns_records(&query), 2);
    static const char *const names[] = {HOST, INSTANCE};
    for (unsigned i = 0; i < 2; i++) {
        assert_true(dns_query_next(&query, &question));
        assert_true(dns_name_is(out, out_size, question.name, names[i]));
        assert_int_equal(question.type, DNS_ANY);
        assert_int_equal(question.class_, 0x8001); /* answer me alone */
    }
    assert_false(dns_query_next(&query, &question));
    for (unsigned i = 0; i < 2; i++) {
        assert_true(dns_record_next(&query, &record));
        assert_true(dns_name_is(out, out_size, record.name, names[i]));
        assert_int_equal(record.type, i ? DNS_SRV : DNS_A);
        assert_int_equal(record.class_, 1); /* not yet ours alone */
    }
    assert_int_equal(query.at, out_size);
    assert_false(dns_record_next(&query, &record));
}

/* clang-format off */
static const struct {
    unsigned flags, section;
    struct one one;
    enum mdns_rival rival;
} rivals[] = {
    {0x8400,
     6,
     {HOST, DNS_A, 0x8001, 120, BYTES("\xC0\xA8\x01\x33")},
     MDNS_TAKEN},
    {0x8400, 10, {HOST, DNS_A, 1, 120, BYTES("\x0A\0\0\x01")}, MDNS_TAKEN},
    {0x8400,
     6,
     {"POGO-9e3779.local", DNS_A, 1, 1, BYTES("\x0A\0\0\x01")},
     MDNS_TAKEN},
    {0x8400,
     6,
     {HOST, DNS_AAAA, 1, 120, BYTES("0123456789abcdef")},
     MDNS_TAKEN},
    {0x8400, 6, {INSTANCE, DNS_SRV, 0x8001, 120, PLACE("Q")}, MDNS_TAKEN},
    {0x8400,
     6,
     {INSTANCE, DNS_SRV, 0x8001, 120, BYTES("\0\0\0\0\0P\x01x\x05local\0")},
     MDNS_TAKEN},
    {0x8400, 6, {INSTANCE, DNS_SRV, 0x8001, 120, PLACE("P")}, MDNS_ALONE},
    {0x8400, 6, {HOST, DNS_A, 0x8001, 120, BYTES(OWN_IP)}, MDNS_ALONE},
    {0x8400,
     6,
     {HOST, DNS_A, 0x8001, 0, BYTES("\xC0\xA8\x01\x33")},
     MDNS_ALONE},
    {0x8400,
     6,
     {HOST, DNS_A, 3, 120, BYTES("\xC0\xA8\x01\x33")},
     MDNS_ALONE},
    {0x8400,
     6,
     {"other.local", DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x33")},
     MDNS_ALONE},
    {0x8400,
     6,
     {"_http._tcp.local", DNS_PTR, 1, 9, "x._http._tcp.local", 0, true},
     MDNS_ALONE},
    {0, 8, {HOST, DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x33")}, MDNS_BEATEN},
    {0, 8, {HOST, DNS_A, 1, 120, BYTES("\xC0\xA9\x01\x31")}, MDNS_BEATEN},
    {0,
     8,
     {HOST, DNS_AAAA, 1, 120, BYTES("0123456789abcdef")},
     MDNS_BEATEN},
    {0, 8, {HOST, DNS_A, 1, 120, BYTES(OWN_IP)}, MDNS_ALONE},
    {0, 8, {HOST, DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x31")}, MDNS_ALONE},
    {0,
     8,
     {"other.local", DNS_A, 1, 120, BYTES("\xC0\xA8\x01\x33")},
     MDNS_ALONE},
};
/* clang-format on */

static void who_has_our_name_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++) {
        uint8_t bytes[300];
        size_t size = put_one(bytes, rivals[i].flags, i % 2 ? HOST : NULL,
                              rivals[i].section, &rivals[i].one);
        print_message("# case %zu\n", i);
        assert_int_equal(mdns_rival(&host, bytes, size), rivals[i].rival);
        for (size_t cut = 0; cut < size; cut++)
            assert_int_equal(mdns_rival(&host, bytes, cut), MDNS_ALONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_gets_it),
        cmocka_unit_test(the_address_and_the_place),
        cmocka_unit_test(some_want_it_for_themselves),
        cmocka_unit_test(hello_and_goodbye),
        cmocka_unit_test(what_is_known_is_not_said),
        cmocka_unit_test(a_probe_is_urgent),
        cmocka_unit_test(a_probe_asks_and_says_what_it_wants),
        cmocka_unit_test(who_has_our_name_is_noticed),
        cmocka_unit_test(the_longest_name_fits),
        cmocka_unit_test(what_does_not_fit_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
