/* Names a sector of the flash that does not hold what was written to it. */
#include "tool/flasher_private.h"

#include "format/flash_map.h"

/* A worn one keeps some bits; one that can't be erased is all wrong. */
#define DEAD (FLASH_SECTOR_SIZE / 4)

enum err flasher_bad_sector(struct flasher *f, uint32_t address, uint32_t wrong)
{
    unsigned from = address, to = from + FLASH_SECTOR_SIZE - 1;
    f->is_worn = true;
    if (wrong > DEAD)
        return flasher_fail(f, ERR_FLASH_FAILED,
                            "its part from 0x%05x to 0x%05x does not change "
                            "any more (twice, %u wrong bytes)",
                            from, to, (unsigned)wrong);
    return flasher_fail(f, ERR_FLASH_FAILED,
                        "its part from 0x%05x to 0x%05x is worn out: it keeps "
                        "other bytes than were written (twice, %u of them)",
                        from, to, (unsigned)wrong);
}

uint32_t flasher_count_wrong(const struct flash_sector *s, uint32_t at,
                             const uint8_t *bytes, uint32_t size)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < size; k++) {
        bool is_data = s->bytes && at + k < s->size;
        n += bytes[k] != (is_data ? s->bytes[at + k] : 0xFF);
    }
    return n;
}
