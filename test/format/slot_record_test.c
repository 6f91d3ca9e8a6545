/* Slot records: what is written is what is read, and the boot table row by
 * row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/slot_record.h"
#include "test/format/sim_flash.h"

static struct sim_flash sim;
static struct flash flash;

static const struct slot_image image = {7, 0x10000, 0x12345678, 0x00010203};

static int blank_flash(void **state)
{
    (void)state;
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SLOT_A_RECORD, 1);
    sim_add(&sim, MAP_SLOT_B_RECORD, 1);
    flash = sim_flash(&sim);
    return 0;
}

static int no_violations(void **state)
{
    (void)state;
    return sim.violations == 0 ? 0 : -1;
}

static struct slot_record record_of(enum slot slot)
{
    struct slot_record record;
    assert_int_equal(slot_record_read(&flash, slot, &record), ERR_NONE);
    return record;
}

static void write_image(enum slot slot, const struct slot_image *what)
{
    assert_int_equal(slot_record_begin(&flash, slot), ERR_NONE);
    assert_int_equal(slot_record_write_image(&flash, slot, what), ERR_NONE);
}

/* ---- life of a record ---------------------------------------------------- */

static void a_record_lives_from_blank_to_good(void **state)
{
    (void)state;
    struct slot_record record = record_of(SLOT_B);
    assert_int_equal(record.state, SLOT_BLANK);
    write_image(SLOT_B, &image);
    assert_int_equal(record_of(SLOT_A).state, SLOT_BLANK);
    for (unsigned left = SLOT_TRIES; left > 0; left--) {
        record = record_of(SLOT_B);
        assert_int_equal(record.state, SLOT_TRYING);
        assert_int_equal(record.tries_left, left);
        assert_memory_equal(&record.image, &image, sizeof(image));
        assert_int_equal(slot_record_spend_try(&flash, SLOT_B, &record),
                         ERR_NONE);
    }
    record = record_of(SLOT_B);
    assert_int_equal(record.tries_left, 0);
    assert_int_equal(slot_record_spend_try(&flash, SLOT_B, &record),
                     ERR_NO_ROOM);
    assert_int_equal(slot_record_confirm(&flash, SLOT_B), ERR_NONE);
    assert_int_equal(record_of(SLOT_B).state, SLOT_GOOD);
    unsigned ops = sim.ops;
    assert_int_equal(slot_record_confirm(&flash, SLOT_B), ERR_NONE);
    assert_int_equal(sim.ops, ops);
}

static void a_reason_is_noted_once_and_ends_all_tries(void **state)
{
    (void)state;
    write_image(SLOT_B, &image);
    assert_false(record_of(SLOT_B).has_reason);
    assert_int_equal(slot_record_note_reason(&flash, SLOT_B, 42), ERR_NONE);
    struct slot_record record = record_of(SLOT_B);
    assert_true(record.has_reason);
    assert_int_equal(record.reason, 42);
    assert_int_equal(record.tries_left, 0);
    assert_int_equal(slot_record_note_reason(&flash, SLOT_B, 43), ERR_NO_ROOM);
    assert_int_equal(record_of(SLOT_B).reason, 42);
}

static void what_can_not_be_is_refused(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 2, MAP_SLOT_SIZE + 4, 0xFFFFFFFC};
    struct slot_image wrong = image;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        wrong.length = lengths[i];
        assert_int_equal(slot_record_write_image(&flash, SLOT_A, &wrong),
                         ERR_BAD_RANGE);
    }
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_FORMAT);
    assert_int_equal(slot_record_note_reason(&flash, SLOT_A, 1), ERR_FORMAT);
    assert_int_equal(sim.ops, 0);
    write_image(SLOT_A, &image);
    assert_int_equal(slot_record_write_image(&flash, SLOT_A, &image),
                     ERR_NOT_ERASED);
}

static void a_sector_that_does_not_change_is_noticed(void **state)
{
    (void)state;
    write_image(SLOT_A, &image);
    sim.state[0] = SIM_STUCK;
    struct slot_record record = record_of(SLOT_A);
    assert_int_equal(slot_record_spend_try(&flash, SLOT_A, &record),
                     ERR_FLASH_FAILED);
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_FLASH_FAILED);
    assert_int_equal(slot_record_begin(&flash, SLOT_A), ERR_FLASH_FAILED);
}

static void a_good_place_that_was_torn_is_not_the_last(void **state)
{
    (void)state;
    write_image(SLOT_A, &image);
    for (unsigned i = 0; i < 2; i++) {
        sim_cut(&sim, 1, SIM_TORN);
        assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_IO);
        sim_power(&sim);
        assert_int_equal(record_of(SLOT_A).state, SLOT_TRYING);
    }
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_NONE);
    assert_int_equal(record_of(SLOT_A).state, SLOT_GOOD);
}

/* ---- bytes --------------------------------------------------------------- */

/* docs/flash.md; a change of these bytes strands devices in the field. */
static void the_bytes_are_those_of_the_document(void **state)
{
    (void)state;
    static const uint8_t head[] = {'P', 'G', 'R',  '1',  7,    0,    0,    0, 0,
                                   0,   1,   0,    0x78, 0x56, 0x34, 0x12, 3, 2,
                                   1,   0,   0x99, 0xDE, 0x19, 0x52, 0xFF};
    write_image(SLOT_A, &image);
    struct slot_record record = record_of(SLOT_A);
    assert_int_equal(slot_record_spend_try(&flash, SLOT_A, &record), ERR_NONE);
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_NONE);
    assert_int_equal(slot_record_note_reason(&flash, SLOT_A, 42), ERR_NONE);
    const uint32_t *words =
        (const uint32_t *)(void *)sim_bytes(&sim, MAP_SLOT_A_RECORD);
    assert_memory_equal(words, head, sizeof(head));
    /* CRC-32 of 07000000 00000054, 07000000 00000047, 07000000 2A000000 */
    assert_int_equal(words[0x20 / 4], 0x03E1439D);
    assert_int_equal(words[0x30 / 4], 0x875F0243);
    assert_int_equal(words[0x40 / 4], 42);
    assert_int_equal(words[0x44 / 4], 0xA068992A);
}

static void every_damaged_byte_of_the_image_entry_is_noticed(void **state)
{
    (void)state;
    write_image(SLOT_A, &image);
    uint8_t bytes[SLOT_RECORD_SIZE];
    memcpy(bytes, sim_bytes(&sim, MAP_SLOT_A_RECORD), sizeof(bytes));
    for (unsigned i = 0; i < 24 * 8; i++) {
        struct slot_record record;
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        slot_record_parse(bytes, &record);
        assert_int_equal(record.state, SLOT_BAD);
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

/* A half erase may leave the image entry and take what was after it. */
static void a_record_with_a_hole_has_no_tries(void **state)
{
    (void)state;
    uint8_t bytes[SLOT_RECORD_SIZE];
    struct slot_record record;
    write_image(SLOT_A, &image);
    memcpy(bytes, sim_bytes(&sim, MAP_SLOT_A_RECORD), sizeof(bytes));
    memset(bytes + 0x28, 0, 4); /* the third try, and not the first */
    slot_record_parse(bytes, &record);
    assert_int_equal(record.state, SLOT_TRYING);
    assert_int_equal(record.tries_left, 0);
    memset(bytes + 0x20, 0, 8);
    bytes[0x28] = bytes[0x29] = bytes[0x2A] = bytes[0x2B] = 0xFF;
    slot_record_parse(bytes, &record);
    assert_int_equal(record.tries_left, 1);
}

static void entries_of_another_life_do_not_count(void **state)
{
    (void)state;
    uint8_t old[SLOT_RECORD_SIZE], bytes[SLOT_RECORD_SIZE];
    struct slot_record record;
    struct slot_image next = image;
    write_image(SLOT_A, &image);
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_NONE);
    memcpy(old, sim_bytes(&sim, MAP_SLOT_A_RECORD), sizeof(old));
    next.sequence++;
    write_image(SLOT_A, &next);
    memcpy(bytes, sim_bytes(&sim, MAP_SLOT_A_RECORD), sizeof(bytes));
    memcpy(bytes + 0x20, old + 0x20, sizeof(bytes) - 0x20);
    slot_record_parse(bytes, &record);
    assert_int_equal(record.state, SLOT_TRYING);
}

/* ---- the boot table ------------------------------------------------------ */

#define NONE                                                                   \
    {                                                                          \
        .state = SLOT_BLANK                                                    \
    }
#define BAD                                                                    \
    {                                                                          \
        .state = SLOT_BAD                                                      \
    }
#define TRYING(n, left)                                                        \
    {                                                                          \
        .state = SLOT_TRYING, .image = {.sequence = n}, .tries_left = left     \
    }
#define GOOD(n)                                                                \
    {                                                                          \
        .state = SLOT_GOOD, .image = {.sequence = n }                          \
    }

struct decision {
    const char *name;
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT]; /* the truth, told when asked for */
    enum boot_row row;
    enum slot slot;
    bool spends_try;
    unsigned asks;
};

/* clang-format off */
#define R CRC_RIGHT
#define W CRC_WRONG
static const struct decision decisions[] = {
    {"1 newest good, A",     {GOOD(2), GOOD(1)}, {W, W}, BOOT_GOOD, SLOT_A, false, 0},
    {"1 newest good, B",     {GOOD(2), GOOD(3)}, {W, W}, BOOT_GOOD, SLOT_B, false, 0},
    {"1 across the wrap",    {GOOD(0xFFFFFFFF), GOOD(0)}, {W, W}, BOOT_GOOD, SLOT_B, false, 0},
    {"1 the only one",       {GOOD(9), NONE}, {W, W}, BOOT_GOOD, SLOT_A, false, 0},
    {"1 other never written whole", {BAD, GOOD(9)}, {W, W}, BOOT_GOOD, SLOT_B, false, 0},
    {"1 other still trying, older", {TRYING(1, 3), GOOD(9)}, {R, W}, BOOT_GOOD, SLOT_B, false, 0},
    {"2 untried",            {GOOD(2), TRYING(3, 3)}, {W, R}, BOOT_TRY, SLOT_B, true, 1},
    {"2 a try left",         {TRYING(4, 1), GOOD(3)}, {R, W}, BOOT_TRY, SLOT_A, true, 1},
    {"2 the first install",  {TRYING(1, 3), NONE}, {R, W}, BOOT_TRY, SLOT_A, true, 1},
    {"3 tries spent",        {GOOD(2), TRYING(3, 0)}, {W, R}, BOOT_SPENT, SLOT_A, false, 0},
    {"3 tries spent, A",     {TRYING(3, 0), GOOD(2)}, {R, W}, BOOT_SPENT, SLOT_B, false, 0},
    {"3 other has tries",    {TRYING(2, 2), TRYING(3, 0)}, {R, R}, BOOT_SPENT, SLOT_A, true, 1},
    {"4 CRC wrong",          {GOOD(2), TRYING(3, 3)}, {W, W}, BOOT_BAD, SLOT_A, false, 1},
    {"4 CRC wrong, other has tries", {TRYING(2, 2), TRYING(3, 3)}, {R, W}, BOOT_BAD, SLOT_A, true, 2},
    {"only: spent, no other",  {TRYING(1, 0), NONE}, {R, W}, BOOT_ONLY, SLOT_A, false, 1},
    {"only: spent, other bad", {BAD, TRYING(1, 0)}, {W, R}, BOOT_ONLY, SLOT_B, false, 1},
    {"only: both spent",       {TRYING(1, 0), TRYING(2, 0)}, {R, R}, BOOT_ONLY, SLOT_B, false, 1},
    {"only: the older is whole", {TRYING(1, 0), TRYING(2, 3)}, {R, W}, BOOT_ONLY, SLOT_A, false, 2},
    {"5 blank",              {NONE, NONE}, {R, R}, BOOT_NOTHING, SLOT_A, false, 0},
    {"5 rubbish",            {BAD, BAD}, {R, R}, BOOT_NOTHING, SLOT_A, false, 0},
    {"5 nothing is whole",   {TRYING(1, 0), TRYING(2, 3)}, {W, W}, BOOT_NOTHING, SLOT_A, false, 2},
};
#undef R
#undef W
/* clang-format on */

static void the_boot_table_decides_row_by_row(void **state)
{
    (void)state;
    bool has_row[BOOT_ROWS] = {[BOOT_ASK] = true};
    for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
        const struct decision *want = &decisions[i];
        enum slot_crc known[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
        struct boot_choice is = boot_decide(want->record, known);
        unsigned asks = 0;
        for (; is.row == BOOT_ASK; asks++) {
            assert_int_equal(known[is.slot], CRC_UNKNOWN);
            known[is.slot] = want->crc[is.slot];
            is = boot_decide(want->record, known);
        }
        print_message("# %s\n", want->name);
        assert_int_equal(is.row, want->row);
        assert_int_equal(is.slot, want->slot);
        assert_int_equal(is.spends_try, want->spends_try);
        assert_int_equal(asks, want->asks);
        has_row[is.row] = true;
    }
    for (unsigned row = 0; row < BOOT_ROWS; row++)
        assert_true(has_row[row]);
}

int main(void)
{
#define T(name)                                                                \
    cmocka_unit_test_setup_teardown(name, blank_flash, no_violations)
    const struct CMUnitTest tests[] = {
        T(a_record_lives_from_blank_to_good),
        T(a_reason_is_noted_once_and_ends_all_tries),
        T(what_can_not_be_is_refused),
        T(a_sector_that_does_not_change_is_noticed),
        T(a_good_place_that_was_torn_is_not_the_last),
        T(the_bytes_are_those_of_the_document),
        T(every_damaged_byte_of_the_image_entry_is_noticed),
        T(a_record_with_a_hole_has_no_tries),
        T(entries_of_another_life_do_not_count),
        T(the_boot_table_decides_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
