/* Makes lines of what a device says. */
#include "tool/terminal_text.h"

#include <stdio.h>
#include <string.h>

#include "tool/message.h"

/* Of one character of UTF-8. The controls from U+0080 on have two bytes. */
static bool is_seen(const char *c, unsigned size)
{
    if (size == 2)
        return c[0] != '\xC2' || (unsigned char)c[1] >= 0xA0;
    return size > 2 || (size == 1 && ((*c >= ' ' && *c != 0x7F) || *c == '\n' ||
                                      *c == '\t'));
}

size_t terminal_text_plain(char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        unsigned step = message_utf8_size(text + i);
        if (is_seen(text + i, step)) {
            memmove(text + used, text + i, step);
            used += step;
        } else if (text[i] != '\r') {
            text[used++] = '.';
        }
        i += step ? step : 1;
    }
    text[used] = '\0';
    return used;
}

static void show_text(struct terminal_text *t, char *out, size_t room)
{
    t->pending[t->size] = '\0';
    t->size = terminal_text_plain(t->pending, t->size);
    snprintf(out, room, "%s%s%.*s", t->time, t->time[0] ? " " : "",
             (int)t->size, t->pending);
}

/* As hexdump -C shows it, without the address. */
static void show_hex(struct terminal_text *t, char *out, size_t room)
{
    size_t used =
        (size_t)snprintf(out, room, "%s%s", t->time, t->time[0] ? " " : "");
    for (size_t i = 0; i < TERMINAL_HEX; i++) {
        if (i < t->size)
            snprintf(out + used, room - used, "%02x ",
                     (unsigned)(uint8_t)t->pending[i]);
        else
            snprintf(out + used, room - used, "   ");
        used += 3;
    }
    out[used++] = '|';
    for (size_t i = 0; i < t->size; i++) {
        char c = t->pending[i];
        out[used++] = c >= ' ' && c < 0x7F ? c : '.';
    }
    snprintf(out + used, room - used, "|");
}

static void end_line(struct terminal_text *t)
{
    char out[TERMINAL_LINE + 32];
    if (t->is_hex)
        show_hex(t, out, sizeof(out));
    else
        show_text(t, out, sizeof(out));
    t->size = 0;
    t->line(t->ctx, out);
}

/* The line's first byte, or its end alone. */
static void begin(struct terminal_text *t)
{
    if (t->size > 0)
        return;
    t->time[0] = '\0';
    if (t->has_times && t->now)
        t->now(t->ctx, t->time);
}

static void add_text(struct terminal_text *t, uint8_t c)
{
    if (c == '\r')
        return;
    begin(t);
    if (c != '\n')
        t->pending[t->size++] = (char)c;
    if (c == '\n' || t->size == TERMINAL_LINE - 1)
        end_line(t);
}

static void add_hex(struct terminal_text *t, uint8_t c)
{
    begin(t);
    t->pending[t->size++] = (char)c;
    if (t->size == TERMINAL_HEX)
        end_line(t);
}

void terminal_text_bytes(struct terminal_text *t, const uint8_t *bytes,
                         size_t size)
{
    for (size_t i = 0; i < size; i++)
        (t->is_hex ? add_hex : add_text)(t, bytes[i]);
}

void terminal_text_quiet(struct terminal_text *t)
{
    if (t->size > 0)
        end_line(t);
}

void terminal_text_drop(struct terminal_text *t)
{
    t->size = 0;
}

void terminal_text_set_hex(struct terminal_text *t, bool is_hex)
{
    terminal_text_quiet(t);
    t->is_hex = is_hex;
}
