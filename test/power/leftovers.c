/* What a flash may hold when Pogo is installed on it. */
#include "test/power/leftovers.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/fault.h"
#include "firmware/core/settings.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/settings_log.h"
#include "format/slot_record.h"
#include "format/slot_trailer.h"
#include "test/power/machine.h"

static void noise(uint8_t *flash, uint32_t from, uint32_t to, uint32_t seed)
{
    struct fault_random random;
    fault_random_start(&random, fault_hash(seed, from, to));
    for (; from < to; from += 4)
        put_u32le(flash + from, fault_random_next(&random));
}

static void blank(uint8_t *flash, uint32_t from, uint32_t to)
{
    memset(flash + from, 0xFF, to - from);
}

static void text(uint8_t *flash, uint32_t at, const char *words)
{
    memcpy(flash + at, words, strlen(words));
}

/* ---- anything ---- */

static void fill_blank(uint8_t *flash, uint32_t seed)
{
    (void)seed;
    blank(flash, 0, MAP_END);
}

static void fill_zeroes(uint8_t *flash, uint32_t seed)
{
    (void)seed;
    memset(flash, 0, MAP_END);
}

static void fill_noise(uint8_t *flash, uint32_t seed)
{
    noise(flash, 0, MAP_END, seed);
}

/* ---- what Espressif's SDK leaves ---- */

/* Two copies of parameters and the flag, as emulator/sdk_param.c has them. */
static void put_sdk_params(uint8_t *flash, uint32_t at, uint32_t seed)
{
    noise(flash, at, at + 0x800, seed);
    noise(flash, at + 0x1000, at + 0x1800, seed);
    blank(flash, at + 0x2000, at + 0x3000);
    put_u32le(flash + at + 0x2000, 0);
    put_u32le(flash + at + 0x2004, 0x55AA55AA);
    put_u32le(flash + at + 0x2008, 77);
    put_u32le(flash + at + 0x201C, 0xAA55AA55);
}

/* RF calibration, or PHY data of another board: both begin with 05. */
static void put_rf(uint8_t *flash, uint32_t at, uint32_t seed)
{
    blank(flash, at, at + FLASH_SECTOR_SIZE);
    noise(flash, at, at + 0x280, seed);
    flash[at] = 5;
}

/* An image as chip.md A10 has it: one segment of noise. */
static void put_image(uint8_t *flash, uint32_t at, uint32_t size, uint8_t magic)
{
    noise(flash, at, at + size, at);
    flash[at] = magic;
    flash[at + 1] = magic == 0xEA ? 4 : 1;
    flash[at + 2] = 3;
    flash[at + 3] = 0x20;
    put_u32le(flash + at + 4, 0x4010F000);
    put_u32le(flash + at + 8, magic == 0xEA ? 0 : 0x4010F000);
    put_u32le(flash + at + 12, size - 64);
}

/* ---- Tasmota ---- */

#define TASMOTA_QUICK_STARTS 0xF3000u
#define TASMOTA_SETTINGS 0xF4000u
#define TASMOTA_SLOTS 7u

/* A slot: mark and size, a counter that goes up, fields, CRC-32 at the end. */
static void put_tasmota_settings(uint8_t *flash, uint32_t at, uint32_t count)
{
    noise(flash, at, at + FLASH_SECTOR_SIZE, 4096 - count);
    put_u16le(flash + at, 0x1243);
    put_u16le(flash + at + 2, 4096);
    put_u32le(flash + at + 4, count);
    put_u32le(flash + at + 8, 0x0D020000);
    put_u32le(flash + at + 0xFFC, crc32_update(0, flash + at + 16, 0xFEC));
}

static void fill_tasmota(uint8_t *flash, uint32_t seed)
{
    blank(flash, 0, MAP_END);
    put_image(flash, 0, 0x1000, 0xE9);
    put_image(flash, 0x1000, 0x90000, 0xE9);
    put_u32le(flash + TASMOTA_QUICK_STARTS, 0xFFA55AFF);
    memset(flash + TASMOTA_QUICK_STARTS + 4, 0, 5 * 4);
    for (unsigned i = 0; i <= TASMOTA_SLOTS; i++)
        put_tasmota_settings(flash, TASMOTA_SETTINGS + i * FLASH_SECTOR_SIZE,
                             1000 + (i + seed) % TASMOTA_SLOTS);
    put_rf(flash, 0xFC000, seed);
    put_sdk_params(flash, 0xFD000, seed);
}

/* Its updater has put our file behind the running program, and eboot has copied
 * it to 0. This page of all is where slot B's image then seems to be. */
static void fill_tasmota_update(uint8_t *flash, uint32_t seed)
{
    fill_tasmota(flash, seed);
    (void)machine_file("pogo-bench.bin", flash + MAP_SLOT_A_RECORD, 0x70000);
}

static void fill_tasmota_packed(uint8_t *flash, uint32_t seed)
{
    fill_tasmota(flash, seed);
    (void)machine_file("pogo-bench.bin", flash + 0x92000, 0x60000);
    noise(flash, 0xC0000, 0xF9000, seed);
    put_u32le(flash + 0xC0000, 0x00088B1F); /* a .gz over the settings */
}

/* ---- the vendor's ---- */

static void fill_vendor(uint8_t *flash, uint32_t seed)
{
    blank(flash, 0, MAP_END);
    put_image(flash, 0, 0x1000, 0xE9);
    put_image(flash, 0x1000, 0x70000, 0xEA);
    put_image(flash, 0x81000, 0x70000, 0xEA);
    noise(flash, 0x7A000, 0x7C000, seed);
    text(flash, 0x7A000, "{\"ssid\":\"ewelink\"}");
    put_rf(flash, 0x7C000, seed);
    put_sdk_params(flash, 0x7D000, seed);
    put_rf(flash, 0xFB000, seed + 1);
    put_rf(flash, 0xFC000, seed + 2);
    put_sdk_params(flash, 0xFD000, seed);
}

/* ---- older Pogos ---- */

static enum err cells_read(const struct flash *flash, uint32_t address,
                           void *data, size_t size)
{
    memcpy(data, (uint8_t *)flash->ctx + address, size);
    return ERR_NONE;
}

static enum err cells_write(const struct flash *flash, uint32_t address,
                            const void *data, size_t size)
{
    memcpy((uint8_t *)flash->ctx + address, data, size);
    return ERR_NONE;
}

static enum err cells_erase(const struct flash *flash, uint32_t address)
{
    memset((uint8_t *)flash->ctx + address, 0xFF, FLASH_SECTOR_SIZE);
    return ERR_NONE;
}

struct flash leftovers_flash(uint8_t *cells)
{
    return (struct flash){cells_read, cells_write, cells_erase, cells};
}

static void expect(enum err e)
{
    if (e != ERR_NONE)
        abort();
}

void leftovers_put_record(uint8_t *flash, enum slot slot,
                          const struct slot_image *image, unsigned tries,
                          bool is_good)
{
    const struct flash cells = leftovers_flash(flash);
    struct slot_record record;
    expect(slot_record_begin(&cells, slot));
    expect(slot_record_write_image(&cells, slot, image));
    for (; tries > 0; tries--) {
        expect(slot_record_read(&cells, slot, &record));
        expect(slot_record_spend_try(&cells, slot, &record));
    }
    if (is_good)
        expect(slot_record_confirm(&cells, slot));
}

static void put_good(uint8_t *flash, enum slot slot, uint32_t sequence,
                     uint32_t length)
{
    const uint8_t *from = flash + slot_image_address(slot);
    struct slot_image image = {sequence, length, crc32_update(0, from, length),
                               1};
    leftovers_put_record(flash, slot, &image, 1, true);
}

static void put_name(struct settings_log *log, const char *name)
{
    struct settings_change change;
    uint32_t words[64];
    settings_change_begin(&change, log, words, sizeof(words));
    settings_put_string(&change, settings_log_key(KEY_FRIENDLY_NAME, 0), name);
    settings_put_number(&change, settings_log_key(KEY_POWER_ON_STATE, 0),
                        SETTING_U8, 1);
    expect(settings_log_commit(&change));
}

void leftovers_put_log(uint8_t *flash)
{
    static struct settings_log log;
    const struct flash cells = leftovers_flash(flash);
    (void)!settings_log_open(&log, &cells, MAP_SETTINGS);
    put_name(&log, LEFTOVERS_EARLIER);
    put_name(&log, LEFTOVERS_NAME);
}

/* Both slots in use and good, later than anything that a first start writes. */
static void fill_pogo(uint8_t *flash, uint32_t seed)
{
    fill_tasmota(flash, seed);
    blank(flash, MAP_SLOT_A_RECORD, MAP_END);
    noise(flash, MAP_SLOT_A, MAP_SLOT_A + 0x40000, seed);
    size_t size = machine_file("slot-b.bin", flash + MAP_SLOT_B, MAP_SLOT_SIZE);
    put_good(flash, SLOT_A, 0x7FFFFFF0u, 0x40000);
    put_good(flash, SLOT_B, 0x7FFFFFF1u, (uint32_t)size - SLOT_TRAILER_SIZE);
    put_u32le(flash + MAP_INSTALL_WORD, INSTALL_DONE);
    put_rf(flash, MAP_RF_CAL, seed);
    put_rf(flash, MAP_PHY_DATA, seed);
    put_sdk_params(flash, MAP_SDK_PARAMS, seed);
}

static void fill_pogo_log(uint8_t *flash, uint32_t seed)
{
    fill_pogo(flash, seed);
    leftovers_put_log(flash);
}

/* Settings as the first Pogo kept them: "PGS2", whole and right. */
static void fill_pogo_pgs2(uint8_t *flash, uint32_t seed)
{
    /* clang-format off */
    static const uint8_t fields[] = {
        KEY_POWER_ON_STATE, 0, 1, 0, 1, 0xFF, 0xFF, 0xFF,
        KEY_FRIENDLY_NAME, 0, 8, 0, 'o', 'l', 'd', ' ', 'l', 'a', 'm', 'p'};
    /* clang-format on */
    fill_pogo(flash, seed);
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *to = flash + MAP_SETTINGS + i * FLASH_SECTOR_SIZE;
        text(to, 0, "PGS2");
        put_u32le(to + 4, 40 + i);
        put_u32le(to + 8, sizeof(fields));
        memcpy(to + 12, fields, sizeof(fields));
        put_u32le(to + 12 + sizeof(fields),
                  crc32_update(0, to, 12 + sizeof(fields)));
    }
}

/* All of our structures, and each CRC is wrong. */
static void fill_wrong(uint8_t *flash, uint32_t seed)
{
    fill_pogo_log(flash, seed);
    flash[MAP_SLOT_A_RECORD + 0x14] ^= 1;
    flash[MAP_SLOT_B_RECORD + 0x14] ^= 0x80;
    memcpy(flash + MAP_SETTINGS + FLASH_SECTOR_SIZE, flash + MAP_SETTINGS,
           FLASH_SECTOR_SIZE);
    flash[MAP_SETTINGS + 8] ^= 1;                       /* the head's */
    flash[MAP_SETTINGS + FLASH_SECTOR_SIZE + 20] ^= 32; /* of the commit */
    text(flash, MAP_SETTINGS + 2 * FLASH_SECTOR_SIZE, "PGL1");
    text(flash, MAP_SETTINGS + 3 * FLASH_SECTOR_SIZE, "PGS2");
}

/* clang-format off */
const struct leftovers leftovers[] = {
    {"a blank flash", fill_blank, false, false},
    {"noise", fill_noise, false, false},
    {"zeroes", fill_zeroes, false, false},
    {"Tasmota", fill_tasmota, false, false},
    {"Tasmota, our file copied by eboot", fill_tasmota_update, false, false},
    {"Tasmota, updates staged over its settings", fill_tasmota_packed, false, false},
    {"the vendor's firmware", fill_vendor, false, false},
    {"an older Pogo", fill_pogo, false, false},
    {"an older Pogo with a settings log", fill_pogo_log, true, false},
    {"an older Pogo with PGS2 settings", fill_pogo_pgs2, false, false},
    {"our structures with wrong CRCs", fill_wrong, false, true},
};
/* clang-format on */
const size_t leftovers_count = sizeof(leftovers) / sizeof(leftovers[0]);
