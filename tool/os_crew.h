/* Several at work at once, each in a process of its own: a copy of this one, so
 * that it has all that was asked and read before, and what ends one leaves the
 * others. What they say comes here line by line; so does what they ask. One
 * crew at a time. */
#ifndef TOOL_OS_CREW_H
#define TOOL_OS_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "format/err.h"

#define OS_CREW_MESSAGE 2048u

struct os_crew_ops {
    /* In the process of number who; it ends when this returns. Its stdin is
     * empty. */
    void (*work)(void *ctx, unsigned who);
    /* The others here, one at a time. A line without its end, from its stderr
     * (is_talk) or stdout. */
    void (*said)(void *ctx, unsigned who, bool is_talk, const char *line);
    /* It asks, and waits until os_crew_answer. */
    void (*asked)(void *ctx, unsigned who, const void *message, size_t size);
    /* It has ended, and all it said was told. */
    void (*ended)(void *ctx, unsigned who);
};

/* Start count of them and return when all have ended. *stopped: Ctrl-C or kill
 * ended them (os_crew_stopped then ends this process as that would have);
 * 0: nobody did. ERR_MEMORY, ERR_IO: some did not start. */
MUST_USE enum err os_crew_run(const struct os_crew_ops *ops, void *ctx,
                              unsigned count, int *stopped);
void os_crew_answer(unsigned who, const void *answer, size_t size);
/* End one that is not needed any more. */
void os_crew_end(unsigned who);
void os_crew_stopped(int how);

/* In one of them: ask, and wait for the answer. False: nobody is there. */
bool os_crew_ask(const void *message, size_t size, void *answer, size_t room);

#endif
