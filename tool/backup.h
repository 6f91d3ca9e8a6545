/* A part of the flash into a file that appears only when it is whole and right.
 * Used by read, backup and flash --backup. */
#ifndef TOOL_BACKUP_H
#define TOOL_BACKUP_H

#include <stddef.h>
#include <stdint.h>

#include "tool/flasher.h"

struct backup {
    const char *path;
    uint32_t address;
    uint32_t size;  /* 0: to the end */
    uint8_t *bytes; /* what was read; the caller frees it */
    char md5[33];
};

/* Before any work: ERR_BACKUP_THERE when a file is called so already. It may be
 * the only copy of what a device came with. */
MUST_USE enum err backup_check_name(const char *path);
/* Reads, compares by digest where that costs little (the stub), writes the
 * file. ERR_BAD_RANGE; those of flasher_read and os_output_open. */
MUST_USE enum err backup_make(struct flasher *f, struct backup *b);
/* "pogo-5CCF7F0A0B0C-2026-11-21.bin", with -2, -3 ... before the dot when a
 * file is called so already. */
void backup_name(const struct flasher *f, char *out, size_t room);
/* Whose backup is it by its name, as backup_name makes them? True, and that MAC
 * in capitals with colons, when the name tells of another chip. */
bool backup_is_other_s(const struct flasher *f, const char *path, char mac[18]);
/* `"file":...,"address":...,"size":...,"md5":...` to stdout. */
void backup_json(const struct backup *b);
/* MD5 in hex. */
void backup_md5(const uint8_t *bytes, size_t size, char out[33]);

#endif
