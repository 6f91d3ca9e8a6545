/* The time out of an answer, and answers that nobody should believe. */
#include "firmware/net/ntp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"

#define COOKIE 0x0123456789ABCDEFu
#define SINCE_1900 2208988800u

static void make_answer(uint8_t *bytes, uint32_t epoch_s, uint32_t fraction)
{
    memset(bytes, 0, NTP_SIZE);
    bytes[0] = 0x24; /* no leap second, version 4, server */
    bytes[1] = 2;
    put_u32be(bytes + 24, (uint32_t)(COOKIE >> 32));
    put_u32be(bytes + 28, (uint32_t)COOKIE);
    put_u32be(bytes + 40, epoch_s + SINCE_1900);
    put_u32be(bytes + 44, fraction);
}

static void the_question(void **state)
{
    uint8_t bytes[NTP_SIZE];
    (void)state;
    ntp_write(COOKIE, bytes);
    assert_int_equal(bytes[0], 0x23);
    assert_memory_equal(bytes + 40, "\x01\x23\x45\x67\x89\xAB\xCD\xEF", 8);
    for (unsigned i = 1; i < 40; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void the_time(void **state)
{
    static const uint32_t times[] = {
        NTP_EARLIEST, 1763712000u, /* 2025-11-21 */
        2085978495u, 2085978496u,  /* era 0 ends on 2036-02-07 06:28:15 */
        0xFFFFFFFFu};
    uint8_t bytes[NTP_SIZE];
    uint32_t s, ms;
    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        make_answer(bytes, times[i], 0x80000000u);
        assert_true(ntp_read(bytes, sizeof(bytes), COOKIE, &s, &ms));
        assert_int_equal(s, times[i]);
        assert_int_equal(ms, 500);
    }
}

/* clang-format off */
static const struct {
    const char *name;
    uint8_t at, value;
} wrong[] = {
    {"its clock was never set", 0, 0xE4},
    {"a client", 0, 0x23},
    {"version 0", 0, 0x04},
    {"go away", 1, 0},
    {"not in step with anybody", 1, 16},
    {"another question's", 24, 0x02},
    {"another question's, by the last bit", 31, 0xEE},
    {"before 2016", 40, 0xD0},
};
/* clang-format on */

static void what_is_not_believed(void **state)
{
    uint8_t bytes[NTP_SIZE];
    uint32_t s = 7, ms = 7;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        print_message("# %s\n", wrong[i].name);
        make_answer(bytes, 1763712000u, 0);
        bytes[wrong[i].at] = wrong[i].value;
        assert_false(ntp_read(bytes, sizeof(bytes), COOKIE, &s, &ms));
    }
    make_answer(bytes, NTP_EARLIEST - 1, 0);
    assert_false(ntp_read(bytes, sizeof(bytes), COOKIE, &s, &ms));
    make_answer(bytes, NTP_EARLIEST, 0);
    assert_false(ntp_read(bytes, sizeof(bytes) - 1, COOKIE, &s, &ms));
    assert_int_equal(s, 7);
    assert_int_equal(ms, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question),
        cmocka_unit_test(the_time),
        cmocka_unit_test(what_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
