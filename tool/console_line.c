/* A device's console: bytes to lines, and which of them are answers. */
#include "tool/console_line.h"

#include <stdio.h>
#include <string.h>

#define LISTEN_MS 100u /* at once, when nothing comes */

static enum err read_byte(struct console_line *console, unsigned wait_ms,
                          char *out, bool *got)
{
    *got = console->input_at < console->input_size;
    if (!*got) {
        size_t n = 0;
        struct link *link = console->link;
        enum err e = link->ops->read(link, console->input,
                                     sizeof(console->input), wait_ms, &n);
        if (e != ERR_NONE)
            return e;
        console->input_at = 0;
        console->input_size = n;
        *got = n > 0;
    }
    if (*got)
        *out = (char)console->input[console->input_at++];
    return ERR_NONE;
}

enum err console_line_read(struct console_line *console, uint64_t end_ms)
{
    struct link *link = console->link;
    for (;;) {
        char c = 0;
        bool got = false;
        uint64_t now = link->ops->now_ms(link);
        if (now >= end_ms && console->input_at == console->input_size)
            return ERR_TIMEOUT;
        uint64_t left = now < end_ms ? end_ms - now : 0;
        unsigned wait = left < LISTEN_MS ? (unsigned)left : LISTEN_MS;
        enum err e = read_byte(console, wait, &c, &got);
        if (e != ERR_NONE)
            return e;
        console->heard += got;
        if (got && c == '\n') {
            console->text[console->size] = 0;
            console->size = 0;
            return ERR_NONE;
        }
        /* The boot ROM's words at its own speed are anything. */
        if (got && c != '\r' && c != 0 && console->size < CONSOLE_LINE_ROOM - 1)
            console->text[console->size++] = c;
    }
}

enum err console_line_send(struct console_line *console, const char *command)
{
    char line[1024];
    struct link *link = console->link;
    int n = snprintf(line, sizeof(line), "\n%s\n", command);
    if (n < 0 || (size_t)n >= sizeof(line))
        return ERR_NO_ROOM;
    return link->ops->write(link, (const uint8_t *)line, (size_t)n);
}

/* ---- answers ------------------------------------------------------------- */

/* The words before an answer (tasmota.md A.0): each firmware since 6.6 has
 * both, with and without milliseconds in front. */
static const char *const tags[] = {"RSL: ", "MQT: "};

/* Words that Tasmota puts behind a value. */
static const char *const tails[] = {" (retained)"};

static void cut_tail(char *value)
{
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        size_t size = strlen(value), n = strlen(tails[i]);
        if (size >= n && strcmp(value + size - n, tails[i]) == 0)
            value[size - n] = '\0';
    }
}

bool console_line_answer(char *line, char topic[CONSOLE_TOPIC],
                         const char **value)
{
    char *at = NULL;
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]) && !at; i++) {
        at = strstr(line, tags[i]);
        at = at ? at + strlen(tags[i]) : NULL;
    }
    char *equals = at ? strstr(at, " = ") : NULL;
    if (!equals)
        return false;
    for (char *p = at; p < equals; p++) {
        if (*p == ' ')
            return false; /* words, not a topic */
        if (*p == '/')
            at = p + 1;
    }
    size_t size = (size_t)(equals - at);
    if (size == 0 || size >= CONSOLE_TOPIC)
        return false;
    snprintf(topic, CONSOLE_TOPIC, "%.*s", (int)size, at);
    cut_tail(equals + 3);
    *value = equals + 3;
    return true;
}
