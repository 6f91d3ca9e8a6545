#include "test/emulator/chip_fixture.h"

#define FRC1 0x60000600u
#define FRC2 0x60000620u
#define LOAD 0x00u
#define VALUE 0x04u
#define CTRL 0x08u
#define INT 0x0Cu
#define ALARM 0x10u
#define EN 0x80u
#define RELOAD 0x40u
#define LEVEL 0x01u
#define DIV16 0x04u
#define DIV256 0x08u

#define EDGE_ENABLE 0x3FF00004u
#define NMI_SELECT 0x3FF00000u

static void acknowledge(struct chip *chip, uint32_t base, enum cpu_irq irq)
{
    poke(chip, base + INT, 0);
    chip->cpu.interrupt &= ~(1u << irq);
}

static void frc1_counts_down_at_its_prescale(void **state)
{
    (void)state;
    static const struct {
        uint32_t divider_bits;
        uint64_t cycles;
    } rows[] = {{0, 1}, {DIV16, 16}, {DIV256, 256}, {DIV256 | DIV16, 256}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        poke(chip, FRC1 + CTRL, EN | rows[i].divider_bits);
        poke(chip, FRC1 + LOAD, 1000);
        assert_int_equal(peek(chip, FRC1 + VALUE), 1000);
        pass(chip, 100 * rows[i].cycles);
        assert_int_equal(peek(chip, FRC1 + VALUE), 900);
        pass(chip, 900 * rows[i].cycles - 1);
        assert_int_equal(peek(chip, FRC1 + INT), 0);
        pass(chip, 1);
        assert_int_equal(peek(chip, FRC1 + INT), 1);
        chip_drop(chip);
    }
}

static void frc1_reloads_only_when_told(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, EDGE_ENABLE, 2);
    poke(chip, FRC1 + CTRL, EN | RELOAD | DIV16);
    poke(chip, FRC1 + LOAD, 500);
    for (unsigned i = 0; i < 3; i++) {
        pass(chip, 500 * 16 - 1);
        assert_false(has_irq(chip, IRQ_FRC1));
        pass(chip, 1);
        assert_true(has_irq(chip, IRQ_FRC1));
        acknowledge(chip, FRC1, IRQ_FRC1);
    }
    poke(chip, FRC1 + CTRL, EN | DIV16);
    pass(chip, 500 * 16 + 160);
    assert_true(has_irq(chip, IRQ_FRC1));
    acknowledge(chip, FRC1, IRQ_FRC1);
    assert_int_equal(peek(chip, FRC1 + VALUE), 0x7FFFFF - 10);
    chip_drop(chip);
}

static void frc1_reaches_the_cpu_by_dport(void **state)
{
    (void)state;
    static const struct {
        uint32_t edge, nmi;
        bool is_frc1, is_nmi;
    } rows[] = {
        {0, 0x00, false, false}, {2, 0x00, true, false},
        {2, 0x0F, false, true},  {2, 0x6F, false, true},
        {2, 0x0E, true, false},  {0, 0x0F, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        poke(chip, EDGE_ENABLE, rows[i].edge);
        poke(chip, NMI_SELECT, rows[i].nmi);
        poke(chip, FRC1 + CTRL, EN);
        poke(chip, FRC1 + LOAD, 100);
        pass(chip, 101);
        assert_int_equal(has_irq(chip, IRQ_FRC1), rows[i].is_frc1);
        assert_int_equal(has_irq(chip, IRQ_NMI), rows[i].is_nmi);
        assert_int_equal(chip->cpu.irq_lines, 0); /* a pulse */
        chip_drop(chip);
    }
}

static void a_level_interrupt_stays_until_cleared(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, EDGE_ENABLE, 2);
    poke(chip, FRC1 + CTRL, EN | LEVEL);
    poke(chip, FRC1 + LOAD, 100);
    pass(chip, 200);
    assert_int_equal(chip->cpu.irq_lines >> IRQ_FRC1 & 1, 1);
    poke(chip, FRC1 + INT, 0);
    assert_int_equal(chip->cpu.irq_lines >> IRQ_FRC1 & 1, 0);
    chip_drop(chip);
}

static void frc2_counts_up_to_its_alarm(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, FRC2 + LOAD, 0);
    poke(chip, FRC2 + CTRL, EN | DIV256);
    pass(chip, 256 * 1000);
    assert_int_equal(peek(chip, FRC2 + VALUE), 1000);
    poke(chip, FRC2 + ALARM, 1500);
    pass(chip, 256 * 499);
    assert_false(has_irq(chip, IRQ_FRC2));
    pass(chip, 256);
    assert_true(has_irq(chip, IRQ_FRC2));
    assert_int_equal(peek(chip, FRC2 + VALUE), 1500);
    acknowledge(chip, FRC2, IRQ_FRC2);
    pass(chip, 256 * 10);
    assert_int_equal(peek(chip, FRC2 + VALUE), 1510);
    assert_false(has_irq(chip, IRQ_FRC2));
    chip_drop(chip);
}

static void an_alarm_in_the_past_waits_for_the_wrap(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, FRC2 + CTRL, EN);
    poke(chip, FRC2 + LOAD, 0xFFFFFF00);
    poke(chip, FRC2 + ALARM, 0x10);
    pass(chip, 0x10F);
    assert_false(has_irq(chip, IRQ_FRC2));
    pass(chip, 1);
    assert_true(has_irq(chip, IRQ_FRC2));
    assert_int_equal(peek(chip, FRC2 + VALUE), 0x10);
    chip_drop(chip);
}

static void a_stopped_timer_holds_its_count(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, FRC1 + CTRL, EN);
    poke(chip, FRC1 + LOAD, 10000);
    pass(chip, 4000);
    poke(chip, FRC1 + CTRL, 0);
    pass(chip, 50000);
    assert_int_equal(peek(chip, FRC1 + VALUE), 6000);
    assert_int_equal(peek(chip, FRC1 + INT), 0);
    poke(chip, FRC1 + CTRL, EN);
    pass(chip, 6000);
    assert_int_equal(peek(chip, FRC1 + INT), 1);
    chip_drop(chip);
}

static void the_shortest_period_lets_time_go_on(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, FRC1 + CTRL, EN | RELOAD);
    poke(chip, FRC1 + LOAD, 0);
    uint64_t start = chip->clock.now;
    pass(chip, 10000);
    assert_int_equal(chip->clock.now - start, 10000);
    chip_drop(chip);
}

static void timers_are_pauses_that_software_asked_for(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, FRC1 + CTRL, EN);
    poke(chip, FRC1 + LOAD, 100);
    assert_int_equal(clock_next(&chip->clock), chip->clock.now + 100);
    assert_int_equal(clock_next_busy(&chip->clock), CLOCK_NEVER);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frc1_counts_down_at_its_prescale),
        cmocka_unit_test(frc1_reloads_only_when_told),
        cmocka_unit_test(frc1_reaches_the_cpu_by_dport),
        cmocka_unit_test(a_level_interrupt_stays_until_cleared),
        cmocka_unit_test(frc2_counts_up_to_its_alarm),
        cmocka_unit_test(an_alarm_in_the_past_waits_for_the_wrap),
        cmocka_unit_test(a_stopped_timer_holds_its_count),
        cmocka_unit_test(the_shortest_period_lets_time_go_on),
        cmocka_unit_test(timers_are_pauses_that_software_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
