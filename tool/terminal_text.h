/* What a device says, as lines for a person: whole ones, with the time in front
 * if wanted, or as hex. No input or output here: lines go to a callback. */
#ifndef TOOL_TERMINAL_TEXT_H
#define TOOL_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TERMINAL_LINE 512u /* longer ones are cut in two */
#define TERMINAL_HEX 16u   /* bytes a line */

struct terminal_text {
    /* A line without its end, and the time of day it began at. */
    void (*line)(void *ctx, const char *text);
    /* The time of day as text, for lines that begin now; NULL: without. */
    void (*now)(void *ctx, char out[16]);
    void *ctx;
    bool has_times;
    bool is_hex;
    char pending[TERMINAL_LINE];
    size_t size;
    char time[16]; /* of pending's first byte */
};

/* Make text[size], behind which a 0 stands, fit to be seen: what is no UTF-8,
 * or would move a terminal's cursor, becomes a dot, \r goes; \n and \t stay.
 * Returns its size, never larger, with the 0 behind it. */
size_t terminal_text_plain(char *text, size_t size);

/* Give it what came. Lines end at \n; what is in them is made plain. */
void terminal_text_bytes(struct terminal_text *t, const uint8_t *bytes,
                         size_t size);
/* Nothing has come for a while: what stands there without an end is a line. */
void terminal_text_quiet(struct terminal_text *t);
/* It was noise: forget what was not shown yet. */
void terminal_text_drop(struct terminal_text *t);
/* Switch between text and hex; what is pending is shown first. */
void terminal_text_set_hex(struct terminal_text *t, bool is_hex);

#endif
