/* An event line of `pogo bench` as an object: its first word, and the rest. */
#include "tool/bench_event.h"

#include <stdio.h>
#include <string.h>

#include "tool/message.h"

#define WORD 64u /* the longest first word has 8 */

size_t bench_event_json(unsigned number, const char *line, char *out,
                        size_t room)
{
    char word[WORD], bench[24] = "";
    size_t n = strcspn(line, " "), size;
    n = n < WORD ? n : WORD - 1;
    snprintf(word, sizeof(word), "%.*s", (int)n, line);
    line += n + (line[n] == ' ');
    if (number > 0)
        snprintf(bench, sizeof(bench), "\"bench\":%u,", number);
    size = (size_t)snprintf(out, room, "{%s\"event\":", bench);
    size += message_json_put(word, out + size, room - size);
    size += (size_t)snprintf(out + size, room - size, ",\"text\":");
    size += message_json_put(line, out + size, room - size - 2);
    memcpy(out + size, "}\n", 3);
    return size + 2;
}
