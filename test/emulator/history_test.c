/* The last things that happened: newest first, repeats counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/history.h"

static struct history history;

static int clear(void **state)
{
    (void)state;
    memset(&history, 0, sizeof(history));
    return 0;
}

static void the_newest_come_first_and_the_oldest_go(void **state)
{
    (void)state;
    assert_null(history_get(&history, 0));
    for (unsigned i = 0; i < 3 * HISTORY_ENTRIES + 1; i++) {
        char text[16];
        snprintf(text, sizeof(text), "event %u", i);
        history_add(&history, 1000 + i, text, i);
        for (unsigned n = 0; n < HISTORY_ENTRIES + 2; n++) {
            const struct history_entry *entry = history_get(&history, n);
            assert_int_equal(entry != NULL, n <= i && n < HISTORY_ENTRIES);
            if (!entry)
                continue;
            snprintf(text, sizeof(text), "event %u", i - n);
            assert_string_equal(entry->text, text);
            assert_int_equal(entry->cycle, 1000 + i - n);
            assert_int_equal(entry->address, i - n);
            assert_int_equal(entry->count, 1);
        }
    }
}

static void repeats_take_one_place(void **state)
{
    (void)state;
    history_add(&history, 1, "a", 0);
    history_add(&history, 2, "a", 0);
    history_add(&history, 3, "a", 0);
    history_add(&history, 4, "a", 9);
    history_add(&history, 5, "ab", 9);
    assert_int_equal(history_get(&history, 2)->count, 3);
    assert_int_equal(history_get(&history, 2)->cycle, 3);
    assert_int_equal(history_get(&history, 1)->count, 1);
    assert_string_equal(history_get(&history, 0)->text, "ab");
    assert_null(history_get(&history, 3));
}

static void names_are_not_copied(void **state)
{
    static const char name[] = "a name that is longer than any entry has room "
                               "for, and whole all the same";
    (void)state;
    history_note(&history, 1, name, 0);
    history_note(&history, 2, name, 0);
    history_note(&history, 3, name, 4);
    history_add(&history, 4, "a", 4);
    history_note(&history, 5, name, 4);
    assert_ptr_equal(history_text(history_get(&history, 0)), name);
    assert_string_equal(history_text(history_get(&history, 1)), "a");
    assert_int_equal(history_get(&history, 2)->address, 4);
    assert_int_equal(history_get(&history, 3)->count, 2);
    assert_null(history_get(&history, 4));
}

static void a_long_text_is_cut(void **state)
{
    char text[2 * HISTORY_TEXT + 1];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    history_add(&history, 1, text, 0);
    history_add(&history, 2, text, 0);
    const struct history_entry *entry = history_get(&history, 0);
    assert_int_equal(strlen(entry->text), HISTORY_TEXT - 1);
    assert_int_equal(entry->count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_newest_come_first_and_the_oldest_go, clear),
        cmocka_unit_test_setup(repeats_take_one_place, clear),
        cmocka_unit_test_setup(names_are_not_copied, clear),
        cmocka_unit_test_setup(a_long_text_is_cut, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
