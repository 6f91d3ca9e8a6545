/* The last things that happened to a chip, for the moment when it is stopped:
 * event lines, calls into the SDK, callbacks. Repeats are counted. */
#ifndef EMULATOR_HISTORY_H
#define EMULATOR_HISTORY_H

#include <stdint.h>

#define HISTORY_ENTRIES 8u
#define HISTORY_TEXT 56u

struct history_entry {
    uint64_t cycle;   /* when it happened last */
    unsigned count;   /* how often in a row; 0: no entry */
    uint32_t address; /* guest code that it is about; 0: none */
    const char *name; /* what it was; NULL: see text */
    char text[HISTORY_TEXT];
};

struct history {
    struct history_entry entry[HISTORY_ENTRIES];
    unsigned next; /* the oldest, which the next one takes the place of */
};

/* text is copied, its end left out when it is too long. */
void history_add(struct history *history, uint64_t cycle, const char *text,
                 uint32_t address);
/* The same for a text that lives for ever, which costs much less. */
void history_note(struct history *history, uint64_t cycle, const char *name,
                  uint32_t address);
/* What the entry says. */
const char *history_text(const struct history_entry *entry);
/* The n-th newest, from 0; NULL: there are not so many. */
const struct history_entry *history_get(const struct history *history,
                                        unsigned n);

#endif
