/* A typed line: its keys, its history, its drawing. */
#include "tool/line_edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tool/secret.h"

#define CTRL(letter) ((letter)&0x1F)
#define PROMPT "> "
#define PROMPT_COLUMNS 2u
#define ESCAPE 0x1B
#define BACKSPACE 0x7F

/* ---- letters: UTF-8, one column each ---- */

static bool is_middle(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t before(const struct line_edit *edit, size_t at)
{
    size_t to = at > 0 ? at - 1 : 0;
    while (to > 0 && is_middle(edit->text[to]))
        to--;
    return to;
}

static size_t behind(const struct line_edit *edit, size_t at)
{
    if (at < edit->size)
        at++;
    while (at < edit->size && is_middle(edit->text[at]))
        at++;
    return at;
}

/* ---- what keys do ---- */

static enum line_event cut(struct line_edit *edit, size_t from, size_t to)
{
    memmove(edit->text + from, edit->text + to, edit->size - to);
    edit->size -= to - from;
    edit->at = from;
    return LINE_CHANGED;
}

static enum line_event insert(struct line_edit *edit, uint8_t key)
{
    if (edit->size + 1 >= LINE_ROOM)
        return LINE_SAME;
    char *place = edit->text + edit->at++;
    memmove(place + 1, place, edit->size - (size_t)(place - edit->text));
    *place = (char)key;
    edit->size++;
    return LINE_CHANGED;
}

static void set(struct line_edit *edit, const char *text)
{
    edit->size = edit->at = strlen(text);
    memmove(edit->text, text, edit->size);
}

/* Steps through the history: 1 is one line back, -1 one forward. */
static enum line_event history(struct line_edit *edit, int step)
{
    if (step > 0 ? edit->back == edit->lines : edit->back == 0)
        return LINE_SAME;
    if (edit->back == 0) {
        memcpy(edit->kept, edit->text, edit->size);
        edit->kept[edit->size] = '\0';
    }
    edit->back += (unsigned)step;
    set(edit,
        edit->back == 0 ? edit->kept : edit->history[edit->lines - edit->back]);
    return LINE_CHANGED;
}

static enum line_event cut_word(struct line_edit *edit)
{
    size_t from = edit->at;
    while (from > 0 && edit->text[from - 1] == ' ')
        from--;
    while (from > 0 && edit->text[from - 1] != ' ')
        from--;
    return cut(edit, from, edit->at);
}

static enum line_event move(struct line_edit *edit, size_t at)
{
    edit->at = at;
    return LINE_CHANGED;
}

/* ESC [ A and the like, without the ESC (ECMA-48, and what xterm sends). */
static enum line_event escape(struct line_edit *edit)
{
    const char *key = edit->escape;
    if (strcmp(key, "[A") == 0 || strcmp(key, "OA") == 0)
        return history(edit, 1);
    if (strcmp(key, "[B") == 0 || strcmp(key, "OB") == 0)
        return history(edit, -1);
    if (strcmp(key, "[C") == 0 || strcmp(key, "OC") == 0)
        return move(edit, behind(edit, edit->at));
    if (strcmp(key, "[D") == 0 || strcmp(key, "OD") == 0)
        return move(edit, before(edit, edit->at));
    if (strcmp(key, "[H") == 0 || strcmp(key, "OH") == 0 ||
        strcmp(key, "[1~") == 0)
        return move(edit, 0);
    if (strcmp(key, "[F") == 0 || strcmp(key, "OF") == 0 ||
        strcmp(key, "[4~") == 0)
        return move(edit, edit->size);
    if (strcmp(key, "[3~") == 0)
        return cut(edit, edit->at, behind(edit, edit->at));
    return LINE_SAME;
}

/* A byte of such a key; its last one is a letter or ~, after [ or O. */
static enum line_event escape_byte(struct line_edit *edit, uint8_t key)
{
    if (edit->escape_size < sizeof(edit->escape) - 1)
        edit->escape[edit->escape_size++ - 1] = (char)key;
    bool is_first = edit->escape_size == 2;
    if (is_first ? key == '[' || key == 'O' : key < 0x40)
        return LINE_SAME;
    edit->escape[edit->escape_size - 1] = '\0';
    edit->escape_size = 0;
    return escape(edit);
}

static enum line_event control(struct line_edit *edit, uint8_t key)
{
    switch (key) {
    case '\r':
    case '\n':
        return LINE_ENTERED;
    case CTRL('C'):
    case CTRL(']'):
        return LINE_QUIT;
    case CTRL('D'):
        return edit->size == 0 ? LINE_QUIT
                               : cut(edit, edit->at, behind(edit, edit->at));
    case CTRL('T'):
        return LINE_MENU;
    case CTRL('H'):
    case BACKSPACE:
        return cut(edit, before(edit, edit->at), edit->at);
    case CTRL('A'):
        return move(edit, 0);
    case CTRL('E'):
        return move(edit, edit->size);
    case CTRL('U'):
        return cut(edit, 0, edit->at);
    case CTRL('K'):
        return cut(edit, edit->at, edit->size);
    case CTRL('W'):
        return cut_word(edit);
    case CTRL('L'):
        return LINE_CHANGED;
    case ESCAPE:
        edit->escape_size = 1;
        return LINE_SAME;
    default:
        return LINE_SAME;
    }
}

enum line_event line_edit_key(struct line_edit *edit, uint8_t key)
{
    if (edit->escape_size > 0)
        return escape_byte(edit, key);
    if (key < ' ' || key == BACKSPACE)
        return control(edit, key);
    return insert(edit, key);
}

void line_edit_take(struct line_edit *edit, char out[LINE_ROOM])
{
    memcpy(out, edit->text, edit->size);
    out[edit->size] = '\0';
    edit->size = edit->at = 0;
    edit->back = 0;
    bool is_again =
        edit->lines > 0 && strcmp(edit->history[edit->lines - 1], out) == 0;
    if (out[0] == '\0' || is_again)
        return;
    if (edit->lines == LINE_HISTORY) {
        memmove(edit->history[0], edit->history[1],
                sizeof(edit->history) - LINE_ROOM);
        edit->lines--;
    }
    memcpy(edit->history[edit->lines++], out, LINE_ROOM);
}

/* ---- drawing ---- */

/* The text with one star for each letter of a password; the cursor in it. */
struct drawing {
    char text[LINE_ROOM];
    size_t size, at;
};

static void put(struct drawing *d, const struct line_edit *edit, size_t from,
                size_t to, bool is_secret)
{
    for (size_t i = from; i < to; i++) {
        if (i == edit->at)
            d->at = d->size;
        if (!is_secret)
            d->text[d->size++] = edit->text[i];
        else if (!is_middle(edit->text[i]))
            d->text[d->size++] = '*';
    }
}

static void cover(struct drawing *d, const struct line_edit *edit)
{
    size_t at = 0, start = 0, end = 0, done = 0;
    *d = (struct drawing){.size = 0};
    while (secret_next(edit->text, edit->size, &at, &start, &end)) {
        put(d, edit, done, start, false);
        put(d, edit, start, end, true);
        done = end;
    }
    put(d, edit, done, edit->size, false);
    if (edit->at == edit->size)
        d->at = d->size;
}

size_t line_edit_draw(const struct line_edit *edit, unsigned columns,
                      char out[LINE_DRAWN])
{
    struct drawing d;
    unsigned room = columns - PROMPT_COLUMNS - 1;
    unsigned cursor = 0, column = 0, shown = 0;
    cover(&d, edit);
    for (size_t i = 0; i < d.at; i++)
        cursor += !is_middle(d.text[i]);
    unsigned first = cursor > room ? cursor - room : 0;
    size_t used = (size_t)snprintf(out, LINE_DRAWN, "\r\033[K" PROMPT);
    for (size_t i = 0; i < d.size; i++) {
        bool is_new = !is_middle(d.text[i]);
        column += is_new;
        if (column <= first || column > first + room)
            continue;
        shown += is_new;
        out[used++] = d.text[i];
    }
    if (shown > cursor - first)
        used += (size_t)snprintf(out + used, LINE_DRAWN - used, "\033[%uD",
                                 shown - (cursor - first));
    return used;
}
