/* The device of `pogo console`: what it says at which speed, lines to it, its
 * reset, and its port that may go and come back. */
#include "tool/console_private.h"

#include <string.h>

#include "tool/os.h"
#include "tool/reset.h"
#include "tool/secret.h"

#define LINE_MS 200u /* text without its end is shown after so long */
#define REOPEN_MS 300u
#define DEAF_MS 20u   /* after a change of speed: what was on its way */
#define ECHO_MS 1000u /* a device's echo of what was sent comes within */

uint64_t console_now(const struct console *c)
{
    return c->link ? c->link->ops->now_ms(c->link) : os_now_ms();
}

static enum err listen(struct console *c)
{
    console_note(c, "baud", "%u baud%s", c->baud.now,
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

enum err console_read(struct console *c)
{
    uint8_t bytes[256];
    size_t got = 0;
    enum err e = c->link->ops->read(c->link, bytes, sizeof(bytes),
                                    CONSOLE_READ_MS, &got);
    if (e != ERR_NONE)
        return e;
    uint64_t ms = console_now(c), silent = ms - c->heard_ms;
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
        console_note(
            c, "lost",
            "noise at %u and at %u baud: is it 3.3 V, is GND connected? "
            "-b sets another speed",
            c->baud.program, BAUD_OF_ROM);
    c->is_lost_told = baud_change_is_lost(&c->baud);
    return ERR_NONE;
}

enum err console_send(struct console *c)
{
    char shown[LINE_ROOM + 64];
    unsigned before = c->baud.now;
    enum err e = ERR_NONE;
    line_edit_take(&c->edit, c->sent);
    secret_hide(c->sent, shown, sizeof(shown));
    console_show_sent(c, shown);
    if (!c->link)
        return ERR_PORT_GONE;
    baud_change_send(&c->baud);
    if (before != c->baud.now)
        e = listen(c);
    c->sent_ms = c->heard_ms = console_now(c);
    c->has_heard = false;
    if (e == ERR_NONE)
        e = c->link->ops->write(c->link, (const uint8_t *)c->sent,
                                strlen(c->sent));
    if (e == ERR_NONE)
        e = c->link->ops->write(c->link, (const uint8_t *)"\n", 1);
    return e;
}

/* To its program, or to its loader. */
enum err console_reset(struct console *c, bool is_download)
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
        console_note(c, "reset",
                     is_download
                         ? "download mode: end with Ctrl-C, then pogo flash"
                         : "reset");
    else if (link->ops->ask)
        link->ops->ask(link, is_download ? LINK_ASK_DOWNLOAD : LINK_ASK_RUN);
    else
        console_note(
            c, "reset",
            "this port moves no reset line. Never with mains connected: %s "
            "and connect the 3.3 V again",
            is_download ? "hold the button, disconnect" : "disconnect");
    return ERR_NONE;
}

/* ---- the port, away and back --------------------------------------------- */

void console_went_away(struct console *c)
{
    link_close(c->link);
    c->link = NULL;
    terminal_text_quiet(&c->text);
    console_note(c, "away", "%s went away; waiting for it (Ctrl-C ends this)",
                 c->config->port);
}

void console_try_again(struct console *c)
{
    char detail[256];
    os_sleep_ms(CONSOLE_READ_MS);
    if (os_now_ms() - c->tried_ms < REOPEN_MS)
        return;
    c->tried_ms = os_now_ms();
    if (link_open(c->config->port, c->baud.program, &c->link, detail,
                  sizeof(detail)) != ERR_NONE)
        return;
    baud_change_start(&c->baud, c->baud.program);
    c->heard_ms = console_now(c);
    console_note(c, "back", "%s is back", c->config->port);
}
