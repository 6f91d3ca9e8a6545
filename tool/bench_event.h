/* Event lines of `pogo bench` as JSON, for --json: how they are put, not where.
 */
#ifndef TOOL_BENCH_EVENT_H
#define TOOL_BENCH_EVENT_H

#include <stddef.h>

/* Enough for a line of so many bytes with its NUL. */
#define BENCH_EVENT_JSON(room) (6u * (room) + 64u)

/* `{"bench":N,"event":"relay","text":"1 on"}` and a newline into out, which has
 * BENCH_EVENT_JSON() of the line. event is the line's first word, text the rest
 * behind one blank. number is the device's from 1; 0: there is only one, and no
 * "bench". Returns the size without its NUL. */
size_t bench_event_json(unsigned number, const char *line, char *out,
                        size_t room);

#endif
