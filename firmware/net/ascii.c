/* Letters in any case. */
#include "firmware/net/ascii.h"

#include <stddef.h>

char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const char *ascii_behind(const char *text, const char *word)
{
    while (*word && ascii_lower(*text) == *word) {
        text++;
        word++;
    }
    return *word ? NULL : text;
}

bool ascii_is(const char *text, const char *word)
{
    const char *behind = ascii_behind(text, word);
    return behind && *behind == 0;
}
