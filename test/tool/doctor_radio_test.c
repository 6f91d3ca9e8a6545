/* Last sectors of a flash as programs leave them, and what the doctor calls
 * another firmware's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "tool/doctor_radio.h"

#define SIZE 0x400000u
#define EBOOT 0x4010F000u

static uint8_t bytes[SIZE];
static struct doctor_findings found;

static const struct image pogo = {.has_mark = true, .size_freq = 0x20};
static const struct image arduino = {.version = 1,
                                     .segment_count = 1,
                                     .segment = {{.address = EBOOT}},
                                     .size_freq = 0x20};
static const struct image other = {.size_freq = 0x20};    /* 1 MB */
static const struct image other_4m = {.size_freq = 0x40}; /* 4 MB */

static void blank(void)
{
    memset(bytes, 0xFF, sizeof(bytes));
}

/* As esp_init_data: 128 bytes that begin with 05. */
static void put_init_data(uint32_t at)
{
    memset(bytes + at, 0, 128);
    bytes[at] = 5;
}

/* Any bytes, to the sector's end. */
static void put_calibration(uint32_t at)
{
    for (uint32_t i = 0; i < 0x400; i++)
        bytes[at + i] = (uint8_t)(i * 29 + 5);
}

static void put_flag(uint32_t at, uint32_t mark)
{
    bytes[at] = 1;
    put_u32le(bytes + at + 4, mark);
    put_u32le(bytes + at + 28, ~mark);
}

static bool is_told(const struct image *image, uint32_t size)
{
    const struct doctor_flash flash = {.bytes = bytes, .size = size};
    memset(&found, 0, sizeof(found));
    doctor_radio_read(&flash, image, &found);
    return found.has[DOCTOR_RF_DATA];
}

static void what_a_program_writes_itself_is_well(void **state)
{
    (void)state;
    const struct image *const all[] = {&pogo, &arduino, &other, &other_4m};
    for (unsigned i = 0; i < 4; i++) {
        blank();
        assert_false(is_told(all[i], 0x100000));
        assert_false(is_told(all[i], SIZE));
        put_calibration(i == 1 ? 0xFC000 : 0xFB000);
        put_calibration(0x3FB000);
        put_flag(0xFF000, 0x55AA55AA);
        assert_false(is_told(all[i], 0x100000));
        assert_false(is_told(all[i], SIZE));
    }
    blank();
    put_init_data(0xFC000);
    assert_false(is_told(&pogo, 0x100000));
    assert_false(is_told(&other, 0x100000));
}

static void init_data_for_calibration_is_told(void **state)
{
    (void)state;
    blank();
    put_init_data(0xFC000);
    assert_true(is_told(&arduino, 0x100000));
    assert_non_null(strstr(found.detail[DOCTOR_RF_DATA], "0xfc000"));
    blank();
    put_init_data(0xFB000);
    assert_true(is_told(&pogo, 0x100000));
    assert_true(is_told(&other, SIZE));
    assert_false(is_told(&other_4m, SIZE));
    put_init_data(0x3FB000);
    assert_true(is_told(&other_4m, SIZE));
    /* A header that names more than there is. */
    assert_true(is_told(&other_4m, 0x100000));
}

static void words_and_parameters_of_others_are_told(void **state)
{
    (void)state;
    blank();
    memcpy(bytes + 0xFB123, "eu-disp.coolkit.cc", 18);
    assert_true(is_told(&pogo, 0x100000));
    assert_non_null(strstr(found.detail[DOCTOR_RF_DATA], "vendor"));
    assert_false(is_told(&arduino, 0x100000)); /* its settings */
    blank();
    put_flag(0xFF000, 0);
    assert_true(is_told(&pogo, 0x100000));
    assert_false(is_told(&other, 0x100000));
}

static void a_flash_too_small_for_pogo_is_safe(void **state)
{
    (void)state;
    blank();
    assert_false(is_told(&pogo, 0x80000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_program_writes_itself_is_well),
        cmocka_unit_test(init_data_for_calibration_is_told),
        cmocka_unit_test(words_and_parameters_of_others_are_told),
        cmocka_unit_test(a_flash_too_small_for_pogo_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
