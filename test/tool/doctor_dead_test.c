/* Flashes that DIY mode may leave behind, and those that only look alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/doctor_dead.h"

#define SIZE 0x100000u
#define SECTOR 0x1000u

static uint8_t bytes[SIZE];
static const struct doctor_flash flash = {
    .bytes = bytes, .size = SIZE, .jedec = 0x1440C8};
static struct doctor_findings found;

/* A blank flash with so many sectors in use, from the second on. */
static void use(unsigned sectors)
{
    memset(bytes, 0xFF, sizeof(bytes));
    memset(bytes + SECTOR, 0x5A, sectors * SECTOR);
    memset(&found, 0, sizeof(found));
    doctor_add(&found, DOCTOR_NO_IMAGE, "ets_main.c 181");
}

static void only_the_beginning_is_missing(void **state)
{
    (void)state;
    use(100);
    assert_true(doctor_dead_begins_blank(&flash, &found));
    assert_true(found.has[DOCTOR_DIY_DEAD]);
    assert_false(found.has[DOCTOR_NO_IMAGE]);
    assert_null(strstr(found.detail[DOCTOR_DIY_DEAD], "ESPHome"));
    use(100);
    memcpy(bytes + 0xA000, "ESPHome", 7);
    assert_true(doctor_dead_begins_blank(&flash, &found));
    assert_non_null(strstr(found.detail[DOCTOR_DIY_DEAD], "ESPHome"));
}

static void an_empty_flash_is_not_dead(void **state)
{
    (void)state;
    use(0);
    assert_false(doctor_dead_begins_blank(&flash, &found));
    use(7); /* the rest of somebody's settings */
    assert_false(doctor_dead_begins_blank(&flash, &found));
    use(100);
    bytes[7] = 0; /* not blank: something else is wrong */
    assert_false(doctor_dead_begins_blank(&flash, &found));
    assert_true(found.has[DOCTOR_NO_IMAGE]);
    assert_false(found.has[DOCTOR_DIY_DEAD]);
}

static void a_damaged_image_of_the_vendor_is_one(void **state)
{
    (void)state;
    use(100);
    memset(&found, 0, sizeof(found));
    doctor_add(&found, DOCTOR_PARTIAL, "no whole image at 0x01000");
    doctor_dead_vendor(&flash, &found);
    assert_true(found.has[DOCTOR_PARTIAL]); /* whose it was nobody knows */
    memcpy(bytes + 0x8000, "coolkit", 7);
    doctor_dead_vendor(&flash, &found);
    assert_false(found.has[DOCTOR_PARTIAL]);
    assert_non_null(
        strstr(found.detail[DOCTOR_DIY_DEAD], "no whole image at 0x01000"));
    memset(&found, 0, sizeof(found));
    doctor_dead_vendor(&flash, &found); /* nothing is damaged */
    assert_int_equal(doctor_count(&found), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_beginning_is_missing),
        cmocka_unit_test(an_empty_flash_is_not_dead),
        cmocka_unit_test(a_damaged_image_of_the_vendor_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
