#include "test/emulator/chip_fixture.h"

#define RTC 0x60000700u
#define CTL (RTC + 0x00u)
#define STATE1 (RTC + 0x14u)
#define COUNTER (RTC + 0x1Cu)
#define SCRATCH0 (RTC + 0x30u)
#define GPIO_OUT (RTC + 0x68u)
#define GPIO_ENABLE (RTC + 0x74u)
#define GPIO_IN (RTC + 0x8Cu)
#define PAD (RTC + 0xA0u)
#define MEMORY 0x60001000u

static void reset(struct chip *chip, enum reset_cause cause)
{
    chip_reset(chip, cause);
    chip->cpu.is_stopped = true;
}

static void the_cause_of_the_last_reset_is_read(void **state)
{
    (void)state;
    static const enum reset_cause causes[] = {RESET_EXTERNAL, RESET_SOFTWARE,
                                              RESET_WATCHDOG, RESET_DEEP_SLEEP};
    struct chip *chip = chip_make();
    assert_int_equal(peek(chip, STATE1), RESET_POWER_ON);
    for (size_t i = 0; i < COUNT(causes); i++) {
        reset(chip, causes[i]);
        assert_int_equal(peek(chip, STATE1), causes[i]);
    }
    chip_drop(chip);
}

static void memory_survives_resets_but_not_power(void **state)
{
    (void)state;
    static const enum reset_cause causes[] = {RESET_EXTERNAL, RESET_SOFTWARE,
                                              RESET_WATCHDOG};
    static const uint32_t addresses[] = {MEMORY, MEMORY + 0x200,
                                         MEMORY + 0x3FC};
    struct chip *chip = chip_make();
    for (size_t i = 0; i < COUNT(addresses); i++)
        poke(chip, addresses[i], 0xA5000000u + addresses[i]);
    for (size_t i = 0; i < COUNT(causes); i++)
        reset(chip, causes[i]);
    for (size_t i = 0; i < COUNT(addresses); i++)
        assert_int_equal(peek(chip, addresses[i]), 0xA5000000u + addresses[i]);
    chip_power(chip, false);
    chip_power(chip, true);
    for (size_t i = 0; i < COUNT(addresses); i++)
        assert_int_not_equal(peek(chip, addresses[i]),
                             0xA5000000u + addresses[i]);
    chip_drop(chip);
}

static void scratch_registers_survive_resets_others_do_not(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    for (uint32_t i = 0; i < 4; i++)
        poke(chip, SCRATCH0 + 4 * i, 100 + i);
    poke(chip, GPIO_OUT, 1);
    reset(chip, RESET_WATCHDOG);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(peek(chip, SCRATCH0 + 4 * i), 100 + i);
    assert_int_equal(peek(chip, GPIO_OUT), 0);
    chip_power(chip, false);
    chip_power(chip, true);
    assert_int_equal(peek(chip, SCRATCH0), 0);
    chip_drop(chip);
}

static void gpio16_is_driven_and_read_here(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct wire *wire = &chip->pin[16];
    wire_drive(wire, SIDE_BOARD, DRIVE_WEAK_HIGH);
    assert_int_equal(peek(chip, GPIO_IN) & 1, 1);
    poke(chip, GPIO_ENABLE, 1);
    assert_true(wire_level(wire)); /* the pad is not GPIO yet */
    poke(chip, PAD, 1);
    assert_false(wire_level(wire));
    assert_int_equal(peek(chip, GPIO_IN) & 1, 0);
    poke(chip, GPIO_OUT, 1);
    assert_int_equal(wire->side[SIDE_CHIP], DRIVE_HIGH);
    poke(chip, GPIO_ENABLE, 0);
    assert_int_equal(wire->side[SIDE_CHIP], DRIVE_NONE);
    wire_drive(wire, SIDE_CONTACT, DRIVE_LOW);
    assert_int_equal(peek(chip, GPIO_IN) & 1, 0);
    chip_drop(chip);
}

static void the_slow_counter_runs_from_power_on(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    uint32_t start = peek(chip, COUNTER);
    pass(chip, CYCLES_PER_S);
    assert_in_range(peek(chip, COUNTER) - start, 149000, 151000);
    reset(chip, RESET_SOFTWARE);
    assert_in_range(peek(chip, COUNTER) - start, 149000, 151000);
    chip_power(chip, false);
    chip_power(chip, true);
    assert_int_equal(peek(chip, COUNTER), 0);
    chip_drop(chip);
}

static void software_resets_by_the_top_bit(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CTL, 1u << 31);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON); /* not in the store */
    pass(chip, 1);
    assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cause_of_the_last_reset_is_read),
        cmocka_unit_test(memory_survives_resets_but_not_power),
        cmocka_unit_test(scratch_registers_survive_resets_others_do_not),
        cmocka_unit_test(gpio16_is_driven_and_read_here),
        cmocka_unit_test(the_slow_counter_runs_from_power_on),
        cmocka_unit_test(software_resets_by_the_top_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
