#include "test/emulator/cpu_fixture.h"

#define BIT(irq) (1u << (irq))

static void an_interrupt_is_taken_when_enabled_and_not_masked(void **state)
{
    static const struct {
        enum cpu_irq irq;
        uint32_t intenable, ps, vector; /* vector 0: not taken */
    } rows[] = {
        {IRQ_UART, BIT(IRQ_UART), PS_UM, 0x50},
        {IRQ_UART, BIT(IRQ_UART), 0, 0x30},
        {IRQ_UART, BIT(IRQ_GPIO), PS_UM, 0},
        {IRQ_UART, BIT(IRQ_UART), PS_UM | 1, 0},
        {IRQ_UART, BIT(IRQ_UART), PS_UM | PS_EXCM, 0},
        {IRQ_WDEV, BIT(IRQ_WDEV), PS_UM, 0x50},
        {IRQ_FRC1, BIT(IRQ_FRC1), PS_UM, 0x50},
        {IRQ_FRC2, BIT(IRQ_FRC2), PS_UM | 2, 0},
        {IRQ_NMI, 0, PS_UM | 2, 0x20},
        {IRQ_NMI, 0, PS_UM | PS_EXCM, 0x20},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_machine(state);
        put(NOP);
        put(J_SELF);
        m.cpu.intenable = rows[i].intenable;
        m.cpu.ps = rows[i].ps;
        run(3);
        cpu_set_irq(&m.cpu, rows[i].irq, true);
        assert_int_equal(cpu_has_interrupt(&m.cpu), rows[i].vector != 0);
        run(3);
        assert_int_equal(m.native_calls, rows[i].vector ? 1 : 0);
        if (rows[i].vector)
            assert_int_equal(m.native_pc, VECBASE + rows[i].vector);
        close_machine(state);
    }
}

static void a_level_1_interrupt_saves_pc_and_sets_excm(void **state)
{
    (void)state;
    put(NOP);
    put(J_SELF);
    m.cpu.intenable = BIT(IRQ_UART);
    run(3);
    cpu_set_irq(&m.cpu, IRQ_UART, true);
    run(3);
    assert_int_equal(m.cpu.epc[1], CODE + 3);
    assert_int_equal(m.cpu.exccause, FAULT_LEVEL1);
    assert_int_equal(m.cpu.ps, PS_UM | PS_EXCM);
}

static void an_nmi_saves_its_own_registers(void **state)
{
    (void)state;
    put(J_SELF);
    m.cpu.epc[1] = 7;
    cpu_set_irq(&m.cpu, IRQ_NMI, true);
    run(3);
    assert_int_equal(m.cpu.epc[3], CODE);
    assert_int_equal(m.cpu.eps[3], PS_UM);
    assert_int_equal(m.cpu.epc[1], 7);
    assert_int_equal(m.cpu.ps, PS_UM | PS_EXCM | 3);
    assert_false(cpu_has_interrupt(&m.cpu)); /* one rise, one NMI */
}

static void levels_follow_their_line_and_edges_are_remembered(void **state)
{
    static const struct {
        enum cpu_irq irq;
        bool is_edge;
    } rows[] = {{IRQ_WDEV, false}, {IRQ_UART, false}, {IRQ_WDT, true},
                {IRQ_FRC1, true},  {IRQ_FRC2, true},  {13, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t bit = BIT(rows[i].irq);
        open_machine(state);
        put(WSR(SR_INTCLEAR, 2u));
        put(J_SELF);
        m.cpu.a[2] = bit;
        cpu_set_irq(&m.cpu, rows[i].irq, true);
        assert_int_equal(m.cpu.interrupt, bit);
        run(2);
        assert_int_equal(m.cpu.interrupt, rows[i].is_edge ? 0 : bit);
        cpu_set_irq(&m.cpu, rows[i].irq, true); /* no rise */
        assert_int_equal(m.cpu.interrupt, rows[i].is_edge ? 0 : bit);
        cpu_set_irq(&m.cpu, rows[i].irq, false);
        assert_int_equal(m.cpu.interrupt, 0);
        cpu_set_irq(&m.cpu, rows[i].irq, true);
        cpu_set_irq(&m.cpu, rows[i].irq, false);
        assert_int_equal(m.cpu.interrupt, rows[i].is_edge ? bit : 0);
        close_machine(state);
    }
}

static void intset_raises_the_software_interrupt_only(void **state)
{
    (void)state;
    put(WSR(SR_INTERRUPT, 2u));
    put(NOP);
    put(J_SELF);
    m.cpu.a[2] = 0xFFFFFFFF;
    m.cpu.intenable = BIT(IRQ_SOFT);
    run(5);
    assert_int_equal(m.cpu.interrupt, BIT(IRQ_SOFT));
    assert_int_equal(m.native_pc, VECBASE + 0x50);
    assert_int_equal(m.cpu.epc[1], CODE + 3); /* right after the write */
}

static void each_way_to_unmask_lets_a_waiting_interrupt_in(void **state)
{
    static const struct {
        uint32_t instruction, a2, ps, intenable, epc;
    } rows[] = {
        {WSR(SR_PS, 2u), PS_UM, PS_UM | 15, BIT(IRQ_UART), CODE + 3},
        {XSR(SR_PS, 2u), PS_UM, PS_UM | 15, BIT(IRQ_UART), CODE + 3},
        {RSIL(3u, 0u), 0, PS_UM | 15, BIT(IRQ_UART), CODE + 3},
        {WSR(SR_INTENABLE, 2u), BIT(IRQ_UART), PS_UM, 0, CODE + 3},
        {RFE, 0, PS_UM | PS_EXCM, BIT(IRQ_UART), CODE + 0x300},
        {RFI(2u), 0, PS_UM | 2, BIT(IRQ_UART), CODE + 0x400},
        {WAITI(0u), 0, PS_UM | 15, BIT(IRQ_UART), CODE + 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_machine(state);
        put(rows[i].instruction);
        for (unsigned k = 0; k < 8; k++)
            put(NOP);
        put(J_SELF);
        m.cpu.a[2] = rows[i].a2;
        m.cpu.ps = rows[i].ps;
        m.cpu.intenable = rows[i].intenable;
        m.cpu.epc[1] = CODE + 0x300;
        m.cpu.epc[2] = CODE + 0x400;
        m.cpu.eps[2] = PS_UM;
        cpu_set_irq(&m.cpu, IRQ_UART, true);
        assert_false(cpu_has_interrupt(&m.cpu));
        run(10);
        assert_int_equal(m.native_pc, VECBASE + 0x50);
        assert_int_equal(m.cpu.epc[1], rows[i].epc);
        assert_int_equal(m.clock.now, 2); /* it, and the vector's native */
        close_machine(state);
    }
}

static void rsil_gives_the_old_ps(void **state)
{
    (void)state;
    put(RSIL(3u, 2u));
    put(J_SELF);
    m.cpu.ps = PS_UM | 1;
    run(3);
    assert_int_equal(m.cpu.a[3], PS_UM | 1);
    assert_int_equal(m.cpu.ps, PS_UM | 2);
}

static enum native_result return_from_interrupt(uint32_t pc)
{
    (void)pc;
    cpu_set_irq(&m.cpu, IRQ_UART, false);
    m.cpu.interrupt = 0;
    m.cpu.ps &= ~PS_EXCM;
    m.cpu.pc = m.cpu.epc[1];
    return NATIVE_JUMP;
}

static void waiti_waits_for_one_interrupt_and_goes_on(void **state)
{
    (void)state;
    put(WAITI(0u));
    put(ADDI(2u, 2u, 1u));
    put(J_SELF);
    m.native = return_from_interrupt;
    m.cpu.intenable = BIT(IRQ_UART);
    for (unsigned i = 0; i < 3; i++) {
        m.clock.now += 100; /* events pass, no interrupt comes */
        run(50);
        assert_true(m.cpu.is_waiting);
        assert_int_equal(m.cpu.a[2], 0);
    }
    cpu_set_irq(&m.cpu, IRQ_UART, true);
    run(50);
    assert_false(m.cpu.is_waiting);
    assert_int_equal(m.native_calls, 1);
    assert_int_equal(m.cpu.a[2], 1);
}

/* ---- CCOUNT and CCOMPARE ------------------------------------------------- */

static void ccompare_interrupts_when_ccount_reaches_it(void **state)
{
    (void)state;
    put(WSR(SR_CCOUNT, 2u));
    put(WSR(SR_CCOMPARE, 3u));
    put(J_SELF);
    m.cpu.a[2] = 0xFFFFFF00; /* across the wrap */
    m.cpu.a[3] = 0x00000100;
    run(10);
    assert_int_equal(clock_next(&m.clock), 0x200);
    m.clock.now = 0x1FF;
    clock_run_due(&m.clock);
    assert_int_equal(m.cpu.interrupt, 0);
    m.clock.now = 0x200;
    clock_run_due(&m.clock);
    assert_int_equal(m.cpu.interrupt, BIT(IRQ_CCOMPARE));
    /* and again a full turn later */
    assert_true(clock_next(&m.clock) == 0x200 + (1ull << 32));
    m.cpu.pc = CODE + 3;
    run(2);
    assert_int_equal(m.cpu.interrupt, 0); /* cleared by writing it */
}

static void reset_takes_back_interrupts_and_the_timer(void **state)
{
    (void)state;
    put(WSR(SR_CCOMPARE, 3u));
    put(J_SELF);
    m.cpu.a[3] = 100;
    run(3);
    cpu_set_irq(&m.cpu, IRQ_NMI, true);
    cpu_reset(&m.cpu);
    assert_true(clock_next(&m.clock) == CLOCK_NEVER);
    assert_false(cpu_has_interrupt(&m.cpu));
    assert_int_equal(m.cpu.pc, 0x40000080);
    assert_int_equal(m.cpu.ps, 0x1F);
    assert_int_equal(m.cpu.vecbase, 0x40000000);
    run(5);
    assert_int_equal(m.native_pc, 0x40000080);
}

/* ---- devices and natives ------------------------------------------------- */

static void raise_line(uint32_t offset, uint32_t value)
{
    (void)offset;
    cpu_set_irq(&m.cpu, IRQ_UART, value != 0);
}

static void a_register_write_interrupts_right_after_it(void **state)
{
    (void)state;
    put(S32I(3u, 3u));
    for (unsigned i = 0; i < 8; i++)
        put(NOP);
    put(J_SELF);
    m.on_write = raise_line;
    m.cpu.a[3] = REGISTERS;
    m.cpu.intenable = BIT(IRQ_UART);
    run(10);
    assert_int_equal(m.native_pc, VECBASE + 0x50);
    assert_int_equal(m.cpu.epc[1], CODE + 3);
}

static unsigned asked;

/* Waits in a2 until it is 3; the interrupt's vector counts. */
static enum native_result wait_for_three(uint32_t pc)
{
    if (pc == VECBASE + 0x50) {
        m.cpu.a[2]++;
        return return_from_interrupt(pc);
    }
    asked++;
    return m.cpu.a[2] == 3 ? NATIVE_RETURN : NATIVE_AGAIN;
}

static void a_native_that_waits_is_asked_again_after_an_interrupt(void **state)
{
    (void)state;
    put(CALLX0(3u));
    put(J_SELF);
    m.native = wait_for_three;
    m.cpu.a[3] = ROM_BASE + 0x2ECC;
    m.cpu.intenable = BIT(IRQ_UART);
    asked = 0;
    for (unsigned i = 0; i < 3; i++) {
        run(100);
        assert_true(m.cpu.is_waiting);
        assert_int_equal(m.cpu.pc, ROM_BASE + 0x2ECC);
        cpu_set_irq(&m.cpu, IRQ_UART, true);
    }
    uint64_t before = m.clock.now;
    run(100);
    assert_false(m.cpu.is_waiting);
    assert_int_equal(m.cpu.a[2], 3);
    assert_int_equal(m.cpu.pc, CODE + 3);
    assert_int_equal(m.clock.now, before + 100);
    assert_int_equal(m.cpu.epc[1], ROM_BASE + 0x2ECC);
    assert_true(asked >= 4);
}

static void asking_a_waiting_native_takes_no_time(void **state)
{
    (void)state;
    m.native = wait_for_three;
    m.cpu.pc = ROM_BASE + 0x2ECC;
    for (unsigned i = 0; i < 5; i++)
        run(100);
    assert_int_equal(m.clock.now, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_is_taken_when_enabled_and_not_masked),
        CPU_TEST(a_level_1_interrupt_saves_pc_and_sets_excm),
        CPU_TEST(an_nmi_saves_its_own_registers),
        cmocka_unit_test(levels_follow_their_line_and_edges_are_remembered),
        CPU_TEST(intset_raises_the_software_interrupt_only),
        cmocka_unit_test(each_way_to_unmask_lets_a_waiting_interrupt_in),
        CPU_TEST(rsil_gives_the_old_ps),
        CPU_TEST(waiti_waits_for_one_interrupt_and_goes_on),
        CPU_TEST(ccompare_interrupts_when_ccount_reaches_it),
        CPU_TEST(reset_takes_back_interrupts_and_the_timer),
        CPU_TEST(a_register_write_interrupts_right_after_it),
        CPU_TEST(a_native_that_waits_is_asked_again_after_an_interrupt),
        CPU_TEST(asking_a_waiting_native_takes_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
