/* Letters in any case, for protocols whose words are ASCII. Bytes above 0x7F
 * are nobody's letters. */
#ifndef FIRMWARE_NET_ASCII_H
#define FIRMWARE_NET_ASCII_H

#include <stdbool.h>

char ascii_lower(char c);
/* Where text goes on behind this word (in lower case), in any case; NULL: it
 * does not begin with it. */
const char *ascii_behind(const char *text, const char *word);
/* Is text this word (in lower case), in any case? */
bool ascii_is(const char *text, const char *word);

#endif
