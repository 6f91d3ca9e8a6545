/* What qemu's lx106 gets wrong or does not have, so that the differential test
 * can't tell: which memory takes which access, code that goes away with the
 * flash cache, and interrupts that come in one another. */
#include "test/emulator/cpu_fixture.h"

static uint8_t flash[IROM_SIZE];

static void open_with_flash(void **state)
{
    open_machine(state);
    memset(flash, 0, sizeof flash);
    bus_map_flash(m.bus, flash, sizeof flash, true);
}

/* ---- the edges of memory ------------------------------------------------- */

#define LAST (DRAM_BASE + DRAM_SIZE)
#define BEFORE (DRAM_BASE - 8)
#define LITERAL (IROM_BASE + 0x100)

/* clang-format off */
static const struct {
    uint32_t instruction, address;
    enum fault cause;
} accesses[] = {
    {L8UI(2, 3),  DRAM_BASE,     FAULT_NONE},
    {L8UI(2, 3),  LAST - 1,      FAULT_NONE},
    {L8UI(2, 3),  BEFORE + 7,    FAULT_LOAD_PROHIBITED},
    {L16UI(2, 3), LAST - 2,      FAULT_NONE},
    {L16UI(2, 3), LAST - 1,      FAULT_UNALIGNED},
    {L16SI(2, 3), BEFORE + 6,    FAULT_LOAD_PROHIBITED},
    {L16SI(2, 3), BEFORE + 7,    FAULT_UNALIGNED},
    {L32I(2, 3),  DRAM_BASE,     FAULT_NONE},
    {L32I(2, 3),  LAST - 4,      FAULT_NONE},
    {L32I(2, 3),  LAST - 2,      FAULT_UNALIGNED},
    {L32I(2, 3),  BEFORE + 4,    FAULT_LOAD_PROHIBITED},
    {S8I(2, 3),   LAST - 1,      FAULT_NONE},
    {S8I(2, 3),   BEFORE + 7,    FAULT_STORE_PROHIBITED},
    {S16I(2, 3),  LAST - 2,      FAULT_NONE},
    {S16I(2, 3),  DRAM_BASE + 1, FAULT_UNALIGNED},
    {S32I(2, 3),  LAST - 4,      FAULT_NONE},
    {S32I(2, 3),  LAST - 3,      FAULT_UNALIGNED},
    {S32I(2, 3),  BEFORE + 4,    FAULT_STORE_PROHIBITED},
    {L8UI(2, 3),  LAST,          FAULT_LOAD_STORE}, /* the ROM */
    {S32I(2, 3),  LAST,          FAULT_LOAD_STORE},
    {L32I(2, 3),  LITERAL,       FAULT_NONE},
    {L32I(2, 3),  LITERAL + 1,   FAULT_UNALIGNED},
    {L8UI(2, 3),  LITERAL,       FAULT_LOAD_STORE},
    {L16UI(2, 3), LITERAL,       FAULT_LOAD_STORE},
    {L16SI(2, 3), LITERAL + 2,   FAULT_LOAD_STORE},
    {S8I(2, 3),   LITERAL,       FAULT_LOAD_STORE},
    {S16I(2, 3),  LITERAL,       FAULT_LOAD_STORE},
    {S32I(2, 3),  LITERAL,       FAULT_LOAD_STORE},
    {L32I(2, 3),  IROM_BASE + IROM_SIZE, FAULT_LOAD_PROHIBITED},
    {L32I(2, 3),  IRAM_BASE + 0x7FFC, FAULT_NONE},
    {S32I(2, 3),  IRAM_BASE + 0x7FFC, FAULT_NONE},
    {L32I(2, 3),  IRAM_BASE + 0x8000, FAULT_LOAD_STORE}, /* is cache now */
    {S32I(2, 3),  IRAM_BASE + 0xFFFC, FAULT_LOAD_STORE},
};
/* clang-format on */

static void each_access_at_an_edge_is_right(void **state)
{
    for (size_t i = 0; i < sizeof accesses / sizeof accesses[0]; i++) {
        uint32_t address = accesses[i].address;
        enum fault cause = accesses[i].cause;
        open_with_flash(state);
        put(accesses[i].instruction);
        put(J_SELF);
        m.cpu.a[2] = 0x80;
        m.cpu.a[3] = address;
        run(5);
        assert_int_equal(m.native_calls, cause == FAULT_NONE ? 0 : 1);
        if (cause != FAULT_NONE) {
            assert_int_equal(m.cpu.exccause, cause);
            assert_int_equal(m.cpu.excvaddr, address);
            assert_int_equal(m.cpu.a[2], 0x80);
        }
        close_machine(state);
    }
}

static void the_edges_keep_what_is_written(void **state)
{
    (void)state;
    uint32_t word = 0;
    put(S32I(2u, 3u));
    put(S8I(4u, 5u));
    put(S16I(6u, 7u));
    put(L8UI(8u, 5u));
    put(L16SI(9u, 7u));
    put(J_SELF);
    m.cpu.a[2] = 0x11223344;
    m.cpu.a[3] = LAST - 4;
    m.cpu.a[4] = 0x5AA;
    m.cpu.a[5] = LAST - 1;
    m.cpu.a[6] = 0x12345;
    m.cpu.a[7] = LAST - 4;
    run(10);
    assert_int_equal(bus_read32(m.bus, LAST - 4, &word), FAULT_NONE);
    assert_int_equal(word, 0xAA222345);
    assert_int_equal(m.cpu.a[8], 0xAA);
    assert_int_equal(m.cpu.a[9], 0x2345);
}

/* ---- the flash cache ----------------------------------------------------- */

static void unmap(uint32_t offset, uint32_t value)
{
    (void)offset;
    (void)value;
    bus_map_flash(m.bus, NULL, 0, false);
}

/* Code in the flash window turns the cache off under itself: not one more
 * instruction of it runs, though it has run before. */
static void code_in_flash_ends_with_the_cache(void **state)
{
    open_with_flash(state);
    m.on_write = unmap;
    put_u32le(flash, S32I(2u, 3u) | ADDI(4u, 4u, 1u) << 24);
    put_u32le(flash + 4, ADDI(4u, 4u, 1u) >> 8 | J_SELF << 16);
    put_u32le(flash + 8, J_SELF >> 16);
    m.cpu.a[3] = DATA;
    m.cpu.pc = IROM_BASE;
    run(5);
    assert_int_equal(m.cpu.a[4], 1);
    m.cpu.a[3] = REGISTERS;
    m.cpu.pc = IROM_BASE;
    run(5);
    assert_int_equal(m.cpu.a[4], 1);
    assert_int_equal(m.cpu.exccause, FAULT_FETCH);
    assert_int_equal(m.cpu.epc[1], IROM_BASE + 3);
    assert_int_equal(m.cpu.excvaddr, IROM_BASE + 3);
    close_machine(state);
}

/* A handler in RAM reads a constant that was left in flash. */
static void literals_in_flash_fault_without_the_cache(void **state)
{
    static const uint32_t instructions[] = {L32I(2, 3), L8UI(2, 3), S32I(2, 3)};
    for (size_t i = 0; i < 3; i++) {
        open_with_flash(state);
        put(L32I(4u, 3u));
        put(S32I(2u, 5u)); /* turns the cache off */
        put(instructions[i]);
        put(J_SELF);
        m.on_write = unmap;
        m.cpu.a[3] = LITERAL;
        m.cpu.a[5] = REGISTERS;
        put_u32le(flash + 0x100, 77);
        run(10);
        assert_int_equal(m.cpu.a[4], 77);
        assert_int_equal(m.cpu.exccause, FAULT_LOAD_STORE);
        assert_int_equal(m.cpu.excvaddr, LITERAL);
        assert_int_equal(m.cpu.epc[1], CODE + 6);
        close_machine(state);
    }
}

static void vectors_in_flash_need_the_cache(void **state)
{
    open_with_flash(state);
    bus_map_flash(m.bus, NULL, 0, false);
    put(ILL);
    m.cpu.vecbase = IROM_BASE;
    run(1);
    assert_int_equal(m.cpu.pc, IROM_BASE + 0x50);
    run(1);
    assert_int_equal(m.cpu.exccause, FAULT_FETCH);
    assert_int_equal(m.cpu.pc, IROM_BASE + 0x70);
    assert_int_equal(m.cpu.depc, IROM_BASE + 0x50);
    close_machine(state);
}

/* ---- interrupts in one another ------------------------------------------- */

/* The NMI comes in the handler of a level 1 interrupt, which EXCM would keep
 * out, and both go back to where they came from. */
static void an_nmi_interrupts_a_handler(void **state)
{
    (void)state;
    m.cpu.vecbase = CODE;
    m.put_at = CODE + 0x20; /* NMI */
    put(ADDI(2u, 2u, 1u));
    put(RFI(3u));
    m.put_at = CODE + 0x50; /* level 1 */
    put(ADDI(3u, 3u, 1u));
    put(ADDI(3u, 3u, 1u));
    put(RFE);
    m.put_at = CODE + 0x100;
    put(J_SELF);
    m.cpu.pc = CODE + 0x100;
    m.cpu.intenable = 1u << IRQ_FRC1;
    cpu_set_irq(&m.cpu, IRQ_FRC1, true);
    run(0); /* nothing yet */
    m.clock.limit = m.clock.now + 1;
    cpu_run(&m.cpu); /* one block: the level 1 handler, to its rfe */
    assert_int_equal(m.cpu.epc[1], CODE + 0x100);
    m.cpu.ps |= PS_EXCM; /* and back in it */
    m.cpu.pc = CODE + 0x53;
    cpu_set_irq(&m.cpu, IRQ_NMI, true);
    m.cpu.interrupt &= ~(1u << IRQ_FRC1);
    m.clock.limit = m.clock.now + 1;
    cpu_run(&m.cpu);
    assert_int_equal(m.cpu.a[2], 1);
    assert_int_equal(m.cpu.epc[3], CODE + 0x53);
    assert_int_equal(m.cpu.eps[3], PS_UM | PS_EXCM);
    assert_int_equal(m.cpu.pc, CODE + 0x53);
    assert_int_equal(m.cpu.ps, PS_UM | PS_EXCM);
    run(20);
    assert_int_equal(m.cpu.a[3], 3);
    assert_int_equal(m.cpu.pc, CODE + 0x100);
    assert_int_equal(m.cpu.ps, PS_UM);
}

/* Whether a pending level 1 interrupt comes in, by PS. */
static void each_level_masks_what_it_should(void **state)
{
    static const struct {
        uint32_t ps;
        bool comes, nmi_comes;
    } rows[] = {
        {PS_UM, true, true},      {PS_UM | 1, false, true},
        {PS_UM | 2, false, true}, {PS_UM | 3, false, true},
        {0, true, true},          {PS_UM | PS_EXCM, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int is_nmi = 0; is_nmi < 2; is_nmi++) {
            open_machine(state);
            put(J_SELF);
            m.cpu.ps = rows[i].ps;
            m.cpu.intenable = 1u << IRQ_UART;
            cpu_set_irq(&m.cpu, is_nmi ? IRQ_NMI : IRQ_UART, true);
            run(5);
            bool comes = is_nmi ? rows[i].nmi_comes : rows[i].comes;
            assert_int_equal(m.native_calls, comes ? 1 : 0);
            close_machine(state);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_access_at_an_edge_is_right),
        CPU_TEST(the_edges_keep_what_is_written),
        cmocka_unit_test(code_in_flash_ends_with_the_cache),
        cmocka_unit_test(literals_in_flash_fault_without_the_cache),
        cmocka_unit_test(vectors_in_flash_need_the_cache),
        CPU_TEST(an_nmi_interrupts_a_handler),
        cmocka_unit_test(each_level_masks_what_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
