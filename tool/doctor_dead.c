/* Flashes that DIY mode has left without a program. */
#include "tool/doctor_dead.h"

#include "format/flash_map.h"
#include "tool/recognize.h"

/* So much behind the first sector is looked at; fewer than half of its sectors
 * in use are settings or the radio's data, and no program. */
#define BEHIND 16u

static bool is_blank(const struct doctor_flash *f, uint32_t sector)
{
    const uint8_t *at = f->bytes + (size_t)sector * FLASH_SECTOR_SIZE;
    for (uint32_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        if (at[i] != 0xFF)
            return false;
    }
    return true;
}

bool doctor_dead_begins_blank(const struct doctor_flash *flash,
                              struct doctor_findings *out)
{
    unsigned used = 0;
    if (!is_blank(flash, 0))
        return false;
    for (uint32_t i = 1; i <= BEHIND; i++)
        used += !is_blank(flash, i);
    if (used < BEHIND / 2)
        return false;
    enum firmware_kind kind = recognize_words(flash->bytes, flash->size);
    doctor_add(out, DOCTOR_DIY_DEAD,
               "the first sector is blank, behind it are bytes%s%s",
               kind == FIRMWARE_UNKNOWN ? "" : " of ",
               kind == FIRMWARE_UNKNOWN ? "" : recognize_name(kind));
    /* The boot ROM has said so; what is missing is only the beginning. */
    out->has[DOCTOR_NO_IMAGE] = false;
    return true;
}

void doctor_dead_vendor(const struct doctor_flash *flash,
                        struct doctor_findings *out)
{
    static const enum doctor_id damaged[] = {DOCTOR_PARTIAL, DOCTOR_CHECKSUM};
    if (recognize_words(flash->bytes, flash->size) != FIRMWARE_VENDOR)
        return;
    for (unsigned i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        if (!out->has[damaged[i]])
            continue;
        doctor_add(out, DOCTOR_DIY_DEAD, "the vendor's firmware; %.200s",
                   out->detail[damaged[i]]);
        out->has[damaged[i]] = false;
    }
}
