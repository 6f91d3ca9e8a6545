/* The two sectors that hold the settings record in turn. */
#include "firmware/core/settings.h"

#include <string.h>

#include "format/flash_map.h"

#define SECTORS 2u

struct place {
    uint32_t address, sequence;
};

/* The newest whole record. Without one ERR_FORMAT or ERR_MISMATCH. */
static enum err find_newest(const struct flash *flash, uint8_t *work,
                            struct place *newest)
{
    enum err found = ERR_FORMAT;
    for (uint32_t i = 0; i < SECTORS; i++) {
        struct place here = {MAP_SETTINGS + i * FLASH_SECTOR_SIZE, 0};
        enum err e = flash->read(flash, here.address, work, SETTINGS_ROOM);
        if (e != ERR_NONE)
            return e;
        e = settings_check(work, SETTINGS_ROOM, &here.sequence);
        if (e == ERR_NONE) {
            /* by difference: the number may wrap around */
            if (found != ERR_NONE ||
                (int32_t)(here.sequence - newest->sequence) > 0)
                *newest = here;
            found = ERR_NONE;
        } else if (found == ERR_FORMAT) {
            found = e;
        }
    }
    return found;
}

enum err settings_load(struct settings *settings, const struct flash *flash,
                       uint8_t *work)
{
    struct place newest;
    enum err e = find_newest(flash, work, &newest);
    if (e == ERR_NONE)
        e = flash->read(flash, newest.address, work, SETTINGS_ROOM);
    if (e == ERR_NONE)
        e = settings_decode(settings, work, SETTINGS_ROOM);
    if (e != ERR_NONE)
        settings_default(settings);
    return e;
}

static enum err compare(const struct flash *flash, uint32_t address,
                        const uint8_t *data, size_t size)
{
    uint32_t back[16];
    for (size_t at = 0; at < size; at += sizeof(back)) {
        size_t n = size - at < sizeof(back) ? size - at : sizeof(back);
        enum err e = flash->read(flash, address + (uint32_t)at, back, n);
        if (e != ERR_NONE)
            return e;
        if (memcmp(back, data + at, n) != 0)
            return ERR_MISMATCH;
    }
    return ERR_NONE;
}

enum err settings_save(const struct settings *settings,
                       const struct flash *flash, uint8_t *work)
{
    struct place newest = {MAP_SETTINGS + FLASH_SECTOR_SIZE, 0};
    enum err e = find_newest(flash, work, &newest);
    if (e != ERR_NONE && e != ERR_FORMAT && e != ERR_MISMATCH)
        return e; /* which one may be erased is not known */
    uint32_t target = newest.address == MAP_SETTINGS
                          ? MAP_SETTINGS + FLASH_SECTOR_SIZE
                          : MAP_SETTINGS;
    size_t size = settings_encode(settings, newest.sequence + 1, work);
    e = flash->erase(flash, target);
    if (e == ERR_NONE)
        e = flash->write(flash, target, work, size);
    return e == ERR_NONE ? compare(flash, target, work, size) : e;
}
