#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/net/json.h"

/* The walk as letters: { [ } for containers, s n t f 0 for values, . for the
 * end, ! for wrong text. */
static void walk(const char *text, size_t size, char *out, size_t room)
{
    static const char letters[] = {
        [JSON_END] = '.',    [JSON_BAD] = '!',   [JSON_OBJECT] = '{',
        [JSON_ARRAY] = '[',  [JSON_CLOSE] = '}', [JSON_STRING] = 's',
        [JSON_NUMBER] = 'n', [JSON_TRUE] = 't',  [JSON_FALSE] = 'f',
        [JSON_NULL] = '0'};
    struct json json;
    size_t n = 0;
    json_init(&json, text, size);
    while (n + 1 < room) {
        struct json_item item = json_next(&json);
        out[n++] = letters[item.kind];
        if (item.kind == JSON_END || item.kind == JSON_BAD)
            break;
    }
    out[n] = 0;
}

static void texts_are_walked_in_order(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *walk; } rows[] = {
        {"{}", "{}."}, {"[]", "[}."}, {" 5 ", "n."}, {"\"a\"", "s."},
        {"{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"x\"}}", "{n[tf0}{s}}."},
        {"[[],[1],{}]", "[[}[n}{}}."}, {"-1.5e+3", "n."},
        {"", "!"}, {"{", "{!"}, {"[1", "[n!"}, {"[1,]", "[n!"}, {"[,1]", "[!"},
        {"{\"a\"}", "{!"}, {"{\"a\":}", "{!"}, {"{a:1}", "{!"},
        {"{\"a\":1,}", "{n!"}, {"[1 2]", "[n!"}, {"1 2", "n!"}, {"]", "!"},
        {"[}", "[!"}, {"{]", "{!"}, {"\"a", "!"}, {"\"a\\", "!"},
        {"\"a\nb\"", "!"}, {"\"a\\\nb\"", "!"}, {"truf", "!"}, {"1.", "!"}, {"1e", "!"}, {"-", "!"},
        {"[[[[[[[[1]]]]]]]]", "[[[[[[[[n}}}}}}}}."},
        {"[[[[[[[[[1]]]]]]]]]", "[[[[[[[[!"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char seen[64];
        walk(rows[i].text, strlen(rows[i].text), seen, sizeof(seen));
        if (strcmp(seen, rows[i].walk) != 0)
            fail_msg("%s: %s, wanted %s", rows[i].text, seen, rows[i].walk);
    }
}

static void keys_and_depths_are_told(void **state)
{
    static const char text[] = "{\"GPIO\":[7]}";
    struct json json;
    (void)state;
    json_init(&json, text, strlen(text));
    assert_int_equal(json_next(&json).depth, 0);
    struct json_item item = json_next(&json);
    assert_int_equal(item.kind, JSON_ARRAY);
    assert_int_equal(item.depth, 1);
    assert_memory_equal(item.key, "GPIO", 4);
    assert_int_equal(item.key_size, 4);
    item = json_next(&json);
    assert_int_equal(item.depth, 2);
    assert_null(item.key);
}

static void strings_lose_their_escapes(void **state)
{
    static const struct {
        const char *raw, *plain;
    } rows[] = {{"\"a\\\"b\\\\c\"", "a\"b\\c"},
                {"\"\\n\\t\"", "\n\t"},
                {"\"\\u0041\"", "A"},
                {"\"\\u20ac\"", "?"},
                {"\"\\u00\"", "?"},
                {"\"123456789\"", "1234567"}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json json;
        char plain[8];
        json_init(&json, rows[i].raw, strlen(rows[i].raw));
        struct json_item item = json_next(&json);
        json_string(&item, plain, sizeof(plain));
        assert_string_equal(plain, rows[i].plain);
    }
}

static void numbers_are_whole_and_fit(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        int32_t value;
    } rows[] = {{"0", true, 0},
                {"-5", true, -5},
                {"2147483647", true, INT32_MAX},
                {"2147483648", false, 0},
                {"99999999999", false, 0},
                {"1.5", false, 0},
                {"1e3", false, 0},
                {"true", false, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct json json;
        int32_t value = 0;
        json_init(&json, rows[i].text, strlen(rows[i].text));
        struct json_item item = json_next(&json);
        assert_int_equal(json_number(&item, &value), rows[i].is_good);
        assert_int_equal(value, rows[i].value);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* In memory of exactly its size, so that the sanitizers see a step too far. */
static void random_text_ends_in_bounds(void **state)
{
    static const char letters[] = "{}[]\",:0123456789-.eEu\\ntrufalsNIO \n";
    uint32_t seed = 1;
    unsigned good = 0;
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        size_t size = next_random(&seed) % 16;
        char *text = malloc(size ? size : 1);
        for (size_t k = 0; k < size; k++)
            text[k] = letters[next_random(&seed) % (sizeof(letters) - 1)];
        struct json json;
        struct json_item item;
        unsigned items = 0;
        json_init(&json, text, size);
        do {
            char out[8];
            item = json_next(&json);
            json_string(&item, out, sizeof(out));
            items++;
        } while (item.kind != JSON_END && item.kind != JSON_BAD);
        assert_true(items <= size + 2);
        assert_int_equal(json_next(&json).kind, item.kind);
        good += item.kind == JSON_END;
        free(text);
    }
    assert_true(good > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_walked_in_order),
        cmocka_unit_test(keys_and_depths_are_told),
        cmocka_unit_test(strings_lose_their_escapes),
        cmocka_unit_test(numbers_are_whole_and_fit),
        cmocka_unit_test(random_text_ends_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
