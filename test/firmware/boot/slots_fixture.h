/* A flash with two slots for the portable half of the boot sector, and a start
 * of it. */
#ifndef TEST_FIRMWARE_BOOT_SLOTS_FIXTURE_H
#define TEST_FIRMWARE_BOOT_SLOTS_FIXTURE_H

#include "firmware/boot/slots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/boot/phy_data.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/image.h"
#include "format/slot_trailer.h"
#include "test/format/sim_flash.h"

#define VERSION 0x00010000u
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BLANK 0xFFFFFFFFu

static uint32_t phy[PHY_DATA_SIZE / 4]; /* what it should hold */

/* ---- the flash ---- */

/* An image of a mapped segment and one for RAM; returns its length, where its
 * trailer is. */
static inline uint32_t put_image(struct sim_flash *sim, enum slot slot,
                                 uint8_t salt)
{
    uint8_t mapped[400], ram[300];
    uint32_t address = slot_image_address(slot);
    for (unsigned i = 0; i < sizeof(mapped); i++)
        mapped[i] = (uint8_t)(i * 7 + salt);
    for (unsigned i = 0; i < sizeof(ram); i++)
        ram[i] = (uint8_t)(i * 11 + salt);
    const struct image_part parts[] = {
        {MAP_IROM_BASE + address + 16, mapped, sizeof(mapped)},
        {0x40100000u, ram, sizeof(ram)},
    };
    uint32_t length = (uint32_t)image_built_size(parts, COUNT(parts));
    uint8_t *out = sim_bytes(sim, address);
    assert_int_equal(image_build(IMAGE_DOUT, 0x20, 0x40100004u, parts,
                                 COUNT(parts), out, 4000),
                     ERR_NONE);
    struct slot_trailer trailer = {length, crc32_update(0, out, length),
                                   VERSION};
    slot_trailer_put(&trailer, out + length);
    return length;
}

static inline struct slot_image image_of(struct sim_flash *sim, enum slot slot,
                                         uint32_t sequence, uint32_t length)
{
    return (struct slot_image){
        sequence, length,
        crc32_update(0, sim_bytes(sim, slot_image_address(slot)), length),
        VERSION};
}

static inline void put_record(struct sim_flash *sim, enum slot slot,
                              uint32_t sequence, uint32_t length, bool is_good)
{
    struct flash flash = sim_flash(sim);
    struct slot_image image = image_of(sim, slot, sequence, length);
    assert_int_equal(slot_record_begin(&flash, slot), ERR_NONE);
    assert_int_equal(slot_record_write_image(&flash, slot, &image), ERR_NONE);
    if (is_good)
        assert_int_equal(slot_record_confirm(&flash, slot), ERR_NONE);
}

static inline void add_sectors(struct sim_flash *sim)
{
    sim_start(sim, 1);
    sim_add(sim, MAP_BOOT, 1);
    sim_add(sim, MAP_SLOT_A, 1);
    sim_add(sim, MAP_SLOT_A_RECORD, 1);
    sim_add(sim, MAP_SLOT_B, 1);
    sim_add(sim, MAP_SLOT_B_RECORD, 1);
    sim_add(sim, MAP_RF_CAL, 1);
    sim_add(sim, MAP_PHY_DATA, 1);
    sim_add(sim, MAP_SDK_PARAMS, 3);
    for (unsigned i = 0; i < COUNT(phy); i++)
        phy[i] = 0x12345605u + i * 0x01010101u;
}

static inline void put_noise(struct sim_flash *sim, uint32_t address,
                             uint64_t seed)
{
    for (uint32_t at = 0; at < FLASH_SECTOR_SIZE; at += 4)
        put_u32le(sim_bytes(sim, address) + at, sim_below(&seed, BLANK));
}

/* Started before: the install word is set, the PHY data right. */
static inline uint32_t put_used(struct sim_flash *sim)
{
    add_sectors(sim);
    put_u32le(sim_bytes(sim, MAP_INSTALL_WORD), INSTALL_DONE);
    memcpy(sim_bytes(sim, MAP_PHY_DATA), phy, sizeof(phy));
    uint32_t length = put_image(sim, SLOT_A, 1);
    assert_int_equal(put_image(sim, SLOT_B, 2), length);
    sim_settle(sim);
    return length;
}

/* ---- a start ---- */

static inline struct boot_choice start(struct sim_flash *sim, struct boot *out)
{
    struct flash flash = sim_flash(sim);
    uint32_t buffer[BOOT_BUFFER_WORDS];
    struct boot boot = {.flash = &flash, .phy_data = phy, .buffer = buffer};
    boot_begin(&boot);
    struct boot_choice choice = boot_choose(&boot);
    if (out)
        *out = boot;
    return choice;
}

static inline struct slot_record record_of(struct sim_flash *sim,
                                           enum slot slot)
{
    struct slot_record record;
    slot_record_parse(sim_bytes(sim, slot_record_address(slot)), &record);
    return record;
}

static inline void assert_choice(struct boot_choice choice, enum boot_row row,
                                 enum slot slot)
{
    assert_int_equal(choice.row, row);
    assert_int_equal(choice.slot, slot);
}

#endif
