/* Values out of JSON texts, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/json_text.h"

static const char status[] =
    "{\"Status\":{\"Module\":8,\"FriendlyName\":[\"Lamp\",\"a\\\"b\\\\c\"],"
    "\"Topic\":\"x{]\", \"On\" : "
    "true,\"Empty\":[],\"U\":\"\\u00fc\\u20ac\\n\"},"
    "\"Other\":{\"Status\":{\"Module\":9}}}";

static void values_are_found_by_their_path(void **state)
{
    (void)state;
    static const struct {
        const char *path, *value; /* NULL: not there */
    } rows[] = {
        {"Status.Module", "8"},
        {"Status.FriendlyName.0", "Lamp"},
        {"Status.FriendlyName.1", "a\"b\\c"},
        {"Status.FriendlyName.2", NULL},
        {"Status.Topic", "x{]"},
        {"Status.On", "true"},
        {"Status.Empty", "[]"},
        {"Status.Empty.0", NULL},
        {"Status.U", "\xC3\xBC\xE2\x82\xAC\n"},
        {"Other.Status.Module", "9"},
        {"Other.Status", "{\"Module\":9}"},
        {"Status.Mod", NULL},
        {"Status.ModuleX", NULL},
        {"status.Module", NULL},
        {"Status.Module.0", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[64] = "old";
        print_message("# %s\n", rows[i].path);
        bool is_found = json_text_find(status, rows[i].path, out, sizeof(out));
        assert_int_equal(is_found, rows[i].value != NULL);
        assert_string_equal(out, rows[i].value ? rows[i].value : "");
    }
}

static void a_value_that_has_no_room_is_not_cut(void **state)
{
    (void)state;
    char out[4];
    assert_false(json_text_find("{\"a\":\"1234\"}", "a", out, sizeof(out)));
    assert_string_equal(out, "");
    assert_true(json_text_find("{\"a\":\"123\"}", "a", out, sizeof(out)));
    assert_string_equal(out, "123");
}

static void arrays_are_counted(void **state)
{
    (void)state;
    assert_int_equal(json_text_count("{\"a\":[1,[2,3],{\"b\":[]}]}", "a"), 3);
    assert_int_equal(json_text_count("{\"a\":[]}", "a"), 0);
    assert_int_equal(json_text_count("{\"a\":3}", "a"), 0);
    assert_int_equal(json_text_count("{\"a\":[1,2", "a"), 0);
    assert_int_equal(json_text_count("{}", "a"), 0);
}

static void damage_is_seen(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           "{",     "{\"a\"}",      "{\"a\":}", "{\"a\":1,}",
        "[1,]",       "[1 2]", "{\"a\":1]",    "\"abc",    "{a:1}",
        "[\"a\nb\"]", "{} x",  "{\"a\":1",     "[}",       "{,}",
        "hello",      "[1]]",  "{\"a\":\"b\\",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        print_message("# %s\n", bad[i]);
        assert_false(json_text_is_whole(bad[i]));
    }
    static const char *const good[] = {
        "{}", "[]", " {\"a\" : [1, -2.5e3]} ", "true", "\"\"", "[[],{}]"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(json_text_is_whole(good[i]));
}

/* Any beginning of a text, and any text with a byte changed, is read without
 * harm; under SAN=1 this looks for more than the assertion does. */
static void any_text_is_read_without_harm(void **state)
{
    (void)state;
    char text[sizeof(status)], out[64];
    for (size_t i = 0; i + 1 < sizeof(status); i++) {
        memcpy(text, status, sizeof(status));
        text[i] = '\0';
        assert_false(json_text_is_whole(text));
        (void)json_text_find(text, "Other.Status.Module", out, sizeof(out));
        for (unsigned c = 1; c < 256; c += 3) {
            memcpy(text, status, sizeof(status));
            text[i] = (char)c;
            (void)json_text_is_whole(text);
            (void)json_text_find(text, "Status.U", out, sizeof(out));
            (void)json_text_count(text, "Status.FriendlyName");
        }
    }
    char deep[200];
    memset(deep, '[', sizeof(deep));
    deep[sizeof(deep) - 1] = '\0';
    assert_false(json_text_is_whole(deep));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_by_their_path),
        cmocka_unit_test(a_value_that_has_no_room_is_not_cut),
        cmocka_unit_test(arrays_are_counted),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(any_text_is_read_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
