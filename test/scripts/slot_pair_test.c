/* Twins: images of one program for both slots, and what may differ in them. */
#include "scripts/slot_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "format/image.h"

#define CODE 64u /* bytes of the mapped segment and of the one in RAM */
#define ROOM 256u
#define FIRST_WORD 16u            /* of the mapped segment, in the image */
#define RAM_WORD (16u + CODE + 8) /* of the one in RAM */
#define CODE_A 0x40201010u

struct twins {
    uint8_t code[2][CODE], ram[2][CODE];
    uint8_t image[2][ROOM];
    size_t size;
};

static void fill(struct twins *t)
{
    for (unsigned i = 0; i < CODE; i += 4) {
        put_u32le(t->code[0] + i, i * 0x9E3779B9u);
        put_u32le(t->ram[0] + i, i * 0x7FEB352Du);
    }
    memcpy(t->code[1], t->code[0], CODE);
    memcpy(t->ram[1], t->ram[0], CODE);
}

/* A word that holds an address in the slot, in both. */
static void put_address(uint8_t *a, uint8_t *b, uint32_t address)
{
    put_u32le(a, address);
    put_u32le(b, address + SLOT_DISTANCE);
}

static void build(struct twins *t)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct image_part parts[] = {
            {CODE_A + i * SLOT_DISTANCE, t->code[i], CODE},
            {0x40100000, t->ram[i], CODE}};
        t->size = image_built_size(parts, 2);
        assert_int_equal(image_build(IMAGE_DOUT, 0x20, 0x40100004, parts, 2,
                                     t->image[i], ROOM),
                         ERR_NONE);
    }
}

static uint8_t difference(const struct twins *t)
{
    return t->image[0][t->size - 1] ^ t->image[1][t->size - 1];
}

/* With the balance words at the end of the mapped segment, as mkimage does it.
 */
static void build_balanced(struct twins *t)
{
    uint32_t words[BALANCE_WORDS];
    uint32_t at = CODE - 4 * BALANCE_WORDS;
    memset(t->code[0] + at, 0, 4 * BALANCE_WORDS);
    memset(t->code[1] + at, 0, 4 * BALANCE_WORDS);
    build(t);
    slot_balance(difference(t), words);
    for (unsigned i = 0; i < BALANCE_WORDS && words[i] != 0; i++)
        put_address(t->code[0] + at + 4 * i, t->code[1] + at + 4 * i, words[i]);
    build(t);
}

static uint32_t offsets[ROOM / 4];

static bool compare(const struct twins *t, struct slot_pair *pair)
{
    *pair = (struct slot_pair){.offsets = offsets, .room = ROOM / 4};
    return slot_pair_compare(t->image[0], t->image[1], t->size, pair);
}

static uint8_t fold(uint32_t bits)
{
    return (uint8_t)(bits ^ bits >> 8 ^ bits >> 16 ^ bits >> 24);
}

static void any_difference_of_checksums_can_be_balanced(void **state)
{
    (void)state;
    for (unsigned d = 0; d < 256; d++) {
        uint32_t words[BALANCE_WORDS];
        uint8_t sum = 0;
        slot_balance((uint8_t)d, words);
        for (unsigned i = 0; i < BALANCE_WORDS; i++) {
            if (words[i] == 0)
                continue;
            assert_in_range(words[i], 0x40201000, 0x4027AFFF);
            sum ^= fold(words[i] ^ (words[i] + SLOT_DISTANCE));
        }
        assert_int_equal(sum, d);
    }
}

static void words_with_addresses_are_found_in_every_segment(void **state)
{
    (void)state;
    struct twins t;
    struct slot_pair pair;
    fill(&t);
    put_address(t.code[0] + 4, t.code[1] + 4, CODE_A);
    put_address(t.ram[0] + 8, t.ram[1] + 8, 0x4027B000);
    build_balanced(&t);
    assert_int_equal(difference(&t), 0);
    assert_true(compare(&t, &pair));
    assert_int_equal(offsets[0], 8); /* the segment's own address */
    assert_int_equal(offsets[1], FIRST_WORD + 4);
    assert_int_equal(offsets[pair.count - 1], RAM_WORD + 8);
}

static void without_balance_the_checksum_is_told(void **state)
{
    (void)state;
    struct twins t;
    struct slot_pair pair;
    fill(&t);
    put_address(t.code[0] + 4, t.code[1] + 4, CODE_A);
    build(&t);
    assert_int_not_equal(difference(&t), 0);
    assert_false(compare(&t, &pair));
    assert_non_null(strstr(pair.problem, "checksum"));
}

static void anything_else_is_named_by_segment_and_offset(void **state)
{
    (void)state;
    static const struct {
        uint32_t a, b;
        bool is_in_ram;
        const char *place;
    } rows[] = {
        {5, 6, false, "segment 1 (0x40201010), offset 0x10"},
        {5, 6, true, "segment 2 (0x40100000), offset 0x10"},
        /* The right distance, but no address in slot A. */
        {0x3FFE8000, 0x3FFE8000 + SLOT_DISTANCE, true, "segment 2"},
        {0x40200FFC, 0x40200FFC + SLOT_DISTANCE, false, "segment 1"},
        {0x4027B004, 0x4027B004 + SLOT_DISTANCE, false, "segment 1"},
        /* An address, but the wrong distance, or the wrong way around. */
        {CODE_A, CODE_A + SLOT_DISTANCE + 4, false, "segment 1"},
        {CODE_A + SLOT_DISTANCE, CODE_A, false, "segment 1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct twins t;
        struct slot_pair pair;
        fill(&t);
        put_u32le((rows[i].is_in_ram ? t.ram[0] : t.code[0]) + 16, rows[i].a);
        put_u32le((rows[i].is_in_ram ? t.ram[1] : t.code[1]) + 16, rows[i].b);
        build_balanced(&t);
        assert_false(compare(&t, &pair));
        assert_non_null(strstr(pair.problem, rows[i].place));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_difference_of_checksums_can_be_balanced),
        cmocka_unit_test(words_with_addresses_are_found_in_every_segment),
        cmocka_unit_test(without_balance_the_checksum_is_told),
        cmocka_unit_test(anything_else_is_named_by_segment_and_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
