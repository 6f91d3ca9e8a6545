/* Finds the passwords in a line of commands. */
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
