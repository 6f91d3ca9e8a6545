#include "tool/bench_address.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define BLANKS " \t\r\n"

static bool is_word(const char *text, const char *word)
{
    size_t size = strlen(word);
    return strncmp(text, word, size) == 0 &&
           (text[size] == 0 || strchr(BLANKS, text[size]));
}

/* `12 …`; more than nine digits are no device either. */
static bool take_number(const char *text, const char **end, unsigned *out)
{
    size_t size = strspn(text, "0123456789");
    *end = text + size;
    if (size == 0 || (text[size] && !strchr(BLANKS, text[size]))) {
        return false;
    }
    *out = size < 10 ? (unsigned)strtoul(text, NULL, 10) : 0;
    return true;
}

static bool is_for_nobody(const char *text)
{
    return *text == 0 || *text == '#' || is_word(text, "quit") ||
           is_word(text, "help");
}

enum err bench_address_parse(const char *text, unsigned count,
                             struct bench_address *out)
{
    unsigned number = 0;
    const char *end;
    text += strspn(text, BLANKS);
    *out = (struct bench_address){.first = 0, .end = count, .line = text};
    if (is_word(text, "all")) {
        out->line = text + strlen("all");
    } else if (take_number(text, &end, &number)) {
        out->line = end;
        out->first = number - 1;
        out->end = number;
        if (number == 0 || number > count) {
            return ERR_UNKNOWN;
        }
    } else if (count > 1) {
        out->end = 0;
        return is_for_nobody(text) ? ERR_NONE : ERR_FORMAT;
    }
    out->line += strspn(out->line, BLANKS);
    return ERR_NONE;
}

char *bench_address_name(const char *pattern, unsigned number)
{
    const char *place = strstr(pattern, BENCH_ADDRESS_PLACE);
    if (!place) {
        return strdup(pattern);
    }
    char *name;
    int n = asprintf(&name, "%.*s%u%s", (int)(place - pattern), pattern, number,
                     place + strlen(BENCH_ADDRESS_PLACE));
    return n < 0 ? NULL : name;
}
