/* Fuzz: a settings log that is whole, with entries of any keys, types and
 * values in it. Settings are read in their bounds, or are their defaults; a
 * change is there afterwards; what the settings do not know stays; Reset takes
 * everything.
 *
 * Input: entries. Setting, element, type and size, a byte each, then the value;
 * of types whose size is fixed it is that. */
#include <string.h>

#include "firmware/core/settings.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "test/format/sim_flash.h"
#include "test/fuzz/fuzz.h"

#define HEAD 12u
#define LOG_ROOM (FLASH_SECTOR_SIZE - HEAD - SETTINGS_LOG_OVERHEAD)

static struct sim_flash sim;
static struct flash flash;
static struct settings settings, again;
static struct settings_store store;
static uint32_t work[SETTINGS_WORK / 4];

enum { EMPTY, DEFAULTS, VALUES, SAVED, FULL };
struct fuzz_way fuzz_ways[] = {{"no entries", 0},
                               {"all are defaults", 0},
                               {"some values are read", 0},
                               {"a change is kept", 0},
                               {"a change does not fit", 0},
                               {NULL, 0}};

/* ---- the log ---- */

/* One entry of the input; how much of it that took, 0 at its end. */
static size_t add_entry(const uint8_t *data, size_t size, uint8_t *to,
                        size_t room, size_t *added)
{
    static const uint8_t sizes[] = {0, 1, 2, 4, 4};
    if (size < 4)
        return 0;
    unsigned type = data[2] % 15u;
    size_t length = type < sizeof(sizes) ? sizes[type] : data[3];
    size_t padded = (length + 3) & ~(size_t)3;
    if (length > size - 4 || 4 + padded > room)
        return 0;
    memset(to, 0xFF, 4 + padded);
    put_u16le(to, settings_log_key(data[0], data[1] % SETTINGS_ELEMENTS));
    put_u16le(to + 2, (uint16_t)(type << 12 | length));
    memcpy(to + 4, data + 4, length);
    *added = 4 + padded;
    return 4 + length;
}

/* One sector with one commit. The number of bytes of its entries. */
static size_t make_log(const uint8_t *data, size_t size)
{
    uint8_t *bytes = sim_bytes(&sim, MAP_SETTINGS);
    uint8_t *entries = bytes + HEAD + 4;
    size_t length = 0, added = 0, taken;
    while ((taken = add_entry(data, size, entries + length, LOG_ROOM - length,
                              &added)) > 0) {
        data += taken;
        size -= taken;
        length += added;
    }
    if (length == 0)
        return 0;
    put_u32le(bytes, 0x314C4750);
    put_u32le(bytes + 4, 1);
    uint32_t crc = crc32_update(0, bytes, 8);
    put_u32le(bytes + 8, crc);
    put_u32le(bytes + HEAD, (uint32_t)length | (~(uint32_t)length & 0xFFFF)
                                                   << 16);
    put_u32le(entries + length, crc32_update(crc, bytes + HEAD, 4 + length));
    return length;
}

/* ---- what must hold ---- */

static bool is_text(const struct settings_row *row)
{
    return row->kind == KIND_TEXT || row->kind == KIND_SECRET;
}

/* All in their bounds; whether any is no default. */
static bool look(const struct settings *is)
{
    bool any = false;
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            const void *at = settings_at(is, row, k);
            uint32_t initial[SETTINGS_LARGEST / 4];
            settings_put_default(row, k, initial);
            if (is_text(row))
                FUZZ_CHECK(memchr(at, 0, row->room));
            if (row->kind == KIND_NUMBER)
                FUZZ_CHECK(settings_number_at(row, at) >= row->min &&
                           settings_number_at(row, at) <= row->max);
            any |= is_text(row) ? strcmp(at, (const char *)initial) != 0
                                : memcmp(at, initial, row->room) != 0;
        }
    }
    return any;
}

static bool same(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            const void *x = settings_at(a, row, k), *y = settings_at(b, row, k);
            if (is_text(row) ? strcmp(x, y) : memcmp(x, y, row->room))
                return false;
        }
    }
    return true;
}

/* All entries that no row names, as one number. */
static enum err add_unknown(void *ctx, const struct settings_log *log,
                            const struct setting *setting)
{
    uint32_t *sum = ctx;
    uint8_t value[2 + SETTINGS_LOG_VALUE];
    size_t size = SETTINGS_LOG_VALUE;
    const struct settings_row *row =
        settings_row(setting->key / SETTINGS_ELEMENTS);
    if (row && setting->key % SETTINGS_ELEMENTS < row->count)
        return ERR_NONE;
    put_u16le(value, setting->key);
    FUZZ_CHECK(settings_log_get(log, setting->key, value + 2, &size) ==
               ERR_NONE);
    *sum += crc32_update(setting->type, value, 2 + size);
    return ERR_NONE;
}

static uint32_t sum_unknown(void)
{
    uint32_t sum = 0;
    FUZZ_CHECK(settings_log_for_each(&store.log, add_unknown, &sum) ==
               ERR_NONE);
    return sum;
}

static void change_some(void)
{
    uint32_t unknown = sum_unknown();
    settings.switch_mode[3] = (uint8_t)(settings.switch_mode[3] == 5 ? 6 : 5);
    memcpy(settings.password[1], "correct horse", 14);
    settings.ota_key[0] ^= 1;
    enum err e = settings_save(&settings, &store, work);
    FUZZ_CHECK(e == ERR_NONE || e == ERR_NO_ROOM);
    fuzz_ways[e == ERR_NONE ? SAVED : FULL].count++;
    FUZZ_CHECK(settings_load(&again, &store, &flash) != ERR_FLASH_FAILED);
    FUZZ_CHECK(same(&settings, &again) == (e == ERR_NONE));
    FUZZ_CHECK(sum_unknown() == unknown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    size_t length = make_log(data, size);
    sim_settle(&sim);
    enum err e = settings_load(&settings, &store, &flash);
    FUZZ_CHECK(e == (length > 0 ? ERR_NONE : ERR_FORMAT));
    bool any = look(&settings);
    fuzz_ways[length == 0 ? EMPTY : any ? VALUES : DEFAULTS].count++;
    change_some();
    FUZZ_CHECK(settings_forget(&store) == ERR_NONE);
    FUZZ_CHECK(settings_load(&settings, &store, &flash) == ERR_NONE);
    FUZZ_CHECK(!look(&settings) && store.log.count == 0);
    FUZZ_CHECK(sim.violations == 0);
    return 0;
}

/* As much of newer firmware as a log takes. */
static size_t full_seed(uint8_t *out, size_t room)
{
    size_t size = 0;
    for (uint8_t i = 0; i < 12 && size + 256 <= room; i++, size += 252) {
        memcpy(out + size, (uint8_t[]){200, i, SETTING_BYTES, 248}, 4);
        memset(out + size + 4, i, 248);
    }
    return size;
}

/* Each row with a value of its type, then all of them; unknown ones too; then a
 * full log. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    size_t size = 0;
    if (n > settings_row_count)
        return n == settings_row_count + 1 ? full_seed(out, room) : 0;
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        size_t length = row->room - is_text(row);
        if ((n > 0 && i != n - 1) || size + 4 + length + 12 > room)
            continue;
        uint8_t type = is_text(row) ? SETTING_STRING : SETTING_BYTES;
        if (row->kind == KIND_NUMBER)
            type = (uint8_t)(row->room == 4 ? SETTING_U32 : row->room);
        memcpy(out + size, (uint8_t[]){row->key, 0, type, (uint8_t)length}, 4);
        memset(out + size + 4, 0, length);
        memset(out + size + 4, row->kind == KIND_NUMBER ? 2 : 'x',
               row->kind == KIND_NUMBER ? 1 : length);
        size += 4 + length;
    }
    memcpy(out + size, (uint8_t[]){200, 3, SETTING_LAST, 5, 1, 2, 3, 4, 5}, 9);
    return size + 9;
}
