/* A device's serial console, for a program: lines in, lines out, and what a
 * line answers. For Tasmota 6.6 to 14 and for Pogo; prints nothing, and what it
 * reads may hold secrets that the device echoes. */
#ifndef TOOL_CONSOLE_LINE_H
#define TOOL_CONSOLE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/link.h"

#define CONSOLE_LINE_ROOM 4096u /* Status0 of four relays is 2.5 KB */
#define CONSOLE_TOPIC 24u

struct console_line {
    struct link *link; /* the caller sets it; the rest begins as zeroes */
    char text[CONSOLE_LINE_ROOM]; /* the line that came last, without its end */
    size_t size;                  /* of the one that is coming */
    uint8_t input[256];
    size_t input_at, input_size;
    size_t heard; /* bytes, ever */
};

/* The next line into text; what is longer is cut. ERR_TIMEOUT at end_ms of the
 * link's time (what came of a line is kept for the next call), or an error of
 * the port. */
MUST_USE enum err console_line_read(struct console_line *console,
                                    uint64_t end_ms);

/* One command. What somebody left unfinished on the line is ended first. */
MUST_USE enum err console_line_send(struct console_line *console,
                                    const char *command);

/* Does the line answer a command? `RSL: RESULT = {...}` and, while its broker
 * is there, `MQT: stat/lamp/RESULT = {...}`. topic is the last part (RESULT,
 * STATUS5, POWER), *value points to what follows: JSON, or a word. A word
 * behind it, as (retained), is cut off the line. */
bool console_line_answer(char *line, char topic[CONSOLE_TOPIC],
                         const char **value);

#endif
