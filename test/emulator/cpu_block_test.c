/* Blocks must not show: time, limits and changes of code are as if one
 * instruction ran after the other. */
#include "test/emulator/cpu_fixture.h"

#include "emulator/cpu_private.h"

static void ccount_is_exact_across_long_straight_code(void **state)
{
    static const unsigned lengths[] = {0,  1,   62,  63,  64,
                                       65, 127, 128, 129, 300};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        open_machine(state);
        put(RSR(SR_CCOUNT, 2u));
        for (unsigned k = 0; k < lengths[i]; k++)
            put(k % 2 ? NOP : 0xF03D /* nop.n */);
        put(RSR(SR_CCOUNT, 3u));
        put(J_SELF);
        run(400);
        assert_int_equal(m.cpu.a[3] - m.cpu.a[2], lengths[i] + 1);
        assert_int_equal(m.cpu.instructions, m.clock.now);
        close_machine(state);
    }
}

static void taken_and_passed_branches_cost_one_cycle_each(void **state)
{
    (void)state;
    put(RSR(SR_CCOUNT, 2u));
    put(BEQZ(4u, 6u)); /* taken, over the next */
    put(ILL);
    put(BEQZ(5u, 6u)); /* passed */
    put(RSR(SR_CCOUNT, 3u));
    put(J_SELF);
    m.cpu.a[5] = 1;
    run(10);
    assert_int_equal(m.cpu.a[3] - m.cpu.a[2], 3);
}

static void a_run_ends_at_its_limit_or_within_one_block(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        put(NOP);
    put(0x000006 | ((uint32_t)(-604) & 0x3FFFF) << 6); /* j back to CODE */
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t from = m.clock.now;
        run(i);
        assert_in_range(m.clock.now - from, i, i + BLOCK_MAX);
    }
}

static struct clock_event event;

static void nothing(void *ctx)
{
    (void)ctx;
}

static void start_event(uint32_t offset, uint32_t value)
{
    (void)offset;
    event.fn = nothing;
    clock_in(&m.clock, &event, value);
}

static void a_limit_lowered_by_a_register_write_holds_at_once(void **state)
{
    (void)state;
    put(NOP);
    put(S32I(2u, 3u));
    for (unsigned i = 0; i < 20; i++)
        put(ADDI(4u, 4u, 1u));
    put(J_SELF);
    m.on_write = start_event;
    m.cpu.a[2] = 1;
    m.cpu.a[3] = REGISTERS;
    run(1000);
    assert_int_equal(m.clock.now, 2);
    assert_int_equal(m.cpu.pc, CODE + 6);
    assert_int_equal(m.cpu.a[4], 0);
    run(1000);
    assert_int_equal(m.cpu.a[4], 20);
}

static uint32_t tell_time(uint32_t offset)
{
    (void)offset;
    return (uint32_t)m.clock.now;
}

static void a_register_is_read_at_the_right_time(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++)
        put(NOP);
    put(L32I(2u, 3u));
    put(NOP);
    put(L32I(4u, 3u));
    put(J_SELF);
    m.on_read = tell_time;
    m.cpu.a[3] = REGISTERS;
    run(50);
    assert_int_equal(m.cpu.a[2], 10);
    assert_int_equal(m.cpu.a[4], 12);
}

static void reset_everything(uint32_t offset, uint32_t value)
{
    (void)offset;
    (void)value;
    cpu_reset(&m.cpu);
}

static void stop_everything(uint32_t offset, uint32_t value)
{
    (void)offset;
    (void)value;
    m.cpu.is_stopped = true;
}

static void a_register_write_may_reset_or_stop_the_cpu(void **state)
{
    (void)state;
    put(S32I(2u, 3u));
    put(ADDI(4u, 4u, 1u));
    put(J_SELF);
    m.cpu.a[3] = REGISTERS;
    m.on_write = stop_everything;
    run(50);
    assert_int_equal(m.clock.now, 1);
    assert_int_equal(m.cpu.a[4], 0);
    m.cpu.is_stopped = false;
    m.cpu.pc = CODE;
    m.on_write = reset_everything;
    run(50);
    assert_int_equal(m.native_pc, 0x40000080);
    assert_int_equal(m.cpu.a[4], 0);
}

/* ---- code that changes --------------------------------------------------- */

static void code_written_by_the_cpu_runs_after_isync(void **state)
{
    (void)state;
    /* twice: store a2 over the instruction at CODE + 0x40, run it */
    put(S32I(2u, 3u));
    put(ISYNC);
    put(CALLX0(3u));
    put(S32I(4u, 3u));
    put(ISYNC);
    put(CALLX0(3u));
    put(J_SELF);
    m.put_at = CODE + 0x40;
    put(NOP);
    put(RET);
    m.cpu.a[3] = CODE + 0x40;
    m.cpu.a[2] = ADDI(5u, 5u, 1u) | 0x80u << 24; /* RET's first byte */
    m.cpu.a[4] = ADDI(5u, 5u, 16u) | 0x80u << 24;
    m.cpu.pc = CODE + 0x40; /* decoded before it changes */
    m.cpu.a[0] = CODE;
    run(30);
    assert_int_equal(m.cpu.a[5], 17);
}

static void a_block_that_rewrites_itself_goes_on_to_its_end(void **state)
{
    (void)state;
    put(MEMORY(6u, 2u, 3u, 0u)); /* s32i over the block's own first bytes */
    put(ADDI(4u, 4u, 1u));
    put(ADDI(4u, 4u, 1u));
    put(L32I(6u, 7u)); /* faults: its pc must be right all the same */
    m.cpu.a[2] = 0;
    m.cpu.a[3] = CODE;
    run(10);
    assert_int_equal(m.cpu.a[4], 2);
    assert_int_equal(m.cpu.exccause, FAULT_LOAD_PROHIBITED);
    assert_int_equal(m.cpu.epc[1], CODE + 9);
    m.cpu.is_stopped = false;
    m.cpu.ps = PS_UM;
    m.cpu.pc = CODE;
    run(1);
    assert_int_equal(m.cpu.exccause, FAULT_ILLEGAL);
}

static void data_beside_code_is_written_without_forgetting_it(void **state)
{
    (void)state;
    put(S32I(2u, 3u));
    put(L32I(4u, 3u));
    put(J_SELF);
    m.cpu.a[2] = 0x12345678;
    m.cpu.a[3] = CODE + 0x800; /* in the same page */
    run(5);
    unsigned used = m.cpu.cache->ops_used;
    m.cpu.pc = CODE;
    m.cpu.a[2]++;
    run(5);
    assert_int_equal(m.cpu.a[4], 0x12345679);
    assert_int_equal(m.cpu.cache->ops_used, used);
}

static void code_that_natives_or_flash_change_is_decoded_anew(void **state)
{
    (void)state;
    static uint8_t flash[0x2000];
    put_u32le(flash, ADDI(2u, 2u, 1u) | 0x06u << 24);
    put_u32le(flash + 4, J_SELF >> 8);
    bus_map_flash(m.bus, flash, sizeof flash, false);
    m.cpu.pc = IROM_BASE;
    run(5);
    assert_int_equal(m.cpu.a[2], 1);
    put_u32le(flash, ADDI(2u, 2u, 16u) | 0x06u << 24);
    bus_flash_changed(m.bus, 0, 4);
    m.cpu.pc = IROM_BASE;
    run(5);
    assert_int_equal(m.cpu.a[2], 17);
    bus_map_flash(m.bus, NULL, 0, false);
    m.cpu.pc = IROM_BASE;
    run(1);
    assert_int_equal(m.cpu.exccause, FAULT_FETCH);

    m.put_at = CODE;
    put(ADDI(3u, 3u, 1u));
    put(J_SELF);
    m.cpu.pc = CODE;
    run(5);
    m.put_at = CODE;
    put(ADDI(3u, 3u, 16u));
    m.cpu.pc = CODE;
    run(5);
    assert_int_equal(m.cpu.a[3], 17);
}

static void a_block_may_be_entered_in_its_middle(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++)
        put(ADDI(2u, 2u, 1u));
    put(J_SELF);
    run(15);
    assert_int_equal(m.cpu.a[2], 10);
    m.cpu.pc = CODE + 3 * 7;
    run(15);
    assert_int_equal(m.cpu.a[2], 13);
    /* and between instructions, where the bytes are an l32r from nowhere */
    m.cpu.pc = CODE + 2;
    run(1);
    assert_int_equal(m.cpu.exccause, FAULT_LOAD_PROHIBITED);
    assert_int_equal(m.cpu.epc[1], CODE + 2);
}

static void code_may_cross_pages_and_end_with_memory(void **state)
{
    (void)state;
    m.cpu.pc = m.put_at = CODE + 0xFFE;
    put(ADDI(2u, 2u, 1u)); /* lies in two pages */
    put(J_SELF);
    run(5);
    assert_int_equal(m.cpu.a[2], 1);
    uint8_t byte = (uint8_t)(ADDI(2u, 2u, 9u) >> 16);
    assert_true(bus_copy_in(m.bus, CODE + 0x1000, &byte, 1));
    m.cpu.pc = CODE + 0xFFE;
    run(5);
    assert_int_equal(m.cpu.a[2], 10);

    m.cpu.pc = m.put_at = IRAM_BASE + IRAM_SIZE - 4;
    put(0x322B); /* addi.n a3, a2, 2 ... the operands do not matter */
    put(0x322B);
    run(3);
    assert_int_equal(m.cpu.exccause, FAULT_FETCH);
    assert_int_equal(m.cpu.epc[1], IRAM_BASE + IRAM_SIZE);

    m.cpu.ps = PS_UM;
    m.cpu.is_stopped = false;
    m.cpu.pc = IRAM_BASE + IRAM_SIZE - 1; /* a wide one with no room */
    uint8_t wide = 0x20;
    assert_true(bus_copy_in(m.bus, m.cpu.pc, &wide, 1));
    run(1);
    assert_int_equal(m.cpu.exccause, FAULT_FETCH);
    assert_int_equal(m.cpu.epc[1], IRAM_BASE + IRAM_SIZE - 1);
}

static void a_full_cache_starts_anew(void **state)
{
    (void)state;
    /* A block for each byte of a field of narrow adds: many times the room. */
    uint8_t field[0x4000];
    for (size_t i = 0; i < sizeof field; i += 2)
        put_u16le(field + i, 0x221B); /* addi.n a2, a2, 1 */
    assert_true(bus_copy_in(m.bus, CODE, field, sizeof field));
    m.put_at = CODE + sizeof field;
    put(J_SELF);
    for (uint32_t at = 0; at < sizeof field; at += 2) {
        m.cpu.a[2] = 0;
        m.cpu.pc = CODE + at;
        run(BLOCK_MAX);
        uint32_t left = (uint32_t)(sizeof field - at) / 2;
        assert_int_equal(m.cpu.a[2], left < BLOCK_MAX ? left : BLOCK_MAX);
    }
}

static void the_end_of_the_longest_block_may_change(void **state)
{
    (void)state;
    static uint8_t flash[0x2000];
    uint32_t last = 3 * (BLOCK_MAX - 1);
    for (uint32_t at = 0; at <= last; at += 3)
        put_u32le(flash + at, ADDI(2u, 2u, 1u));
    put_u32le(flash + last + 3, J_SELF);
    bus_map_flash(m.bus, flash, sizeof flash, false);
    m.cpu.pc = IROM_BASE;
    run(BLOCK_MAX + 5);
    assert_int_equal(m.cpu.a[2], BLOCK_MAX);
    flash[last + 2] = 2; /* addi's immediate */
    bus_flash_changed(m.bus, last + 2, 1);
    m.cpu.a[2] = 0;
    m.cpu.pc = IROM_BASE;
    run(BLOCK_MAX + 5);
    assert_int_equal(m.cpu.a[2], BLOCK_MAX + 1);
}

/* Branches that stay in their block: over instructions, back to its start, and
 * back into its middle. The sums tell what was run, CCOUNT how much. */
static void branches_within_a_block_count_as_others(void **state)
{
    (void)state;
    put(MOVI(2u, 5u));
    put(RSR(SR_CCOUNT, 3u));
    put(ADDI(4u, 4u, 1u)); /* here again, five times */
    put(BEQZ(5u, 9u));     /* over two */
    put(ADDI(6u, 6u, 1u));
    put(ADDI(6u, 6u, 1u));
    put(ADDI(2u, 2u, 0xFFu));
    put(BEQZ(2u, 6u));
    put(0x000006 | ((uint32_t)(-22) & 0x3FFFF) << 6); /* j to addi a4 */
    put(RSR(SR_CCOUNT, 7u));
    put(J_SELF);
    run(60);
    assert_int_equal(m.cpu.a[4], 5);
    assert_int_equal(m.cpu.a[6], 0);
    assert_int_equal(m.cpu.a[7] - m.cpu.a[3], 5 * 5);
    assert_int_equal(m.cpu.instructions, m.clock.now);
}

/* A loop that never leaves its block ends at the limit, at the right place. */
static void a_loop_within_a_block_ends_at_its_limit(void **state)
{
    for (unsigned limit = 1; limit < 40; limit++) {
        open_machine(state);
        put(ADDI(2u, 2u, 1u));
        put(ADDI(2u, 2u, 1u));
        put(BEQZ(3u, 0u - 6)); /* always */
        run(limit);
        assert_in_range(m.clock.now, limit, limit + 2);
        assert_int_equal(m.clock.now % 3, 0);
        assert_int_equal(m.cpu.a[2], m.clock.now / 3 * 2);
        assert_int_equal(m.cpu.pc, CODE);
        put(ILL); /* and past the loop a fault tells its own pc */
        m.cpu.a[3] = 1;
        run(5);
        assert_int_equal(m.cpu.epc[1], CODE + 9);
        close_machine(state);
    }
}

static enum native_result jump_on(uint32_t pc)
{
    m.cpu.pc = pc + 0x100;
    return NATIVE_JUMP;
}

/* Code that has run already is hooked: by a jump and by running into it. */
static void hooked_code_asks_the_native(void **state)
{
    (void)state;
    put(ADDI(2u, 2u, 1u));
    put(ADDI(3u, 3u, 1u));
    put(J_SELF);
    m.put_at = CODE + 3 + 0x100;
    put(J_SELF);
    run(10);
    assert_int_equal(m.cpu.a[3], 1);
    m.native = jump_on;
    assert_true(cpu_hook(&m.cpu, CODE + 0x200, 4));
    assert_true(cpu_hook(&m.cpu, CODE + 3, 1));
    m.cpu.pc = CODE;
    run(10);
    assert_int_equal(m.cpu.a[2], 2);
    assert_int_equal(m.cpu.a[3], 1);
    assert_int_equal(m.native_pc, CODE + 3);
    m.cpu.pc = CODE + 3;
    run(10);
    assert_int_equal(m.native_calls, 2);
    assert_int_equal(m.cpu.pc, CODE + 3 + 0x100);
    cpu_reset(&m.cpu);
    m.cpu.pc = CODE + 3;
    run(10);
    assert_int_equal(m.native_calls, 3);
    cpu_unhook_all(&m.cpu);
    m.cpu.pc = CODE + 3;
    run(10);
    assert_int_equal(m.native_calls, 3);
    assert_int_equal(m.cpu.a[3], 1);
}

static enum native_result hold(uint32_t pc)
{
    (void)pc;
    m.cpu.pc = CODE + 0x100;
    return NATIVE_JUMP;
}

/* While flash is fenced off, code outside runs on, and is decoded anew when it
 * changes, in both worlds; that in flash asks the native, whether it has run
 * before or not. */
static void fenced_flash_asks_the_native(void **state)
{
    static uint8_t flash[0x2000];
    (void)state;
    put_u32le(flash, ADDI(2u, 2u, 1u) | 0x06u << 24);
    put_u32le(flash + 4, J_SELF >> 8);
    bus_map_flash(m.bus, flash, sizeof flash, false);
    m.native = hold;
    m.put_at = CODE + 0x100;
    put(J_SELF);
    for (unsigned i = 0; i < 2; i++) {
        m.put_at = CODE;
        put(ADDI(3u, 3u, 1u + i * 15));
        put(JX(4u));
        m.cpu.a[4] = IROM_BASE;
        m.cpu.pc = CODE;
        run(10);
        cpu_fence_flash(&m.cpu, true);
        m.cpu.pc = CODE;
        run(10);
        assert_int_equal(m.native_calls, i + 1);
        assert_int_equal(m.native_pc, IROM_BASE);
        assert_int_equal(m.cpu.a[2], i + 1);
        if (i == 0)
            cpu_fence_flash(&m.cpu, false);
    }
    assert_int_equal(m.cpu.a[3], 1 + 1 + 16 + 16);
    cpu_reset(&m.cpu);
    m.cpu.pc = IROM_BASE;
    run(5);
    assert_int_equal(m.cpu.a[2], 1);
    assert_int_equal(m.native_calls, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ccount_is_exact_across_long_straight_code),
        CPU_TEST(taken_and_passed_branches_cost_one_cycle_each),
        CPU_TEST(a_run_ends_at_its_limit_or_within_one_block),
        CPU_TEST(a_limit_lowered_by_a_register_write_holds_at_once),
        CPU_TEST(a_register_is_read_at_the_right_time),
        CPU_TEST(a_register_write_may_reset_or_stop_the_cpu),
        CPU_TEST(code_written_by_the_cpu_runs_after_isync),
        CPU_TEST(a_block_that_rewrites_itself_goes_on_to_its_end),
        CPU_TEST(data_beside_code_is_written_without_forgetting_it),
        CPU_TEST(code_that_natives_or_flash_change_is_decoded_anew),
        CPU_TEST(a_block_may_be_entered_in_its_middle),
        CPU_TEST(code_may_cross_pages_and_end_with_memory),
        CPU_TEST(a_full_cache_starts_anew),
        CPU_TEST(the_end_of_the_longest_block_may_change),
        CPU_TEST(branches_within_a_block_count_as_others),
        cmocka_unit_test(a_loop_within_a_block_ends_at_its_limit),
        CPU_TEST(hooked_code_asks_the_native),
        CPU_TEST(fenced_flash_asks_the_native),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
