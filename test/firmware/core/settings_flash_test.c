/* Power that goes while settings are being saved, and flash that holds rubbish:
 * what is loaded afterwards is from before the save or from after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/settings.h"
#include "format/flash_map.h"
#include "test/firmware/fake_hal.h"

#define SECTOR(n) (fake.flash + MAP_SETTINGS + (n)*FLASH_SECTOR_SIZE)

static uint32_t work[SETTINGS_ROOM / 4];

/* ---- a flash whose power goes -------------------------------------------- */

enum tear {
    TEAR_BEFORE,  /* the operation that is cut does nothing */
    TEAR_START,   /* only the first half of the word or the sector */
    TEAR_END,     /* only the second half */
    TEAR_RUBBISH, /* bits in between */
    TEAR_COUNT
};

/* An operation is an erase, or one word of a write. */
struct failing {
    unsigned left; /* operations until power goes */
    unsigned done;
    enum tear tear;
    uint8_t drops; /* bits that no write can clear */
};

static enum err failing_read(const struct flash *flash, uint32_t address,
                             void *data, size_t size)
{
    (void)flash;
    return fake_flash.read(&fake_flash, address, data, size);
}

static void torn(uint8_t *at, const uint8_t *to, size_t size, enum tear tear)
{
    for (size_t i = 0; i < size; i++) {
        bool is_done = tear == TEAR_START ? i < size / 2
                                          : tear == TEAR_END && i >= size / 2;
        if (tear == TEAR_RUBBISH)
            at[i] = (uint8_t)((at[i] & to[i]) | (0x5Au & (at[i] | to[i])));
        else if (is_done)
            at[i] = to[i];
    }
}

static enum err failing_write(const struct flash *flash, uint32_t address,
                              const void *data, size_t size)
{
    struct failing *power = flash->ctx;
    for (size_t at = 0; at < size; at += 4) {
        uint8_t word[4];
        memcpy(word, (const uint8_t *)data + at, 4);
        word[0] |= power->drops;
        uint32_t here = address + (uint32_t)at;
        if (power->left == 0) {
            torn(fake.flash + here, word, 4, power->tear);
            return ERR_FLASH_FAILED;
        }
        power->left--;
        power->done++;
        if (fake_flash.write(&fake_flash, here, word, 4) != ERR_NONE)
            return ERR_BAD_RANGE;
    }
    return ERR_NONE;
}

static enum err failing_erase(const struct flash *flash, uint32_t address)
{
    static uint8_t blank[FLASH_SECTOR_SIZE];
    struct failing *power = flash->ctx;
    if (power->left == 0) {
        memset(blank, 0xFF, sizeof(blank));
        torn(fake.flash + address, blank, sizeof(blank), power->tear);
        return ERR_FLASH_FAILED;
    }
    power->left--;
    power->done++;
    return fake_flash.erase(&fake_flash, address);
}

static struct flash flash_of(struct failing *power)
{
    return (struct flash){failing_read, failing_write, failing_erase, power};
}

/* ---- settings that tell their age ---------------------------------------- */

static enum err save(const struct flash *flash, unsigned age)
{
    struct settings settings;
    settings_default(&settings);
    settings.module = 30;
    settings.boot_count = age;
    memset(settings.topic, 'a' + (int)(age % 26), SETTINGS_NAME);
    settings.topic[SETTINGS_NAME] = 0;
    return settings_save(&settings, flash, (uint8_t *)work);
}

/* Of what is loaded; 0: the defaults. */
static unsigned age(void)
{
    struct settings settings;
    enum err e = settings_load(&settings, &fake_flash, (uint8_t *)work);
    if (e != ERR_NONE) {
        assert_int_equal(settings.module, 1);
        return 0;
    }
    assert_int_equal(settings.module, 30);
    assert_int_equal(settings.topic[0], 'a' + (int)(settings.boot_count % 26));
    return settings.boot_count;
}

/* ---- tests --------------------------------------------------------------- */

/* `before` saves, then one that is cut after n operations; then life goes on:
 * the next save is not cut. Returns whether there was anything left to cut. */
static bool cut_save(unsigned before, unsigned n, enum tear tear)
{
    struct failing power = {.left = n, .tear = tear};
    const struct flash flash = flash_of(&power);
    fake_reset();
    for (unsigned i = 1; i <= before; i++)
        assert_int_equal(save(&fake_flash, i), ERR_NONE);
    bool is_cut = save(&flash, before + 1) != ERR_NONE;
    unsigned found = age();
    if (found != before && found != before + 1)
        fail_msg("after %u saves, cut at %u (%d): age %u", before, n, (int)tear,
                 found);
    if (!is_cut)
        assert_int_equal(found, before + 1);
    assert_int_equal(save(&fake_flash, before + 2), ERR_NONE);
    assert_int_equal(age(), before + 2);
    return is_cut;
}

static void a_cut_leaves_the_old_or_the_new_settings(void **state)
{
    (void)state;
    for (unsigned before = 0; before < 4; before++) {
        for (int tear = 0; tear < TEAR_COUNT; tear++) {
            unsigned n = 0;
            while (cut_save(before, n, (enum tear)tear))
                n++;
            assert_true(n > 100); /* the erase, and each word */
        }
    }
}

/* Cut after cut, nothing in between: still the last save that was whole. */
static void cuts_in_a_row_lose_nothing(void **state)
{
    (void)state;
    fake_reset();
    assert_int_equal(save(&fake_flash, 1), ERR_NONE);
    assert_int_equal(save(&fake_flash, 2), ERR_NONE);
    for (unsigned n = 0; n < 100; n++) {
        struct failing power = {.left = n, .tear = (enum tear)(n % TEAR_COUNT)};
        const struct flash flash = flash_of(&power);
        assert_int_equal(save(&flash, 3), ERR_FLASH_FAILED);
        assert_int_equal(age(), 2);
    }
}

static void saves_take_the_sectors_in_turn(void **state)
{
    uint8_t before[FLASH_SECTOR_SIZE];
    (void)state;
    fake_reset();
    for (unsigned i = 1; i <= 6; i++) {
        const uint8_t *other = SECTOR(i % 2);
        memcpy(before, other, sizeof(before));
        assert_int_equal(save(&fake_flash, i), ERR_NONE);
        assert_memory_equal(other, before, sizeof(before));
        assert_int_equal(age(), i);
    }
}

static void the_number_may_wrap_around(void **state)
{
    struct settings settings;
    (void)state;
    fake_reset();
    settings_default(&settings);
    settings.module = 30;
    (void)settings_encode(&settings, 0xFFFFFFFFu, SECTOR(0));
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(save(&fake_flash, i), ERR_NONE);
        assert_int_equal(age(), i);
    }
}

/* A chip that says yes and keeps something else. */
static void what_cannot_be_read_back_is_an_error(void **state)
{
    struct failing power = {.left = 10000, .drops = 0x10};
    const struct flash flash = flash_of(&power);
    (void)state;
    fake_reset();
    assert_int_equal(save(&fake_flash, 1), ERR_NONE);
    assert_int_equal(save(&flash, 2), ERR_MISMATCH);
    assert_int_equal(age(), 1);
}

static void rubbish_beside_a_record_does_not_hide_it(void **state)
{
    uint32_t seed = 11;
    (void)state;
    for (unsigned i = 0; i < 400; i++) {
        fake_reset();
        assert_int_equal(save(&fake_flash, 1), ERR_NONE);
        if (i % 2)
            assert_int_equal(save(&fake_flash, 2), ERR_NONE);
        unsigned good = i % 2, bad = 1 - good;
        for (size_t k = 0; k < FLASH_SECTOR_SIZE; k++) {
            seed = seed * 1664525u + 1013904223u;
            SECTOR(bad)[k] = (uint8_t)(seed >> 24);
        }
        if (i % 3)
            memcpy(SECTOR(bad), SECTOR(good), i % 3 == 1 ? 4 : 16);
        assert_int_equal(age(), 1 + good);
        memcpy(SECTOR(good), SECTOR(bad), FLASH_SECTOR_SIZE);
        assert_int_equal(age(), 0);
        assert_int_equal(save(&fake_flash, 7), ERR_NONE);
        assert_int_equal(age(), 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_leaves_the_old_or_the_new_settings),
        cmocka_unit_test(cuts_in_a_row_lose_nothing),
        cmocka_unit_test(saves_take_the_sectors_in_turn),
        cmocka_unit_test(the_number_may_wrap_around),
        cmocka_unit_test(what_cannot_be_read_back_is_an_error),
        cmocka_unit_test(rubbish_beside_a_record_does_not_hide_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
