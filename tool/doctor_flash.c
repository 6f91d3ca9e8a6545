/* Findings in the bytes of a flash. */
#include "tool/doctor_flash.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/image.h"
#include "format/settings_log.h"
#include "format/slot_record.h"
#include "format/slot_trailer.h"
#include "tool/doctor_dead.h"
#include "tool/doctor_radio.h"
#include "tool/doctor_settings.h"
#include "tool/recognize.h"

#define NO_ID 0xFFFFFFu
#define PHY_FROM_END                                                           \
    0x4000u /* Espressif: esp_init_data at the size - 0x4000                   \
             */
#define PHY_FIRST 0x05u

static bool is_blank(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0xFF)
        size--;
    return size == 0;
}

/* ---- images -------------------------------------------------------------- */

/* Is any sector within the image blank, as where a writing was cut? */
static bool has_hole(const struct doctor_flash *f, uint32_t from, uint32_t end)
{
    uint32_t at = (from + FLASH_SECTOR_SIZE - 1) & ~(FLASH_SECTOR_SIZE - 1);
    for (; at + FLASH_SECTOR_SIZE <= end; at += FLASH_SECTOR_SIZE) {
        if (is_blank(f->bytes + at, FLASH_SECTOR_SIZE))
            return true;
    }
    return false;
}

static void add_sum(const struct doctor_flash *f, uint32_t from,
                    const struct image *image, struct doctor_findings *out)
{
    uint32_t end = from + image->end;
    bool is_cut = end > from && end <= f->size && has_hole(f, from, end);
    if (is_cut)
        doctor_add(out, DOCTOR_PARTIAL,
                   "the image from 0x%05x to 0x%05x has blank sectors",
                   (unsigned)from, (unsigned)end);
    else
        doctor_add(out, DOCTOR_CHECKSUM, "the image at 0x%05x: %02x, not %02x",
                   (unsigned)from, image->checksum, image->checksum_stored);
}

/* One image; a second one, where it is of a kind that has one. */
static void read_sums(const struct doctor_flash *f, const struct image *first,
                      struct doctor_findings *out)
{
    const uint8_t *at = image_second(f->bytes, f->size, first);
    struct image second;
    if (!at || first->has_mark)
        return;
    uint32_t from = (uint32_t)(at - f->bytes);
    enum err e = image_read(at, f->size - from, &second);
    if (e == ERR_IMAGE_CHECKSUM)
        add_sum(f, from, &second, out);
    else if (e != ERR_NONE)
        doctor_add(out, DOCTOR_PARTIAL, "no whole image at 0x%05x",
                   (unsigned)from);
}

static void read_header(const struct doctor_flash *f, const struct image *image,
                        struct doctor_findings *out)
{
    bool is_quad = image->mode == IMAGE_QIO || image->mode == IMAGE_QOUT;
    unsigned nibble = image->size_freq >> 4;
    if (f->is_8285 && is_quad)
        doctor_add(out, DOCTOR_MODE, "%s", image_mode_name(image->mode));
    if (image_size_bytes(nibble) > f->size)
        doctor_add(out, DOCTOR_SIZE, "%s in the header, the chip has %u KB",
                   image_size_name(nibble), (unsigned)(f->size / 1024));
}

/* ---- Pogo's ---------------------------------------------------------------
 */

static enum slot_crc crc_of(const struct doctor_flash *f, enum slot slot,
                            const struct slot_record *record)
{
    const uint8_t *image = f->bytes + slot_image_address(slot);
    if (record->image.length > MAP_SLOT_SIZE)
        return CRC_WRONG;
    uint32_t crc = crc32_update(0, image, record->image.length);
    return crc == record->image.crc ? CRC_RIGHT : CRC_WRONG;
}

/* As the boot sector decides, and with the sum of what it chose looked at. */
static bool has_program(const struct doctor_flash *f)
{
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        slot_record_parse(f->bytes + slot_record_address((enum slot)i),
                          &record[i]);
    struct boot_choice choice = boot_decide(record, crc);
    for (unsigned i = 0; choice.row == BOOT_ASK && i < SLOT_COUNT; i++) {
        crc[choice.slot] = crc_of(f, choice.slot, &record[choice.slot]);
        choice = boot_decide(record, crc);
    }
    return choice.row != BOOT_NOTHING &&
           crc_of(f, choice.slot, &record[choice.slot]) == CRC_RIGHT;
}

/* Just flashed: slot A has no record yet, but a trailer. */
static bool has_fresh_program(const struct doctor_flash *f)
{
    const uint8_t *slot = f->bytes + MAP_SLOT_A;
    struct image image;
    struct slot_trailer trailer;
    if (image_read(slot, MAP_SLOT_SIZE, &image) != ERR_NONE ||
        image.end + SLOT_TRAILER_SIZE > MAP_SLOT_SIZE ||
        !slot_trailer_get(slot + image.end, &trailer))
        return false;
    return trailer.length == image.end &&
           crc32_update(0, slot, trailer.length) == trailer.crc;
}

static enum err read_bytes(const struct flash *flash, uint32_t address,
                           void *data, size_t size)
{
    const struct doctor_flash *f = flash->ctx;
    if (address > f->size || size > f->size - address)
        return ERR_BAD_RANGE;
    memcpy(data, f->bytes + address, size);
    return ERR_NONE;
}

static void read_pogo(struct doctor_flash *f, struct doctor_findings *out)
{
    static struct settings_log log; /* large */
    const struct flash memory = {.read = read_bytes, .ctx = f};
    bool is_fresh = get_u32le(f->bytes + MAP_INSTALL_WORD) == INSTALL_BLANK &&
                    get_u32le(f->bytes + MAP_INSTALL_WORD + 4) == INSTALL_BLANK;
    if (f->size < MAP_END)
        return;
    if (is_fresh ? !has_fresh_program(f) : !has_program(f))
        doctor_add(out, DOCTOR_SLOTS, "%s",
                   is_fresh ? "just flashed, slot A is not whole"
                            : "no slot holds what its record says");
    if (settings_log_open(&log, &memory, MAP_SETTINGS) == ERR_MISMATCH)
        doctor_add(out, DOCTOR_SETTINGS, "0x%05x: damaged", MAP_SETTINGS);
    doctor_settings_read(&log, out);
}

/* ---- others' --------------------------------------------------------------
 */

static void read_other(const struct doctor_flash *f, const struct image *image,
                       struct doctor_findings *out)
{
    struct recognized what;
    recognize(f->bytes, f->size, image, &what);
    if (strstr(what.text, "minimal"))
        doctor_add(out, DOCTOR_MINIMAL, "%s", what.text);
    /* Arduino's programs bring the radio's data along. */
    uint32_t at = f->size - PHY_FROM_END;
    bool is_own = image_second(f->bytes, f->size, image) != NULL;
    if (!is_own && f->bytes[at] != PHY_FIRST)
        doctor_add(out, DOCTOR_PHY, "0x%02x at 0x%05x, not 05", f->bytes[at],
                   (unsigned)at);
}

void doctor_flash_read(const struct doctor_flash *flash,
                       struct doctor_findings *out)
{
    struct image image;
    struct doctor_flash copy = *flash;
    if (flash->jedec == 0 || flash->jedec == NO_ID)
        doctor_add(out, DOCTOR_FLASH_ID, "0x%06x", (unsigned)flash->jedec);
    if (flash->is_protected)
        doctor_add(out, DOCTOR_PROTECTED, "%s", "");
    enum err e = image_read(flash->bytes, flash->size, &image);
    if (e == ERR_IMAGE_MAGIC && doctor_dead_begins_blank(flash, out))
        return;
    if (e == ERR_IMAGE_MAGIC) {
        doctor_add(out, DOCTOR_NO_IMAGE, "the first byte is 0x%02x",
                   flash->bytes[0]);
        return;
    }
    read_header(flash, &image, out);
    if (e == ERR_IMAGE_CHECKSUM)
        add_sum(flash, 0, &image, out);
    else if (e != ERR_NONE)
        doctor_add(out, DOCTOR_PARTIAL, "it would end beyond the flash");
    else
        read_sums(flash, &image, out);
    if (image.has_mark)
        read_pogo(&copy, out);
    else
        read_other(flash, &image, out);
    doctor_dead_vendor(flash, out);
    doctor_radio_read(flash, &image, out);
}
