/* The boot sector's decision on the flash of the posix device. */
#include "firmware/port/posix/boot.h"

#include "format/crc32.h"
#include "format/slot_record.h"

#define PIECE 256u

static enum slot_crc check(const struct flash *flash, enum slot slot,
                           const struct slot_image *image)
{
    uint32_t at = slot_image_address(slot), end = at + image->length;
    uint32_t crc = 0, words[PIECE / 4];
    while (at < end) {
        uint32_t size = end - at < PIECE ? end - at : PIECE;
        if (flash->read(flash, at, words, size) != ERR_NONE)
            return CRC_WRONG;
        crc = crc32_update(crc, (const uint8_t *)words, size);
        at += size;
    }
    return crc == image->crc ? CRC_RIGHT : CRC_WRONG;
}

void boot_start(const struct flash *flash, struct hal_boot *out)
{
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        if (slot_record_read(flash, (enum slot)slot, &record[slot]) != ERR_NONE)
            record[slot].state = SLOT_BAD;
    }
    for (;;) {
        struct boot_choice choice = boot_decide(record, crc);
        struct slot_record *at = &record[choice.slot];
        *out = (struct hal_boot){choice.row, choice.slot, OTA_BOARD_BENCH};
        if (choice.row == BOOT_NOTHING)
            out->row = BOOT_GOOD;
        if (choice.row == BOOT_ASK)
            crc[choice.slot] = check(flash, choice.slot, &at->image);
        else if (choice.spends_try &&
                 slot_record_spend_try(flash, choice.slot, at) != ERR_NONE)
            at->tries_left = 0;
        else
            return;
    }
}
