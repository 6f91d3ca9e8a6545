/* Which slot's image starts, and what has to be written before it does: the
 * portable half of the boot sector, over struct flash, so that tests can lose
 * power in it everywhere. The other half, boot.c, is the chip's.
 *
 * No state of its own: struct boot is the caller's. */
#ifndef FIRMWARE_BOOT_SLOTS_H
#define FIRMWARE_BOOT_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "format/flash.h"
#include "format/slot_record.h"

#define BOOT_BUFFER_WORDS 256u

struct boot {
    /* The caller's, set before boot_begin. */
    const struct flash *flash;
    const uint32_t *phy_data; /* PHY_DATA_SIZE bytes */
    uint32_t *buffer;         /* BOOT_BUFFER_WORDS */
    /* boot_begin's. */
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT];
};

/* Before anything else. When the install word is blank this is the first start
 * after flashing: slot A's image is checked by its trailer; if it is whole,
 * both records and the sectors of the SDK are erased, PHY data and A's record
 * written, and the install word last. If it is not whole there is nothing to
 * boot, and nothing is written.
 *
 * At each start the PHY sector is compared, and written anew when it differs.
 * Flash that does not do what it is told is no reason not to start: an image
 * that was found whole starts all the same, and the next start tries again. */
void boot_begin(struct boot *boot);

/* Which slot to start: BOOT_NOTHING, or a row and a slot; never BOOT_ASK. What
 * has to be written for it is written. */
struct boot_choice boot_choose(struct boot *boot);

/* It could not be started: choose again without it. */
void boot_reject(struct boot *boot, enum slot slot);

/* What to tell about a slot that did not start: "empty" or "damaged". */
const char *boot_slot_text(const struct boot *boot, enum slot slot);

/* ---- the segments of an image ---- */

struct boot_segment {
    uint32_t address; /* in the CPU's view */
    uint32_t size;    /* bytes, a multiple of 4 */
    uint32_t flash;   /* address of its first byte there */
    bool is_mapped;   /* runs from where it is: nothing to load */
};

struct boot_image {
    uint32_t entry;
    uint32_t left;  /* segments to come */
    uint32_t at;    /* flash address of the next one's header */
    uint32_t limit; /* end of the slot */
};

/* Open the image in a slot. False: there is none. */
bool boot_image_open(const struct boot *boot, enum slot slot,
                     struct boot_image *image);
/* Its next segment. False: the image is damaged, or (left is 0) at its end. A
 * segment lies neither over the boot sector's code nor over the ROM's data. */
bool boot_image_next(const struct boot *boot, struct boot_image *image,
                     struct boot_segment *segment);

#endif
