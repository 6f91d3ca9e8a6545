/* A control line as it may be said again: without what may be a password, also
 * when the line is misspelt. */
#include <stdio.h>
#include <string.h>

#include "format/control.h"

/* clang-format off */
/* Lines with secrets, and the second words that are none. */
static const struct {
    const char *verb;
    const char *seconds[7];
} secrets[] = {
    {"phone",   {"join", "leave"}},
    {"air",     {"down", "up", "password", "refuse", "rssi", "kick"}},
    {"console", {NULL}},
};
/* clang-format on */
#define SECRETS (sizeof(secrets) / sizeof(secrets[0]))

static size_t word_size(const char *at)
{
    return strcspn(at, " \t");
}

static const char *next_word(const char *at)
{
    at += word_size(at);
    return at + strspn(at, " \t");
}

static bool is_word(const char *at, const char *word)
{
    size_t size = word_size(at);
    return size == strlen(word) && memcmp(at, word, size) == 0;
}

static bool is_number(const char *at)
{
    return word_size(at) > 0 && strspn(at, "0123456789") == word_size(at);
}

/* The verb: a device's number, and `at MS`, may stand before it. */
static const char *find_verb(const char *at)
{
    if ((is_number(at) || is_word(at, "all")) && *next_word(at)) {
        at = next_word(at);
    }
    if (is_word(at, "at") && is_number(next_word(at)) &&
        *next_word(next_word(at))) {
        at = next_word(next_word(at));
    }
    return at;
}

static bool is_known(const char *verb)
{
    for (size_t i = 0; control_word(i); i++) {
        if (is_word(verb, control_word(i))) {
            return true;
        }
    }
    return false;
}

/* Where the part begins that is not said again: the end when there is none. */
static const char *find_hidden(const char *line)
{
    const char *verb = find_verb(line), *second = next_word(verb);
    for (size_t i = 0; i < SECRETS; i++) {
        if (!is_word(verb, secrets[i].verb)) {
            continue;
        }
        for (size_t k = 0; secrets[i].seconds[k]; k++) {
            if (is_word(second, secrets[i].seconds[k])) {
                return next_word(second);
            }
        }
        return second;
    }
    if (!is_known(verb)) {
        return second;
    }
    /* Somebody who forgot to end a line may have joined two. */
    const char *join = strstr(verb, "phone join ");
    const char *change = strstr(verb, "air password ");
    return join     ? next_word(next_word(join))
           : change ? next_word(next_word(change))
                    : verb + strlen(verb);
}

void control_echo(const char *line, char *out, size_t room)
{
    snprintf(out, room, "%.*s", (int)strcspn(line, "\r\n"), line);
    size_t kept =
        (size_t)(find_hidden(out + strspn(out, " \t")) - (const char *)out);
    if (out[kept]) {
        snprintf(out + kept, room - kept, "...");
    }
}
