/* The settings log: collecting a change and writing it.
 *
 * A change has the bytes of its commit from the beginning, so that it is one
 * write where it fits behind the last commit. Otherwise the log moves to the
 * next sector of the ring: erased, read whether it is blank, one commit of all
 * that still counts and the change, read back, and the sector's head last.
 * Until then the sector in use is not touched; so a cut leaves the settings
 * from before the change. A sector that does not take it is passed over. */
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/settings_log_private.h"

/* ---- collecting ---- */

static uint8_t *entries_of(const struct settings_change *change)
{
    return (uint8_t *)(change->words + 1);
}

static struct log_entry entry_in(const struct settings_change *change,
                                 size_t at)
{
    return log_entry_of(get_u32le(entries_of(change) + at));
}

/* Is the key in the change at or after this entry? */
static bool is_in(const struct settings_change *change, size_t at, uint16_t key)
{
    while (at < change->size) {
        struct log_entry entry = entry_in(change, at);
        if (entry.key == key)
            return true;
        at += entry.bytes;
    }
    return false;
}

void settings_change_begin(struct settings_change *change,
                           struct settings_log *log, uint32_t *words,
                           size_t room)
{
    *change = (struct settings_change){
        .log = log, .words = words, .room = room, .error = ERR_NONE};
    if (room < SETTINGS_LOG_OVERHEAD)
        change->error = ERR_NO_ROOM;
}

/* Has the key this value on flash? */
static bool holds(const struct settings_log *log, uint16_t key, unsigned type,
                  const uint8_t *data, size_t size)
{
    struct log_window window;
    struct log_found is;
    if (log_find(log, key, &is) != ERR_NONE || !is.is_there ||
        is.entry.type != type || is.entry.size != size)
        return false;
    log_window_start(&window, log, log->sector);
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte = 0;
        if (log_value_byte(&window, is.offset, i, &byte) != ERR_NONE ||
            byte != data[i])
            return false;
    }
    return true;
}

static void put(struct settings_change *change, uint16_t key, unsigned type,
                const void *data, size_t size)
{
    if (change->error != ERR_NONE)
        return;
    size_t bytes = 4 + ((size + 3) & ~(size_t)3);
    if (size > SETTINGS_LOG_VALUE ||
        bytes > change->room - SETTINGS_LOG_OVERHEAD - change->size) {
        change->error = ERR_NO_ROOM;
        return;
    }
    uint8_t *to = entries_of(change) + change->size;
    memset(to, 0xFF, bytes);
    put_u16le(to, key);
    put_u16le(to + 2, (uint16_t)(type << 12 | size));
    if (size > 0)
        memcpy(to + 4, data, size);
    change->size += bytes;
}

/* A value that is there already takes no room, unless the change has said
 * something else before. */
static void put_value(struct settings_change *change, uint16_t key,
                      unsigned type, const void *data, size_t size)
{
    if (change->is_all || is_in(change, 0, key) ||
        !holds(change->log, key, type, data, size))
        put(change, key, type, data, size);
}

void settings_put_number(struct settings_change *change, uint16_t key,
                         enum setting_type type, uint32_t value)
{
    static const uint8_t sizes[] = {0, 1, 2, 4, 4};
    uint8_t bytes[4];
    put_u32le(bytes, value);
    if (type < SETTING_U8 || type > SETTING_I32 ||
        (type == SETTING_U8 && value > 0xFFu) ||
        (type == SETTING_U16 && value > 0xFFFFu)) {
        if (change->error == ERR_NONE)
            change->error = ERR_BAD_RANGE;
        return;
    }
    put_value(change, key, type, bytes, sizes[type]);
}

void settings_put_bytes(struct settings_change *change, uint16_t key,
                        const void *data, size_t size)
{
    put_value(change, key, SETTING_BYTES, data, size);
}

void settings_put_string(struct settings_change *change, uint16_t key,
                         const char *text)
{
    put_value(change, key, SETTING_STRING, text, strlen(text));
}

void settings_remove(struct settings_change *change, uint16_t key)
{
    struct log_found is;
    if (is_in(change, 0, key) || log_find(change->log, key, &is) != ERR_NONE ||
        is.is_there)
        put(change, key, SETTING_REMOVED, NULL, 0);
}

/* ---- how it will be ---- */

struct plan {
    uint32_t keys; /* afterwards */
    uint32_t live; /* bytes that count afterwards */
    uint32_t kept; /* of these, bytes that are on flash already */
};

static enum err make_plan(const struct settings_change *change,
                          struct plan *plan)
{
    const struct settings_log *log = change->log;
    *plan = (struct plan){log->count, log->live, log->live};
    if (change->is_all) {
        *plan = (struct plan){0, 0, 0};
        return ERR_NONE; /* its room is less than a sector's: no bounds */
    }
    struct log_entry entry;
    for (size_t at = 0; at < change->size; at += entry.bytes) {
        struct log_found old;
        entry = entry_in(change, at);
        if (is_in(change, at + entry.bytes, entry.key))
            continue; /* only its last entry counts */
        enum err e = log_find(log, entry.key, &old);
        if (e != ERR_NONE)
            return e;
        if (old.is_there) {
            plan->keys--;
            plan->live -= old.entry.bytes;
            plan->kept -= old.entry.bytes;
        }
        if (entry.type != SETTING_REMOVED) {
            plan->keys++;
            plan->live += entry.bytes;
        }
    }
    /* A log that is fuller than this version makes them can still shrink. */
    bool grows = plan->keys > log->count || plan->live > log->live;
    return grows && (plan->keys > SETTINGS_LOG_KEYS ||
                     plan->live > SETTINGS_LOG_LIVE)
               ? ERR_NO_ROOM
               : ERR_NONE;
}

/* ---- appending ---- */

static enum err append(struct settings_change *change)
{
    struct settings_log *log = change->log;
    uint32_t length = (uint32_t)change->size, size = 4 + length;
    uint8_t *bytes = (uint8_t *)change->words;
    put_u32le(bytes, log_commit_head(length));
    put_u32le(bytes + size,
              crc32_update(log_head_crc(log->sequence), bytes, size));
    struct log_window window;
    enum log_commit what = COMMIT_NONE;
    enum err e =
        log->flash->write(log->flash, log_address(log, log->sector, log->end),
                          change->words, size + 4);
    log_window_start(&window, log, log->sector);
    if (e == ERR_NONE)
        e = log_commit_at(&window, log->sequence, log->end, &what, &length);
    if (e == ERR_NONE && (what != COMMIT_RIGHT || length != change->size))
        e = ERR_FLASH_FAILED;
    if (e == ERR_NONE)
        e = log_apply(log, log->end, length);
    if (e == ERR_NONE)
        log->end += length + SETTINGS_LOG_OVERHEAD;
    else
        log->is_closed = true;
    return e;
}

/* ---- moving to the next sector ---- */

/* Words on their way to a sector, and their CRC. */
struct writer {
    const struct settings_log *log;
    unsigned sector, count;
    uint32_t offset, crc;
    enum err error;
    uint32_t words[LOG_CHUNK];
};

static void flush(struct writer *writer)
{
    const struct flash *flash = writer->log->flash;
    uint32_t size = 4 * writer->count;
    if (writer->error == ERR_NONE && size > 0)
        writer->error = flash->write(
            flash, log_address(writer->log, writer->sector, writer->offset),
            writer->words, size);
    writer->offset += size;
    writer->count = 0;
}

static void emit(struct writer *writer, uint32_t word)
{
    writer->crc = log_crc_word(writer->crc, word);
    put_u32le((uint8_t *)&writer->words[writer->count++], word);
    if (writer->count == LOG_CHUNK)
        flush(writer);
}

/* What still counts of the sector in use. */
static void emit_kept(struct writer *writer,
                      const struct settings_change *change)
{
    const struct settings_log *log = writer->log;
    struct log_window window;
    log_window_start(&window, log, log->sector);
    unsigned count = change->is_all ? 0 : log->count;
    for (unsigned i = 0; i < count && writer->error == ERR_NONE; i++) {
        uint32_t at = log_offset(log, i), word = 0;
        writer->error = log_window_word(&window, at, &word);
        if (is_in(change, 0, log_entry_of(word).key))
            continue;
        uint32_t end = at + log_entry_of(word).bytes;
        while (writer->error == ERR_NONE && at < end) {
            emit(writer, word);
            at += 4;
            if (at < end && writer->error == ERR_NONE)
                writer->error = log_window_word(&window, at, &word);
        }
    }
}

static enum err write_commit(const struct settings_change *change,
                             unsigned sector, uint32_t sequence,
                             uint32_t length)
{
    struct writer writer = {.log = change->log,
                            .sector = sector,
                            .offset = LOG_HEAD,
                            .crc = log_head_crc(sequence),
                            .error = ERR_NONE};
    emit(&writer, log_commit_head(length));
    emit_kept(&writer, change);
    for (size_t at = 0; at < change->size; at += 4)
        emit(&writer, get_u32le(entries_of(change) + at));
    emit(&writer, writer.crc);
    flush(&writer);
    return writer.error;
}

/* The sector's head makes it the newest. */
static enum err write_head(const struct settings_log *log, unsigned sector,
                           uint32_t sequence)
{
    uint32_t head[LOG_HEAD / 4], is = 0;
    uint8_t *p = (uint8_t *)head;
    bool has_head = false;
    put_u32le(p, SETTINGS_LOG_MAGIC);
    put_u32le(p + 4, sequence);
    put_u32le(p + 8, log_head_crc(sequence));
    enum err e = log->flash->write(log->flash, log_address(log, sector, 0),
                                   head, LOG_HEAD);
    if (e == ERR_NONE)
        e = log_read_head(log, sector, &has_head, &is);
    return e == ERR_NONE && (!has_head || is != sequence) ? ERR_FLASH_FAILED
                                                          : e;
}

enum err log_erase(const struct settings_log *log, unsigned sector)
{
    struct log_window window;
    bool is_blank = false;
    enum err e = log->flash->erase(log->flash, log_address(log, sector, 0));
    log_window_start(&window, log, sector);
    if (e == ERR_NONE)
        e = log_is_blank(&window, 0, &is_blank);
    return e == ERR_NONE && !is_blank ? ERR_FLASH_FAILED : e;
}

static enum err write_sector(const struct settings_change *change,
                             unsigned sector, uint32_t sequence,
                             uint32_t length)
{
    struct log_window window;
    enum log_commit what = COMMIT_NONE;
    uint32_t is = 0;
    enum err e = log_erase(change->log, sector);
    if (e == ERR_NONE)
        e = write_commit(change, sector, sequence, length);
    log_window_start(&window, change->log, sector);
    if (e == ERR_NONE)
        e = log_commit_at(&window, sequence, LOG_HEAD, &what, &is);
    if (e == ERR_NONE && (what != COMMIT_RIGHT || is != length))
        e = ERR_FLASH_FAILED;
    return e == ERR_NONE ? write_head(change->log, sector, sequence) : e;
}

static enum err move_on(const struct settings_change *change, uint32_t length)
{
    struct settings_log *log = change->log;
    enum err e = ERR_FLASH_FAILED;
    if (length > FLASH_SECTOR_SIZE - LOG_HEAD - SETTINGS_LOG_OVERHEAD)
        return ERR_NO_ROOM;
    for (unsigned step = 1; step <= SETTINGS_LOG_SECTORS; step++) {
        unsigned sector = (log->sector + step) % SETTINGS_LOG_SECTORS;
        if (log->has_sector && sector == log->sector)
            break;                         /* the one in use is never erased */
        uint32_t sequence = ++log->newest; /* for each attempt its own */
        e = write_sector(change, sector, sequence, length);
        if (e != ERR_NONE)
            continue;
        bool is_damaged = false;
        log->sector = (uint8_t)sector;
        log->sequence = sequence;
        log->has_sector = true;
        return log_load(log, &is_damaged);
    }
    return e;
}

enum err settings_log_commit(struct settings_change *change)
{
    struct settings_log *log = change->log;
    struct plan plan;
    if (change->error != ERR_NONE || change->size == 0)
        return change->error;
    enum err e = make_plan(change, &plan);
    if (e != ERR_NONE)
        return e;
    if (log->has_sector && !log->is_closed && !change->is_all &&
        log->end + SETTINGS_LOG_OVERHEAD + change->size <= FLASH_SECTOR_SIZE &&
        append(change) == ERR_NONE)
        return ERR_NONE;
    return move_on(change, plan.kept + (uint32_t)change->size);
}
