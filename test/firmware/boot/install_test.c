/* First starts over anything, and the PHY data, with power that goes at every
 * operation. */
#include "test/firmware/boot/slots_fixture.h"

enum leftovers { LEFT_BLANK, LEFT_NOISE, LEFT_OLD_POGO, LEFTOVERS };

/* What was there before the file was written at 0. */
static void put_leftovers(struct sim_flash *sim, enum leftovers kind)
{
    static const uint32_t places[] = {MAP_SLOT_A_RECORD,
                                      MAP_SLOT_B,
                                      MAP_SLOT_B_RECORD,
                                      MAP_RF_CAL,
                                      MAP_PHY_DATA,
                                      MAP_SDK_PARAMS,
                                      MAP_SDK_PARAMS + 0x1000,
                                      MAP_SDK_PARAMS + 0x2000};
    for (unsigned i = 0; kind != LEFT_BLANK && i < COUNT(places); i++)
        put_noise(sim, places[i], i + 1);
    if (kind == LEFT_OLD_POGO) {
        put_record(sim, SLOT_A, 7, 800, true);
        put_record(sim, SLOT_B, 8, put_image(sim, SLOT_B, 9), true);
    }
}

/* Just flashed, never started. */
static void put_fresh(struct sim_flash *sim, enum leftovers kind)
{
    add_sectors(sim);
    put_leftovers(sim, kind);
    put_noise(sim, MAP_BOOT, 99);
    memset(sim_bytes(sim, MAP_INSTALL_WORD), 0xFF, 8);
    memset(sim_bytes(sim, MAP_SLOT_A), 0xFF, FLASH_SECTOR_SIZE);
    (void)put_image(sim, SLOT_A, 1);
    sim_settle(sim);
    sim_power(sim);
    sim->violations = 0;
}

static bool is_blank(struct sim_flash *sim, uint32_t address)
{
    const uint8_t *bytes = sim_bytes(sim, address);
    for (unsigned i = 0; i < FLASH_SECTOR_SIZE; i++) {
        if (bytes[i] != 0xFF)
            return false;
    }
    return true;
}

static uint32_t install_word(struct sim_flash *sim, unsigned place)
{
    return get_u32le(sim_bytes(sim, MAP_INSTALL_WORD + 4 * place));
}

static void assert_installed(struct sim_flash *sim)
{
    struct slot_record a = record_of(sim, SLOT_A);
    assert_int_equal(a.state, SLOT_TRYING);
    assert_int_equal(a.image.sequence, 1);
    assert_int_equal(a.image.version, VERSION);
    assert_int_equal(a.image.crc, crc32_update(0, sim_bytes(sim, MAP_SLOT_A),
                                               a.image.length));
    assert_true(is_blank(sim, MAP_SLOT_B_RECORD));
    assert_true(is_blank(sim, MAP_RF_CAL));
    for (uint32_t at = MAP_SDK_PARAMS; at < MAP_END; at += FLASH_SECTOR_SIZE)
        assert_true(is_blank(sim, at));
    assert_memory_equal(sim_bytes(sim, MAP_PHY_DATA), phy, sizeof(phy));
    assert_false(install_word(sim, 0) == INSTALL_BLANK &&
                 install_word(sim, 1) == INSTALL_BLANK);
    assert_int_equal(sim->violations, 0);
}

/* ---- the first start ---- */

static void a_first_start_makes_a_fresh_pogo_of_anything(void **state)
{
    (void)state;
    for (int kind = 0; kind < LEFTOVERS; kind++) {
        struct sim_flash sim;
        put_fresh(&sim, (enum leftovers)kind);
        assert_choice(start(&sim, NULL), BOOT_ONLY, SLOT_A);
        assert_installed(&sim);
        assert_int_equal(record_of(&sim, SLOT_A).tries_left, SLOT_TRIES);
        assert_int_equal(install_word(&sim, 0), INSTALL_DONE);
        assert_int_equal(install_word(&sim, 1), INSTALL_BLANK);
        assert_choice(start(&sim, NULL), BOOT_TRY, SLOT_A);
    }
}

/* Operations of an uncut first start. */
static unsigned count_ops(enum leftovers kind)
{
    struct sim_flash sim;
    put_fresh(&sim, kind);
    (void)start(&sim, NULL);
    return sim.ops;
}

static void cut_start(struct sim_flash *sim, unsigned n, enum sim_tear tear)
{
    sim_cut(sim, n, tear);
    (void)start(sim, NULL);
    assert_false(sim->has_power);
    sim_power(sim);
}

static void check_cut(enum leftovers kind, unsigned n, unsigned tear)
{
    struct sim_flash sim;
    put_fresh(&sim, kind);
    sim.random = n * 31 + tear;
    cut_start(&sim, n, (enum sim_tear)tear);
    bool is_done = install_word(&sim, 0) != INSTALL_BLANK;
    assert_choice(start(&sim, NULL), is_done ? BOOT_TRY : BOOT_ONLY, SLOT_A);
    assert_true(install_word(&sim, 0) == INSTALL_DONE ||
                install_word(&sim, 1) == INSTALL_DONE);
    assert_installed(&sim);
}

static void power_may_go_anywhere_in_a_first_start(void **state)
{
    (void)state;
    for (int kind = 0; kind < LEFTOVERS; kind++) {
        unsigned ops = count_ops((enum leftovers)kind);
        assert_in_range(ops, 6 + 32 + 6 + 1, 100);
        for (unsigned n = 1; n <= ops; n++) {
            for (unsigned tear = 0; tear < SIM_TEARS; tear++)
                check_cut((enum leftovers)kind, n, tear);
        }
    }
}

static void and_go_again_in_the_second(void **state)
{
    (void)state;
    unsigned ops = count_ops(LEFT_OLD_POGO);
    for (unsigned n = 1; n <= ops; n++) {
        for (unsigned m = 1; m <= ops; m++) {
            struct sim_flash sim;
            put_fresh(&sim, LEFT_OLD_POGO);
            sim.random = n * 1000 + m;
            cut_start(&sim, n, SIM_SCATTERED);
            sim_cut(&sim, m, SIM_TORN);
            (void)start(&sim, NULL);
            sim_power(&sim);
            assert_int_equal(start(&sim, NULL).slot, SLOT_A);
            assert_installed(&sim);
        }
    }
}

/* One way to damage slot A: where, what. */
static const struct damage {
    uint32_t at;
    uint8_t byte;
    bool is_empty;
} damages[] = {
    {0, 0xFF, true},   /* no image */
    {0, 0xEA, true},   /* another kind of image */
    {1, 0, true},      /* no segments */
    {1, 17, true},     /* too many */
    {1, 1, false},     /* another end, without a trailer */
    {8, 0x20, false},  /* a segment that is not mapped where it is linked */
    {12, 0x91, false}, /* a length that is not whole words */
    {15, 0x80, false}, /* one that is larger than the slot */
    {100, 0, false},   /* code */
    {736, 'Q', false}, /* the trailer's name */
    {740, 1, false},   /* its length */
    {744, 1, false},   /* its CRC */
    {748, 1, false},   /* its version */
};

static void
a_damaged_image_is_not_installed_and_nothing_is_written(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT(damages); i++) {
        struct sim_flash sim;
        struct boot boot;
        put_fresh(&sim, LEFT_OLD_POGO);
        assert_memory_equal(sim_bytes(&sim, MAP_SLOT_A + 736), "PGT1", 4);
        sim_bytes(&sim, MAP_SLOT_A)[damages[i].at] = damages[i].byte;
        assert_int_equal(start(&sim, &boot).row, BOOT_NOTHING);
        assert_string_equal(boot_slot_text(&boot, SLOT_A),
                            damages[i].is_empty ? "empty" : "damaged");
        assert_string_equal(boot_slot_text(&boot, SLOT_B), "empty");
        assert_int_equal(sim.ops, 0);
    }
}

/* A trailer that is sound, and yet of another image than the one before it. */
static void a_trailer_of_another_length_is_not_believed(void **state)
{
    (void)state;
    struct sim_flash sim;
    put_fresh(&sim, LEFT_BLANK);
    uint8_t *image = sim_bytes(&sim, MAP_SLOT_A);
    struct slot_trailer trailer = {720, crc32_update(0, image, 720), VERSION};
    slot_trailer_put(&trailer, image + 736);
    assert_int_equal(start(&sim, NULL).row, BOOT_NOTHING);
    assert_int_equal(sim.ops, 0);
}

static void a_sector_that_does_not_erase_is_no_reason_not_to_start(void **state)
{
    (void)state;
    struct sim_flash sim;
    put_fresh(&sim, LEFT_OLD_POGO);
    sim.state[4] = SIM_STUCK; /* the record of slot B, a good one */
    assert_int_equal(sim.address[4], MAP_SLOT_B_RECORD);
    for (unsigned i = 0; i < 3; i++) {
        assert_choice(start(&sim, NULL), BOOT_ONLY, SLOT_A);
        assert_int_equal(install_word(&sim, 0), INSTALL_BLANK);
    }
    sim.state[4] = SIM_FINE;
    assert_choice(start(&sim, NULL), BOOT_ONLY, SLOT_A);
    assert_installed(&sim);
}

static void a_torn_install_word_is_made_sure_of_once(void **state)
{
    (void)state;
    struct sim_flash sim;
    uint32_t length = put_used(&sim);
    put_record(&sim, SLOT_A, 1, length, true);
    put_u32le(sim_bytes(&sim, MAP_INSTALL_WORD), 0xFFFFFFFEu);
    put_u32le(sim_bytes(&sim, MAP_INSTALL_WORD + 4), BLANK);
    sim_settle(&sim);
    sim_power(&sim);
    assert_choice(start(&sim, NULL), BOOT_GOOD, SLOT_A);
    assert_int_equal(sim.ops, 1);
    assert_int_equal(install_word(&sim, 1), INSTALL_DONE);
    put_u32le(sim_bytes(&sim, MAP_INSTALL_WORD), BLANK); /* weak bits */
    assert_choice(start(&sim, NULL), BOOT_GOOD, SLOT_A);
    assert_int_equal(sim.ops, 1);
    assert_int_equal(sim.violations, 0);
}

/* ---- the PHY data ---- */

static void phy_data_is_compared_whole_and_healed(void **state)
{
    (void)state;
    for (unsigned at = 0; at < PHY_DATA_SIZE; at++) {
        struct sim_flash sim;
        uint32_t length = put_used(&sim);
        put_record(&sim, SLOT_A, 1, length, true);
        sim_power(&sim);
        (void)start(&sim, NULL);
        assert_int_equal(sim.ops, 0);
        sim_bytes(&sim, MAP_PHY_DATA)[at] ^= 0x10;
        assert_choice(start(&sim, NULL), BOOT_GOOD, SLOT_A);
        assert_memory_equal(sim_bytes(&sim, MAP_PHY_DATA), phy, sizeof(phy));
        assert_int_equal(sim.ops, 1 + COUNT(phy));
        assert_int_equal(sim.violations, 0);
    }
}

static void power_may_go_while_it_is_healed(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 1 + COUNT(phy); n++) {
        for (unsigned tear = 0; tear < SIM_TEARS; tear++) {
            struct sim_flash sim;
            uint32_t length = put_used(&sim);
            put_record(&sim, SLOT_A, 1, length, true);
            put_noise(&sim, MAP_PHY_DATA, n);
            sim_settle(&sim);
            cut_start(&sim, n, (enum sim_tear)tear);
            assert_choice(start(&sim, NULL), BOOT_GOOD, SLOT_A);
            assert_memory_equal(sim_bytes(&sim, MAP_PHY_DATA), phy,
                                sizeof(phy));
            assert_int_equal(sim.violations, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_start_makes_a_fresh_pogo_of_anything),
        cmocka_unit_test(power_may_go_anywhere_in_a_first_start),
        cmocka_unit_test(and_go_again_in_the_second),
        cmocka_unit_test(
            a_damaged_image_is_not_installed_and_nothing_is_written),
        cmocka_unit_test(a_trailer_of_another_length_is_not_believed),
        cmocka_unit_test(
            a_sector_that_does_not_erase_is_no_reason_not_to_start),
        cmocka_unit_test(a_torn_install_word_is_made_sure_of_once),
        cmocka_unit_test(phy_data_is_compared_whole_and_healed),
        cmocka_unit_test(power_may_go_while_it_is_healed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
