/* Single values out of JSON texts that a device or a file gives: no tree is
 * made. For texts of any content, whole or damaged. */
#ifndef TOOL_JSON_TEXT_H
#define TOOL_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Is it one JSON value, with nothing but blanks around it? Nesting up to 32. */
bool json_text_is_whole(const char *text);

/* The value at a path like "Status.FriendlyName.0": names of members and
 * numbers of elements from 0. Of a string its content, unescaped to UTF-8; of
 * anything else its text as it stands. False: it is not there, or longer than
 * room - 1 bytes; out is then "". */
bool json_text_find(const char *text, const char *path, char *out, size_t room);

/* How many elements the array at path has; 0: there is no such array. */
unsigned json_text_count(const char *text, const char *path);

#endif
