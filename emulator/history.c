/* The last things that happened to a chip. */
#include "emulator/history.h"

#include <stddef.h>
#include <string.h>

const struct history_entry *history_get(const struct history *history,
                                        unsigned n)
{
    unsigned at = (history->next + 2 * HISTORY_ENTRIES - 1 - n);
    const struct history_entry *entry = &history->entry[at % HISTORY_ENTRIES];
    return n < HISTORY_ENTRIES && entry->count ? entry : NULL;
}

static void copy(char *to, const char *from)
{
    size_t size = strnlen(from, HISTORY_TEXT - 1);
    memcpy(to, from, size);
    to[size] = '\0';
}

void history_add(struct history *history, uint64_t cycle, const char *text,
                 uint32_t address)
{
    const struct history_entry *newest = history_get(history, 0);
    struct history_entry *entry = &history->entry[history->next];
    if (newest && newest->address == address &&
        strncmp(newest->text, text, HISTORY_TEXT - 1) == 0) {
        entry = &history->entry[newest - history->entry];
        entry->count++;
        entry->cycle = cycle;
        return;
    }
    entry->cycle = cycle;
    entry->count = 1;
    entry->address = address;
    copy(entry->text, text);
    history->next = (history->next + 1) % HISTORY_ENTRIES;
}
