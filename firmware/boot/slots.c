/* Which slot's image starts: the install word, the boot table, the PHY data. */
#include "firmware/boot/slots.h"

#include "firmware/boot/phy_data.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/slot_trailer.h"

#define PHY_WORDS (PHY_DATA_SIZE / 4)
#define FIRST_SEQUENCE 1u

static bool read(const struct boot *boot, uint32_t address, uint32_t *words,
                 uint32_t count)
{
    return boot->flash->read(boot->flash, address, words, 4 * count) ==
           ERR_NONE;
}

/* Does the image in a slot have this CRC? */
static enum slot_crc check(const struct boot *boot, enum slot slot,
                           uint32_t length, uint32_t crc)
{
    uint32_t address = slot_image_address(slot), is = 0;
    for (uint32_t n; length > 0; length -= n, address += n) {
        n = length < 4 * BOOT_BUFFER_WORDS ? length : 4 * BOOT_BUFFER_WORDS;
        if (!read(boot, address, boot->buffer, n / 4))
            return CRC_WRONG;
        is = crc32_update(is, boot->buffer, n);
    }
    return is == crc ? CRC_RIGHT : CRC_WRONG;
}

/* ---- the PHY sector ---- */

static bool is_phy_right(const struct boot *boot)
{
    uint32_t words[PHY_WORDS], at = 0;
    if (!read(boot, MAP_PHY_DATA, words, PHY_WORDS))
        return false;
    while (at < PHY_WORDS && words[at] == boot->phy_data[at])
        at++;
    return at == PHY_WORDS;
}

static bool erase(const struct boot *boot, uint32_t from, uint32_t to)
{
    for (; from < to; from += FLASH_SECTOR_SIZE) {
        if (boot->flash->erase(boot->flash, from) != ERR_NONE)
            return false;
    }
    return true;
}

static bool heal_phy(const struct boot *boot)
{
    return is_phy_right(boot) ||
           (erase(boot, MAP_PHY_DATA, MAP_PHY_DATA + FLASH_SECTOR_SIZE) &&
            boot->flash->write(boot->flash, MAP_PHY_DATA, boot->phy_data,
                               PHY_DATA_SIZE) == ERR_NONE &&
            is_phy_right(boot));
}

/* ---- the install word ---- */

static void finish(const struct boot *boot, uint32_t place)
{
    const uint32_t done = INSTALL_DONE;
    (void)!boot->flash->write(boot->flash, place, &done, sizeof(done));
}

/* Anything but blank in either place counts: the word is written last, so what
 * is half written says the same. But its bits may be weak; the second place
 * then makes sure that it will not look blank one day. */
static bool is_installed(const struct boot *boot)
{
    uint32_t word[2];
    if (!read(boot, MAP_INSTALL_WORD, word, 2))
        return true;
    if (word[0] == INSTALL_BLANK && word[1] == INSTALL_BLANK)
        return false;
    if (word[0] != INSTALL_DONE && word[1] == INSTALL_BLANK)
        finish(boot, MAP_INSTALL_WORD + 4);
    return true;
}

/* Is slot A as the build has made it? */
static bool is_as_built(const struct boot *boot, struct slot_image *out)
{
    uint32_t words[SLOT_TRAILER_SIZE / 4];
    struct boot_image image;
    struct boot_segment segment;
    struct slot_trailer trailer;
    if (!boot_image_open(boot, SLOT_A, &image))
        return false;
    while (image.left > 0) {
        if (!boot_image_next(boot, &image, &segment))
            return false;
    }
    /* The checksum is the last byte of the 16 that it is in. */
    uint32_t end = (image.at | 15u) + 1;
    if (end > image.limit - SLOT_TRAILER_SIZE ||
        !read(boot, end, words, SLOT_TRAILER_SIZE / 4) ||
        !slot_trailer_get((const uint8_t *)words, &trailer) ||
        trailer.length != end - MAP_SLOT_A)
        return false;
    *out = (struct slot_image){FIRST_SEQUENCE, trailer.length, trailer.crc,
                               trailer.version};
    return check(boot, SLOT_A, trailer.length, trailer.crc) == CRC_RIGHT;
}

static bool prepare(const struct boot *boot, const struct slot_image *image)
{
    return slot_record_begin(boot->flash, SLOT_A) == ERR_NONE &&
           slot_record_begin(boot->flash, SLOT_B) == ERR_NONE &&
           erase(boot, MAP_RF_CAL, MAP_PHY_DATA) &&
           erase(boot, MAP_SDK_PARAMS, MAP_SDK_PARAMS + MAP_SDK_PARAMS_SIZE) &&
           heal_phy(boot) &&
           slot_record_write_image(boot->flash, SLOT_A, image) == ERR_NONE;
}

/* No record on flash counts while the word is blank: what is in A, and nothing
 * else, is what may start. */
static void install(struct boot *boot)
{
    struct slot_image image;
    struct boot_image any;
    if (!is_as_built(boot, &image)) {
        if (boot_image_open(boot, SLOT_A, &any))
            boot->record[SLOT_A].state = SLOT_BAD;
        return;
    }
    /* As if its tries were spent: it starts without one. */
    boot->record[SLOT_A].state = SLOT_TRYING;
    boot->record[SLOT_A].image = image;
    boot->crc[SLOT_A] = CRC_RIGHT;
    if (prepare(boot, &image))
        finish(boot, MAP_INSTALL_WORD);
}

void boot_begin(struct boot *boot)
{
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        boot->record[slot] = (struct slot_record){.state = SLOT_BLANK};
        boot->crc[slot] = CRC_UNKNOWN;
    }
    if (!is_installed(boot)) {
        install(boot);
        return;
    }
    (void)heal_phy(boot);
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        if (slot_record_read(boot->flash, (enum slot)slot,
                             &boot->record[slot]) != ERR_NONE)
            boot->record[slot].state = SLOT_BAD;
    }
}

/* ---- choosing ---- */

struct boot_choice boot_choose(struct boot *boot)
{
    for (;;) {
        struct boot_choice choice = boot_decide(boot->record, boot->crc);
        struct slot_record *record = &boot->record[choice.slot];
        if (choice.row == BOOT_ASK)
            boot->crc[choice.slot] = check(
                boot, choice.slot, record->image.length, record->image.crc);
        else if (choice.spends_try &&
                 slot_record_spend_try(boot->flash, choice.slot, record) !=
                     ERR_NONE)
            record->tries_left = 0; /* not as a try; perhaps as the only one */
        else
            return choice;
    }
}

void boot_reject(struct boot *boot, enum slot slot)
{
    boot->record[slot].state = SLOT_BAD;
}

const char *boot_slot_text(const struct boot *boot, enum slot slot)
{
    return boot->record[slot].state == SLOT_BLANK ? "empty" : "damaged";
}
