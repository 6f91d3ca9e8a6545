/* The trailer of an image: its bytes, and that damage is seen. */
#include "format/slot_trailer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct slot_trailer sample = {0x11223344, 0xCAFEBABE, 0x01020003};

static void the_bytes_are_as_documented(void **state)
{
    (void)state;
    /* The CRC is zlib's of the first 16. */
    static const uint8_t want[SLOT_TRAILER_SIZE] = {
        'P',  'G',  'T',  '1',  0x44, 0x33, 0x22, 0x11, 0xBE, 0xBA,
        0xFE, 0xCA, 0x03, 0x00, 0x02, 0x01, 0xA5, 0x02, 0x6E, 0x7F};
    uint8_t bytes[SLOT_TRAILER_SIZE];
    slot_trailer_put(&sample, bytes);
    assert_memory_equal(bytes, want, sizeof(want));
}

static void it_reads_what_it_wrote(void **state)
{
    (void)state;
    uint8_t bytes[SLOT_TRAILER_SIZE];
    struct slot_trailer out;
    slot_trailer_put(&sample, bytes);
    assert_true(slot_trailer_get(bytes, &out));
    assert_memory_equal(&out, &sample, sizeof(out));
}

static void any_wrong_bit_is_seen(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 8 * SLOT_TRAILER_SIZE; bit++) {
        uint8_t bytes[SLOT_TRAILER_SIZE];
        struct slot_trailer out;
        slot_trailer_put(&sample, bytes);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(slot_trailer_get(bytes, &out));
    }
}

static void blank_flash_has_none(void **state)
{
    (void)state;
    uint8_t bytes[SLOT_TRAILER_SIZE];
    struct slot_trailer out;
    memset(bytes, 0xFF, sizeof(bytes));
    assert_false(slot_trailer_get(bytes, &out));
    memset(bytes, 0, sizeof(bytes));
    assert_false(slot_trailer_get(bytes, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_are_as_documented),
        cmocka_unit_test(it_reads_what_it_wrote),
        cmocka_unit_test(any_wrong_bit_is_seen),
        cmocka_unit_test(blank_flash_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
