/* What the files of `pogo console` share: console.c (keys and the loop),
 * console_device.c (the device and its port), console_screen.c. */
#ifndef TOOL_CONSOLE_PRIVATE_H
#define TOOL_CONSOLE_PRIVATE_H

#include "tool/baud_change.h"
#include "tool/console.h"
#include "tool/line_edit.h"
#include "tool/link.h"
#include "tool/terminal_text.h"

#define CONSOLE_READ_MS 10u /* a key is seen after at most so long */

struct console {
    const struct console_config *config;
    struct link *link; /* NULL: the port is away */
    struct line_edit edit;
    struct terminal_text text;
    struct baud_change baud;
    FILE *log;
    uint64_t began_ms; /* of the host */
    unsigned lines;    /* of the device's, so far */
    bool is_drawn;     /* there is a prompt, and it is on the screen */
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

/* ---- console_screen.c ---- */

void console_draw(struct console *c); /* the prompt, where there is one */
void console_clear(struct console *c);
/* Of ours, on stderr; event is its name in JSON. */
__attribute__((format(printf, 3, 4))) void
console_note(struct console *c, const char *event, const char *format, ...);
/* A line of the device's, or one to it, whose secrets are hidden already. Also
 * into the log. */
void console_show_line(struct console *c, const char *line);
void console_show_sent(struct console *c, const char *line);
/* The last object, for JSON; else nothing. */
void console_show_end(const struct console *c);

/* ---- console_device.c ---- */

/* Milliseconds by the port's clock, or the host's while it is away. */
uint64_t console_now(const struct console *c);
/* What it says, up to CONSOLE_READ_MS. ERR_PORT_GONE. */
MUST_USE enum err console_read(struct console *c);
/* The line that was entered. ERR_PORT_GONE, also while it is away. */
MUST_USE enum err console_send(struct console *c);
/* To its program, or to its loader. ERR_PORT_GONE as above. */
MUST_USE enum err console_reset(struct console *c, bool is_download);
void console_went_away(struct console *c);
/* Is the port back? Waits for CONSOLE_READ_MS. */
void console_try_again(struct console *c);

#endif
