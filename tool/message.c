#include "tool/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool/os.h"

#define REDRAW_MS 200u
#define RATE_MS 500u /* before that a rate is a guess */

#define COLUMNS 80u
#define LINE 1400u

static bool is_json; /* failures go to stdout, too */

/* Of the progress line that stands on the terminal: there is one terminal. */
static unsigned line_width;

static void stand(unsigned width)
{
    if ((width > 0) != (line_width > 0))
        os_farewell_line(width > 0);
    line_width = width;
}

/* What else is said begins on a line of its own. */
static void end_line(void)
{
    if (line_width > 0)
        fputc('\n', stderr);
    stand(0);
}

static void wipe(void)
{
    if (line_width > 0)
        fprintf(stderr, "\r%*s\r", (int)line_width, "");
    stand(0);
}

/* One line of talk, broken between words; what follows is indented. */
static void put_line(const char *text, unsigned indent)
{
    unsigned column = 0;
    while (*text) {
        size_t space = strspn(text, " ");
        size_t word = strcspn(text + space, " ");
        unsigned width = (unsigned)(space + word);
        if (column > 0 && column + width > COLUMNS) {
            fprintf(stderr, "\n%*s", (int)indent, "");
            column = indent;
            text += space;
            width -= (unsigned)space;
        }
        fwrite(text, 1, width, stderr);
        column += width;
        text += width;
    }
    fputc('\n', stderr);
}

static void put_json_error(enum err e, enum exit_code code, const char *detail,
                           const char *hint)
{
    char text[LINE];
    snprintf(text, sizeof(text), "%s: %s", err_text(e), detail);
    printf("\"error\":");
    message_json(text);
    printf(",\"try\":");
    message_json(hint);
    printf(",\"code\":%d", (int)code);
}

static int fail(enum err e, enum exit_code code, const char *detail,
                const char *hint)
{
    char line[LINE];
    end_line();
    snprintf(line, sizeof(line), "pogo: %s: %s", err_text(e), detail);
    put_line(line, 6);
    snprintf(line, sizeof(line), "  try: %s", hint);
    put_line(line, 7);
    if (is_json) {
        putchar('{');
        put_json_error(e, code, detail, hint);
        printf("}\n");
    }
    return (int)code;
}

int message_fail(enum err e, const char *format, ...)
{
    char detail[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    return fail(e, err_exit_code(e), detail, err_hint(e));
}

int message_fail_hint(enum err e, const char *hint, const char *format, ...)
{
    char detail[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    return fail(e, err_exit_code(e), detail, hint);
}

int message_fail_code(enum err e, enum exit_code code, const char *hint,
                      const char *format, ...)
{
    char detail[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    return fail(e, code, detail, hint);
}

void message_json_errors(bool is_wanted)
{
    is_json = is_wanted;
}

int message_usage(const char *command, const char *problem)
{
    char hint[64];
    snprintf(hint, sizeof(hint), "pogo%s%s --help", command ? " " : "",
             command ? command : "");
    return fail(ERR_USAGE, EXIT_USAGE, problem, hint);
}

void message_talk(const char *format, ...)
{
    char line[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    wipe();
    put_line(line, 2);
}

void message_interrupted(const char *what, const char *hint)
{
    char text[1024] = "";
    if (what[0] != '\0')
        snprintf(text, sizeof(text), "pogo: interrupted: %s\n  try: %s\n", what,
                 hint);
    os_farewell_text(text);
}

void message_say(void *ctx, const char *line)
{
    (void)ctx;
    message_talk("%s", line);
}

static void draw(struct message_progress *p, uint64_t now, uint32_t done,
                 uint32_t total)
{
    char line[128], speed[64] = "";
    uint64_t ms = now - p->start_ms;
    uint64_t rate = ms >= RATE_MS ? (uint64_t)done * 1000 / ms : 0;
    if (rate > 0)
        snprintf(speed, sizeof(speed), "  %u.%u KB/s  %u s left",
                 (unsigned)(rate / 1024), (unsigned)(rate % 1024 * 10 / 1024),
                 (unsigned)((total - done + rate - 1) / rate));
    int n =
        snprintf(line, sizeof(line), "%-6s %3u %%  %u of %u bytes%s", p->what,
                 (unsigned)((uint64_t)done * 100 / total), done, total, speed);
    fprintf(stderr, "\r%-*s", (int)line_width, line);
    if (n > 0 && (unsigned)n > line_width)
        stand((unsigned)n);
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
        wipe();
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

void message_json_error(enum err e, const char *detail, const char *hint)
{
    put_json_error(e, err_exit_code(e), detail, hint);
}
