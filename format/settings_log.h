/* The settings log: keys and their values in a ring of four flash sectors.
 * Survives power loss at any write: docs/promises.md, promise 2. docs/flash.md
 * has every byte.
 *
 * Called by the firmware's settings. Changes are collected in memory that the
 * caller owns and committed together: after a cut all of them are there, or
 * none. Commits are appended to a sector; when it is full, what still counts is
 * copied to the next one. Keys that nobody asks for are kept, so that an older
 * firmware does not lose what a newer one set. It never writes a word twice
 * between erases, and reads any bytes safely.
 *
 * The log holds no values in memory, only where they are (two bytes a key). */
#ifndef FORMAT_SETTINGS_LOG_H
#define FORMAT_SETTINGS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "format/flash.h"

#define SETTINGS_LOG_MAGIC                                                     \
    0x314C4750u /* "PGL1": a sector is one of the log                          \
                 */
#define SETTINGS_LOG_SECTORS 4u
#define SETTINGS_LOG_KEYS 256u   /* at most so many at a time */
#define SETTINGS_LOG_VALUE 1024u /* bytes of one value, at most */
#define SETTINGS_LOG_LIVE                                                      \
    3072u                        /* bytes of all values and their heads (4     \
                                    bytes each), each rounded up to 4 */
#define SETTINGS_LOG_OVERHEAD 8u /* bytes of a commit besides its entries */

/* The log's own key: it is there while old values wait to be erased. */
#define SETTINGS_LOG_ERASING 0xFFFFu

/* Numbers are on flash: never change one, never use one again. Others up to
 * SETTING_LAST come from newer firmware; they are kept as they are. */
enum setting_type {
    SETTING_REMOVED = 0, /* the key has no value any more */
    SETTING_U8 = 1,
    SETTING_U16 = 2,
    SETTING_U32 = 3,
    SETTING_I32 = 4,
    SETTING_BYTES = 5,
    SETTING_STRING = 6, /* on flash without a NUL */
    SETTING_LAST = 14
};

/* The fields are the log's own. */
struct settings_log {
    const struct flash *flash;
    uint32_t base;     /* flash address of the ring */
    bool has_sector;   /* there is a log; else it is empty */
    bool is_closed;    /* nothing can be appended: not blank after `end` */
    uint8_t sector;    /* 0 to 3, which one is in use */
    uint32_t sequence; /* of the sector in use */
    uint32_t newest;   /* of all sectors, also of damaged ones */
    uint32_t end;      /* offset of the first byte after the last commit */
    uint32_t live;     /* bytes of the entries that count */
    unsigned count;
    /* Where each key's newest entry is: log_offset, settings_log_private.h. */
    uint16_t place[SETTINGS_LOG_KEYS];
};

/* One change of several keys, while it is collected. */
struct settings_change {
    struct settings_log *log;
    uint32_t *words;
    size_t room, size; /* bytes; size is that of the entries so far */
    bool is_all;       /* what is not in it goes: settings_log_forget */
    enum err error;
};

/* A key, for people who walk through all of them. */
struct setting {
    uint16_t key;
    uint8_t type; /* enum setting_type, or a newer one */
    uint16_t size;
};

/* Find the log at base (MAP_SETTINGS) and what is in it. Reads the sector in
 * use a few times over. flash must stay. The log is usable after these:
 *   ERR_NONE      there is a log
 *   ERR_FORMAT    there is none, the flash is blank or full of something else:
 *                 the log is empty
 *   ERR_MISMATCH  there is one, but some of it was damaged, and not by a cut:
 *                 it holds what could be saved, or nothing
 * Errors of the flash: it is not usable. */
MUST_USE enum err settings_log_open(struct settings_log *log,
                                    const struct flash *flash, uint32_t base);

/* ---- reading; ERR_UNKNOWN: the key has no value ---- */

/* What is known of a key. */
MUST_USE enum err settings_log_find(const struct settings_log *log,
                                    uint16_t key, struct setting *out);

/* Copy a value's bytes, of whatever type. *size is the room at data before and
 * the value's size after; ERR_NO_ROOM when it does not fit, nothing is copied
 * then and *size is what it takes. */
MUST_USE enum err settings_log_get(const struct settings_log *log, uint16_t key,
                                   void *data, size_t *size);

/* A number of any of the number types; an i32 as its two's complement.
 * ERR_FORMAT when it is not a number; *out is then untouched. */
MUST_USE enum err settings_log_get_number(const struct settings_log *log,
                                          uint16_t key, uint32_t *out);

/* A string and its NUL; room is the size of text. ERR_FORMAT when it is not a
 * string or has a NUL in it, ERR_NO_ROOM when it is too long. text is then
 * untouched or, for a NUL in the string, empty. */
MUST_USE enum err settings_log_get_string(const struct settings_log *log,
                                          uint16_t key, char *text,
                                          size_t room);

/* Visit every key that has a value, in no order. The visitor may read values,
 * but not commit. An error of its ends the walk and is returned. */
MUST_USE enum err settings_log_for_each(
    const struct settings_log *log,
    enum err (*visit)(void *ctx, const struct settings_log *log,
                      const struct setting *setting),
    void *ctx);

/* ---- changing ---- */

/* Begin a change. words is room bytes, a multiple of 4, that stay the change's
 * until it is committed or forgotten; it holds SETTINGS_LOG_OVERHEAD and, for
 * each key that really changes, 4 bytes and the value rounded up to 4. */
void settings_change_begin(struct settings_change *change,
                           struct settings_log *log, uint32_t *words,
                           size_t room);

/* Set a key. Takes nothing when it has this value already. Errors are kept for
 * the commit: ERR_NO_ROOM when the change does not fit its room or a value is
 * too long, ERR_BAD_RANGE when a number does not fit its type. */
void settings_put_number(struct settings_change *change, uint16_t key,
                         enum setting_type type, uint32_t value);
void settings_put_bytes(struct settings_change *change, uint16_t key,
                        const void *data, size_t size);
void settings_put_string(struct settings_change *change, uint16_t key,
                         const char *text);
/* Take a key's value away. */
void settings_remove(struct settings_change *change, uint16_t key);

/* Write the change, and read it back. Without an error all of it is on flash;
 * with one nothing has changed, unless power goes too:
 *   what the puts ran into
 *   ERR_NO_ROOM       the log would have too many keys or bytes
 *   ERR_FLASH_FAILED  no sector of the ring takes it
 * A change that changes nothing writes nothing. */
MUST_USE enum err settings_log_commit(struct settings_change *change);

/* Take all values away, also of keys that nobody here knows, and erase them: a
 * sector is begun that holds SETTINGS_LOG_ERASING alone, then the other three
 * are erased, so that no old value (a password) stays readable, then this key
 * goes too. After a cut the log is as before, or holds nothing else; what waits
 * then is done by settings_log_finish. ERR_FLASH_FAILED: nothing has changed
 * or, when SETTINGS_LOG_ERASING is there, not every sector could be erased. */
MUST_USE enum err settings_log_forget(struct settings_log *log);
/* Erase what a settings_log_forget that was cut has left. Without one nothing
 * is written. Errors as there. */
MUST_USE enum err settings_log_finish(struct settings_log *log);

#endif
