#include "tool/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/os.h"

#define REDRAW_MS 200u
#define PLAIN_MS 10000u
#define BELL_MS 300u
#define RATE_MS 500u /* before that a rate is a guess */

#define COLUMNS 80u
#define COLUMNS_MIN 40u
#define LINE 1400u
#define LINE_BYTES 0x10000u /* less is told by the last line alone */

static bool is_json; /* failures go to stdout, too */
static char last_failure[LINE];

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

static unsigned room = COLUMNS;

void message_narrow(unsigned columns)
{
    room = columns >= COLUMNS_MIN && columns < COLUMNS ? columns : COLUMNS;
}

/* COLUMNS can ask for narrower lines; not for wider ones. */
static unsigned columns(void)
{
    const char *wish = getenv("COLUMNS");
    if (room < COLUMNS)
        return room;
    unsigned long n = wish ? strtoul(wish, NULL, 10) : COLUMNS;
    return n >= COLUMNS_MIN && n < COLUMNS ? (unsigned)n : COLUMNS;
}

/* One line of talk, broken between words; what follows is indented. */
static void wrap(char *out, size_t size, const char *text, unsigned indent)
{
    unsigned column = 0, most = columns();
    size_t n = 0;
    out[0] = '\0';
    while (*text && n < size) {
        size_t space = strspn(text, " ");
        size_t word = strcspn(text + space, " ");
        unsigned width = (unsigned)(space + word);
        if (column > 0 && column + width > most) {
            n += (size_t)snprintf(out + n, size - n, "\n%*s", (int)indent, "");
            column = indent;
            text += space;
            width -= (unsigned)space;
        }
        if (n < size)
            n += (size_t)snprintf(out + n, size - n, "%.*s", (int)width, text);
        column += width;
        text += width;
    }
}

static void put_line(const char *text, unsigned indent)
{
    char lines[2 * LINE];
    wrap(lines, sizeof(lines), text, indent);
    fprintf(stderr, "%s\n", lines);
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

void message_json_failure(enum err e, enum exit_code code, const char *detail,
                          const char *hint)
{
    if (!is_json)
        return;
    message_result_begin();
    putchar('{');
    put_json_error(e, code, detail, hint);
    putchar('}');
    message_result_end();
}

static int fail(enum err e, enum exit_code code, const char *detail,
                const char *hint)
{
    char line[LINE];
    end_line();
    snprintf(last_failure, sizeof(last_failure), "%s: %s", err_text(e), detail);
    snprintf(line, sizeof(line), "pogo: %s: %s", err_text(e), detail);
    put_line(line, 6);
    snprintf(line, sizeof(line), "  try: %s", hint);
    put_line(line, 7);
    message_json_failure(e, code, detail, hint);
    return (int)code;
}

const char *message_last_failure(void)
{
    return last_failure;
}

void message_forget_failure(void)
{
    last_failure[0] = '\0';
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

/* The step of something larger; "": none. */
static char step_name[80], step_hint[120];

void message_interrupted_at(const char *step, const char *hint)
{
    snprintf(step_name, sizeof(step_name), "%s", step);
    snprintf(step_hint, sizeof(step_hint), "%s", hint);
    message_interrupted("", "");
}

void message_interrupted(const char *what, const char *hint)
{
    char line[LINE], first[LINE], second[LINE], text[2 * LINE + 2] = "";
    bool is_step = step_name[0] != '\0';
    if (is_step || what[0] != '\0') {
        snprintf(line, sizeof(line), "pogo: interrupted%s%s%s%s",
                 is_step ? " at " : "", step_name, what[0] ? ": " : "", what);
        wrap(first, sizeof(first), line, 6);
        snprintf(line, sizeof(line), "  try: %s", is_step ? step_hint : hint);
        wrap(second, sizeof(second), line, 7);
        snprintf(text, sizeof(text), "%s\n%s\n", first, second);
    }
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

void message_seconds(unsigned seconds)
{
    char line[32];
    if (!os_is_terminal(2))
        return;
    int n = snprintf(line, sizeof(line), "  %u s", seconds);
    fprintf(stderr, "\r%-*s", (int)line_width, line);
    if (n > 0 && (unsigned)n > line_width)
        stand((unsigned)n);
    fflush(stderr);
}

/* ---- progress as objects, and as a last line ---- */

static void put_event(struct message_progress *p, uint64_t now, uint32_t done,
                      uint32_t total)
{
    if (!is_json || (done < total && now - p->event_ms < REDRAW_MS))
        return;
    p->event_ms = now;
    printf("{\"event\":\"progress\",\"phase\":");
    message_json(p->what);
    printf(",\"done\":%u,\"total\":%u}\n", (unsigned)done, (unsigned)total);
    fflush(stdout);
}

static void add_phase(struct message_progress *p, uint32_t bytes)
{
    unsigned i = 0;
    while (i < p->phases && strcmp(p->phase[i].what, p->what) != 0)
        i++;
    if (i == MESSAGE_PHASES)
        return;
    if (i == p->phases) {
        memcpy(p->phase[i].what, p->what, sizeof(p->what));
        p->phase[i].bytes = 0;
        p->phases++;
    }
    p->phase[i].bytes += bytes;
}

void message_begin(struct message_progress *p)
{
    p->phases = 0;
    p->begin_ms = os_now_ms();
}

static const char *past_of(const char *what)
{
    static const char *const words[][2] = {{"write", "wrote"},
                                           {"erase", "erased"},
                                           {"compare", "compared"},
                                           {"verify", "compared"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i][0], what) == 0)
            return words[i][1];
    }
    return what;
}

void message_done(const struct message_progress *p, bool is_always)
{
    char line[LINE];
    if (p->phases == 0 && !is_always)
        return;
    int n = snprintf(line, sizeof(line), "Done in %.1f s",
                     (double)(os_now_ms() - p->begin_ms) / 1000.0);
    const char *between = ":";
    for (unsigned i = 0; i < p->phases && n > 0; i++) {
        double kb = (double)p->phase[i].bytes / 1024.0;
        if (kb < 0.05) /* a few bytes, on the way to something else */
            continue;
        n +=
            snprintf(line + n, sizeof(line) - (size_t)n, "%s %s %.*f KB",
                     between, past_of(p->phase[i].what), kb < 10.0 ? 1 : 0, kb);
        between = ",";
    }
    message_talk("%s%s.", line,
                 p->phases == 0 ? ": it was on the flash already" : "");
}

void message_bell(unsigned count)
{
    for (unsigned i = 0; i < count && os_is_terminal(2); i++) {
        fputc('\a', stderr);
        fflush(stderr);
        if (i + 1 < count)
            os_sleep_ms(BELL_MS);
    }
}

/* ---- progress ---- */

static void draw_plain(struct message_progress *p, uint32_t done,
                       uint32_t total)
{
    fprintf(stderr, "%-6s %3u %%  %u of %u bytes\n", p->what,
            (unsigned)((uint64_t)done * 100 / total), done, total);
}

static void show(struct message_progress *p, uint64_t now, uint32_t done,
                 uint32_t total)
{
    bool is_terminal = os_is_terminal(2);
    if (now - p->shown_ms < (is_terminal ? REDRAW_MS : PLAIN_MS))
        return;
    p->shown_ms = now;
    if (is_terminal)
        draw(p, now, done, total);
    else
        draw_plain(p, done, total);
}

/* A command looks at the flash in several places and several times; what came
 * of it is said, and how much it was stands in the last line. */
static bool is_worth_a_line(const char *what, uint32_t total)
{
    return total >= LINE_BYTES && strcmp(past_of(what), "compared") != 0;
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
        p->event_ms = 0;
        p->shown_ms = os_is_terminal(2) ? 0 : now;
    }
    put_event(p, now, done, total);
    if (done >= total) {
        double s = (double)(now - p->start_ms) / 1000.0;
        wipe();
        if (is_worth_a_line(what, total))
            fprintf(stderr, "%-6s %u bytes in %.1f s\n", what, total, s);
        add_phase(p, total);
        p->what[0] = '\0';
    } else {
        show(p, now, done, total);
    }
}

void message_json_error(enum err e, const char *detail, const char *hint)
{
    put_json_error(e, err_exit_code(e), detail, hint);
}
