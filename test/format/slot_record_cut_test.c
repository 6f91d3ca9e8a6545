/* Power that goes at every flash operation of an update, of its confirmation
 * and of a revert, also twice: what the boot table then runs was complete and
 * verified, and the device gets where it was going. The update here is the
 * least that an update does: void the record, write the image, write the
 * record, be confirmed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/crc32.h"
#include "format/slot_record.h"
#include "test/format/sim_flash.h"

#define IMAGE_WORDS 16u
#define IMAGE_BYTES (4 * IMAGE_WORDS)
/* Versions: what was there, an update, and one that never confirms itself. */
#define OLD 1u
#define NEW 2u
#define BROKEN 3u
#define REASON 77u

static struct sim_flash sim;
static struct flash flash;
static struct {
    unsigned cuts, boots, broken_boots;
} counted;

/* ---- images -------------------------------------------------------------- */

static void make_image(uint32_t version, uint32_t words[IMAGE_WORDS])
{
    for (uint32_t i = 0; i < IMAGE_WORDS; i++)
        words[i] = version * 0x01010101u + i;
}

/* The version of the image that is whole in a slot; 0: there is none. */
static uint32_t whole_version(enum slot slot)
{
    uint32_t words[IMAGE_WORDS];
    const void *is = sim_bytes(&sim, slot_image_address(slot));
    for (uint32_t version = OLD; version <= BROKEN; version++) {
        make_image(version, words);
        if (memcmp(is, words, sizeof(words)) == 0)
            return version;
    }
    return 0;
}

static enum slot_crc crc_of(enum slot slot, const struct slot_image *image)
{
    const uint8_t *is = sim_bytes(&sim, slot_image_address(slot));
    return crc32_update(0, is, image->length) == image->crc ? CRC_RIGHT
                                                            : CRC_WRONG;
}

/* Any error ends it: power went. */
static enum err install(enum slot slot, uint32_t version, uint32_t sequence)
{
    uint32_t words[IMAGE_WORDS];
    uint32_t address = slot_image_address(slot);
    make_image(version, words);
    struct slot_image image = {sequence, IMAGE_BYTES,
                               crc32_update(0, words, IMAGE_BYTES), version};
    enum err e = slot_record_begin(&flash, slot);
    if (e == ERR_NONE)
        e = flash.erase(&flash, address);
    if (e == ERR_NONE)
        e = flash.write(&flash, address, words, IMAGE_BYTES);
    return e == ERR_NONE ? slot_record_write_image(&flash, slot, &image) : e;
}

/* ---- a device ------------------------------------------------------------ */

static void read_records(struct slot_record record[SLOT_COUNT])
{
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++)
        assert_int_equal(
            slot_record_read(&flash, (enum slot)slot, &record[slot]), ERR_NONE);
}

/* A record that says that there is an image is right, whatever boot thinks. */
static void check_records(const struct slot_record record[SLOT_COUNT])
{
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        enum slot slot = (enum slot)i;
        if (record[i].state != SLOT_TRYING && record[i].state != SLOT_GOOD)
            continue;
        assert_int_equal(crc_of(slot, &record[i].image), CRC_RIGHT);
        assert_int_equal(whole_version(slot), record[i].image.version);
    }
}

/* What the boot sector does; the version that then runs. 0: power went. */
static uint32_t boot(struct boot_choice *choice)
{
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
    read_records(record);
    check_records(record);
    *choice = boot_decide(record, crc);
    for (; choice->row == BOOT_ASK; *choice = boot_decide(record, crc))
        crc[choice->slot] = crc_of(choice->slot, &record[choice->slot].image);
    assert_int_not_equal(choice->row, BOOT_NOTHING);
    assert_int_not_equal(choice->row, BOOT_ONLY);
    if (choice->spends_try &&
        slot_record_spend_try(&flash, choice->slot, &record[choice->slot]) !=
            ERR_NONE)
        return 0;
    uint32_t version = whole_version(choice->slot);
    assert_int_not_equal(version, 0);
    counted.boots++;
    counted.broken_boots += version == BROKEN;
    return version;
}

static uint32_t next_sequence(const struct slot_record record[SLOT_COUNT],
                              enum slot running)
{
    uint32_t here = record[running].image.sequence;
    const struct slot_record *other = &record[1 - running];
    bool is_later =
        (other->state == SLOT_TRYING || other->state == SLOT_GOOD) &&
        slot_is_newer(other->image.sequence, here);
    return (is_later ? other->image.sequence : here) + 1;
}

/* One time under power, of a device that wants version `goal`. True when it
 * has got there; for BROKEN that is to have left it again. */
static bool live(uint32_t goal)
{
    struct slot_record record[SLOT_COUNT];
    struct boot_choice choice;
    uint32_t version = boot(&choice);
    if (version == 0 || version == BROKEN) /* which only crashes */
        return false;
    if (slot_record_confirm(&flash, choice.slot) != ERR_NONE)
        return false;
    enum slot other = 1 - choice.slot;
    read_records(record);
    if (choice.row == BOOT_SPENT && !record[other].has_reason)
        /* or it was being written when power went */
        (void)!slot_record_note_reason(&flash, other, REASON);
    if (choice.row == BOOT_SPENT && goal == BROKEN)
        return sim.has_power;
    if (version == goal)
        return true;
    (void)!install(other, goal, next_sequence(record, choice.slot));
    return false;
}

/* ---- sweeps -------------------------------------------------------------- */

/* A device with OLD in slot A, good, and something older in slot B. */
static void start(uint64_t seed)
{
    sim_start(&sim, seed);
    flash = sim_flash(&sim);
    sim_add(&sim, MAP_SLOT_A, 1);
    sim_add(&sim, MAP_SLOT_A_RECORD, 1);
    sim_add(&sim, MAP_SLOT_B, 1);
    sim_add(&sim, MAP_SLOT_B_RECORD, 1);
    assert_int_equal(install(SLOT_B, NEW, 0xFFFFFFFE), ERR_NONE);
    assert_int_equal(slot_record_confirm(&flash, SLOT_B), ERR_NONE);
    assert_int_equal(install(SLOT_A, OLD, 0xFFFFFFFF), ERR_NONE);
    assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_NONE);
    sim_power(&sim);
}

/* As many times under power as it takes, cut at operation `cut` if that comes.
 * True when the cut came. */
static bool live_until_cut(uint32_t goal, unsigned cut, enum sim_tear tear,
                           bool *is_there)
{
    sim_cut(&sim, cut, tear);
    for (unsigned times = 0; times < 12 && sim.has_power && !*is_there; times++)
        *is_there = live(goal);
    bool is_cut = !sim.has_power;
    sim_power(&sim);
    assert_int_equal(sim.violations, 0);
    counted.cuts += is_cut;
    return is_cut;
}

/* After the cuts: it gets there, and what it runs is what it should run. */
static void finish(uint32_t goal, bool is_there)
{
    (void)live_until_cut(goal, 0, SIM_BEFORE, &is_there);
    assert_true(is_there);
    struct boot_choice choice;
    uint32_t version = boot(&choice);
    assert_int_equal(version, goal == BROKEN ? OLD : goal);
    assert_int_equal(choice.row, goal == BROKEN ? BOOT_SPENT : BOOT_GOOD);
}

/* All pairs: a first cut, and a second one while it recovers. */
static void sweep_pair(uint32_t from, uint32_t goal, enum sim_tear tear,
                       enum sim_tear then)
{
    static struct sim_flash after_first;
    bool is_first = true;
    for (unsigned first = 1; is_first; first++) {
        bool is_there = false, is_second = true;
        start(first * SIM_TEARS + tear);
        if (from == BROKEN)
            finish(BROKEN, false);
        counted.broken_boots = 0;
        is_first = live_until_cut(goal, first, tear, &is_there);
        unsigned broken_boots = counted.broken_boots;
        after_first = sim;
        for (unsigned second = 1; is_second; second++) {
            bool there = is_there;
            sim = after_first;
            counted.broken_boots = broken_boots;
            is_second = live_until_cut(goal, second, then, &there);
            finish(goal, there);
            assert_in_range(counted.broken_boots, 0, SLOT_TRIES);
        }
    }
}

static void sweep(uint32_t from, uint32_t goal)
{
    memset(&counted, 0, sizeof(counted));
    for (unsigned tear = 0; tear < SIM_TEARS; tear++) {
        for (unsigned then = 0; then < SIM_TEARS; then++)
            sweep_pair(from, goal, (enum sim_tear)tear, (enum sim_tear)then);
    }
    print_message("# %u cuts, %u boots\n", counted.cuts, counted.boots);
    assert_in_range(counted.cuts, 5000, 100000);
}

static void an_update_gets_there_past_any_two_cuts(void **state)
{
    (void)state;
    sweep(OLD, NEW);
}

static void a_revert_gets_there_past_any_two_cuts(void **state)
{
    (void)state;
    sweep(OLD, BROKEN);
}

static void an_update_after_a_revert_gets_there_past_any_two_cuts(void **state)
{
    (void)state;
    sweep(BROKEN, NEW);
}

/* Uncut: three boots, then the one before. */
static void a_broken_image_is_left_after_three_boots(void **state)
{
    (void)state;
    struct slot_record record;
    bool is_there = false;
    memset(&counted, 0, sizeof(counted));
    start(1);
    assert_false(live_until_cut(BROKEN, 0, SIM_BEFORE, &is_there));
    assert_int_equal(counted.broken_boots, SLOT_TRIES);
    assert_int_equal(slot_record_read(&flash, SLOT_B, &record), ERR_NONE);
    assert_true(record.has_reason);
    assert_int_equal(record.reason, REASON);
    finish(BROKEN, is_there);
}

/* Every boot of an image that never confirms costs a try, however power
 * goes. */
static void no_cut_gives_tries_without_end(void **state)
{
    (void)state;
    for (unsigned tear = SIM_TORN; tear < SIM_TEARS; tear++) {
        struct boot_choice choice;
        unsigned times = 0;
        start(tear);
        assert_int_equal(install(SLOT_B, BROKEN, 1), ERR_NONE);
        do {
            sim_cut(&sim, 1, (enum sim_tear)tear);
            (void)boot(&choice);
            sim_power(&sim);
        } while (choice.row == BOOT_TRY && ++times <= SLOT_TRIES);
        assert_int_equal(times, SLOT_TRIES);
        assert_int_equal(choice.row, BOOT_SPENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_image_is_left_after_three_boots),
        cmocka_unit_test(no_cut_gives_tries_without_end),
        cmocka_unit_test(an_update_gets_there_past_any_two_cuts),
        cmocka_unit_test(an_update_after_a_revert_gets_there_past_any_two_cuts),
        cmocka_unit_test(a_revert_gets_there_past_any_two_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
