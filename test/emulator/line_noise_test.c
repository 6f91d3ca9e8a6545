/* What a bad serial line makes of the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/line_noise.h"

#define BYTES 20000u

/* Everything that arrives for BYTES bytes 0, 1, 2 … */
struct heard {
    uint8_t bytes[2 * BYTES];
    size_t size;
    unsigned of_one[3]; /* how often 0, 1, 2 bytes came for one */
    uint64_t hits;
};

static void send_all(struct line_noise *noise, enum noise_side side,
                     struct heard *heard)
{
    uint64_t before = noise->hits;
    memset(heard, 0, sizeof(*heard));
    for (unsigned i = 0; i < BYTES; i++) {
        uint8_t out[2] = {0, 0};
        unsigned n = line_noise_pass(noise, side, (uint8_t)i, out);
        assert_in_range(n, 0, 2);
        memcpy(heard->bytes + heard->size, out, n);
        heard->size += n;
        heard->of_one[n]++;
    }
    heard->hits = noise->hits - before;
}

static void hear(uint32_t seed, enum noise_kind kind, unsigned percent,
                 struct heard *heard)
{
    struct line_noise noise;
    line_noise_init(&noise, seed);
    noise.share[NOISE_TO][kind] = percent * NOISE_ALL / 100;
    send_all(&noise, NOISE_TO, heard);
}

static void a_quiet_line_changes_nothing(void **state)
{
    (void)state;
    static struct heard heard;
    hear(1, NOISE_LOSE, 0, &heard);
    assert_int_equal(heard.of_one[1], BYTES);
    for (unsigned i = 0; i < BYTES; i++)
        assert_int_equal(heard.bytes[i], i & 0xFF);
}

static unsigned flipped_bits(unsigned a, unsigned b)
{
    return (unsigned)__builtin_popcount(a ^ b);
}

/* Within a quarter of what was asked: 4 sigma at 5 % of 20000 is 12 %. */
static void about(unsigned n, unsigned percent)
{
    unsigned want = BYTES / 100 * percent;
    assert_in_range(n, want - want / 4, want + want / 4);
}

static void each_kind_does_what_its_name_says(void **state)
{
    (void)state;
    static struct heard heard;
    hear(1, NOISE_LOSE, 5, &heard);
    assert_true(heard.hits == heard.of_one[0]);
    about(heard.of_one[0], 5);
    assert_int_equal(heard.of_one[2], 0);

    hear(1, NOISE_DOUBLE, 5, &heard);
    assert_true(heard.hits == heard.of_one[2]);
    about(heard.of_one[2], 5);
    assert_int_equal(heard.of_one[0], 0);
    for (unsigned i = 1, doubled = 0; i < heard.size; i++) {
        unsigned step = (heard.bytes[i] - heard.bytes[i - 1]) & 0xFF;
        doubled += step == 0;
        assert_in_range(step, 0, 1);
        if (i + 1 == heard.size)
            assert_int_equal(doubled, heard.of_one[2]);
    }

    hear(1, NOISE_FLIP, 5, &heard);
    assert_int_equal(heard.of_one[1], BYTES);
    unsigned wrong = 0, seen = 0;
    for (unsigned i = 0; i < BYTES; i++) {
        unsigned bits = flipped_bits(heard.bytes[i], i & 0xFF);
        assert_in_range(bits, 0, 1);
        wrong += bits;
        seen |= heard.bytes[i] ^ (i & 0xFF);
    }
    about(wrong, 5);
    assert_true(heard.hits == wrong);
    assert_int_equal(seen, 0xFF); /* any of the eight */
}

static void a_hundred_percent_is_every_byte(void **state)
{
    (void)state;
    static struct heard heard;
    hear(1, NOISE_LOSE, 100, &heard);
    assert_int_equal(heard.of_one[0], BYTES);
    hear(1, NOISE_DOUBLE, 100, &heard);
    assert_int_equal(heard.of_one[2], BYTES);
    hear(1, NOISE_FLIP, 100, &heard);
    for (unsigned i = 0; i < BYTES; i++)
        assert_int_equal(flipped_bits(heard.bytes[i], i & 0xFF), 1);
}

static void a_seed_repeats_itself_and_nobody_else(void **state)
{
    (void)state;
    static struct heard a, b;
    for (unsigned kind = 0; kind < NOISE_KINDS; kind++) {
        hear(7, (enum noise_kind)kind, 3, &a);
        hear(7, (enum noise_kind)kind, 3, &b);
        assert_memory_equal(&a, &b, sizeof(a));
        hear(8, (enum noise_kind)kind, 3, &b);
        assert_memory_not_equal(&a, &b, sizeof(a));
    }
}

/* What a client sends depends on its own pace; what the chip says does not. */
static void the_two_directions_do_not_disturb_each_other(void **state)
{
    (void)state;
    static struct heard alone, beside, other;
    struct line_noise noise;
    line_noise_init(&noise, 7);
    noise.share[NOISE_FROM][NOISE_LOSE] = NOISE_ALL / 33;
    send_all(&noise, NOISE_FROM, &alone);

    line_noise_init(&noise, 7);
    noise.share[NOISE_FROM][NOISE_LOSE] = NOISE_ALL / 33;
    noise.share[NOISE_TO][NOISE_LOSE] = NOISE_ALL / 33;
    send_all(&noise, NOISE_TO, &other);
    send_all(&noise, NOISE_FROM, &beside);
    assert_memory_equal(&alone, &beside, sizeof(alone));
    assert_memory_not_equal(&other, &beside, sizeof(other));
}

static void clear_ends_it_on_both_sides(void **state)
{
    (void)state;
    static struct heard heard;
    struct line_noise noise;
    line_noise_init(&noise, 1);
    memset(noise.share, 1, sizeof(noise.share));
    line_noise_clear(&noise);
    for (unsigned side = 0; side < NOISE_SIDES; side++) {
        send_all(&noise, (enum noise_side)side, &heard);
        assert_int_equal(heard.of_one[1], BYTES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_line_changes_nothing),
        cmocka_unit_test(each_kind_does_what_its_name_says),
        cmocka_unit_test(a_hundred_percent_is_every_byte),
        cmocka_unit_test(a_seed_repeats_itself_and_nobody_else),
        cmocka_unit_test(the_two_directions_do_not_disturb_each_other),
        cmocka_unit_test(clear_ends_it_on_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
