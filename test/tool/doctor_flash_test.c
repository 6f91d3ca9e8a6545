/* Flashes that are well and flashes that are not, made here from small images,
 * and what the doctor makes of their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "format/image.h"
#include "tool/doctor_flash.h"

#define SIZE 0x100000u
#define PART 0x4000u
#define PHY 0xFC000u

static uint8_t bytes[SIZE], part[PART];
static struct doctor_flash flash;
static struct doctor_findings found;

static void well(void)
{
    const struct image_part parts[] = {{0x40100000, part, PART}};
    memset(part, 0xA5, sizeof(part));
    memset(bytes, 0xFF, sizeof(bytes));
    memset(&found, 0, sizeof(found));
    assert_int_equal(image_build(IMAGE_DOUT, IMAGE_1MB << 4, 0x40100000, parts,
                                 1, bytes, sizeof(bytes)),
                     ERR_NONE);
    bytes[PHY] = 5;
    flash = (struct doctor_flash){
        .bytes = bytes, .size = SIZE, .jedec = 0x1440C8, .is_8285 = true};
}

static void only(enum doctor_id id)
{
    doctor_flash_read(&flash, &found);
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (found.has[i] != (i == id))
            fail_msg("%s: %d (%s)", doctor_rows[i].name, found.has[i],
                     found.detail[i]);
    }
}

static void a_good_flash_has_nothing(void **state)
{
    (void)state;
    well();
    only(DOCTOR_IDS);
}

static void each_fault_is_named(void **state)
{
    (void)state;
    well();
    flash.jedec = 0xFFFFFF;
    only(DOCTOR_FLASH_ID);
    well();
    flash.is_protected = true;
    only(DOCTOR_PROTECTED);
    well();
    bytes[0] = 0xFF;
    only(DOCTOR_NO_IMAGE);
    well();
    bytes[2] = IMAGE_QIO;
    only(DOCTOR_MODE);
    well();
    flash.is_8285 = false;
    bytes[2] = IMAGE_QIO;
    only(DOCTOR_IDS);
    well();
    bytes[3] = 4 << 4; /* 4 MB */
    only(DOCTOR_SIZE);
    well();
    bytes[0x100] ^= 1;
    only(DOCTOR_CHECKSUM);
    well();
    bytes[PHY] = 0xFF;
    only(DOCTOR_PHY);
}

static void a_cut_writing_is_partial(void **state)
{
    (void)state;
    well();
    memset(bytes + 0x2000, 0xFF, 0x4000);
    only(DOCTOR_PARTIAL);
    well();
    bytes[12] = bytes[13] = bytes[14] = 0x7F; /* its segment's length */
    only(DOCTOR_PARTIAL);
}

static void a_minimal_image_is_told(void **state)
{
    (void)state;
    static const char name[] = "\0tasmota-minimal";
    well();
    memcpy(part + 100, name, sizeof(name));
    const struct image_part parts[] = {{0x40100000, part, PART}};
    assert_int_equal(image_build(IMAGE_DOUT, IMAGE_1MB << 4, 0x40100000, parts,
                                 1, bytes, sizeof(bytes)),
                     ERR_NONE);
    only(DOCTOR_MINIMAL);
}

/* Any bytes, under the sanitizers. */
static void rubbish_is_safe(void **state)
{
    (void)state;
    uint32_t x = 1;
    for (unsigned round = 0; round < 20; round++) {
        well();
        for (unsigned i = 0; i < 64; i++) {
            x = x * 1664525u + 1013904223u;
            bytes[(x >> 8) % 0x80] = (uint8_t)(x >> 3);
        }
        bytes[0] = IMAGE_MAGIC;
        doctor_flash_read(&flash, &found);
        assert_true(doctor_count(&found) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_flash_has_nothing),
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(a_cut_writing_is_partial),
        cmocka_unit_test(a_minimal_image_is_told),
        cmocka_unit_test(rubbish_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
