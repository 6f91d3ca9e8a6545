/* The settings log in its ring: wear, sectors that go bad, every byte, damaged
 * and foreign flash. */
#include "test/format/settings_log_fixture.h"

/* Offset of the n-th commit of one number each. */
#define LOG_COMMIT(n) (12 + ((n)-1) * 16)

static uint32_t sequence_of(unsigned sector)
{
    uint32_t word;
    memcpy(&word, sim_bytes(&sim, SECTOR(sector)) + 4, 4);
    return word;
}

/* ---- the ring ------------------------------------------------------------ */

static void wear_is_spread_over_the_ring(void **state)
{
    (void)state;
    settings_put_string(&change, 100, "this one never changes");
    for (uint32_t i = 0; i < 10000; i++)
        set((uint16_t)(i % 30), i);
    assert_int_equal(reopen(), ERR_NONE);
    for (uint32_t i = 0; i < 30; i++)
        assert_int_equal(number((uint16_t)i) % 30, i);
    assert_true(has(100));
    print_message("# 10000 commits: %u %u %u %u erases\n", sim.erases[0],
                  sim.erases[1], sim.erases[2], sim.erases[3]);
    for (unsigned i = 1; i < SETTINGS_LOG_SECTORS; i++) {
        int apart = (int)sim.erases[0] - (int)sim.erases[i];
        assert_in_range(apart + 1, 0, 2);
    }
    assert_in_range(sim.erases[0], 10, 15);
}

/* Sectors go bad (bits of mask); the log goes on as long as it can, and keeps
 * what it said it took. */
static void wear_out(enum sim_sector kind, unsigned mask)
{
    assert_int_equal(blank_flash(NULL), 0);
    for (uint32_t i = 0; i < 300; i++)
        set((uint16_t)(i % 10), i);
    for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++)
        sim.state[i] = mask >> i & 1 ? kind : SIM_FINE;
    uint32_t i = 300;
    enum err e = ERR_NONE;
    for (; i < 2000 && e == ERR_NONE; i++) {
        begin();
        settings_put_number(&change, (uint16_t)(i % 10), SETTING_U32, i);
        e = settings_log_commit(&change);
    }
    uint32_t last = e == ERR_NONE ? i - 1 : i - 2;
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number((uint16_t)(last % 10)), last);
    assert_int_equal(sim.violations, 0);
    unsigned good = SETTINGS_LOG_SECTORS - (unsigned)__builtin_popcount(mask);
    assert_int_equal(e, good >= 2 ? ERR_NONE : ERR_FLASH_FAILED);
}

static void a_sector_that_is_worn_out_is_passed_over(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 1u << SETTINGS_LOG_SECTORS; mask++) {
        wear_out(SIM_STUCK, mask);
        wear_out(SIM_WEAK, mask);
    }
}

/* ---- bytes --------------------------------------------------------------- */

/* docs/flash.md; a change of these bytes loses settings in the field. */
static const uint8_t document[] = {
    'P',  'G',  'L',  '1',  1,    0,    0,    0,
    0x1C, 0x5B, 0xCF, 0xED, 0x14, 0x00, 0xEB, 0xFF, /* 20 bytes */
    0x0F, 0x00, 0x04, 0x60, 'a',  'b',  'c',  'd',  /* string */
    0x11, 0x00, 0x02, 0x20, 0x34, 0x12, 0xFF, 0xFF, /* u16 */
    0x12, 0x00, 0x00, 0x00,                         /* removed */
    0xE5, 0xD3, 0x4C, 0x0B, 0xFF, 0xFF, 0xFF, 0xFF};

static void the_bytes_are_those_of_the_document(void **state)
{
    (void)state;
    settings_put_string(&change, 15, "abcd");
    settings_put_number(&change, 17, SETTING_U16, 0x1234);
    words[5] = 0x12; /* a removal that the log itself would leave out */
    change.size += 4;
    commit();
    assert_memory_equal(sim_bytes(&sim, SECTOR(0)), document, sizeof(document));
}

/* Head, key 15 as in the document, and one of a type that is not known; the
 * CRCs are zlib's. */
static const uint8_t newer[] = {'P',  'G',  'L',  '1',  9,    0,    0,    0,
                                0xF3, 0x73, 0x7B, 0x28, 0x0C, 0x00, 0xF3, 0xFF,
                                0x99, 0x09, 0x07, 0x90, 1,    2,    3,    4,
                                5,    6,    7,    0xFF, 0xE1, 0xC8, 0x11, 0x49};

static void what_a_newer_firmware_set_is_kept(void **state)
{
    (void)state;
    uint8_t data[8];
    struct setting setting;
    memcpy(sim_bytes(&sim, SECTOR(2)), newer, sizeof(newer));
    sim_settle(&sim);
    assert_int_equal(reopen(), ERR_NONE);
    begin();
    for (uint32_t i = 0; i < 2000; i++)
        set((uint16_t)(i % 10), i);
    assert_in_range(sim.erases[2], 1, 10);
    size_t size = sizeof(data);
    assert_int_equal(settings_log_get(&log_, 0x0999, data, &size), ERR_NONE);
    assert_int_equal(size, 7);
    assert_memory_equal(data, newer + 20, 7);
    assert_int_equal(settings_log_find(&log_, 0x0999, &setting), ERR_NONE);
    assert_int_equal(setting.type, 9);
}

/* ---- damage -------------------------------------------------------------- */

static void noise_is_no_log_and_soon_one(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        assert_int_equal(blank_flash(NULL), 0);
        for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++) {
            for (unsigned at = 0; at < FLASH_SECTOR_SIZE; at++)
                sim_bytes(&sim, SECTOR(i))[at] =
                    seed == 1 ? 0 : (uint8_t)sim_below(&sim.random, 256);
        }
        sim_settle(&sim);
        assert_int_equal(reopen(), ERR_FORMAT);
        assert_false(has(1));
        begin();
        set(1, 1);
        assert_int_equal(reopen(), ERR_NONE);
        assert_int_equal(number(1), 1);
        assert_int_equal(sim.violations, 0);
    }
}

static void a_damaged_commit_costs_only_itself(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 5; i++)
        set((uint16_t)i, i);
    sim_bytes(&sim, SECTOR(0))[LOG_COMMIT(3) + 8] ^= 1; /* key 3's value */
    assert_int_equal(reopen(), ERR_MISMATCH);
    assert_false(has(3));
    for (uint32_t i = 1; i <= 5; i++) {
        if (i != 3)
            assert_int_equal(number((uint16_t)i), i);
    }
    set(3, 33);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(3), 33);
    assert_int_equal(sequence_of(1), 2); /* it has left the damaged sector */
}

static void a_damaged_beginning_falls_back_to_the_sector_before(void **state)
{
    (void)state;
    uint32_t i = 0;
    while (sim.erases[2] == 0)
        set(1, ++i);
    set(2, 2);
    sim_bytes(&sim, SECTOR(2))[16] ^= 1;
    assert_int_equal(reopen(), ERR_MISMATCH);
    assert_int_equal(number(1), i - 1);
    assert_false(has(2));
    begin();
    set(1, 0);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(1), 0);
    /* all of them */
    for (unsigned sector = 0; sector < SETTINGS_LOG_SECTORS; sector++)
        sim_bytes(&sim, SECTOR(sector))[16] ^= 1;
    assert_int_equal(reopen(), ERR_MISMATCH);
    assert_false(has(1));
    begin();
    set(1, 1);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(1), 1);
}

/* Found by fuzzing: the next change was appended to the older sector, which has
 * room, and the damage was told at every start from then on. */
static void damage_is_told_until_the_next_change(void **state)
{
    (void)state;
    set(1, 1);
    memcpy(sim_bytes(&sim, SECTOR(2)), newer, sizeof(newer));
    sim_bytes(&sim, SECTOR(2))[20] ^= 1;
    sim_settle(&sim);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(reopen(), ERR_MISMATCH);
        assert_int_equal(number(1), 1);
    }
    begin();
    set(1, 2);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(1), 2);
    assert_int_equal(sequence_of(1), 10);
}

static void a_sequence_number_may_wrap_around(void **state)
{
    (void)state;
    log_.newest = 0xFFFFFFFD;
    for (uint32_t i = 0; sim.erases[0] < 2; i++) {
        set(1, i);
        if (i % 50 == 0) {
            assert_int_equal(reopen(), ERR_NONE);
            begin();
        }
        assert_int_equal(number(1), i);
    }
    assert_int_equal(sequence_of(1), 0xFFFFFFFF);
    assert_int_equal(sequence_of(0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(wear_is_spread_over_the_ring),
        T(a_sector_that_is_worn_out_is_passed_over),
        T(the_bytes_are_those_of_the_document),
        T(what_a_newer_firmware_set_is_kept),
        T(noise_is_no_log_and_soon_one),
        T(a_damaged_commit_costs_only_itself),
        T(a_damaged_beginning_falls_back_to_the_sector_before),
        T(damage_is_told_until_the_next_change),
        T(a_sequence_number_may_wrap_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
