/* The settings log: finding it on flash and reading it.
 *
 * A sector:
 *   0     4  "PGL1"
 *   4     4  sequence number of the sector; the newest one counts
 *   8     4  CRC-32 of these two words
 *   12    …  commits, until the sector ends or is blank
 * The head is written last, when the first commit is there and was read back.
 * That one holds everything that counted when the sector was begun.
 *
 * A commit:
 *   0     2  bytes of entries, n, a multiple of 4
 *   2     2  the same, every bit inverted
 *   4     n  entries
 *   4+n   4  CRC-32 of the sector's sequence number and all before
 * An entry:
 *   0     2  key
 *   2     2  type << 12 | bytes of the value
 *   4     …  the value, little-endian, padded with FF to a multiple of 4
 *
 * A cut leaves a torn commit only as the last one, because nothing is appended
 * where the flash is not blank: then the log moves to the next sector. A wrong
 * one before a right one is damage, as is a sector that has a head and whose
 * first commit is wrong; the sector before it is then used. */
#include "format/settings_log.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/settings_log_private.h"

/* ---- words ---- */

uint32_t log_address(const struct settings_log *log, unsigned sector,
                     uint32_t offset)
{
    return log->base + sector * FLASH_SECTOR_SIZE + offset;
}

void log_window_start(struct log_window *window, const struct settings_log *log,
                      unsigned sector)
{
    window->log = log;
    window->sector = sector;
    window->from = window->to = 0;
}

enum err log_window_word(struct log_window *window, uint32_t offset,
                         uint32_t *out)
{
    if (offset < window->from || offset >= window->to) {
        uint32_t size = FLASH_SECTOR_SIZE - offset;
        size = size < sizeof(window->words) ? size : sizeof(window->words);
        const struct flash *flash = window->log->flash;
        enum err e =
            flash->read(flash, log_address(window->log, window->sector, offset),
                        window->words, size);
        window->from = offset;
        window->to = e == ERR_NONE ? offset + size : offset;
        if (e != ERR_NONE)
            return e;
    }
    *out = get_u32le((const uint8_t *)window->words + (offset - window->from));
    return ERR_NONE;
}

uint32_t log_crc_word(uint32_t crc, uint32_t word)
{
    uint8_t bytes[4];
    put_u32le(bytes, word);
    return crc32_update(crc, bytes, sizeof(bytes));
}

uint32_t log_head_crc(uint32_t sequence)
{
    return log_crc_word(log_crc_word(0, SETTINGS_LOG_MAGIC), sequence);
}

uint32_t log_commit_head(uint32_t length)
{
    return length | (~length & 0xFFFFu) << 16;
}

struct log_entry log_entry_of(uint32_t word)
{
    uint16_t size = (uint16_t)((word >> 16) & 0xFFFu);
    return (struct log_entry){(uint16_t)word, (uint8_t)(word >> 28), size,
                              4u + ((size + 3u) & ~3u)};
}

enum err log_is_blank(struct log_window *window, uint32_t from, bool *is_blank)
{
    uint32_t word = LOG_BLANK;
    enum err e = ERR_NONE;
    while (e == ERR_NONE && word == LOG_BLANK && from < FLASH_SECTOR_SIZE) {
        e = log_window_word(window, from, &word);
        from += 4;
    }
    *is_blank = word == LOG_BLANK;
    return e;
}

/* ---- commits ---- */

/* Do the entries fill the commit, and has each the size of its type? */
static enum err check_entries(struct log_window *window, uint32_t at,
                              uint32_t end, bool *is_right)
{
    static const uint8_t sizes[] = {0, 1, 2, 4, 4};
    *is_right = false;
    while (at < end) {
        uint32_t word = 0;
        enum err e = log_window_word(window, at, &word);
        if (e != ERR_NONE)
            return e;
        struct log_entry entry = log_entry_of(word);
        if (entry.bytes > end - at || entry.type > SETTING_LAST ||
            entry.size > SETTINGS_LOG_VALUE)
            return ERR_NONE;
        if (entry.type < sizeof(sizes) && entry.size != sizes[entry.type])
            return ERR_NONE;
        at += entry.bytes;
    }
    *is_right = true;
    return ERR_NONE;
}

enum err log_commit_at(struct log_window *window, uint32_t sequence,
                       uint32_t offset, enum log_commit *what, uint32_t *length)
{
    uint32_t head = LOG_BLANK, crc = log_head_crc(sequence), word = 0;
    bool is_right = false;
    enum err e = ERR_NONE;
    *what = COMMIT_NONE;
    if (offset + SETTINGS_LOG_OVERHEAD < FLASH_SECTOR_SIZE)
        e = log_window_word(window, offset, &head);
    if (e != ERR_NONE || head == LOG_BLANK)
        return e;
    *length = head & 0xFFFFu;
    *what = COMMIT_LOST;
    if (head != log_commit_head(*length) || *length == 0 || *length % 4 != 0 ||
        *length > FLASH_SECTOR_SIZE - offset - SETTINGS_LOG_OVERHEAD)
        return ERR_NONE;
    *what = COMMIT_WRONG;
    uint32_t end = offset + 4 + *length;
    for (uint32_t at = offset; e == ERR_NONE && at < end; at += 4) {
        e = log_window_word(window, at, &word);
        crc = log_crc_word(crc, word);
    }
    if (e == ERR_NONE)
        e = log_window_word(window, end, &word);
    if (e != ERR_NONE || word != crc)
        return e;
    e = check_entries(window, offset + 4, end, &is_right);
    if (is_right)
        *what = COMMIT_RIGHT;
    return e;
}

/* ---- where the keys are ---- */

/* A place is the entry's offset, a multiple of 4 below 4096, in 10 bits, and
 * above it 6 bits that tell most keys apart. Which key it is says the entry. */
#define PLACE_BITS 10u

static unsigned mark_of(uint16_t key)
{
    return (key + (key >> 5)) & 0x3Fu;
}

static uint16_t place_of(uint16_t key, uint32_t offset)
{
    return (uint16_t)(mark_of(key) << PLACE_BITS | offset / 4);
}

uint32_t log_offset(const struct settings_log *log, unsigned index)
{
    return (log->place[index] & ((1u << PLACE_BITS) - 1u)) * 4u;
}

enum err log_entry_at(const struct settings_log *log, uint32_t offset,
                      struct log_entry *out)
{
    uint32_t word = 0;
    enum err e = log->flash->read(
        log->flash, log_address(log, log->sector, offset), &word, 4);
    *out = log_entry_of(get_u32le((const uint8_t *)&word));
    return e;
}

enum err log_find(const struct settings_log *log, uint16_t key,
                  struct log_found *out)
{
    out->is_there = false;
    for (unsigned i = 0; i < log->count; i++) {
        if ((unsigned)log->place[i] >> PLACE_BITS != mark_of(key))
            continue;
        out->index = i;
        out->offset = log_offset(log, i);
        enum err e = log_entry_at(log, out->offset, &out->entry);
        out->is_there = e == ERR_NONE && out->entry.key == key;
        if (e != ERR_NONE || out->is_there)
            return e;
    }
    return ERR_NONE;
}

/* Forget where a key is. */
static enum err drop(struct settings_log *log, uint16_t key)
{
    struct log_found old;
    enum err e = log_find(log, key, &old);
    if (e != ERR_NONE || !old.is_there)
        return e;
    log->live -= old.entry.bytes;
    log->place[old.index] = log->place[--log->count];
    return ERR_NONE;
}

static enum err take(struct settings_log *log, const struct log_entry *entry,
                     uint32_t offset)
{
    enum err e = drop(log, entry->key);
    if (e != ERR_NONE || entry->type == SETTING_REMOVED)
        return e;
    if (log->count == SETTINGS_LOG_KEYS)
        return ERR_NO_ROOM;
    log->place[log->count++] = place_of(entry->key, offset);
    log->live += entry->bytes;
    return ERR_NONE;
}

enum err log_apply(struct settings_log *log, uint32_t offset, uint32_t length)
{
    struct log_window window;
    uint32_t at = offset + 4, end = at + length;
    log_window_start(&window, log, log->sector);
    while (at < end) {
        uint32_t word = 0;
        enum err e = log_window_word(&window, at, &word);
        struct log_entry entry = log_entry_of(word);
        if (e == ERR_NONE)
            e = take(log, &entry, at);
        if (e != ERR_NONE)
            return e;
        at += entry.bytes;
    }
    return ERR_NONE;
}

/* ---- finding it ---- */

enum err log_load(struct settings_log *log, bool *is_damaged)
{
    struct log_window window;
    enum log_commit what = COMMIT_NONE;
    uint32_t length = 0;
    bool is_wrong = false, is_blank = false;
    log->count = 0;
    log->live = 0;
    log_window_start(&window, log, log->sector);
    for (log->end = LOG_HEAD;; log->end += length + SETTINGS_LOG_OVERHEAD) {
        enum err e =
            log_commit_at(&window, log->sequence, log->end, &what, &length);
        if (e != ERR_NONE)
            return e;
        if (log->end == LOG_HEAD && what != COMMIT_RIGHT)
            return ERR_MISMATCH;
        if (what == COMMIT_NONE || what == COMMIT_LOST)
            break;
        *is_damaged |= is_wrong && what == COMMIT_RIGHT;
        is_wrong |= what == COMMIT_WRONG;
        if (what == COMMIT_WRONG)
            continue;
        e = log_apply(log, log->end, length);
        if (e != ERR_NONE && e != ERR_NO_ROOM)
            return e;
        *is_damaged |= e == ERR_NO_ROOM;
    }
    enum err e = log_is_blank(&window, log->end, &is_blank);
    log->is_closed = is_wrong || !is_blank;
    return e;
}

enum err log_read_head(const struct settings_log *log, unsigned sector,
                       bool *has_head, uint32_t *sequence)
{
    uint32_t bytes[LOG_HEAD / 4];
    const uint8_t *p = (const uint8_t *)bytes;
    enum err e = log->flash->read(log->flash, log_address(log, sector, 0),
                                  bytes, LOG_HEAD);
    if (e != ERR_NONE)
        return e;
    *sequence = get_u32le(p + 4);
    *has_head = get_u32le(p) == SETTINGS_LOG_MAGIC &&
                get_u32le(p + 8) == log_head_crc(*sequence);
    return ERR_NONE;
}

struct heads {
    bool has[SETTINGS_LOG_SECTORS];
    uint32_t sequence[SETTINGS_LOG_SECTORS];
};

/* The newest sector of those that have a head; false when there is none. */
static bool pick(const struct heads *heads, unsigned *out)
{
    bool is_found = false;
    for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++) {
        if (!heads->has[i])
            continue;
        if (!is_found ||
            (int32_t)(heads->sequence[i] - heads->sequence[*out]) > 0)
            *out = i;
        is_found = true;
    }
    return is_found;
}

enum err settings_log_open(struct settings_log *log, const struct flash *flash,
                           uint32_t base)
{
    struct heads heads;
    unsigned sector = 0;
    bool is_damaged = false;
    /* The first sector to be written is the one after. */
    memset(log, 0, sizeof(*log)); /* not by value: it is large for a stack */
    log->flash = flash;
    log->base = base;
    log->sector = SETTINGS_LOG_SECTORS - 1;
    for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++) {
        enum err e = log_read_head(log, i, &heads.has[i], &heads.sequence[i]);
        if (e != ERR_NONE)
            return e;
    }
    if (!pick(&heads, &sector))
        return ERR_FORMAT;
    log->newest = heads.sequence[sector];
    for (; pick(&heads, &sector); heads.has[sector] = false) {
        log->sector = (uint8_t)sector;
        log->sequence = heads.sequence[sector];
        enum err e = log_load(log, &is_damaged);
        log->has_sector = e == ERR_NONE;
        log->is_closed |= is_damaged; /* the next change leaves it */
        if (e == ERR_NONE)
            return is_damaged ? ERR_MISMATCH : ERR_NONE;
        if (e != ERR_MISMATCH)
            return e;
        is_damaged = true;
    }
    log->count = 0;
    log->live = 0;
    return ERR_MISMATCH;
}

/* ---- reading ---- */

/* As log_find; a key that is not there is an error. */
static enum err need(const struct settings_log *log, uint16_t key,
                     struct log_found *out)
{
    enum err e = log_find(log, key, out);
    return e == ERR_NONE && !out->is_there ? ERR_UNKNOWN : e;
}

static struct setting setting_of(const struct log_entry *entry)
{
    return (struct setting){entry->key, entry->type, entry->size};
}

enum err settings_log_find(const struct settings_log *log, uint16_t key,
                           struct setting *out)
{
    struct log_found found;
    enum err e = need(log, key, &found);
    if (e == ERR_NONE)
        *out = setting_of(&found.entry);
    return e;
}

enum err log_value_byte(struct log_window *window, uint32_t offset, uint32_t i,
                        uint8_t *out)
{
    uint32_t word = 0;
    enum err e = log_window_word(window, offset + 4 + (i & ~3u), &word);
    *out = (uint8_t)(word >> 8 * (i % 4));
    return e;
}

enum err settings_log_get(const struct settings_log *log, uint16_t key,
                          void *data, size_t *size)
{
    struct log_window window;
    struct log_found found;
    enum err e = need(log, key, &found);
    size_t room = *size;
    if (e != ERR_NONE)
        return e;
    *size = found.entry.size;
    if (found.entry.size > room)
        return ERR_NO_ROOM;
    uint8_t *to = data;
    log_window_start(&window, log, log->sector);
    for (uint32_t i = 0; e == ERR_NONE && i < found.entry.size; i++)
        e = log_value_byte(&window, found.offset, i, &to[i]);
    return e;
}

enum err settings_log_get_number(const struct settings_log *log, uint16_t key,
                                 uint32_t *out)
{
    struct setting setting;
    uint8_t bytes[4] = {0};
    size_t size = sizeof(bytes);
    enum err e = settings_log_find(log, key, &setting);
    if (e != ERR_NONE)
        return e;
    if (setting.type < SETTING_U8 || setting.type > SETTING_I32)
        return ERR_FORMAT;
    e = settings_log_get(log, key, bytes, &size);
    if (e == ERR_NONE)
        *out = get_u32le(bytes);
    return e;
}

enum err settings_log_get_string(const struct settings_log *log, uint16_t key,
                                 char *text, size_t room)
{
    struct setting setting;
    enum err e = settings_log_find(log, key, &setting);
    if (e != ERR_NONE)
        return e;
    if (setting.type != SETTING_STRING)
        return ERR_FORMAT;
    if (setting.size >= room)
        return ERR_NO_ROOM;
    size_t size = setting.size;
    e = settings_log_get(log, key, text, &size);
    text[size] = 0;
    if (e == ERR_NONE && strlen(text) != size)
        e = ERR_FORMAT;
    if (e != ERR_NONE)
        text[0] = 0;
    return e;
}

enum err settings_log_for_each(const struct settings_log *log,
                               enum err (*visit)(void *ctx,
                                                 const struct settings_log *log,
                                                 const struct setting *setting),
                               void *ctx)
{
    enum err e = ERR_NONE;
    for (unsigned i = 0; e == ERR_NONE && i < log->count; i++) {
        struct log_entry entry;
        e = log_entry_at(log, log_offset(log, i), &entry);
        struct setting setting = setting_of(&entry);
        if (e == ERR_NONE)
            e = visit(ctx, log, &setting);
    }
    return e;
}
