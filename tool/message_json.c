/* Texts as JSON, and what of them is UTF-8. */
#include <stdio.h>

#include "tool/message.h"

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

/* Names of files can be any bytes; JSON is UTF-8. */
void message_json(const char *text)
{
    putchar('"');
    for (unsigned size; *text; text += size ? size : 1) {
        unsigned char c = (unsigned char)*text;
        size = message_utf8_size(text);
        if (size == 0)
            printf("\\ufffd");
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            fwrite(text, 1, size, stdout);
    }
    putchar('"');
}
