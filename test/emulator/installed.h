/* A flash as the boot sector leaves it after a first start, for tests that
 * begin later; and records as an update and the firmware write them. */
#ifndef TEST_EMULATOR_INSTALLED_H
#define TEST_EMULATOR_INSTALLED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/boot/phy_data.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/slot_record.h"
#include "format/slot_trailer.h"

static inline enum err cells_read(const struct flash *flash, uint32_t address,
                                  void *data, size_t size)
{
    memcpy(data, (uint8_t *)flash->ctx + address, size);
    return ERR_NONE;
}

static inline enum err cells_write(const struct flash *flash, uint32_t address,
                                   const void *data, size_t size)
{
    memcpy((uint8_t *)flash->ctx + address, data, size);
    return ERR_NONE;
}

static inline enum err cells_erase(const struct flash *flash, uint32_t address)
{
    memset((uint8_t *)flash->ctx + address, 0xFF, FLASH_SECTOR_SIZE);
    return ERR_NONE;
}

/* The image in a slot as its trailer tells it, sequence 1. */
static inline struct slot_image image_in(const uint8_t *cells, enum slot slot)
{
    struct slot_trailer trailer = {0};
    uint32_t at = slot_image_address(slot), end = at + MAP_SLOT_SIZE;
    const uint8_t *image = cells + at;
    while (at < end && !slot_trailer_get(cells + at, &trailer)) {
        at += 4;
    }
    assert_true(at < end);
    assert_int_equal(crc32_update(0, image, trailer.length), trailer.crc);
    return (struct slot_image){1, trailer.length, trailer.crc, trailer.version};
}

static inline void put_record(uint8_t *cells, enum slot slot, uint32_t sequence,
                              bool is_good)
{
    struct flash flash = {cells_read, cells_write, cells_erase, cells};
    struct slot_image image = image_in(cells, slot);
    image.sequence = sequence;
    assert_int_equal(slot_record_begin(&flash, slot), ERR_NONE);
    assert_int_equal(slot_record_write_image(&flash, slot, &image), ERR_NONE);
    if (is_good) {
        assert_int_equal(slot_record_confirm(&flash, slot), ERR_NONE);
    }
}

/* The file that is written at 0 is there: all that a first start does, and the
 * image is confirmed. The boot sector then writes nothing. */
static inline void put_installed(uint8_t *cells)
{
    put_u32le(cells + MAP_INSTALL_WORD, INSTALL_DONE);
    memset(cells + MAP_PHY_DATA, 0, PHY_DATA_SIZE);
    cells[MAP_PHY_DATA] = PHY_DATA_FIRST; /* as phy_bench.c has it */
    put_record(cells, SLOT_A, 1, true);
}

#endif
