#include "firmware/core/text.h"

#include <stdarg.h>

void text_init(struct text *text, char *buffer, size_t room)
{
    *text = (struct text){buffer, room, 0, false};
    buffer[0] = 0;
}

static void add_char(struct text *text, char c)
{
    if (text->size + 1 >= text->room) {
        text->is_cut = true;
        return;
    }
    text->at[text->size++] = c;
    text->at[text->size] = 0;
}

void text_add_size(struct text *text, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        add_char(text, bytes[i]);
}

void text_add(struct text *text, const char *string)
{
    text_add_size(text, string, text_length(string));
}

struct field {
    unsigned width;
    char pad;
};

static void add_unsigned(struct text *text, uint32_t v, unsigned base,
                         char first_letter, struct field field)
{
    char digits[12];
    unsigned n = 0;
    do {
        unsigned d = v % base;
        digits[n++] =
            (char)(d < 10 ? '0' + (int)d : first_letter + (int)d - 10);
        v /= base;
    } while (v > 0);
    for (unsigned i = n; i < field.width; i++)
        add_char(text, field.pad);
    while (n > 0)
        add_char(text, digits[--n]);
}

static void add_signed(struct text *text, int v, struct field field)
{
    uint32_t magnitude = (uint32_t)v;
    if (v < 0) {
        add_char(text, '-');
        magnitude = 0u - magnitude;
    }
    add_unsigned(text, magnitude, 10, 'a', field);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            add_char(text, *f);
            continue;
        }
        struct field field = {0, ' '};
        f++;
        if (*f == '0')
            field.pad = *f++;
        while (text_is_digit(*f))
            field.width = field.width * 10 + (unsigned)(*f++ - '0');
        if (*f == 's')
            text_add(text, va_arg(args, const char *));
        else if (*f == 'c')
            add_char(text, (char)va_arg(args, int));
        else if (*f == 'd')
            add_signed(text, va_arg(args, int), field);
        else if (*f == 'u')
            add_unsigned(text, va_arg(args, unsigned), 10, 'a', field);
        else if (*f == 'x' || *f == 'X')
            add_unsigned(text, va_arg(args, unsigned), 16,
                         *f == 'x' ? 'a' : 'A', field);
        else
            add_char(text, *f);
    }
    va_end(args);
}

void text_json_size(struct text *text, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') {
            add_char(text, '\\');
            add_char(text, bytes[i]);
        } else if ((unsigned char)bytes[i] < 0x20) {
            text_format(text, "\\u%04x", (unsigned)(unsigned char)bytes[i]);
        } else {
            add_char(text, bytes[i]);
        }
    }
}

void text_json(struct text *text, const char *string)
{
    text_json_size(text, string, text_length(string));
}

void text_copy(char *to, size_t room, const char *from, size_t size)
{
    size_t n = size < room ? size : room - 1;
    for (size_t i = 0; i < n; i++)
        to[i] = from[i];
    to[n] = 0;
}

char text_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t text_length(const char *string)
{
    size_t n = 0;
    while (string[n])
        n++;
    return n;
}

bool text_same_size(const char *a, size_t size, const char *b)
{
    size_t i = 0;
    while (i < size && b[i] && text_upper(a[i]) == text_upper(b[i]))
        i++;
    return i == size && b[i] == 0;
}

bool text_same(const char *a, const char *b)
{
    return text_same_size(a, text_length(a), b);
}

static unsigned digit_value(char c)
{
    char u = text_upper(c);
    if (text_is_digit(u))
        return (unsigned)(u - '0');
    return u >= 'A' && u <= 'F' ? (unsigned)(u - 'A' + 10) : 99;
}

bool text_number(const char *string, size_t size, int32_t *out)
{
    const char *s = string, *end = string + size;
    bool is_negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+'))
        s++;
    unsigned base = 10;
    if (end - s > 2 && s[0] == '0' && text_upper(s[1]) == 'X') {
        base = 16;
        s += 2;
    } else if (end - s > 1 && s[0] == '0') {
        base = 8;
    }
    uint32_t limit = (uint32_t)INT32_MAX, value = 0;
    if (s >= end)
        return false;
    for (; s < end; s++) {
        unsigned d = digit_value(*s);
        if (d >= base || value > (limit - d) / base)
            return false;
        value = value * base + d;
    }
    *out = is_negative ? -(int32_t)value : (int32_t)value;
    return true;
}

bool text_address(const char *string, size_t size, uint32_t *out)
{
    uint32_t address = 0, part = 0;
    unsigned dots = 0, digits = 0;
    for (size_t i = 0; i < size; i++) {
        if (string[i] == '.' && digits > 0 && dots < 3) {
            address = address << 8 | part;
            part = digits = 0;
            dots++;
        } else if (text_is_digit(string[i]) && ++digits <= 3) {
            part = part * 10 + (uint32_t)(string[i] - '0');
        } else {
            return false;
        }
        if (part > 255)
            return false;
    }
    *out = address << 8 | part;
    return dots == 3 && digits > 0;
}
