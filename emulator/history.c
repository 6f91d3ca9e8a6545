/* The last things that happened to a chip. */
#include "emulator/history.h"

#include <stddef.h>
#include <string.h>

const struct history_entry *history_get(const struct history *history,
                                        unsigned n)
{
    unsigned at = history->next + 2 * HISTORY_ENTRIES - 1 - n;
    const struct history_entry *entry = &history->entry[at % HISTORY_ENTRIES];
    return n < HISTORY_ENTRIES && entry->count ? entry : NULL;
}

const char *history_text(const struct history_entry *entry)
{
    return entry->name ? entry->name : entry->text;
}

static struct history_entry *newest(struct history *history)
{
    return &history->entry[(history->next + HISTORY_ENTRIES - 1) %
                           HISTORY_ENTRIES];
}

static struct history_entry *begin(struct history *history, uint64_t cycle,
                                   uint32_t address)
{
    struct history_entry *entry = &history->entry[history->next];
    history->next = (history->next + 1) % HISTORY_ENTRIES;
    entry->cycle = cycle;
    entry->count = 1;
    entry->address = address;
    entry->name = NULL;
    return entry;
}

static void repeat(struct history_entry *entry, uint64_t cycle)
{
    entry->count++;
    entry->cycle = cycle;
}

void history_note(struct history *history, uint64_t cycle, const char *name,
                  uint32_t address)
{
    struct history_entry *last = newest(history);
    if (last->name == name && last->address == address)
        repeat(last, cycle);
    else
        begin(history, cycle, address)->name = name;
}

void history_add(struct history *history, uint64_t cycle, const char *text,
                 uint32_t address)
{
    struct history_entry *last = newest(history);
    size_t size = strnlen(text, HISTORY_TEXT - 1);
    if (last->count && !last->name && last->address == address &&
        strncmp(last->text, text, HISTORY_TEXT - 1) == 0) {
        repeat(last, cycle);
        return;
    }
    struct history_entry *entry = begin(history, cycle, address);
    memcpy(entry->text, text, size);
    entry->text[size] = '\0';
}
