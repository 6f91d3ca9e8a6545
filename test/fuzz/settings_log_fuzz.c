/* Fuzz: a ring of sectors with any bytes in it. The log opens, every key that
 * it names can be read, a change of it is there afterwards or refused, every
 * other value is as it was, and nothing is written where the flash is not
 * blank.
 *
 * Input: flags (bits 0 to 3: the CRCs of this sector are made right), then the
 * beginnings of the four sectors, a fourth of the input each; they end
 * blank. */
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/settings_log.h"
#include "test/format/sim_flash.h"
#include "test/fuzz/fuzz.h"

#define SECTOR(n) (MAP_SETTINGS + (n)*FLASH_SECTOR_SIZE)
#define KEY 7u
#define HEAD 12u

static struct sim_flash sim;
static struct flash flash;
static struct settings_log log_;
static uint32_t words[64];

enum { WHOLE, NONE, DAMAGED, APPENDED, MOVED };
struct fuzz_way fuzz_ways[] = {{"there is a log", 0},
                               {"there is none", 0},
                               {"it is damaged", 0},
                               {"a change is appended", 0},
                               {"a change goes to another sector", 0},
                               {NULL, 0}};

/* ---- making CRCs right ---- */

/* Sequence numbers of one log are close together. A sector that begins blank
 * stays so. */
static void repair(uint8_t *bytes)
{
    if (get_u32le(bytes) == 0xFFFFFFFF)
        return;
    put_u32le(bytes, 0x314C4750);
    put_u32le(bytes + 4, 0xFFFFFF80u + bytes[4]);
    uint32_t seed = crc32_update(0, bytes, 8);
    put_u32le(bytes + 8, seed);
    for (uint32_t at = HEAD; at + 8 < FLASH_SECTOR_SIZE;) {
        uint32_t length = get_u16le(bytes + at) & 0xFFCu;
        if (get_u32le(bytes + at) == 0xFFFFFFFF || length == 0 ||
            length > FLASH_SECTOR_SIZE - at - 8)
            return;
        put_u32le(bytes + at, length | (~length & 0xFFFF) << 16);
        put_u32le(bytes + at + 4 + length,
                  crc32_update(seed, bytes + at, 4 + length));
        at += length + 8;
    }
}

/* ---- all values as one number ---- */

static enum err add_value(void *ctx, const struct settings_log *log,
                          const struct setting *setting)
{
    uint32_t *sum = ctx;
    uint8_t value[4 + SETTINGS_LOG_VALUE];
    size_t size = SETTINGS_LOG_VALUE;
    if (setting->key == KEY)
        return ERR_NONE;
    put_u16le(value, setting->key);
    put_u16le(value + 2, setting->type);
    enum err e = settings_log_get(log, setting->key, value + 4, &size);
    FUZZ_CHECK(e == ERR_NONE && size == setting->size);
    *sum += crc32_update(0, value, 4 + size);
    return ERR_NONE;
}

static uint32_t sum_values(void)
{
    uint32_t sum = 0, number = 0;
    char text[16];
    FUZZ_CHECK(settings_log_for_each(&log_, add_value, &sum) == ERR_NONE);
    /* As the firmware reads them: whatever is there, no harm is done. */
    for (uint16_t key = 0; key < 20; key++) {
        (void)!settings_log_get_number(&log_, key, &number);
        (void)!settings_log_get_string(&log_, key, text, sizeof(text));
    }
    return sum;
}

/* ---- a change ---- */

static void change_it(uint32_t sum)
{
    struct settings_change change;
    uint32_t value = 0, before = 0;
    unsigned count = log_.count;
    bool had = settings_log_get_number(&log_, KEY, &before) == ERR_NONE;
    uint8_t sector = log_.sector;
    settings_change_begin(&change, &log_, words, sizeof(words));
    settings_put_number(&change, KEY, SETTING_U32, before + 1);
    enum err e = settings_log_commit(&change);
    FUZZ_CHECK(e == ERR_NONE || e == ERR_NO_ROOM);
    fuzz_ways[log_.sector == sector ? APPENDED : MOVED].count += e == ERR_NONE;
    FUZZ_CHECK(sum_values() == sum);
    enum err opens = settings_log_open(&log_, &flash, MAP_SETTINGS);
    FUZZ_CHECK(opens == ERR_NONE || e != ERR_NONE);
    FUZZ_CHECK(sum_values() == sum);
    bool has = settings_log_get_number(&log_, KEY, &value) == ERR_NONE;
    if (e == ERR_NONE)
        FUZZ_CHECK(has && value == before + 1);
    else
        FUZZ_CHECK(has == had && value == before && log_.count == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t flags = size > 0 ? data[0] : 0;
    size_t piece = size > 1 ? (size - 1) / SETTINGS_LOG_SECTORS : 0;
    if (piece > FLASH_SECTOR_SIZE)
        piece = FLASH_SECTOR_SIZE;
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    for (unsigned i = 0; piece > 0 && i < SETTINGS_LOG_SECTORS; i++) {
        memcpy(sim_bytes(&sim, SECTOR(i)), data + 1 + i * piece, piece);
        if (flags >> i & 1)
            repair(sim_bytes(&sim, SECTOR(i)));
    }
    sim_settle(&sim);
    enum err e = settings_log_open(&log_, &flash, MAP_SETTINGS);
    FUZZ_CHECK(e == ERR_NONE || e == ERR_FORMAT || e == ERR_MISMATCH);
    fuzz_ways[WHOLE].count += e == ERR_NONE;
    fuzz_ways[NONE].count += e == ERR_FORMAT;
    fuzz_ways[DAMAGED].count += e == ERR_MISMATCH;
    FUZZ_CHECK(log_.count <= SETTINGS_LOG_KEYS);
    FUZZ_CHECK(e != ERR_FORMAT || log_.count == 0);
    change_it(sum_values());
    FUZZ_CHECK(sim.violations == 0);
    return 0;
}

/* Logs of different ages, whose sectors hold 60, 400 or 4096 bytes. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const size_t pieces[] = {60, 400, 1600};
    static const unsigned saves[] = {1, 3, 20, 300};
    struct settings_change change;
    if (n >= 12 || room < 1 + 4 * 1600)
        return 0;
    size_t piece = pieces[n % 3];
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    (void)!settings_log_open(&log_, &flash, MAP_SETTINGS);
    for (unsigned i = 0; i < saves[n / 3]; i++) {
        settings_change_begin(&change, &log_, words, sizeof(words));
        settings_put_number(&change, (uint16_t)(i % 9), SETTING_U32, i);
        settings_put_number(&change, 9, SETTING_U8, i & 0xFF);
        settings_put_string(&change, (uint16_t)(10 + i % 5), "switch");
        settings_remove(&change, (uint16_t)((i + 3) % 9));
        FUZZ_CHECK(settings_log_commit(&change) == ERR_NONE);
    }
    for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++)
        memcpy(out + 1 + i * piece, sim_bytes(&sim, SECTOR(i)), piece);
    out[0] = n % 2 ? 0x0F : 0;
    return 1 + SETTINGS_LOG_SECTORS * piece;
}
