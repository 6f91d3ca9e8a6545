#include "tool/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool/os.h"

#define REDRAW_MS 200u

int message_fail(enum err e, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "pogo: %s: ", err_text(e));
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n  try: %s\n", err_hint(e));
    return (int)err_exit_code(e);
}

int message_usage(const char *command, const char *problem)
{
    fprintf(stderr, "pogo: %s: %s\n", err_text(ERR_USAGE), problem);
    if (command)
        fprintf(stderr, "  try: pogo %s --help\n", command);
    else
        fprintf(stderr, "  try: pogo --help\n");
    return EXIT_USAGE;
}

void message_talk(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static void wipe(struct message_progress *p)
{
    if (p->width > 0)
        fprintf(stderr, "\r%*s\r", (int)p->width, "");
    p->width = 0;
}

void message_say(void *ctx, const char *line)
{
    wipe(ctx);
    fprintf(stderr, "%s\n", line);
}

static void draw(struct message_progress *p, uint64_t now, uint32_t done,
                 uint32_t total)
{
    uint64_t ms = now - p->start_ms + 1;
    uint64_t rate = (uint64_t)done * 1000 / ms;
    uint64_t left = rate > 0 ? (total - done) / rate : 0;
    int n =
        fprintf(stderr, "\r%-6s %3u %%  %u of %u bytes  %u KB/s  %u s left ",
                p->what, (unsigned)((uint64_t)done * 100 / total), done, total,
                (unsigned)(rate / 1024), (unsigned)left);
    if (n > 0 && (unsigned)n > p->width)
        p->width = (unsigned)n;
    fflush(stderr);
}

void message_progress(void *ctx, const char *what, uint32_t done,
                      uint32_t total)
{
    struct message_progress *p = ctx;
    uint64_t now = os_now_ms();
    if (total == 0)
        return;
    if (strcmp(p->what, what) != 0 || done == 0) {
        snprintf(p->what, sizeof(p->what), "%s", what);
        p->start_ms = now;
        p->shown_ms = 0;
    }
    if (done >= total) {
        double s = (double)(now - p->start_ms) / 1000.0;
        wipe(p);
        fprintf(stderr, "%-6s %u bytes in %.1f s\n", what, total, s);
        p->what[0] = '\0';
    } else if (os_is_terminal(2) && now - p->shown_ms >= REDRAW_MS) {
        p->shown_ms = now;
        draw(p, now, done, total);
    }
}

void message_json(const char *text)
{
    putchar('"');
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}
