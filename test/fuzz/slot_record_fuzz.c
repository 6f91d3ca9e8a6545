/* Fuzz: two slot records of any bytes. What the boot table runs has a record,
 * and a right CRC unless it is good; no entry is written where the flash is not
 * blank, and what is written counts.
 *
 * Input: flags (bits 0 and 1: the image entry of A, of B gets a right CRC; bits
 * 2 and 3: the image's CRC is right), the two records. */
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/slot_record.h"
#include "test/format/sim_flash.h"
#include "test/fuzz/fuzz.h"

static struct sim_flash sim;
static struct flash flash;

enum { TRIED, GOOD, OTHER, NOTHING, CONFIRMED };
struct fuzz_way fuzz_ways[] = {
    {"a try is spent", 0}, {"a good one runs", 0},  {"the other one runs", 0},
    {"nothing runs", 0},   {"one is confirmed", 0}, {NULL, 0}};

static struct slot_record read_record(enum slot slot)
{
    struct slot_record record;
    FUZZ_CHECK(slot_record_read(&flash, slot, &record) == ERR_NONE);
    FUZZ_CHECK(record.tries_left <= SLOT_TRIES);
    FUZZ_CHECK(record.state == SLOT_TRYING || record.tries_left == 0);
    return record;
}

static bool has_image(const struct slot_record *record)
{
    return record->state == SLOT_TRYING || record->state == SLOT_GOOD;
}

static struct boot_choice decide(const struct slot_record *record,
                                 const enum slot_crc *truth)
{
    enum slot_crc known[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
    struct boot_choice choice = boot_decide(record, known);
    for (unsigned asks = 0; choice.row == BOOT_ASK; asks++) {
        FUZZ_CHECK(asks < SLOT_COUNT && known[choice.slot] == CRC_UNKNOWN);
        known[choice.slot] = truth[choice.slot];
        choice = boot_decide(record, known);
    }
    return choice;
}

static void check_choice(const struct boot_choice *choice,
                         const struct slot_record *record,
                         const enum slot_crc *truth)
{
    const struct slot_record *here = &record[choice->slot];
    if (choice->row == BOOT_NOTHING) {
        for (unsigned i = 0; i < SLOT_COUNT; i++)
            FUZZ_CHECK(!has_image(&record[i]) ||
                       (record[i].state != SLOT_GOOD && truth[i] == CRC_WRONG));
        fuzz_ways[NOTHING].count++;
        return;
    }
    FUZZ_CHECK(has_image(here));
    FUZZ_CHECK(here->state == SLOT_GOOD || truth[choice->slot] == CRC_RIGHT);
    FUZZ_CHECK(choice->spends_try ==
               (here->state == SLOT_TRYING && choice->row != BOOT_ONLY));
    fuzz_ways[TRIED].count += choice->spends_try;
    fuzz_ways[GOOD].count += here->state == SLOT_GOOD;
    fuzz_ways[OTHER].count +=
        choice->row == BOOT_SPENT || choice->row == BOOT_BAD;
}

/* What the chosen one does with its record. */
static void live(enum slot slot, const struct slot_record *record)
{
    if (record->state == SLOT_TRYING && record->tries_left > 0) {
        FUZZ_CHECK(slot_record_spend_try(&flash, slot, record) == ERR_NONE);
        FUZZ_CHECK(read_record(slot).tries_left == record->tries_left - 1);
    }
    enum err e = slot_record_note_reason(&flash, slot, 5);
    FUZZ_CHECK(e == ERR_NO_ROOM ||
               (e == ERR_NONE && read_record(slot).reason == 5));
    e = slot_record_confirm(&flash, slot);
    FUZZ_CHECK(e == ERR_NO_ROOM ||
               (e == ERR_NONE && read_record(slot).state == SLOT_GOOD));
    fuzz_ways[CONFIRMED].count += e == ERR_NONE && record->state != SLOT_GOOD;
}

static void take(enum slot slot, const uint8_t *data, size_t size, bool repairs)
{
    uint8_t *bytes = sim_bytes(&sim, slot_record_address(slot));
    memcpy(bytes, data, size);
    if (repairs)
        put_u32le(bytes + 20, crc32_update(0, bytes, 20));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum slot_crc truth[SLOT_COUNT];
    struct slot_record record[SLOT_COUNT];
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SLOT_A_RECORD, 1);
    sim_add(&sim, MAP_SLOT_B_RECORD, 1);
    flash = sim_flash(&sim);
    uint8_t flags = size > 0 ? data[0] : 0;
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        size_t from = 1 + i * SLOT_RECORD_SIZE;
        size_t room = size > from ? size - from : 0;
        take((enum slot)i, data + from,
             room < SLOT_RECORD_SIZE ? room : SLOT_RECORD_SIZE, flags >> i & 1);
        truth[i] = flags >> (2 + i) & 1 ? CRC_RIGHT : CRC_WRONG;
    }
    sim_settle(&sim);
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        record[i] = read_record((enum slot)i);
    struct boot_choice choice = decide(record, truth);
    check_choice(&choice, record, truth);
    if (choice.row != BOOT_NOTHING)
        live(choice.slot, &record[choice.slot]);
    FUZZ_CHECK(sim.violations == 0);
    return 0;
}

/* A: none, untried, tried, good or left; B: the same, newer. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    if (n >= 25 || room < 1 + 2 * SLOT_RECORD_SIZE)
        return 0;
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SLOT_A_RECORD, 1);
    sim_add(&sim, MAP_SLOT_B_RECORD, 1);
    flash = sim_flash(&sim);
    for (unsigned i = 0; i < SLOT_COUNT; i++, n /= 5) {
        enum slot slot = (enum slot)i;
        const struct slot_image image = {1 + i, 0x10000, 0x12345678, 1};
        if (n % 5 > 0)
            FUZZ_CHECK(slot_record_write_image(&flash, slot, &image) ==
                       ERR_NONE);
        for (unsigned k = 0; n % 5 > 1 && k < n % 5 - 1; k++) {
            struct slot_record record = read_record(slot);
            FUZZ_CHECK(slot_record_spend_try(&flash, slot, &record) ==
                       ERR_NONE);
        }
        if (n % 5 == 3)
            FUZZ_CHECK(slot_record_confirm(&flash, slot) == ERR_NONE);
        memcpy(out + 1 + i * SLOT_RECORD_SIZE,
               sim_bytes(&sim, slot_record_address(slot)), SLOT_RECORD_SIZE);
    }
    out[0] = 0x0F;
    return 1 + 2 * SLOT_RECORD_SIZE;
}
