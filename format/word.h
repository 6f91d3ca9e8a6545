/* Words of a line of text, bare or "quoted": names and passwords may hold
 * spaces, quotes and any byte but NUL. The air file (air.h) and the control
 * lines (control.h) read them. */
#ifndef FORMAT_WORD_H
#define FORMAT_WORD_H

#include <stddef.h>

enum word {
    WORD_NONE, /* the text is at its end, or a # begins a comment */
    WORD_BARE, /* up to the next space */
    WORD_QUOTED,
    WORD_BAD /* no closing quote, an unknown \…, a NUL byte, or no room */
};

/* Take the next word of *at … end and move *at behind it. out gets it with a
 * NUL; *size is without. In quotes: \" \\ and \xNN. */
enum word word_take(const char **at, const char *end, char *out, size_t room,
                    size_t *size);
/* For people: text in quotes as word_take reads it, cut where room ends. UTF-8
 * stays; control characters, bytes that are no UTF-8, quotes and backslashes
 * are escaped. */
void word_quote(const char *text, size_t size, char *out, size_t room);

#endif
