/* The line that a person types at a terminal: keys in, what to draw out. No
 * input or output here, so that it is the same on every system.
 *
 * Of our own because the device's words come in between while a line is typed,
 * and because passwords are drawn as stars. Tried and left: libedit's callbacks
 * (they give the terminal back after each line, and keys typed then are echoed
 * twice), linenoise (its way for this is not in Debian 12).
 *
 * Keys: arrows, Home, End, Backspace, Delete, Ctrl-A E U K W L; arrows up and
 * down for the lines before. Letters are UTF-8. */
#ifndef TOOL_LINE_EDIT_H
#define TOOL_LINE_EDIT_H

#include <stddef.h>
#include <stdint.h>

#define LINE_ROOM 1024u  /* with its NUL; what is typed beyond is not taken */
#define LINE_HISTORY 50u /* lines */
#define LINE_DRAWN 1060u /* bytes of a drawing: text, prompt, cursor */

struct line_edit {
    char text[LINE_ROOM];
    size_t size, at;      /* bytes; the cursor stands before at */
    char kept[LINE_ROOM]; /* what was typed before arrow up */
    char history[LINE_HISTORY][LINE_ROOM];
    unsigned lines; /* in history, the newest last */
    unsigned back;  /* how far arrow up has gone; 0: the line itself */
    char escape[8]; /* of a key that is several bytes */
    size_t escape_size;
};

enum line_event {
    LINE_SAME,    /* nothing to draw */
    LINE_CHANGED, /* draw it */
    LINE_ENTERED, /* line_edit_take gives it */
    LINE_QUIT,    /* Ctrl-C, Ctrl-], or Ctrl-D on an empty line */
    LINE_MENU     /* Ctrl-T: the next key is a command */
};

/* One byte from the keyboard. edit starts zeroed. */
enum line_event line_edit_key(struct line_edit *edit, uint8_t key);

/* The line that was entered; the next one is empty. */
void line_edit_take(struct line_edit *edit, char out[LINE_ROOM]);

/* What draws it from the beginning of a terminal's line: prompt, text,
 * cursor. Of a text that is wider than the terminal, the part around the
 * cursor. Returns the size. columns: 20 or more. */
size_t line_edit_draw(const struct line_edit *edit, unsigned columns,
                      char out[LINE_DRAWN]);

#endif
