/* Which device a control line is for, and the names made of numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>

#include <cmocka.h>

#include "tool/bench_address.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct row {
    const char *text;
    unsigned count;
    enum err e;
    unsigned first, end;
    const char *line;
};

/* clang-format off */
static const struct row rows[] = {
    {"press 0 100",     1,   ERR_NONE,    0,  1,   "press 0 100"},
    {"  show",          1,   ERR_NONE,    0,  1,   "show"},
    {"",                1,   ERR_NONE,    0,  1,   ""},
    {"1 show",          1,   ERR_NONE,    0,  1,   "show"},
    {"all show",        1,   ERR_NONE,    0,  1,   "show"},
    {"2 show",          1,   ERR_UNKNOWN, 0,  0,   NULL},
    {"12 press 0 100",  100, ERR_NONE,    11, 12,  "press 0 100"},
    {" 1\tshow",        100, ERR_NONE,    0,  1,   "show"},
    {"100 show",        100, ERR_NONE,    99, 100, "show"},
    {"007 show",        100, ERR_NONE,    6,  7,   "show"},
    {"all power cycle", 100, ERR_NONE,    0,  100, "power cycle"},
    {"12 12 show",      100, ERR_NONE,    11, 12,  "12 show"},
    {"12",              100, ERR_NONE,    11, 12,  ""},
    {"0 show",          100, ERR_UNKNOWN, 0,  0,   NULL},
    {"101 show",        100, ERR_UNKNOWN, 0,  0,   NULL},
    {"4294967297 show", 100, ERR_UNKNOWN, 0,  0,   NULL},
    {"press 0 100",     100, ERR_FORMAT,  0,  0,   NULL},
    {"12x show",        100, ERR_FORMAT,  0,  0,   NULL},
    {"-1 show",         100, ERR_FORMAT,  0,  0,   NULL},
    {"allpower cycle",  100, ERR_FORMAT,  0,  0,   NULL},
    {"",                100, ERR_NONE,    0,  0,   ""},
    {"# 12 show",       100, ERR_NONE,    0,  0,   "# 12 show"},
    {"quit",            100, ERR_NONE,    0,  0,   "quit"},
    {"help",            100, ERR_NONE,    0,  0,   "help"},
    {"quite",           100, ERR_FORMAT,  0,  0,   NULL},
};
/* clang-format on */

static void lines_find_their_devices(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bench_address address;
        enum err e = bench_address_parse(rows[i].text, rows[i].count, &address);
        assert_int_equal(e, rows[i].e);
        if (e == ERR_NONE) {
            assert_string_equal(address.line, rows[i].line);
            assert_int_equal(address.end, rows[i].end);
            assert_int_equal(address.first, rows[i].first);
        }
    }
}

static void a_name_takes_the_number(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
    } names[] = {{"mini-%d.bin", "mini-12.bin"},
                 {"%d", "12"},
                 {"a/%d/%d", "a/12/%d"},
                 {"mini%s.bin", "mini%s.bin"}};
    for (size_t i = 0; i < COUNT(names); i++) {
        char *name = bench_address_name(names[i].pattern, 12);
        assert_string_equal(name, names[i].name);
        free(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_find_their_devices),
        cmocka_unit_test(a_name_takes_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
