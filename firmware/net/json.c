#include "firmware/net/json.h"

void json_init(struct json *json, const char *text, size_t size)
{
    *json = (struct json){.at = text, .end = text + size};
}

static void skip_space(struct json *json)
{
    while (json->at < json->end && (*json->at == ' ' || *json->at == '\t' ||
                                    *json->at == '\r' || *json->at == '\n'))
        json->at++;
}

static bool take(struct json *json, char c)
{
    if (json->at >= json->end || *json->at != c)
        return false;
    json->at++;
    return true;
}

static struct json_item bad(struct json *json)
{
    json->is_done = true;
    json->at = NULL; /* json_next knows the end by it */
    return (struct json_item){.kind = JSON_BAD};
}

/* After the opening quote: to the closing one. */
static bool take_string(struct json *json, const char **text, size_t *size)
{
    *text = json->at;
    while (json->at < json->end && *json->at != '"') {
        if (*json->at == '\\' && ++json->at >= json->end)
            return false;
        if ((unsigned char)*json->at < 0x20)
            return false;
        json->at++;
    }
    *size = (size_t)(json->at - *text);
    return take(json, '"');
}

static bool is_digit_at(const struct json *json)
{
    return json->at < json->end && *json->at >= '0' && *json->at <= '9';
}

static bool take_digits(struct json *json)
{
    if (!is_digit_at(json))
        return false;
    while (is_digit_at(json))
        json->at++;
    return true;
}

static bool take_number(struct json *json)
{
    (void)take(json, '-');
    if (!take_digits(json))
        return false;
    if (take(json, '.') && !take_digits(json))
        return false;
    if (take(json, 'e') || take(json, 'E')) {
        if (!take(json, '+'))
            (void)take(json, '-');
        return take_digits(json);
    }
    return true;
}

static bool take_word(struct json *json, const char *word)
{
    const char *at = json->at;
    for (; *word; word++, at++) {
        if (at >= json->end || *at != *word)
            return false;
    }
    json->at = at;
    return true;
}

static struct json_item open_container(struct json *json, struct json_item item,
                                       bool is_object)
{
    if (json->depth >= JSON_DEPTH)
        return bad(json);
    uint32_t bit = 1u << json->depth;
    json->is_object =
        is_object ? json->is_object | bit : json->is_object & ~bit;
    json->depth++;
    json->has_item = false;
    item.kind = is_object ? JSON_OBJECT : JSON_ARRAY;
    return item;
}

static struct json_item take_value(struct json *json, struct json_item item)
{
    skip_space(json);
    item.text = json->at;
    item.depth = json->depth;
    if (take(json, '{'))
        return open_container(json, item, true);
    if (take(json, '['))
        return open_container(json, item, false);
    json->has_item = true;
    if (take(json, '"')) {
        item.kind = JSON_STRING;
        return take_string(json, &item.text, &item.size) ? item : bad(json);
    }
    if (take_word(json, "true"))
        item.kind = JSON_TRUE;
    else if (take_word(json, "false"))
        item.kind = JSON_FALSE;
    else if (take_word(json, "null"))
        item.kind = JSON_NULL;
    else if (take_number(json))
        item.kind = JSON_NUMBER;
    else
        return bad(json);
    item.size = (size_t)(json->at - item.text);
    return item;
}

static struct json_item close_container(struct json *json)
{
    json->depth--;
    json->has_item = true;
    return (struct json_item){.kind = JSON_CLOSE, .depth = json->depth};
}

static struct json_item take_member(struct json *json)
{
    bool is_object = (json->is_object >> (json->depth - 1)) & 1u;
    skip_space(json);
    if (take(json, is_object ? '}' : ']'))
        return close_container(json);
    if (json->has_item && !take(json, ','))
        return bad(json);
    struct json_item item = {.kind = JSON_BAD};
    skip_space(json);
    if (is_object) {
        if (!take(json, '"') || !take_string(json, &item.key, &item.key_size))
            return bad(json);
        skip_space(json);
        if (!take(json, ':'))
            return bad(json);
    }
    return take_value(json, item);
}

struct json_item json_next(struct json *json)
{
    if (json->is_done)
        return (struct json_item){.kind = json->at ? JSON_END : JSON_BAD};
    if (json->depth > 0)
        return take_member(json);
    if (!json->has_begun) {
        json->has_begun = true;
        return take_value(json, (struct json_item){.kind = JSON_BAD});
    }
    skip_space(json);
    if (json->at != json->end)
        return bad(json);
    json->is_done = true;
    return (struct json_item){.kind = JSON_END};
}

static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 0x1000u;
}

/* What stands for the escape at text[*i], which is the character after the
 * backslash; leaves *i at its last character. */
static char unescape(const char *text, size_t size, size_t *i)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    for (size_t k = 0; from[k]; k++) {
        if (text[*i] == from[k])
            return to[k];
    }
    if (text[*i] != 'u')
        return text[*i];
    unsigned code = 0;
    for (int k = 0; k < 4 && *i + 1 < size; k++)
        code = code * 16 + hex_digit(text[++*i]);
    return code > 0 && code < 0x80 ? (char)code : '?';
}

void json_string(const struct json_item *item, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < item->size && n + 1 < room; i++) {
        char c = item->text[i];
        if (c == '\\' && i + 1 < item->size) {
            i++;
            c = unescape(item->text, item->size, &i);
        }
        out[n++] = c;
    }
    out[n] = 0;
}

bool json_number(const struct json_item *item, int32_t *out)
{
    size_t i = item->size > 0 && item->text[0] == '-' ? 1 : 0;
    uint32_t value = 0;
    if (item->kind != JSON_NUMBER)
        return false;
    for (size_t k = i; k < item->size; k++) {
        unsigned d = (unsigned)(item->text[k] - '0');
        if (d > 9 || value > ((uint32_t)INT32_MAX - d) / 10)
            return false;
        value = value * 10 + d;
    }
    *out = i ? -(int32_t)value : (int32_t)value;
    return true;
}
