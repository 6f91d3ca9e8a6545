/* The loop of `pogo console`: device to screen, keys to device. */
#include "tool/console_private.h"

#include <string.h>

#include "tool/os.h"
#include "tool/secret.h"

#define ANSWERED_MS 250u /* silence after an answer */
#define ANSWER_MS 2000u  /* and without any */
#define END_MS 1000u     /* silence after a pipe's end */

/* ---- keys ---------------------------------------------------------------- */

static void help(struct console *c)
{
    console_note(
        c, "note",
        "Ctrl-T then  r reset   d download mode   t times   x hex   q quit");
}

static enum err menu(struct console *c, unsigned char key)
{
    c->is_menu = false;
    switch (key | 0x20) {
    case 'r':
        return console_reset(c, false);
    case 'd':
        return console_reset(c, true);
    case 't':
        terminal_text_quiet(&c->text);
        c->text.has_times = !c->text.has_times;
        console_note(c, "note", "times %s", c->text.has_times ? "on" : "off");
        return ERR_NONE;
    case 'x':
        terminal_text_set_hex(&c->text, !c->text.is_hex);
        console_note(c, "note", "hex %s", c->text.is_hex ? "on" : "off");
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
        return console_send(c);
    case LINE_QUIT:
        c->is_end = true;
        return ERR_NONE;
    case LINE_MENU:
        c->is_menu = true;
        return ERR_NONE;
    case LINE_CHANGED:
        console_draw(c);
        return ERR_NONE;
    case LINE_SAME:
    default:
        return ERR_NONE;
    }
}

/* From a pipe: the answer to the line before comes first. */
static bool may_send(const struct console *c)
{
    uint64_t silent = console_now(c) - c->heard_ms;
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

/* ---- lines of the device ------------------------------------------------- */

static void take_line(void *ctx, const char *line)
{
    struct console *c = ctx;
    char shown[SECRET_LINE];
    bool is_echo = c->sent[0] != '\0' && strcmp(line, c->sent) == 0;
    c->sent[0] = '\0';
    if (is_echo)
        return;
    secret_hide_said(line, shown, sizeof(shown));
    console_show_line(c, shown);
}

static void time_of_day(void *ctx, char out[16])
{
    (void)ctx;
    os_time_of_day(out);
}

/* ---- the loop ------------------------------------------------------------ */

/* A virtual device is as fast as the host; a person is not. */
static void keep_pace(const struct console *c, uint64_t began)
{
    uint64_t real = os_now_ms() - began, device = console_now(c) - c->start_ms;
    if (c->has_prompt && c->link && device > real + CONSOLE_READ_MS)
        os_sleep_ms((unsigned)(device - real));
}

static enum err turn(struct console *c)
{
    if (!c->link)
        console_try_again(c);
    enum err e = c->link ? console_read(c) : ERR_NONE;
    if (e == ERR_NONE)
        e = take_keys(c);
    if (e == ERR_PORT_GONE && c->link)
        console_went_away(c);
    else if (e == ERR_PORT_GONE)
        console_note(c, "note", "not sent: the port is away");
    if (!c->is_drawn)
        console_draw(c);
    return e == ERR_PORT_GONE ? ERR_NONE : e;
}

static bool is_answered(const struct console *c)
{
    uint64_t silent = console_now(c) - c->heard_ms;
    return silent >= (c->has_heard || c->sent_ms == 0 ? END_MS : ANSWER_MS);
}

static enum err talk(struct console *c)
{
    uint64_t began = os_now_ms();
    unsigned seconds = c->config->seconds;
    enum err e = c->config->is_reset_first ? console_reset(c, false) : ERR_NONE;
    c->start_ms = c->heard_ms = console_now(c);
    while (e == ERR_NONE && !c->is_end) {
        e = turn(c);
        keep_pace(c, began);
        uint64_t end = (uint64_t)seconds * 1000u;
        bool is_over = seconds > 0 ? console_now(c) - c->start_ms >= end
                                   : c->is_input_end && is_answered(c);
        c->is_end |= is_over;
    }
    terminal_text_quiet(&c->text);
    console_clear(c);
    return e;
}

enum err console_run(const struct console_config *config, char *detail,
                     size_t room)
{
    static struct console c; /* large: its history */
    c = (struct console){.config = config,
                         .began_ms = os_now_ms(),
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
    c.has_prompt = !config->is_json && os_is_terminal(0) && os_is_terminal(1);
    if (c.has_prompt) {
        console_note(&c, "note",
                     "%s at %u baud; Ctrl-T h shows the keys, Ctrl-C ends",
                     config->port, config->baud);
        os_keys_open();
    }
    if (config->is_json && config->log)
        console_note(&c, "log", "%s", config->log);
    e = talk(&c);
    os_keys_close();
    link_close(c.link);
    if (c.log)
        fclose(c.log);
    if (e == ERR_NONE)
        console_show_end(&c);
    else
        snprintf(detail, room, "%s", config->port);
    return e;
}
