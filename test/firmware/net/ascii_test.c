#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/net/ascii.h"

static void only_capitals_are_lowered(void **state)
{
    (void)state;
    for (int c = -128; c < 128; c++) {
        char is = ascii_lower((char)c);
        assert_int_equal(is, c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
}

static void a_word_is_found_in_any_case(void **state)
{
    static const struct {
        const char *text, *word;
        int behind; /* how far; -1: it does not begin with it */
        bool is;
    } rows[] = {
        {"Host", "host", 4, true},   {"HOST: a", "host", 4, false},
        {"hos", "host", -1, false},  {"hosT", "host", 4, true},
        {"", "host", -1, false},     {"", "", 0, true},
        {"x", "", 0, false},         {"h@st", "h`st", -1, false},
        {"h[st", "h{st", -1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *behind = ascii_behind(rows[i].text, rows[i].word);
        if (rows[i].behind < 0)
            assert_null(behind);
        else
            assert_ptr_equal(behind, rows[i].text + rows[i].behind);
        assert_int_equal(ascii_is(rows[i].text, rows[i].word), rows[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_capitals_are_lowered),
        cmocka_unit_test(a_word_is_found_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
