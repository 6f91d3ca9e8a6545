#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <string.h>

#include <cmocka.h>

#include "format/err.h"

static void every_row_can_be_shown_to_people(void **state)
{
    (void)state;
    for (int e = 0; e < ERR_COUNT; e++) {
        const char *text = err_text((enum err)e);
        const char *hint = err_hint((enum err)e);
        print_message("# %s\n", err_name((enum err)e));
        assert_true(strncmp(err_name((enum err)e), "ERR_", 4) == 0);
        assert_true(strlen(text) > 3 && strlen(hint) > 3);
        assert_false(text[strlen(text) - 1] == '.');
        assert_false(hint[strlen(hint) - 1] == '.');
        /* Lower case, unless it is a name: "not an ESP8266 image". */
        assert_false(isupper((unsigned char)text[0]));
    }
}

static void names_and_texts_are_unique(void **state)
{
    (void)state;
    for (int a = 0; a < ERR_COUNT; a++) {
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(err_name((enum err)a),
                                    err_name((enum err)b));
            assert_string_not_equal(err_text((enum err)a),
                                    err_text((enum err)b));
        }
    }
}

static void only_done_has_the_exit_code_of_done(void **state)
{
    (void)state;
    assert_int_equal(err_exit_code(ERR_NONE), EXIT_DONE);
    for (int e = 1; e < ERR_COUNT; e++) {
        assert_int_not_equal(err_exit_code((enum err)e), EXIT_DONE);
        assert_in_range(err_exit_code((enum err)e), 1, 5);
    }
}

static void a_number_without_a_row_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(err_name((enum err)1000), "ERR_UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_can_be_shown_to_people),
        cmocka_unit_test(names_and_texts_are_unique),
        cmocka_unit_test(only_done_has_the_exit_code_of_done),
        cmocka_unit_test(a_number_without_a_row_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
