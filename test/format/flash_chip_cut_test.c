/* Settings log and slot records on the bench's flash chip, as the firmware will
 * have it: power goes at any program or erase, again and again; pages are torn,
 * erases leave bits that read differently each time. No word is programmed
 * twice, with and without a chip that overwrites. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/flash_chip.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/settings_log.h"
#include "format/slot_record.h"
#include "test/format/sim_flash.h"

#define WINBOND_1M 0x1440EFu
#define RUNS 20u

static struct clock clock_;
static struct flash_chip chip;
static uint64_t random_;

/* ---- struct flash on the chip -------------------------------------------- */

static enum err wait_for_chip(void)
{
    while (clock_.head && clock_.head->when <= chip.busy_until) {
        clock_.now = clock_.head->when;
        clock_run_due(&clock_);
    }
    if (clock_.now < chip.busy_until)
        clock_.now = chip.busy_until;
    return chip.has_power ? ERR_NONE : ERR_IO;
}

static enum err read(const struct flash *flash, uint32_t address, void *data,
                     size_t size)
{
    (void)flash;
    clock_.now += 100;
    flash_chip_read(&chip, address, data, size);
    return chip.has_power ? ERR_NONE : ERR_IO;
}

static enum err write(const struct flash *flash, uint32_t address,
                      const void *data, size_t size)
{
    const uint8_t *from = data;
    enum err e = chip.has_power ? ERR_NONE : ERR_IO;
    (void)flash;
    for (size_t piece = 0; e == ERR_NONE && size > 0; size -= piece) {
        size_t left = FLASH_PAGE_SIZE - address % FLASH_PAGE_SIZE;
        piece = size < left ? size : left;
        flash_chip_command(&chip, 0x06, 0, NULL, 0, NULL, 0);
        (void)flash_chip_program(&chip, address, from, piece);
        e = wait_for_chip();
        address += (uint32_t)piece;
        from += piece;
    }
    return e;
}

static enum err erase(const struct flash *flash, uint32_t address)
{
    (void)flash;
    if (!chip.has_power)
        return ERR_IO;
    flash_chip_command(&chip, 0x06, 0, NULL, 0, NULL, 0);
    (void)flash_chip_erase(&chip, address, FLASH_SECTOR_SIZE);
    return wait_for_chip();
}

static const struct flash flash = {read, write, erase, NULL};

static void open_chip(uint32_t seed, bool is_puya)
{
    struct flash_chip_config config = {.size = MAP_END,
                                       .jedec = WINBOND_1M,
                                       .modes = 0x0F,
                                       .is_puya = is_puya,
                                       .seed = seed};
    memset(&clock_, 0, sizeof(clock_));
    random_ = seed;
    assert_int_equal(flash_chip_init(&chip, &clock_, &config), ERR_NONE);
    flash_chip_power(&chip, true);
}

/* A cut within the next operations, or none; power comes back after it. */
static void cut_soon(uint32_t within)
{
    static const enum fault_outcome outcomes[] = {FAULT_TORN, FAULT_TORN,
                                                  FAULT_BEFORE, FAULT_AFTER};
    flash_fault_cut(&chip, sim_below(&random_, within),
                    outcomes[sim_below(&random_, 4)]);
}

static bool power_again(void)
{
    bool was_cut = !chip.has_power;
    flash_chip_power(&chip, false);
    flash_fault_cut(&chip, 0, FAULT_BEFORE);
    flash_chip_power(&chip, true);
    return was_cut;
}

static void close_chip(void)
{
    assert_int_equal(chip.fault.rewrites, 0);
    flash_chip_free(&chip);
}

/* ---- settings ------------------------------------------------------------ */

static struct settings_log log_;

static enum err save(uint32_t age)
{
    static uint32_t words[128];
    struct settings_change change;
    char text[160];
    memset(text, 'a' + (int)(age % 26), sizeof(text));
    text[100 + age % 59] = 0;
    settings_change_begin(&change, &log_, words, sizeof(words));
    settings_put_number(&change, 1, SETTING_U32, age);
    settings_put_string(&change, 2, text);
    settings_put_number(&change, 3, SETTING_U32, ~age);
    return settings_log_commit(&change);
}

static uint32_t age_now(void)
{
    char text[160];
    uint32_t age = 0, inverse = 0;
    enum err e = settings_log_open(&log_, &flash, MAP_SETTINGS);
    if (e == ERR_FORMAT)
        return 0;
    assert_int_equal(e, ERR_NONE);
    assert_int_equal(settings_log_get_number(&log_, 1, &age), ERR_NONE);
    assert_int_equal(settings_log_get_number(&log_, 3, &inverse), ERR_NONE);
    assert_int_equal(settings_log_get_string(&log_, 2, text, sizeof(text)),
                     ERR_NONE);
    assert_int_equal(inverse, ~age);
    assert_int_equal(strlen(text), 100 + age % 59);
    assert_int_equal(text[0], 'a' + (int)(age % 26));
    return age;
}

static void settings_are_from_before_or_after(void **state)
{
    (void)state;
    unsigned cuts = 0, before = 0, after = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        open_chip(100 + run, run % 2);
        uint32_t had = age_now();
        for (unsigned i = 0; i < 400; i++) {
            cut_soon(8);
            enum err e = save(had + 1);
            bool was_cut = power_again();
            uint32_t age = age_now();
            assert_true(age == had + 1 || (age == had && e != ERR_NONE));
            assert_int_equal(age_now(), age);
            cuts += was_cut;
            before += was_cut && age == had;
            after += was_cut && age != had;
            had = age;
        }
        close_chip();
    }
    print_message("# %u cuts: %u before, %u after\n", cuts, before, after);
    assert_in_range(before, 200, 1000000);
    assert_in_range(after, 200, 1000000);
}

/* ---- slots --------------------------------------------------------------- */

#define IMAGE_BYTES 512u
#define IS_BROKEN(version) ((version) % 4 == 3) /* it only crashes */

static void make_image(uint32_t version, uint32_t words[IMAGE_BYTES / 4])
{
    for (uint32_t i = 0; i < IMAGE_BYTES / 4; i++)
        words[i] = (version + 1) * 0x9E3779B1u + i * 0x01000193u;
}

static enum err install(enum slot slot, uint32_t version, uint32_t sequence)
{
    uint32_t words[IMAGE_BYTES / 4];
    make_image(version, words);
    struct slot_image image = {sequence, IMAGE_BYTES,
                               crc32_update(0, words, IMAGE_BYTES), version};
    enum err e = slot_record_begin(&flash, slot);
    if (e == ERR_NONE)
        e = flash.erase(&flash, slot_image_address(slot));
    if (e == ERR_NONE)
        e = flash.write(&flash, slot_image_address(slot), words, IMAGE_BYTES);
    return e == ERR_NONE ? slot_record_write_image(&flash, slot, &image) : e;
}

/* Is the image that the record names there, whole? */
static enum slot_crc check_image(enum slot slot,
                                 const struct slot_record *record)
{
    uint32_t is[IMAGE_BYTES / 4], words[IMAGE_BYTES / 4];
    make_image(record->image.version, words);
    assert_int_equal(read(&flash, slot_image_address(slot), is, IMAGE_BYTES),
                     ERR_NONE);
    assert_memory_equal(is, words, IMAGE_BYTES);
    return crc32_update(0, is, IMAGE_BYTES) == record->image.crc ? CRC_RIGHT
                                                                 : CRC_WRONG;
}

static struct boot_choice boot(struct slot_record record[SLOT_COUNT])
{
    enum slot_crc crc[SLOT_COUNT] = {CRC_UNKNOWN, CRC_UNKNOWN};
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        enum slot slot = (enum slot)i;
        assert_int_equal(slot_record_read(&flash, slot, &record[slot]),
                         ERR_NONE);
        if (record[slot].state >= SLOT_TRYING)
            crc[slot] = check_image(slot, &record[slot]);
    }
    struct boot_choice choice = boot_decide(record, crc);
    assert_in_range(choice.row, BOOT_GOOD, BOOT_BAD);
    return choice;
}

/* One time under power: boot; crash, or be confirmed and fetch the next
 * version. Returns the version that ran. */
static uint32_t live(uint32_t *next)
{
    struct slot_record record[SLOT_COUNT];
    struct boot_choice choice = boot(record);
    enum slot here = choice.slot, other = 1 - here;
    uint32_t version = record[here].image.version;
    if (choice.spends_try &&
        slot_record_spend_try(&flash, here, &record[here]) != ERR_NONE)
        return version;
    if (IS_BROKEN(version) || slot_record_confirm(&flash, here) != ERR_NONE)
        return version;
    uint32_t sequence = record[here].image.sequence;
    if (record[other].state >= SLOT_TRYING &&
        slot_is_newer(record[other].image.sequence, sequence))
        sequence = record[other].image.sequence;
    if (choice.row == BOOT_SPENT && !record[other].has_reason)
        (void)!slot_record_note_reason(&flash, other, 1);
    if (install(other, *next, sequence + 1) == ERR_NONE)
        ++*next;
    return version;
}

static void a_device_always_boots_what_is_whole(void **state)
{
    (void)state;
    unsigned cuts = 0, broken = 0;
    for (uint32_t run = 0; run < RUNS; run++) {
        uint32_t next = 1, best = 0;
        open_chip(200 + run, run % 2);
        assert_int_equal(install(SLOT_A, 0, 0xFFFFFFF0), ERR_NONE);
        assert_int_equal(slot_record_confirm(&flash, SLOT_A), ERR_NONE);
        for (unsigned i = 0; i < 500; i++) {
            cut_soon(14);
            uint32_t version = live(&next);
            cuts += power_again();
            broken += IS_BROKEN(version);
            /* never back behind what was confirmed and then updated from */
            assert_true(version + 2 >= best);
            best = version > best ? version : best;
        }
        assert_in_range(next, 20, 500);
        close_chip();
    }
    print_message("# %u cuts, %u boots of images that crash\n", cuts, broken);
    assert_in_range(cuts, 200, 1000000);
    assert_in_range(broken, 200, 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_from_before_or_after),
        cmocka_unit_test(a_device_always_boots_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
