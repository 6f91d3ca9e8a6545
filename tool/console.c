/* The loop of `pogo console`: device to screen, keys to device. */
#include "tool/console.h"

#include <stdarg.h>
#include <string.h>

#include "tool/baud_change.h"
#include "tool/line_edit.h"
#include "tool/link.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/reset.h"
#include "tool/secret.h"
#include "tool/terminal_text.h"

#define READ_MS 10u  /* a key is seen after at most so long */
#define LINE_MS 200u /* text without its end is shown after so long */
#define REOPEN_MS 300u
#define ANSWERED_MS 250u /* silence after an answer */
#define ANSWER_MS 2000u  /* and without any */
#define END_MS 1000u     /* silence after a pipe's end */
#define DEAF_MS 20u      /* after a change of speed: what was on its way */
#define ECHO_MS 1000u    /* a device's echo of what was sent comes within */

struct console {
    const struct console_config *config;
    struct link *link; /* NULL: the port is away */
    struct line_edit edit;
    struct terminal_text text;
    struct baud_change baud;
    FILE *log;
    bool is_drawn; /* there is a prompt, and it is on the screen */
    bool has_prompt;
    bool is_menu; /* the next key is a command */
    bool is_end;
    bool is_input_end; /* of a pipe */
    bool has_heard;    /* since the last line was sent */
    bool is_lost_told;
    char sent[LINE_ROOM]; /* its echo is left out; "" */
    uint64_t sent_ms, heard_ms, start_ms, tried_ms;
    uint64_t deaf_ms; /* what comes before is of the speed before */
};

/* ---- the screen ---------------------------------------------------------- */

static void draw(struct console *c)
{
    char out[LINE_DRAWN];
    if (!c->has_prompt)
        return;
    size_t size = line_edit_draw(&c->edit, os_columns(), out);
    fwrite(out, 1, size, stdout);
    fflush(stdout);
    c->is_drawn = true;
}

static void clear(struct console *c)
{
    if (c->is_drawn)
        fputs("\r\033[K", stdout);
    fflush(stdout);
    c->is_drawn = false;
}

__attribute__((format(printf, 2, 3))) static void note(struct console *c,
                                                       const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    clear(c);
    message_talk("-- %s", text);
}

/* A line of the device's, or of ours; secrets are hidden already. */
static void show(struct console *c, const char *line)
{
    clear(c);
    printf("%s\n", line);
    fflush(stdout);
    if (c->log) {
        fprintf(c->log, "%s\n", line);
        fflush(c->log);
    }
}

static void take_line(void *ctx, const char *line)
{
    struct console *c = ctx;
    bool is_echo = c->sent[0] != '\0' && strcmp(line, c->sent) == 0;
    c->sent[0] = '\0';
    if (!is_echo)
        show(c, line);
}

static void time_of_day(void *ctx, char out[16])
{
    (void)ctx;
    os_time_of_day(out);
}

/* ---- the device ---------------------------------------------------------- */

static uint64_t now(const struct console *c)
{
    return c->link ? c->link->ops->now_ms(c->link) : os_now_ms();
}

static enum err listen(struct console *c)
{
    note(c, "%u baud%s", c->baud.now,
         c->baud.now == BAUD_OF_ROM ? ": the boot ROM's" : "");
    return c->link->ops->set_baud(c->link, c->baud.now);
}

static enum err hear_nothing(struct console *c, unsigned silent_ms)
{
    enum baud_verdict verdict = baud_change_quiet(&c->baud, silent_ms);
    if (verdict == BAUD_NOISE)
        terminal_text_drop(&c->text);
    if (silent_ms >= LINE_MS)
        terminal_text_quiet(&c->text);
    if (silent_ms >= ECHO_MS)
        c->sent[0] = '\0';
    return verdict == BAUD_ENDED ? listen(c) : ERR_NONE;
}

static enum err read_device(struct console *c)
{
    uint8_t bytes[256];
    size_t got = 0;
    enum err e =
        c->link->ops->read(c->link, bytes, sizeof(bytes), READ_MS, &got);
    if (e != ERR_NONE)
        return e;
    uint64_t ms = now(c), silent = ms - c->heard_ms;
    if (got == 0)
        return hear_nothing(c, (unsigned)silent);
    c->heard_ms = ms;
    if (ms < c->deaf_ms)
        return ERR_NONE;
    c->has_heard = true;
    for (size_t i = 0; i < got; i++) {
        enum baud_verdict verdict = BAUD_FINE;
        if (!c->text.is_hex)
            verdict = baud_change_byte(&c->baud, bytes[i]);
        if (verdict == BAUD_NOISE || verdict == BAUD_CHANGED)
            terminal_text_drop(&c->text);
        else
            terminal_text_bytes(&c->text, bytes + i, 1);
        if (verdict == BAUD_ENDED)
            terminal_text_quiet(&c->text);
        if (verdict == BAUD_CHANGED)
            c->deaf_ms = ms + DEAF_MS;
        if (verdict == BAUD_CHANGED || verdict == BAUD_ENDED)
            return listen(c);
    }
    if (baud_change_is_lost(&c->baud) && !c->is_lost_told)
        note(c,
             "noise at %u and at %u baud: is it 3.3 V, is GND connected? "
             "-b sets another speed",
             c->baud.program, BAUD_OF_ROM);
    c->is_lost_told = baud_change_is_lost(&c->baud);
    return ERR_NONE;
}

static enum err send_line(struct console *c)
{
    char shown[LINE_ROOM + 64] = "> ";
    unsigned before = c->baud.now;
    enum err e = ERR_NONE;
    line_edit_take(&c->edit, c->sent);
    secret_hide(c->sent, shown + 2, sizeof(shown) - 2);
    show(c, shown);
    if (!c->link)
        return ERR_PORT_GONE;
    baud_change_send(&c->baud);
    if (before != c->baud.now)
        e = listen(c);
    c->sent_ms = c->heard_ms = now(c);
    c->has_heard = false;
    if (e == ERR_NONE)
        e = c->link->ops->write(c->link, (const uint8_t *)c->sent,
                                strlen(c->sent));
    if (e == ERR_NONE)
        e = c->link->ops->write(c->link, (const uint8_t *)"\n", 1);
    return e;
}

/* To its program, or to its loader. */
static enum err reset(struct console *c, bool is_download)
{
    struct link *link = c->link;
    if (!link)
        return ERR_PORT_GONE;
    baud_change_reset(&c->baud, !link->has_lines);
    enum err e = listen(c);
    if (e == ERR_NONE && link->has_lines)
        e = is_download ? reset_to_loader(link, link->is_direct ? RESET_CLASSIC
                                                                : RESET_TIGHT)
                        : reset_to_program(link);
    if (e != ERR_NONE)
        return e;
    if (link->has_lines)
        note(c, is_download ? "download mode: end with Ctrl-C, then pogo flash"
                            : "reset");
    else if (link->ops->ask)
        link->ops->ask(link, is_download ? LINK_ASK_DOWNLOAD : LINK_ASK_RUN);
    else
        note(c,
             "this port moves no reset line. Never with mains connected: %s "
             "and connect the 3.3 V again",
             is_download ? "hold the button, disconnect" : "disconnect");
    return ERR_NONE;
}

/* ---- the port, away and back --------------------------------------------- */

static void went_away(struct console *c)
{
    link_close(c->link);
    c->link = NULL;
    terminal_text_quiet(&c->text);
    note(c, "%s went away; waiting for it (Ctrl-C ends this)", c->config->port);
}

static void try_again(struct console *c)
{
    char detail[256];
    os_sleep_ms(READ_MS);
    if (os_now_ms() - c->tried_ms < REOPEN_MS)
        return;
    c->tried_ms = os_now_ms();
    if (link_open(c->config->port, c->baud.program, &c->link, detail,
                  sizeof(detail)) != ERR_NONE)
        return;
    baud_change_start(&c->baud, c->baud.program);
    c->heard_ms = now(c);
    note(c, "%s is back", c->config->port);
}

/* ---- keys ---------------------------------------------------------------- */

static void help(struct console *c)
{
    note(c,
         "Ctrl-T then  r reset   d download mode   t times   x hex   q quit");
}

static enum err menu(struct console *c, unsigned char key)
{
    c->is_menu = false;
    switch (key | 0x20) {
    case 'r':
        return reset(c, false);
    case 'd':
        return reset(c, true);
    case 't':
        terminal_text_quiet(&c->text);
        c->text.has_times = !c->text.has_times;
        note(c, "times %s", c->text.has_times ? "on" : "off");
        return ERR_NONE;
    case 'x':
        terminal_text_set_hex(&c->text, !c->text.is_hex);
        note(c, "hex %s", c->text.is_hex ? "on" : "off");
        return ERR_NONE;
    case 'q':
        c->is_end = true;
        return ERR_NONE;
    default:
        help(c);
        return ERR_NONE;
    }
}

static enum err take_key(struct console *c, unsigned char key)
{
    if (c->is_menu)
        return menu(c, key);
    switch (line_edit_key(&c->edit, key)) {
    case LINE_ENTERED:
        return send_line(c);
    case LINE_QUIT:
        c->is_end = true;
        return ERR_NONE;
    case LINE_MENU:
        c->is_menu = true;
        return ERR_NONE;
    case LINE_CHANGED:
        draw(c);
        return ERR_NONE;
    case LINE_SAME:
    default:
        return ERR_NONE;
    }
}

/* From a pipe: the answer to the line before comes first. */
static bool may_send(const struct console *c)
{
    uint64_t silent = now(c) - c->heard_ms;
    if (c->is_input_end)
        return false;
    return c->has_prompt || c->sent_ms == 0 ||
           silent >= (c->has_heard ? ANSWERED_MS : ANSWER_MS);
}

static enum err take_keys(struct console *c)
{
    unsigned char keys[64];
    bool is_end = false;
    enum err e = ERR_NONE;
    if (!may_send(c))
        return ERR_NONE;
    /* One by one from a pipe: a line's end may be among them. */
    size_t n = os_keys_read(keys, c->has_prompt ? sizeof(keys) : 1, 0, &is_end);
    for (size_t i = 0; i < n && e == ERR_NONE && !c->is_end; i++)
        e = take_key(c, keys[i]);
    c->is_input_end = is_end;
    return e;
}

/* ---- the loop ------------------------------------------------------------ */

/* A virtual device is as fast as the host; a person is not. */
static void keep_pace(const struct console *c, uint64_t began)
{
    uint64_t real = os_now_ms() - began, device = now(c) - c->start_ms;
    if (c->has_prompt && c->link && device > real + READ_MS)
        os_sleep_ms((unsigned)(device - real));
}

static enum err turn(struct console *c)
{
    if (!c->link)
        try_again(c);
    enum err e = c->link ? read_device(c) : ERR_NONE;
    if (e == ERR_NONE)
        e = take_keys(c);
    if (e == ERR_PORT_GONE && c->link)
        went_away(c);
    else if (e == ERR_PORT_GONE)
        note(c, "not sent: the port is away");
    if (!c->is_drawn)
        draw(c);
    return e == ERR_PORT_GONE ? ERR_NONE : e;
}

static bool is_answered(const struct console *c)
{
    uint64_t silent = now(c) - c->heard_ms;
    return silent >= (c->has_heard || c->sent_ms == 0 ? END_MS : ANSWER_MS);
}

static enum err talk(struct console *c)
{
    uint64_t began = os_now_ms();
    unsigned seconds = c->config->seconds;
    enum err e = c->config->is_reset_first ? reset(c, false) : ERR_NONE;
    c->start_ms = c->heard_ms = now(c);
    while (e == ERR_NONE && !c->is_end) {
        e = turn(c);
        keep_pace(c, began);
        uint64_t end = (uint64_t)seconds * 1000u;
        bool is_over = seconds > 0 ? now(c) - c->start_ms >= end
                                   : c->is_input_end && is_answered(c);
        c->is_end |= is_over;
    }
    terminal_text_quiet(&c->text);
    clear(c);
    return e;
}

enum err console_run(const struct console_config *config, char *detail,
                     size_t room)
{
    static struct console c; /* large: its history */
    c = (struct console){.config = config,
                         .text = {.line = take_line,
                                  .now = time_of_day,
                                  .ctx = &c,
                                  .has_times = config->has_times,
                                  .is_hex = config->is_hex}};
    baud_change_start(&c.baud, config->baud);
    enum err e = link_open(config->port, config->baud, &c.link, detail, room);
    if (e != ERR_NONE)
        return e;
    if (config->log && !(c.log = fopen(config->log, "a"))) {
        snprintf(detail, room, "%s", config->log);
        link_close(c.link);
        return ERR_FILE_OPEN;
    }
    c.has_prompt = os_is_terminal(0) && os_is_terminal(1);
    if (c.has_prompt) {
        note(&c, "%s at %u baud; Ctrl-T h shows the keys, Ctrl-C ends",
             config->port, config->baud);
        os_keys_open();
    }
    e = talk(&c);
    os_keys_close();
    link_close(c.link);
    if (c.log)
        fclose(c.log);
    if (e != ERR_NONE)
        snprintf(detail, room, "%s", config->port);
    return e;
}
