/* The screen of `pogo console`: the device's lines, notes of ours, and the line
 * that is being typed below them. */
#include "tool/console_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "tool/message.h"
#include "tool/os.h"

void console_draw(struct console *c)
{
    char out[LINE_DRAWN];
    if (!c->has_prompt)
        return;
    size_t size = line_edit_draw(&c->edit, os_columns(), out);
    fwrite(out, 1, size, stdout);
    fflush(stdout);
    c->is_drawn = true;
}

void console_clear(struct console *c)
{
    if (c->is_drawn)
        fputs("\r\033[K", stdout);
    fflush(stdout);
    c->is_drawn = false;
}

void console_note(struct console *c, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    console_clear(c);
    message_talk("-- %s", text);
}

/* A line of the device's, or of ours; secrets are hidden already. */
void console_show(struct console *c, const char *line)
{
    console_clear(c);
    printf("%s\n", line);
    fflush(stdout);
    if (c->log) {
        fprintf(c->log, "%s\n", line);
        fflush(c->log);
    }
}
