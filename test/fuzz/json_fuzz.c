/* Fuzz: the JSON reader. Whatever it reads, what it points to lies inside of
 * the text, every container that was opened is closed, and the end stays the
 * end. What jansson takes it takes, too, and sees as many values, if it is not
 * too deep.
 *
 * Input: the text. */
#include <string.h>

#include "firmware/net/json.h"
#include "test/fuzz/fuzz.h"

enum { WHOLE, TOO_DEEP, BAD };
struct fuzz_way fuzz_ways[] = {
    {"whole", 0}, {"too deep", 0}, {"bad", 0}, {NULL, 0}};

struct input {
    char *text, *out; /* each its own, for ASan */
    size_t size;
};

static void check_inside(const struct input *input, const char *at, size_t size)
{
    size_t offset = (size_t)(at - input->text);
    FUZZ_CHECK(offset <= input->size && size <= input->size - offset);
}

static void check_item(const struct input *input, const struct json_item *item)
{
    int32_t number;
    if (item->key) {
        check_inside(input, item->key, item->key_size);
    }
    check_inside(input, item->text, item->size);
    if (json_number(item, &number)) {
        FUZZ_CHECK(item->kind == JSON_NUMBER);
        FUZZ_CHECK(strtoll(item->text, NULL, 10) == number);
    }
    if (item->kind == JSON_STRING) {
        json_string(item, input->out, input->size + 1);
        FUZZ_CHECK(strlen(input->out) <= item->size);
        json_string(item, input->out, 1);
        FUZZ_CHECK(input->out[0] == 0);
    }
}

/* How many values there are; *kind is how it ended. */
static size_t walk(const struct input *input, struct json *json,
                   enum json_kind *kind)
{
    size_t values = 0;
    unsigned open = 0;
    json_init(json, input->text, input->size);
    for (;;) {
        struct json_item item = json_next(json);
        *kind = item.kind;
        if (item.kind == JSON_END || item.kind == JSON_BAD) {
            break;
        }
        if (item.kind == JSON_CLOSE) {
            FUZZ_CHECK(open > 0 && item.depth == --open);
            continue;
        }
        FUZZ_CHECK(item.depth == open && ++values <= input->size);
        check_item(input, &item);
        open += item.kind == JSON_OBJECT || item.kind == JSON_ARRAY;
        FUZZ_CHECK(open <= JSON_DEPTH);
    }
    FUZZ_CHECK(*kind == JSON_BAD || open == 0);
    FUZZ_CHECK(json_next(json).kind == *kind);
    return values;
}

/* ---- the plain reader: from at to behind a value, or NULL; the text ends with
 * NUL, so that nothing looks past its end ---- */

static const char *plain_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static const char *plain_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        at += *at == '\\'; /* what follows counts for nothing */
        if ((unsigned char)*at < ' ') {
            return NULL;
        }
    }
    return at + 1;
}

static const char *plain_digits(const char *at)
{
    size_t n = strspn(at, "0123456789");
    return n > 0 ? at + n : NULL;
}

static const char *plain_number(const char *at)
{
    at = plain_digits(at + (*at == '-'));
    if (at && *at == '.') {
        at = plain_digits(at + 1);
    }
    if (at && (*at == 'e' || *at == 'E')) {
        at += at[1] == '+' || at[1] == '-';
        at = plain_digits(at + 1);
    }
    return at;
}

static const char *plain_value(const char *at, size_t *values);

static const char *plain_members(const char *at, size_t *values)
{
    bool is_object = *at == '{';
    char end = is_object ? '}' : ']';
    at = plain_space(at + 1);
    if (*at == end) {
        return at + 1;
    }
    for (;;) {
        at = plain_space(at);
        if (is_object) {
            at = *at == '"' ? plain_string(at) : NULL;
            at = at ? plain_space(at) : NULL;
            if (!at || *at++ != ':') {
                return NULL;
            }
        }
        at = plain_value(at, values);
        at = at ? plain_space(at) : NULL;
        if (!at || *at == end) {
            return at ? at + 1 : NULL;
        }
        if (*at++ != ',') {
            return NULL;
        }
    }
}

static const char *plain_value(const char *at, size_t *values)
{
    static const char *const words[] = {"true", "false", "null"};
    at = plain_space(at);
    ++*values;
    if (*at == '{' || *at == '[') {
        return plain_members(at, values);
    }
    if (*at == '"') {
        return plain_string(at);
    }
    for (size_t i = 0; i < 3; i++) {
        if (strncmp(at, words[i], strlen(words[i])) == 0) {
            return at + strlen(words[i]);
        }
    }
    return plain_number(at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A NUL behind it, where the plain reader and strtoll stop. */
    struct input input = {malloc(size + 1), malloc(size + 1), size};
    struct json json;
    enum json_kind kind;
    FUZZ_CHECK(input.text && input.out);
    memcpy(input.text, data, size);
    input.text[size] = 0;
    size_t values = walk(&input, &json, &kind);
    size_t plain_values = 0;
    const char *end = plain_value(input.text, &plain_values);
    bool is_whole = end && plain_space(end) == input.text + size;
    if (is_whole && kind == JSON_BAD) {
        FUZZ_CHECK(json.depth == JSON_DEPTH);
        fuzz_ways[TOO_DEEP].count++;
    } else {
        FUZZ_CHECK(is_whole == (kind == JSON_END));
        FUZZ_CHECK(!is_whole || values == plain_values);
        fuzz_ways[is_whole ? WHOLE : BAD].count++;
    }
    free(input.text);
    free(input.out);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        " { \"a\" : [1, -2, 3.5, 4e5, 2147483647, -2147483648] , \"b\":{} } ",
        "[[[[[[[[]]]]]]]]",
        "[[[[[[[[[1]]]]]]]]]",
        "\"\\\"\\\\\\n\\u0041\\u00e4\"",
        "[true,false,null,\"\",{\"x\":\"y\",\"z\":[[],{}]}]",
        "-0",
        "{\"a\":1,\"a\":2}",
        "\"\\\n\"", /* found: a control character behind a backslash */
    };
    return FUZZ_TEXT_SEED(seeds, n, out, room);
}
