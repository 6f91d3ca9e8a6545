/* The record of a slot: what image is in it, how often it was tried, and
 * whether it proved good. One flash sector per slot, filled with write-once
 * entries; docs/flash.md has every byte. And the table by which the boot sector
 * decides which slot runs.
 *
 * Called by the boot sector (parse, decide, spend a try), by the update (begin,
 * image) and by the firmware (confirm, note the reason of a revert). Each word
 * is programmed at most once between erases, and read back. Parsing any bytes
 * is safe. A slot without a record never runs. */
#ifndef FORMAT_SLOT_RECORD_H
#define FORMAT_SLOT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "format/err.h"
#include "format/flash.h"

enum slot { SLOT_A, SLOT_B, SLOT_COUNT };

#define SLOT_TRIES 3u
#define SLOT_RECORD_SIZE 0x48u /* of the sector; the rest stays blank */

/* The image entry. */
struct slot_image {
    uint32_t sequence; /* of the installations on this device; see is newer */
    uint32_t length;   /* bytes, a multiple of 4, up to MAP_SLOT_SIZE */
    uint32_t crc;      /* CRC-32 of these bytes as they are in this slot */
    uint32_t version;  /* POGO_VERSION as a number: format/ota_file.h */
};

enum slot_state {
    SLOT_BLANK,  /* no record */
    SLOT_BAD,    /* half erased, half written, or not a record */
    SLOT_TRYING, /* an image that has not proved good yet */
    SLOT_GOOD
};

struct slot_record {
    enum slot_state state;
    struct slot_image image; /* of SLOT_TRYING and SLOT_GOOD only */
    uint8_t tries_left;      /* of SLOT_TRYING: 0 to SLOT_TRIES */
    bool has_reason;
    uint32_t reason; /* why it was left, as the firmware numbers reasons */
};

/* Flash addresses of a slot's image and of its record. */
uint32_t slot_image_address(enum slot slot);
uint32_t slot_record_address(enum slot slot);

/* Read the record out of the first SLOT_RECORD_SIZE bytes of its sector. */
void slot_record_parse(const uint8_t *bytes, struct slot_record *out);
/* The same from flash; only the flash's own errors. */
MUST_USE enum err slot_record_read(const struct flash *flash, enum slot slot,
                                   struct slot_record *out);

/* Is sequence number a later than b? By difference: numbers may wrap around. */
bool slot_is_newer(uint32_t a, uint32_t b);

/* ---- which slot runs ---- */

/* The rows of the boot table, in their order; the first that matches wins.
 * "Newest" is the record with the later sequence number. BOOT_ONLY is not in
 * the design's five: without it, power that goes three times while a device
 * without a second image starts for the first time would end at BOOT_NOTHING.
 */
enum boot_row {
    BOOT_ASK,     /* no decision yet: say whether slot's CRC holds */
    BOOT_GOOD,    /* 1: the newest is good */
    BOOT_TRY,     /* 2: the newest has tries left and its CRC holds */
    BOOT_SPENT,   /* 3: the newest has spent its tries; the other runs */
    BOOT_BAD,     /* 4: the newest's CRC is wrong; the other runs */
    BOOT_ONLY,    /*    none of these, but one with a right CRC is there */
    BOOT_NOTHING, /* 5: say so and wait for the serial loader */
    BOOT_ROWS
};

/* Whether the image in a slot has the CRC that its record says. */
enum slot_crc { CRC_UNKNOWN, CRC_RIGHT, CRC_WRONG };

struct boot_choice {
    enum boot_row row;
    enum slot slot;  /* which to run, or (BOOT_ASK) to check */
    bool spends_try; /* slot_record_spend_try before it runs */
};

/* Decide. Start with CRC_UNKNOWN twice and call again with one answer more for
 * each BOOT_ASK: at most two, and none when the newest is good. */
struct boot_choice boot_decide(const struct slot_record record[SLOT_COUNT],
                               const enum slot_crc crc[SLOT_COUNT]);

/* ---- writing; ERR_FLASH_FAILED: the flash does not hold what was written ----
 */

/* Void the record: before anything in its slot changes. */
MUST_USE enum err slot_record_begin(const struct flash *flash, enum slot slot);

/* Write the image entry: after the image is whole on flash and verified.
 * ERR_NOT_ERASED when the record is not blank, ERR_BAD_RANGE for a length that
 * no slot has. */
MUST_USE enum err slot_record_write_image(const struct flash *flash,
                                          enum slot slot,
                                          const struct slot_image *image);

/* Spend a try of a record as it was read. ERR_NO_ROOM when none is left. On
 * any error this image must not run as a try. */
MUST_USE enum err slot_record_spend_try(const struct flash *flash,
                                        enum slot slot,
                                        const struct slot_record *record);

/* The running image has proved good. A power cut in here costs one of three
 * places for it: ERR_NO_ROOM when all are used up. Nothing to do when it is
 * good already; ERR_FORMAT when there is no image. */
MUST_USE enum err slot_record_confirm(const struct flash *flash,
                                      enum slot slot);

/* Note why the image of this slot was left; once. ERR_NO_ROOM when a reason is
 * there, or was being written when power went; ERR_FORMAT without an image. */
MUST_USE enum err slot_record_note_reason(const struct flash *flash,
                                          enum slot slot, uint32_t reason);

#endif
