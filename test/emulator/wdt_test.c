#include "test/emulator/chip_fixture.h"

#define CTL 0x60000900u
#define OP 0x60000904u
#define OP_ND 0x60000908u
#define COUNT_NOW 0x6000090Cu
#define STAGE 0x60000910u
#define RST 0x60000914u
#define FEED 0x73u
#define STAGE_MS(n) ((uint64_t)(1u << (n)) * 800 * CYCLES_PER_US)

static void it_bites_after_both_stages(void **state)
{
    (void)state;
    static const struct {
        uint32_t op, op_nd;
    } rows[] = {{0xB, 0xD}, {0, 0}, {0xC, 0xC}, {0x1B, 0x2D}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        uint64_t first = STAGE_MS(rows[i].op & 15);
        uint64_t both = first + STAGE_MS(rows[i].op_nd & 15);
        poke(chip, OP, rows[i].op);
        poke(chip, OP_ND, rows[i].op_nd);
        poke(chip, CTL, 0x39);
        pass(chip, first);
        assert_int_equal(peek(chip, STAGE), 1);
        assert_int_equal(chip->reset_cause, RESET_POWER_ON);
        pass(chip, both - first - 1);
        assert_int_equal(chip->reset_cause, RESET_POWER_ON);
        pass(chip, 1);
        assert_int_equal(chip->reset_cause, RESET_WATCHDOG);
        assert_int_equal(peek(chip, CTL) & 1, 0);
        chip_drop(chip);
    }
}

static void the_rom_s_default_is_about_eight_seconds(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    wdt_enable(&chip->wdt);
    pass(chip, 8ull * CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    pass(chip, 300 * CYCLES_PER_MS);
    assert_int_equal(chip->reset_cause, RESET_WATCHDOG);
    chip_drop(chip);
}

static void feeding_keeps_it_quiet(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    wdt_enable(&chip->wdt);
    for (unsigned i = 0; i < 5; i++) {
        pass(chip, 7ull * CYCLES_PER_S);
        poke(chip, RST, FEED);
        assert_int_equal(peek(chip, STAGE), 0);
        assert_int_equal(peek(chip, COUNT_NOW), 0);
    }
    pass(chip, 7ull * CYCLES_PER_S);
    wdt_feed(&chip->wdt);
    pass(chip, 7ull * CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    poke(chip, RST, 0x72); /* not food */
    pass(chip, 2ull * CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_WATCHDOG);
    chip_drop(chip);
}

static void switched_off_it_never_bites(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    wdt_enable(&chip->wdt);
    wdt_disable(&chip->wdt);
    pass(chip, 60ull * CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    poke(chip, CTL, 0x39);
    poke(chip, CTL, 0x38);
    pass(chip, 60ull * CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    chip_drop(chip);
}

static void it_barks_before_it_bites(void **state)
{
    (void)state;
    static const struct {
        uint32_t edge_enable;
        bool is_heard;
    } rows[] = {{0, false}, {1, true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        poke(chip, 0x3FF00004, rows[i].edge_enable);
        wdt_enable(&chip->wdt);
        pass(chip, STAGE_MS(0xB) - 1);
        assert_false(has_irq(chip, IRQ_WDT));
        pass(chip, 1);
        assert_int_equal(has_irq(chip, IRQ_WDT), rows[i].is_heard);
        chip_drop(chip);
    }
}

static void without_reset_it_only_starts_again(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, OP, 0);
    poke(chip, OP_ND, 0);
    poke(chip, CTL, 0x3B);
    pass(chip, CYCLES_PER_S);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_bites_after_both_stages),
        cmocka_unit_test(the_rom_s_default_is_about_eight_seconds),
        cmocka_unit_test(feeding_keeps_it_quiet),
        cmocka_unit_test(switched_off_it_never_bites),
        cmocka_unit_test(it_barks_before_it_bites),
        cmocka_unit_test(without_reset_it_only_starts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
