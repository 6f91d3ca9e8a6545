/* DNS: names wherever they lie, and the set-up network's answers. */
#include "firmware/net/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

static const uint8_t ip[4] = {192, 168, 4, 1};

static void an_address_for_every_name(void **state)
{
    uint8_t out[DNS_UDP];
    const char want[] = "\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00"
                        "\x07"
                        "example\x03"
                        "com\x00\x00\x01\x00\x01"
                        "\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x3C\x00\x04"
                        "\xC0\xA8\x04\x01";
    (void)state;
    size_t size = dns_answer_all(BYTES(HEAD "\x07"
                                            "example\x03"
                                            "com\x00\x00\x01\x00\x01"),
                                 ip, out);
    assert_int_equal(size, sizeof(want) - 1);
    assert_memory_equal(out, want, size);
}

static void nothing_for_other_questions(void **state)
{
    uint8_t out[DNS_UDP];
    (void)state;
    /* AAAA: nobody may wait for it. Its answer count is 0. */
    size_t size = dns_answer_all(BYTES(HEAD "\x01"
                                            "a\x00\x00\x1C\x00\x01"),
                                 ip, out);
    assert_int_equal(size, 19);
    assert_memory_equal(out, "\x12\x34\x85\x00\x00\x01\x00\x00", 8);
}

/* clang-format off */
static const struct {
    const char *name;
    const char *bytes;
    size_t size;
} silent[] = {
#define ROW(name, bytes) {name, bytes, sizeof(bytes) - 1}
    ROW("nothing", ""),
    ROW("half a head", "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00"),
    ROW("an answer", "\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x01\x00\x01"),
    ROW("another operation", "\x12\x34\x29\x00\x00\x01\x00\x00\x00\x00\x00\x00"
        "\x00\x00\x01\x00\x01"),
    ROW("no question", "\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    ROW("a label cut short", HEAD "\x05""abc"),
    ROW("no end", HEAD "\x01""a"),
    ROW("no type", HEAD "\x01""a\x00\x00\x01\x00"),
    ROW("a pointer to itself", HEAD "\xC0\x0C\x00\x01\x00\x01"),
    ROW("a pointer forward", HEAD "\xC0\x0E\x00\x01\x00\x01\x00"),
    ROW("a pointer into the head", HEAD "\xC0\x00\x00\x01\x00\x01"),
    ROW("half a pointer", HEAD "\xC0"),
    ROW("a label of 64", HEAD "\x40""a\x00\x00\x01\x00\x01"),
    ROW("bits that are reserved", HEAD "\x80""a\x00\x00\x01\x00\x01"),
};
/* clang-format on */

static void no_answer_to_what_is_no_question(void **state)
{
    uint8_t out[DNS_UDP];
    (void)state;
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
        print_message("# %s\n", silent[i].name);
        assert_int_equal(dns_answer_all((const uint8_t *)silent[i].bytes,
                                        silent[i].size, ip, out),
                         0);
    }
}

static void the_longest_name(void **state)
{
    static uint8_t bytes[400];
    uint8_t out[DNS_UDP];
    (void)state;
    /* 253 characters are 255 bytes: 3 labels of 63 and one of 61 or 62. */
    for (unsigned last = 61; last <= 62; last++) {
        size_t at = DNS_HEAD;
        memcpy(bytes, HEAD, DNS_HEAD);
        for (unsigned i = 0; i < 4; i++) {
            unsigned n = i < 3 ? 63 : last;
            bytes[at++] = (uint8_t)n;
            memset(bytes + at, 'a', n);
            at += n;
        }
        memcpy(bytes + at, "\x00\x00\x01\x00\x01", 5);
        size_t size = dns_answer_all(bytes, at + 5, ip, out);
        assert_int_equal(size > 0, last == 61);
    }
}

static void names_are_compared_where_they_lie(void **state)
{
    /* "Abc.local" at 12, "x.local" at 23 by a pointer to "local". */
    static const char bytes[] = HEAD "\x03"
                                     "Abc\x05local\x00\x01x\xC0\x10";
    const uint8_t *at = (const uint8_t *)bytes;
    size_t size = sizeof(bytes) - 1;
    (void)state;
    assert_true(dns_name_is(at, size, 12, "abc.LOCAL"));
    assert_true(dns_name_is(at, size, 23, "x.local"));
    assert_true(dns_name_is(at, size, 16, "local"));
    assert_false(dns_name_is(at, size, 12, "abc"));
    assert_false(dns_name_is(at, size, 12, "abc.local.net"));
    assert_false(dns_name_is(at, size, 12, "ab.local"));
    assert_false(dns_name_is(at, size, 12, "abcd.local"));
    assert_false(dns_name_is(at, size, 16, ""));
    assert_int_equal(dns_name_end(at, size, 12), 23);
    assert_int_equal(dns_name_end(at, size, 23), size);
}

static void labels_have_a_limit(void **state)
{
    uint8_t bytes[80];
    char name[80];
    (void)state;
    for (size_t n = 62; n <= 64; n++) {
        struct dns_out out = {bytes, sizeof(bytes), 0, false};
        memset(name, 'a', n);
        strcpy(name + n, ".b");
        dns_put_name(&out, name);
        assert_int_equal(out.is_full, n > 63);
    }
    struct dns_out out = {bytes, sizeof(bytes), 0, false};
    dns_put_name(&out, "a..b");
    assert_true(out.is_full);
}

/* At 14 a pointer to 12, where a label of three bytes runs over it. */
static void what_a_pointer_leads_to_ends_before_it(void **state)
{
    (void)state;
    assert_int_equal(dns_name_end(BYTES(HEAD "\x03x\xC0\x0C\x01"
                                             "b\x00"),
                                  14),
                     0);
    assert_int_equal(dns_name_end(BYTES(HEAD "\x01x\x00\xC0\x0C\x01"
                                             "b\x00"),
                                  15),
                     17);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_for_every_name),
        cmocka_unit_test(nothing_for_other_questions),
        cmocka_unit_test(no_answer_to_what_is_no_question),
        cmocka_unit_test(the_longest_name),
        cmocka_unit_test(names_are_compared_where_they_lie),
        cmocka_unit_test(labels_have_a_limit),
        cmocka_unit_test(what_a_pointer_leads_to_ends_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
