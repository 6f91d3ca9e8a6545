/* Control lines (format/control.h) run one after another in time: the part that
 * is the same for the bench and the posix device. It decides when a line is
 * done, collects events and console text since the last acting line, and says
 * whether a wait, expect or refute held. It reads no clock and no file: the
 * caller's loop passes the time, gives lines while the script is not waiting,
 * and carries out what `act` is called with.
 *
 *     script_init(&s, &ops, now);
 *     while (script_take(&s, now, &text)) {       // text: what is left to do
 *         now = run_the_device_until(script_due(&s));   // or less: a slice
 *         // which calls script_event() and script_console() as things happen
 *     }
 *     return script_has_failed(&s) ? EXIT_FAILED : EXIT_DONE;
 *
 * The rules: each event fulfils one expect, in whatever order they are asked;
 * console text is one stream, and a match uses it up to the match's end.
 * `within MS` counts from when the line's turn came. A refute looks at what
 * came since the last acting line too. `at` counts from script_init. */
#ifndef FORMAT_SCRIPT_H
#define FORMAT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/control.h"

#define SCRIPT_LINE (CONTROL_TEXT + 64)
#define SCRIPT_NEVER UINT64_MAX

struct script_ops {
    /* Carry out a line: power, press, release, switch, dtr, rts, console, a
     * fault (cut to plug) or show. Never called with another verb. It may call
     * script_event. */
    enum err (*act)(void *ctx, const struct control *control);
    /* One answer per line that is not empty, when it is done, no newline: "ok",
     * "failed LINE" (an expectation), or "error WHAT: LINE"; LINE is what
     * control_echo leaves of it. */
    void (*answer)(void *ctx, const char *text);
    void *ctx;
};

struct script {
    const struct script_ops *ops;
    uint64_t start_ms;
    struct control line; /* the one in progress */
    char text[SCRIPT_LINE];
    uint64_t due_ms; /* when its time is up */
    bool is_waiting; /* a line is in progress */
    bool is_at;      /* it waits for its `at` moment, not yet begun */
    bool has_failed, has_quit;
    bool has_stop; /* an event "stop …" that no line has expected */
    size_t events_size, console_size;
    char events[8192];  /* since the last acting line, each ends with NUL */
    char console[4096]; /* the newest bytes since then */
};

/* ops is kept by pointer. now_ms is the zero of `at`. */
void script_init(struct script *script, const struct script_ops *ops,
                 uint64_t now_ms);

/* Begin one line (a newline at its end is ignored). Only while the script is
 * not waiting. Afterwards it may be waiting. */
void script_line(struct script *script, uint64_t now_ms, const char *line);

/* Time has passed: finish the line in progress if its time is up. */
void script_tick(struct script *script, uint64_t now_ms);

/* Tick, then begin lines of *text (moving it on) until one waits or the text
 * is at its end. False when all is done or after `quit`. */
bool script_take(struct script *script, uint64_t now_ms, const char **text);

/* Something happened: an event line, a byte from the serial console. */
void script_event(struct script *script, const char *line);
void script_console(struct script *script, uint8_t byte);

/* When script_tick must be called at the latest; SCRIPT_NEVER: not waiting. */
uint64_t script_due(const struct script *script);
bool script_is_waiting(const struct script *script);
bool script_has_failed(const struct script *script); /* any line so far */
/* The device was stopped and no expect was about it. */
bool script_has_stop(const struct script *script);
bool script_has_quit(const struct script *script);

#endif
