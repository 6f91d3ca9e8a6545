#include "firmware/net/utf8.h"

#include <stdint.h>

/* How long a character is by its first byte, and what its second byte may be
 * (RFC 3629, section 4). */
static const struct {
    uint8_t first, last, size, second_first, second_last;
} forms[] = {
    {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF},
    {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF},
    {0xF4, 0xF4, 4, 0x80, 0x8F},
};

/* Bytes of the character at text; 0: it is none. */
static size_t character(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t n = forms[i].size;
        if (text[0] < forms[i].first || text[0] > forms[i].last)
            continue;
        if (n > size || (n > 1 && (text[1] < forms[i].second_first ||
                                   text[1] > forms[i].second_last)))
            return 0;
        for (size_t k = 2; k < n; k++) {
            if ((text[k] & 0xC0u) != 0x80u)
                return 0;
        }
        return n;
    }
    return 0;
}

bool utf8_is_valid(const char *text, size_t size)
{
    const uint8_t *at = (const uint8_t *)text;
    while (size > 0) {
        size_t n = character(at, size);
        if (n == 0)
            return false;
        at += n;
        size -= n;
    }
    return true;
}
