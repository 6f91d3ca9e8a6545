/* The screen of `pogo console`: the device's lines, notes of ours, and the line
 * that is being typed below them. */
#include "tool/console_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "tool/message.h"
#include "tool/os.h"
#include "tool/secret.h"

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

/* Of one line: whoever reads them waits for none. */
static void put_event(const struct console *c, const char *event,
                      const char *text)
{
    printf("{\"event\":\"%s\",\"at_ms\":%llu,\"text\":", event,
           (unsigned long long)(os_now_ms() - c->began_ms));
    message_json(text);
    printf("}\n");
    fflush(stdout);
}

void console_note(struct console *c, const char *event, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    console_clear(c);
    message_talk("-- %s", text);
    if (c->config->is_json)
        put_event(c, event, text);
}

static void show(struct console *c, const char *event, const char *mark,
                 const char *line)
{
    console_clear(c);
    if (c->config->is_json)
        put_event(c, event, line);
    else
        printf("%s%s\n", mark, line);
    fflush(stdout);
    if (c->log) {
        char kept[SECRET_LINE]; /* a file stays, and is sent around */
        secret_hide_web(line, kept, sizeof(kept));
        fprintf(c->log, "%s%s\n", mark, kept);
        fflush(c->log);
    }
}

void console_show_line(struct console *c, const char *line)
{
    c->lines++;
    show(c, "line", "", line);
}

void console_show_sent(struct console *c, const char *line)
{
    show(c, "sent", "> ", line);
}

void console_show_end(const struct console *c)
{
    if (!c->config->is_json)
        return;
    printf("{\"port\":");
    message_json(c->config->port);
    printf(",\"lines\":%u}\n", c->lines);
}
