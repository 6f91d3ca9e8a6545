/* How the posix device starts: the boot table on its flash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/port/posix/boot.h"
#include "format/crc32.h"
#include "test/firmware/fake_hal.h"

#define LENGTH 1024u

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* An image of zeroes in a slot, with its record. */
static void install(enum slot slot, uint32_t sequence, uint32_t wrong)
{
    static const uint8_t zero[LENGTH];
    struct slot_image image = {sequence, LENGTH,
                               crc32_update(0, zero, LENGTH) + wrong, 1};
    memset(fake.flash + slot_image_address(slot), 0, LENGTH);
    assert_int_equal(slot_record_begin(&fake_flash, slot), ERR_NONE);
    assert_int_equal(slot_record_write_image(&fake_flash, slot, &image),
                     ERR_NONE);
}

static void starts_by(enum boot_row row, enum slot slot)
{
    struct hal_boot boot;
    boot_start(&fake_flash, &boot);
    assert_int_equal(boot.row, row);
    assert_int_equal(boot.slot, slot);
    assert_int_equal(boot.board, OTA_BOARD_BENCH);
}

static void without_records_it_is_a_good_slot_a(void **state)
{
    (void)state;
    starts_by(BOOT_GOOD, SLOT_A);
}

static void three_tries_then_the_other(void **state)
{
    (void)state;
    install(SLOT_A, 1, 0);
    assert_int_equal(slot_record_confirm(&fake_flash, SLOT_A), ERR_NONE);
    install(SLOT_B, 2, 0);
    for (unsigned i = 0; i < SLOT_TRIES; i++)
        starts_by(BOOT_TRY, SLOT_B);
    starts_by(BOOT_SPENT, SLOT_A);
}

static void a_wrong_crc_starts_the_other(void **state)
{
    (void)state;
    install(SLOT_A, 1, 0);
    assert_int_equal(slot_record_confirm(&fake_flash, SLOT_A), ERR_NONE);
    install(SLOT_B, 2, 1);
    starts_by(BOOT_BAD, SLOT_A);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_records_it_is_a_good_slot_a, setup),
        cmocka_unit_test_setup(three_tries_then_the_other, setup),
        cmocka_unit_test_setup(a_wrong_crc_starts_the_other, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
