/* Texts as JSON, and what of them is UTF-8. */
#include <stdio.h>
#include <string.h>

#include "tool/message.h"

static const char *port_of_many; /* NULL: it is the only result */

unsigned message_utf8_size(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned size = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : 3;
    if (p[0] >= 0xF0)
        size = p[0] < 0xF5 ? 4 : 0;
    for (unsigned i = 1; i < size; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    bool is_wrong = (p[0] == 0xE0 && p[1] < 0xA0) ||  /* longer than it must */
                    (p[0] == 0xED && p[1] >= 0xA0) || /* a surrogate */
                    (p[0] == 0xF0 && p[1] < 0x90) ||
                    (p[0] == 0xF4 && p[1] >= 0x90);
    return is_wrong ? 0 : size;
}

/* The character at *text, and *text behind it. Returns the bytes in out. */
static size_t put_one(const char **text, char out[8])
{
    unsigned char c = (unsigned char)**text;
    unsigned size = message_utf8_size(*text);
    size_t n = size;
    if (size == 0)
        n = (size_t)snprintf(out, 8, "\\ufffd");
    else if (c == '"' || c == '\\')
        n = (size_t)snprintf(out, 8, "\\%c", c);
    else if (c < 0x20)
        n = (size_t)snprintf(out, 8, "\\u%04x", c);
    else
        memcpy(out, *text, size);
    *text += size ? size : 1;
    return n;
}

/* Names of files can be any bytes; JSON is UTF-8. */
void message_json(const char *text)
{
    putchar('"');
    while (*text) {
        char one[8];
        size_t n = put_one(&text, one);
        fwrite(one, 1, n, stdout);
    }
    putchar('"');
}

size_t message_json_put(const char *text, char *out, size_t room)
{
    char one[8];
    size_t size = 0;
    out[size++] = '"';
    while (*text) {
        size_t n = put_one(&text, one);
        if (size + n + 2 > room)
            break;
        memcpy(out + size, one, n);
        size += n;
    }
    out[size++] = '"';
    out[size] = '\0';
    return size;
}

void message_result_of(const char *port)
{
    port_of_many = port;
}

void message_result_begin(void)
{
    if (port_of_many) {
        printf("{\"event\":\"result\",\"port\":");
        message_json(port_of_many);
        printf(",\"result\":");
    }
}

void message_result_end(void)
{
    printf("%s\n", port_of_many ? "}" : "");
    fflush(stdout);
}
