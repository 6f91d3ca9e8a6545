/* Words of a line of text, bare or quoted, in and out. */
#include "format/word.h"

#include <stdbool.h>
#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)((found - digits) % 16) : -1;
}

/* What follows a backslash; 0: nothing known. */
static char take_escape(const char **at, const char *end)
{
    const char *s = *at;
    if (s == end)
        return 0;
    if (*s == '"' || *s == '\\') {
        *at = s + 1;
        return *s;
    }
    if (*s != 'x' || end - s < 3 || hex_digit(s[1]) < 0 || hex_digit(s[2]) < 0)
        return 0;
    *at = s + 3;
    return (char)(hex_digit(s[1]) * 16 + hex_digit(s[2]));
}

static enum word take_quoted(const char **at, const char *end, char *out,
                             size_t room, size_t *size)
{
    while (*at < end && **at != '"') {
        char c = *(*at)++;
        if (c == '\\')
            c = take_escape(at, end);
        if (c == 0 || *size + 1 >= room)
            return WORD_BAD;
        out[(*size)++] = c;
        out[*size] = 0;
    }
    if (*at == end)
        return WORD_BAD;
    (*at)++;
    return *at == end || is_space(**at) ? WORD_QUOTED : WORD_BAD;
}

enum word word_take(const char **at, const char *end, char *out, size_t room,
                    size_t *size)
{
    *size = 0;
    out[0] = 0;
    while (*at < end && is_space(**at))
        (*at)++;
    if (*at == end || **at == '#')
        return WORD_NONE;
    if (**at == '"') {
        (*at)++;
        return take_quoted(at, end, out, room, size);
    }
    while (*at < end && !is_space(**at)) {
        if (**at == 0 || **at == '"' || *size + 1 >= room)
            return WORD_BAD;
        out[(*size)++] = *(*at)++;
        out[*size] = 0;
    }
    return WORD_BARE;
}

/* How many bytes a UTF-8 character takes here; 0: these are none. */
static size_t utf8_size(const char *text, size_t size)
{
    unsigned char c = (unsigned char)text[0];
    size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (c > 0xF4 || n > size)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

void word_quote(const char *text, size_t size, char *out, size_t room)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    out[n++] = '"';
    for (size_t i = 0; i < size && n + 6 < room;) {
        unsigned char c = (unsigned char)text[i];
        size_t bytes = utf8_size(text + i, size - i);
        if (c == '"' || c == '\\') {
            out[n++] = '\\';
            out[n++] = (char)c;
            i++;
        } else if (c < ' ' || c == 0x7F || bytes == 0) {
            out[n++] = '\\';
            out[n++] = 'x';
            out[n++] = digits[c >> 4];
            out[n++] = digits[c & 15];
            i++;
        } else {
            memcpy(out + n, text + i, bytes);
            n += bytes;
            i += bytes;
        }
    }
    out[n++] = '"';
    out[n] = 0;
}
