#include "test/emulator/cpu_fixture.h"

/* ---- faults -------------------------------------------------------------- */

/* clang-format off */
static const struct fault_row {
    uint32_t instruction, a3;
    enum fault cause; /* FAULT_NONE: runs through */
    bool has_address;
} fault_rows[] = {
    {L8UI(2, 3),  DATA + 1,       FAULT_NONE, false},
    {L32I(2, 3),  CODE + 0x100,   FAULT_NONE, false},
    {L8UI(2, 3),  CODE + 0x100,   FAULT_LOAD_STORE, true},
    {L16UI(2, 3), CODE + 0x102,   FAULT_LOAD_STORE, true},
    {S8I(2, 3),   CODE + 0x101,   FAULT_LOAD_STORE, true},
    {S16I(2, 3),  CODE + 0x102,   FAULT_LOAD_STORE, true},
    {L32I(2, 3),  IROM_BASE,      FAULT_LOAD_STORE, true},
    {S32I(2, 3),  ROM_BASE + 64,  FAULT_LOAD_STORE, true},
    {L16UI(2, 3), DATA + 1,       FAULT_UNALIGNED, true},
    {L16SI(2, 3), DATA + 3,       FAULT_UNALIGNED, true},
    {L32I(2, 3),  DATA + 2,       FAULT_UNALIGNED, true},
    {S16I(2, 3),  DATA + 1,       FAULT_UNALIGNED, true},
    {S32I(2, 3),  DATA + 3,       FAULT_UNALIGNED, true},
    {L32I(2, 3),  0,              FAULT_LOAD_PROHIBITED, true},
    {L8UI(2, 3),  5,              FAULT_LOAD_PROHIBITED, true},
    {S32I(2, 3),  0,              FAULT_STORE_PROHIBITED, true},
    {S8I(2, 3),   3,              FAULT_STORE_PROHIBITED, true},
    {S32I(2, 3),  0x70000000,     FAULT_STORE_PROHIBITED, true},
    {ILL,         0,              FAULT_ILLEGAL, false},
    {0xF06D,      0,              FAULT_ILLEGAL, false}, /* ill.n */
    {SIMCALL,     0,              FAULT_ILLEGAL, false},
    {0xC20000,    0,              FAULT_ILLEGAL, false}, /* quou: no divide */
    {RSR(2u, 2),  0,              FAULT_ILLEGAL, false}, /* lcount: no loops */
    {RFI(1u),     0,              FAULT_ILLEGAL, false},
    {RFI(4u),     0,              FAULT_ILLEGAL, false},
    {SYSCALL,     0,              FAULT_SYSCALL, false},
};
/* clang-format on */

static void each_fault_enters_the_vector_with_its_cause(void **state)
{
    for (size_t i = 0; i < sizeof fault_rows / sizeof fault_rows[0]; i++) {
        const struct fault_row *row = &fault_rows[i];
        open_machine(state);
        put(NOP);
        put(row->instruction);
        put(J_SELF);
        m.cpu.a[2] = 0x1234;
        m.cpu.a[3] = row->a3;
        m.cpu.excvaddr = 0xAAAA;
        run(10);
        if (row->cause == FAULT_NONE) {
            assert_int_equal(m.native_calls, 0);
        } else {
            assert_int_equal(m.native_pc, VECBASE + 0x50);
            assert_int_equal(m.cpu.exccause, row->cause);
            assert_int_equal(m.cpu.epc[1], CODE + 3);
            assert_int_equal(m.cpu.excvaddr,
                             row->has_address ? row->a3 : 0xAAAA);
            assert_int_equal(m.cpu.a[2], 0x1234);
            assert_int_equal(m.cpu.ps, PS_UM | PS_EXCM);
        }
        close_machine(state);
    }
}

static void a_fetch_where_nothing_is_faults(void **state)
{
    static const struct {
        uint32_t pc;
        enum fault cause;
    } rows[] = {{0, FAULT_FETCH_PROHIBITED},
                {1, FAULT_FETCH_PROHIBITED},
                {0x1FFFFFFF, FAULT_FETCH_PROHIBITED},
                {DATA, FAULT_FETCH},
                {REGISTERS, FAULT_FETCH},
                {IROM_BASE, FAULT_FETCH},
                {0xFFFFFFFF, FAULT_FETCH}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_machine(state);
        put(JX(3));
        m.cpu.a[3] = rows[i].pc;
        run(10);
        assert_int_equal(m.native_pc, VECBASE + 0x50);
        assert_int_equal(m.cpu.exccause, rows[i].cause);
        assert_int_equal(m.cpu.epc[1], rows[i].pc);
        assert_int_equal(m.cpu.excvaddr, rows[i].pc);
        close_machine(state);
    }
}

static void the_vector_depends_on_ps_and_vecbase(void **state)
{
    static const struct {
        uint32_t ps, vecbase, instruction, vector;
    } rows[] = {
        {PS_UM, VECBASE, ILL, VECBASE + 0x50},
        {0, VECBASE, ILL, VECBASE + 0x30},
        {PS_UM | PS_EXCM, VECBASE, ILL, VECBASE + 0x70},
        {PS_EXCM, VECBASE, ILL, VECBASE + 0x70},
        {PS_UM, VECBASE + 0x1000, ILL, VECBASE + 0x1050},
        {PS_UM, VECBASE, BREAK_1_2, VECBASE + 0x10},
        {PS_UM | 1, VECBASE, BREAK_1_2, VECBASE + 0x10},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_machine(state);
        put(rows[i].instruction);
        m.cpu.ps = rows[i].ps;
        m.cpu.vecbase = rows[i].vecbase;
        run(10);
        assert_int_equal(m.native_pc, rows[i].vector);
        close_machine(state);
    }
}

static void a_fault_in_a_handler_keeps_both_addresses(void **state)
{
    (void)state;
    put(NOP);
    put(ILL);
    m.cpu.ps = PS_UM | PS_EXCM;
    m.cpu.epc[1] = 0x1111;
    run(10);
    assert_int_equal(m.cpu.depc, CODE + 3);
    assert_int_equal(m.cpu.epc[1], 0x1111);
}

static void break_is_masked_at_its_own_level(void **state)
{
    (void)state;
    put(BREAK_1_2);
    put(J_SELF);
    m.cpu.ps = PS_UM | 2;
    run(10);
    assert_int_equal(m.native_calls, 0);
    assert_int_equal(m.cpu.pc, CODE + 3);
    m.cpu.ps = PS_UM | 1;
    m.cpu.pc = CODE;
    run(10);
    assert_int_equal(m.cpu.epc[2], CODE);
    assert_int_equal(m.cpu.eps[2], PS_UM | 1);
    assert_int_equal(m.cpu.ps, PS_UM | PS_EXCM | 2);
    assert_int_equal(m.cpu.debugcause, 8);
}

/* ---- instructions that qemu can't vouch for ------------------------------ */

static void shifts_by_32_shift_everything_out(void **state)
{
    (void)state;
    put(MOVI(2u, 32u));
    put(SSL(2u)); /* SAR = 32 - 0 */
    put(SRL(4u, 3u));
    put(SRA(5u, 3u));
    put(SLL(6u, 3u));
    put(SRC(7u, 3u, 8u));
    put(SRA(9u, 8u));
    put(J_SELF);
    m.cpu.a[3] = 0x80000001;
    m.cpu.a[8] = 0x7FFFFFFF;
    run(20);
    assert_int_equal(m.cpu.sar, 32);
    assert_int_equal(m.cpu.a[4], 0);
    assert_int_equal(m.cpu.a[5], 0xFFFFFFFF);
    assert_int_equal(m.cpu.a[6], 0x80000001);
    assert_int_equal(m.cpu.a[7], 0x80000001);
    assert_int_equal(m.cpu.a[9], 0);
}

static void special_registers_have_only_their_bits(void **state)
{
    static const struct {
        uint32_t sr, expected;
    } rows[] = {{SR_SAR, 0x3F},
                {SR_PS, 0x3F},
                {SR_EPC1, 0xFFFFFFFF},
                {SR_EPS2, 0x3F},
                {SR_LITBASE, 0xFFFFF001},
                {SR_INTENABLE, 0x7FFF},
                {96, 1},            /* IBREAKENABLE */
                {176, 0xC28CDAFA}}; /* CONFIGID0 */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        open_machine(state);
        put(WSR(rows[i].sr, 2u));
        put(RSR(rows[i].sr, 3u));
        put(J_SELF);
        m.cpu.a[2] = 0xFFFFFFFF;
        run(10);
        assert_int_equal(m.cpu.a[3], rows[i].expected);
        close_machine(state);
    }
}

static void xsr_exchanges(void **state)
{
    (void)state;
    put(XSR(SR_EXCSAVE1, 2u));
    put(J_SELF);
    m.cpu.a[2] = 1;
    m.cpu.excsave[1] = 2;
    run(5);
    assert_int_equal(m.cpu.a[2], 2);
    assert_int_equal(m.cpu.excsave[1], 1);
}

static void litbase_moves_literals_of_code_already_decoded(void **state)
{
    (void)state;
    m.cpu.pc = m.put_at = CODE + 0x100;
    put(0xFFFF21); /* l32r a2, -4 */
    put(WSR(SR_LITBASE, 3u));
    put(JX(4u));
    uint8_t word[4];
    put_u32le(word, 0x1111);
    assert_true(bus_copy_in(m.bus, CODE + 0xFC, word, 4));
    put_u32le(word, 0x2222);
    assert_true(bus_copy_in(m.bus, 0x3FFE8FFC, word, 4));
    m.cpu.a[3] = 0x3FFE9001;
    m.cpu.a[4] = CODE + 0x100;
    run(2);
    assert_int_equal(m.cpu.a[2], 0x1111);
    run(3);
    assert_int_equal(m.cpu.a[2], 0x2222);
}

static void the_region_map_reads_as_identity(void **state)
{
    (void)state;
    put(0x503000 | 3 << 8 | 2 << 4); /* ritlb0 a2, a3 */
    put(0x50F000 | 3 << 8 | 4 << 4); /* rdtlb1 a4, a3 */
    put(0x50E000 | 3 << 8 | 5 << 4); /* wdtlb a5, a3 */
    put(J_SELF);
    m.cpu.a[3] = 0x60001234;
    run(10);
    assert_int_equal(m.cpu.a[2], 0x60000000);
    assert_int_equal(m.cpu.a[4], 0x60000002);
}

/* ---- natives ------------------------------------------------------------- */

static enum native_result returning(uint32_t pc)
{
    m.cpu.a[2] = pc;
    return NATIVE_RETURN;
}

static enum native_result jumping(uint32_t pc)
{
    (void)pc;
    m.cpu.pc = CODE + 0x200;
    return NATIVE_JUMP;
}

static enum native_result resetting(uint32_t pc)
{
    (void)pc;
    cpu_reset(&m.cpu);
    m.native = NULL;
    return NATIVE_RETURN;
}

static void a_native_returns_to_its_caller(void **state)
{
    (void)state;
    m.native = returning;
    put(CALLX0(3u));
    put(J_SELF);
    m.cpu.a[3] = 0x4000DF48;
    run(10);
    assert_int_equal(m.native_calls, 1);
    assert_int_equal(m.cpu.a[2], 0x4000DF48);
    assert_int_equal(m.cpu.pc, CODE + 3);
    m.cpu.a[3] = SDK_BASE + SDK_SIZE - 4;
    m.cpu.pc = CODE;
    run(10);
    assert_int_equal(m.cpu.a[2], SDK_BASE + SDK_SIZE - 4);
}

static void a_native_may_jump_stop_and_reset(void **state)
{
    (void)state;
    m.native = jumping;
    m.put_at = CODE + 0x200;
    put(J_SELF);
    m.cpu.pc = ROM_BASE + 0x100;
    run(10);
    assert_int_equal(m.cpu.pc, CODE + 0x200);
    assert_false(m.cpu.is_stopped);
    m.native = resetting;
    m.cpu.pc = ROM_BASE + 0x100;
    run(10);
    assert_int_equal(m.native_pc, 0x40000080);
    assert_true(m.cpu.is_stopped);
    uint64_t now = m.clock.now;
    run(10);
    assert_int_equal(m.clock.now, now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_enters_the_vector_with_its_cause),
        cmocka_unit_test(a_fetch_where_nothing_is_faults),
        cmocka_unit_test(the_vector_depends_on_ps_and_vecbase),
        CPU_TEST(a_fault_in_a_handler_keeps_both_addresses),
        CPU_TEST(break_is_masked_at_its_own_level),
        CPU_TEST(shifts_by_32_shift_everything_out),
        cmocka_unit_test(special_registers_have_only_their_bits),
        CPU_TEST(xsr_exchanges),
        CPU_TEST(litbase_moves_literals_of_code_already_decoded),
        CPU_TEST(the_region_map_reads_as_identity),
        CPU_TEST(a_native_returns_to_its_caller),
        CPU_TEST(a_native_may_jump_stop_and_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
