/* Between settings_log.c (finding and reading), settings_commit.c (changing and
 * moving on) and settings_forget.c. */
#ifndef FORMAT_SETTINGS_LOG_PRIVATE_H
#define FORMAT_SETTINGS_LOG_PRIVATE_H

#include "format/settings_log.h"

#define LOG_BLANK 0xFFFFFFFFu
#define LOG_HEAD 12u  /* bytes of a sector's head; its first commit follows */
#define LOG_CHUNK 32u /* words that are read or written at once */

/* A sector through a small piece of memory, word by word. */
struct log_window {
    const struct settings_log *log;
    unsigned sector;
    uint32_t from, to; /* offsets that are in memory */
    uint32_t words[LOG_CHUNK];
};

struct log_entry {
    uint16_t key;
    uint8_t type;
    uint16_t size;  /* of the value */
    uint32_t bytes; /* on flash, with head and padding */
};

enum log_commit {
    COMMIT_NONE,  /* blank, or the sector ends */
    COMMIT_LOST,  /* not blank, and its length can't be known */
    COMMIT_WRONG, /* its CRC or its entries are wrong */
    COMMIT_RIGHT
};

uint32_t log_address(const struct settings_log *log, unsigned sector,
                     uint32_t offset);
void log_window_start(struct log_window *window, const struct settings_log *log,
                      unsigned sector);
/* The word at an offset, a multiple of 4 inside the sector. */
MUST_USE enum err log_window_word(struct log_window *window, uint32_t offset,
                                  uint32_t *out);

/* An entry's head. */
struct log_entry log_entry_of(uint32_t word);
/* The word that begins a commit of so many bytes of entries. */
uint32_t log_commit_head(uint32_t length);
/* The CRC of a sector's head, and what a commit's CRC begins with. */
uint32_t log_head_crc(uint32_t sequence);
/* A CRC over one word more. */
uint32_t log_crc_word(uint32_t crc, uint32_t word);

/* What is at this offset of a sector whose head has this sequence number;
 * *length is that of its entries, for WRONG and RIGHT. */
MUST_USE enum err log_commit_at(struct log_window *window, uint32_t sequence,
                                uint32_t offset, enum log_commit *what,
                                uint32_t *length);
MUST_USE enum err log_is_blank(struct log_window *window, uint32_t from,
                               bool *is_blank);
/* The sequence number of a sector, when it has a head. */
MUST_USE enum err log_read_head(const struct settings_log *log, unsigned sector,
                                bool *has_head, uint32_t *sequence);

/* Make the log what is in log->sector, of log->sequence. ERR_MISMATCH: the
 * first commit is damaged, or (*is_damaged) one before another. */
MUST_USE enum err log_load(struct settings_log *log, bool *is_damaged);
/* Take over the entries of a right commit. ERR_NO_ROOM: too many keys. */
MUST_USE enum err log_apply(struct settings_log *log, uint32_t offset,
                            uint32_t length);
/* Where a key's newest entry is. */
struct log_found {
    bool is_there;
    unsigned index;  /* in log->place */
    uint32_t offset; /* in the sector */
    struct log_entry entry;
};

/* Look for a key. */
MUST_USE enum err log_find(const struct settings_log *log, uint16_t key,
                           struct log_found *out);
/* The offset that log->place[index] holds. */
uint32_t log_offset(const struct settings_log *log, unsigned index);
/* Byte i of the value of the entry at this offset. */
MUST_USE enum err log_value_byte(struct log_window *window, uint32_t offset,
                                 uint32_t i, uint8_t *out);
MUST_USE enum err log_entry_at(const struct settings_log *log, uint32_t offset,
                               struct log_entry *out);
/* Erase a sector, and read whether it is blank. */
MUST_USE enum err log_erase(const struct settings_log *log, unsigned sector);

#endif
