/* Finds the passwords in lines of commands and in what a device says. */
#include "tool/secret.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const names[] = {"password", "mqttpassword", "webpassword",
                                    "appassword", "wifitest"};
#define NAMES (sizeof(names) / sizeof(names[0]))

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '=';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Without its index: Password1. */
static bool is_word(const char *word, size_t size, const char *name)
{
    while (size > 0 && is_digit(word[size - 1]))
        size--;
    return size == strlen(name) && strncasecmp(word, name, size) == 0;
}

/* `cmnd/topic/Password1` is how it stands in a topic. */
static bool is_secret(const char *word, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        if (word[i - 1] == '/') {
            word += i;
            size -= i;
            break;
        }
    }
    for (size_t i = 0; i < NAMES; i++) {
        if (is_word(word, size, names[i]))
            return true;
    }
    return false;
}

static size_t skip_blanks(const char *line, size_t size, size_t at)
{
    while (at < size && is_blank(line[at]))
        at++;
    return at;
}

static size_t skip_word(const char *line, size_t size, size_t at)
{
    while (at < size && !is_blank(line[at]) && line[at] != ';')
        at++;
    return at;
}

bool secret_next(const char *line, size_t size, size_t *at, size_t *start,
                 size_t *end)
{
    while (*at < size) {
        size_t word = skip_blanks(line, size, *at);
        size_t behind = skip_word(line, size, word);
        *at = behind;
        if (is_word(line + word, behind - word, "backlog"))
            continue;
        *start = skip_blanks(line, size, behind);
        *end = *start;
        while (*end < size && line[*end] != ';')
            (*end)++;
        *at = *end < size ? *end + 1 : size;
        if (*end > *start && is_secret(line + word, behind - word))
            return true;
    }
    return false;
}

void secret_hide(const char *line, char *out, size_t room)
{
    size_t size = strlen(line), at = 0, from = 0, start = 0, end = 0, used = 0;
    out[0] = '\0';
    while (secret_next(line, size, &at, &start, &end)) {
        int n = snprintf(out + used, room - used, "%.*s****",
                         (int)(start - from), line + from);
        used += n > 0 ? (size_t)n : 0;
        if (used >= room)
            return;
        from = end;
    }
    snprintf(out + used, room - used, "%s", line + from);
}

/* ---- what a device says -------------------------------------------------- */

/* Appends n bytes, cut where out ends. */
static void put(char *out, size_t room, const char *text, size_t n)
{
    size_t used = strlen(out);
    if (used + 1 < room)
        snprintf(out + used, room - used, "%.*s", (int)n, text);
}

/* The value of the next `"name":"value"` with a secret name: its first byte.
 * NULL: no more. */
static const char *next_value(const char *json)
{
    for (const char *p = json; (p = strstr(p, "\":\"")) != NULL; p += 3) {
        const char *word = p;
        while (word > json && word[-1] != '"')
            word--;
        if (word > json && is_secret(word, (size_t)(p - word)))
            return p + 3;
    }
    return NULL;
}

/* To the quote that ends it, or to the line's end where that was cut. */
static size_t value_size(const char *value)
{
    size_t n = 0;
    while (value[n] && value[n] != '"')
        n += value[n] == '\\' && value[n + 1] ? 2 : 1;
    return n;
}

static void hide_json(const char *line, char *out, size_t room)
{
    const char *value;
    out[0] = '\0';
    while ((value = next_value(line)) != NULL) {
        size_t n = value_size(value);
        put(out, room, line, (size_t)(value - line));
        put(out, room, "****", n > 0 ? 4 : 0);
        line = value + n;
    }
    put(out, room, line, strlen(line));
}

void secret_hide_said(const char *line, char *out, size_t room)
{
    static const char mark[] = "CMD: ";
    char json[SECRET_LINE] = "";
    const char *at = strstr(line, mark);
    size_t front = at ? (size_t)(at - line) + sizeof(mark) - 1 : 0;
    hide_json(line, json, sizeof(json));
    /* No value of JSON stands before the mark: the front is the same there. */
    if (strncmp(json, line, front) != 0)
        front = 0;
    out[0] = '\0';
    put(out, room, json, front);
    size_t used = strlen(out);
    if (used < room)
        secret_hide(json + front, out + used, room - used);
}

void secret_hide_web(const char *line, char *out, size_t room)
{
    static const char mark[] = "Web password, until you set one: user ";
    static const char word[] = ", password ";
    const char *at = strstr(line, mark);
    at = at ? strstr(at, word) : NULL;
    size_t front = at ? (size_t)(at - line) + sizeof(word) - 1 : strlen(line);
    out[0] = '\0';
    put(out, room, line, front);
    put(out, room, "****", at ? 4 : 0);
}
