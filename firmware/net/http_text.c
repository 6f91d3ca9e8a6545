/* What is in a request's texts: escapes, arguments, passwords. */
#include "firmware/net/http.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The next character of an escaped text, or -1. */
static int next(const char *text, size_t size, size_t *at, bool is_argument)
{
    char c = text[(*at)++];
    if (c == '+' && is_argument)
        return ' ';
    if (c != '%')
        return (unsigned char)c;
    if (size - *at < 2)
        return -1;
    int high = hex(text[*at]), low = hex(text[*at + 1]);
    *at += 2;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool http_decode(const char *text, size_t text_size, bool is_argument,
                 char *out, size_t *size)
{
    size_t room = *size, n = 0;
    *size = 0;
    if (room == 0)
        return false;
    for (size_t at = 0; at < text_size;) {
        int c = next(text, text_size, &at, is_argument);
        if (c <= 0 || n + 1 >= room) {
            out[0] = 0;
            return false;
        }
        out[n++] = (char)c;
    }
    out[n] = 0;
    *size = n;
    return true;
}

bool http_argument(const char *query, size_t query_size, const char *name,
                   char *out, size_t room)
{
    for (size_t at = 0; at < query_size;) {
        size_t end = at, n = 0;
        while (end < query_size && query[end] != '&')
            end++;
        while (name[n] && at + n < end && query[at + n] == name[n])
            n++;
        if (name[n] == 0 && at + n < end && query[at + n] == '=') {
            size_t size = room;
            at += n + 1;
            return http_decode(query + at, end - at, true, out, &size);
        }
        at = end + 1;
    }
    if (room > 0)
        out[0] = 0;
    return false;
}

/* ---- Authorization: Basic ------------------------------------------------ */

static int base64(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* RFC 4648, section 4, with its padding; no NUL in it. */
static bool decode_base64(const char *text, char *out, size_t room)
{
    uint32_t bits = 0;
    unsigned have = 0, padding = 0;
    size_t n = 0, chars = 0;
    for (; *text; text++, chars++) {
        int value = base64(*text);
        if (*text == '=' && ++padding <= 2)
            continue;
        if (value < 0 || padding > 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        out[n] = (char)(bits >> have & 0xFFu);
        if (out[n] == 0 || ++n >= room)
            return false;
    }
    out[n] = 0;
    return chars % 4 == 0;
}

bool http_basic(const char *authorization, char *out, size_t room,
                const char **user, const char **password)
{
    static const char scheme[] = "basic ";
    for (size_t i = 0; scheme[i]; i++, authorization++) {
        char c = *authorization;
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme[i])
            return false;
    }
    while (*authorization == ' ')
        authorization++;
    if (room == 0 || !decode_base64(authorization, out, room))
        return false;
    *user = out;
    while (*out && *out != ':')
        out++;
    if (*out != ':')
        return false;
    *out = 0;
    *password = out + 1;
    return true;
}

bool http_same_secret(const char *a, const char *b)
{
    unsigned differences = 0;
    size_t i = 0, k = 0;
    for (; a[i]; i++) {
        differences |= (unsigned char)a[i] ^ (unsigned char)b[k];
        k += b[k] != 0;
    }
    return (differences | (unsigned char)b[k]) == 0;
}
