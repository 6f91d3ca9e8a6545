/* Which slot starts, and what of its image goes where. */
#include "test/firmware/boot/slots_fixture.h"

/* Images in both, the one in slot B newer; their length. */
static uint32_t put_pair(struct sim_flash *sim, bool a_is_good, bool b_is_good)
{
    uint32_t length = put_used(sim);
    put_record(sim, SLOT_A, 1, length, a_is_good);
    put_record(sim, SLOT_B, 2, length, b_is_good);
    return length;
}

/* ---- choosing ---- */

static void a_newer_image_has_three_tries_and_then_the_other_runs(void **state)
{
    (void)state;
    struct sim_flash sim;
    (void)put_pair(&sim, true, false);
    sim_power(&sim);
    for (unsigned i = 1; i <= SLOT_TRIES; i++) {
        assert_choice(start(&sim, NULL), BOOT_TRY, SLOT_B);
        assert_int_equal(sim.ops, i);
        assert_int_equal(record_of(&sim, SLOT_B).tries_left, SLOT_TRIES - i);
    }
    for (unsigned i = 0; i < 3; i++)
        assert_choice(start(&sim, NULL), BOOT_SPENT, SLOT_A);
    assert_int_equal(sim.ops, SLOT_TRIES);
    assert_int_equal(sim.violations, 0);
}

static void a_wrong_crc_is_not_tried(void **state)
{
    (void)state;
    struct sim_flash sim;
    struct boot boot;
    uint32_t length = put_pair(&sim, true, false);
    sim_bytes(&sim, MAP_SLOT_B)[length - 1] ^= 1;
    sim_power(&sim);
    assert_choice(start(&sim, NULL), BOOT_BAD, SLOT_A);
    assert_int_equal(sim.ops, 0);
    sim_bytes(&sim, MAP_SLOT_A_RECORD)[0] = 0; /* and no other */
    assert_int_equal(start(&sim, &boot).row, BOOT_NOTHING);
    assert_string_equal(boot_slot_text(&boot, SLOT_A), "damaged");
    assert_string_equal(boot_slot_text(&boot, SLOT_B), "damaged");
}

static void an_image_that_can_t_be_loaded_is_left_for_the_other(void **state)
{
    (void)state;
    struct sim_flash sim;
    struct boot boot;
    (void)put_pair(&sim, false, true);
    struct flash flash = sim_flash(&sim);
    uint32_t buffer[BOOT_BUFFER_WORDS];
    boot = (struct boot){.flash = &flash, .phy_data = phy, .buffer = buffer};
    boot_begin(&boot);
    assert_choice(boot_choose(&boot), BOOT_GOOD, SLOT_B);
    boot_reject(&boot, SLOT_B);
    assert_choice(boot_choose(&boot), BOOT_TRY, SLOT_A);
    boot_reject(&boot, SLOT_A);
    assert_int_equal(boot_choose(&boot).row, BOOT_NOTHING);
}

static void a_try_that_can_t_be_spent_is_none(void **state)
{
    (void)state;
    struct sim_flash sim;
    (void)put_pair(&sim, true, false);
    sim.state[4] = SIM_STUCK;
    assert_choice(start(&sim, NULL), BOOT_SPENT, SLOT_A);
    sim_bytes(&sim, MAP_SLOT_A_RECORD)[0] = 0; /* B is the only one */
    assert_choice(start(&sim, NULL), BOOT_ONLY, SLOT_B);
}

/* ---- segments ---- */

static void segments_are_told_apart(void **state)
{
    (void)state;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
        struct sim_flash sim;
        (void)put_used(&sim);
        struct flash flash = sim_flash(&sim);
        struct boot boot = {.flash = &flash};
        struct boot_image image;
        struct boot_segment segment;
        uint32_t start = slot_image_address((enum slot)slot);
        assert_true(boot_image_open(&boot, (enum slot)slot, &image));
        assert_int_equal(image.entry, 0x40100004u);
        assert_true(boot_image_next(&boot, &image, &segment));
        assert_true(segment.is_mapped);
        assert_int_equal(segment.flash, start + 16);
        assert_true(boot_image_next(&boot, &image, &segment));
        assert_false(segment.is_mapped);
        assert_int_equal(segment.address, 0x40100000u);
        assert_int_equal(segment.size, 300);
        assert_int_equal(segment.flash, start + 16 + 400 + 8);
        assert_int_equal(image.left, 0);
        assert_false(boot_image_next(&boot, &image, &segment));
    }
}

/* Where the second segment may go. */
static const struct place {
    uint32_t address;
    bool is_right;
} places[] = {
    {0x3FFE8000u, true},       {0x3FFE7FFCu, false},
    {0x3FFFC000u - 300, true}, {0x3FFFC000u - 296, false},
    {0x3FFFC000u, false},      {0x40100000u, true},
    {0x4010C000u - 300, true}, {0x4010C000u - 296, false},
    {0x4010F000u, false},      {0, false},
    {0xFFFFFF00u, false},      {MAP_IROM_BASE + MAP_SLOT_A, false},
};

static void nothing_is_loaded_over_the_boot_sector_or_the_rom(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(places); i++) {
        struct sim_flash sim;
        (void)put_used(&sim);
        struct flash flash = sim_flash(&sim);
        struct boot boot = {.flash = &flash};
        struct boot_image image;
        struct boot_segment segment;
        put_u32le(sim_bytes(&sim, MAP_SLOT_A) + 16 + 400, places[i].address);
        assert_true(boot_image_open(&boot, SLOT_A, &image));
        assert_true(boot_image_next(&boot, &image, &segment));
        assert_int_equal(boot_image_next(&boot, &image, &segment),
                         places[i].is_right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newer_image_has_three_tries_and_then_the_other_runs),
        cmocka_unit_test(a_wrong_crc_is_not_tried),
        cmocka_unit_test(an_image_that_can_t_be_loaded_is_left_for_the_other),
        cmocka_unit_test(a_try_that_can_t_be_spent_is_none),
        cmocka_unit_test(segments_are_told_apart),
        cmocka_unit_test(nothing_is_loaded_over_the_boot_sector_or_the_rom),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
