/* Two CPUs that share decoded code must not notice it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>

#include <cmocka.h>

#include "emulator/cpu_private.h"

#define CODE 0x40100000u

struct part {
    struct clock clock;
    struct bus *bus;
    struct cpu cpu;
};

struct two {
    struct block_pool *pool;
    struct part part[2];
};

static enum native_result no_native(void *ctx, uint32_t pc)
{
    (void)ctx, (void)pc;
    return NATIVE_STOP;
}

static int open_two(void **state)
{
    struct two *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->pool = block_pool_new();
    assert_non_null(t->pool);
    for (unsigned i = 0; i < 2; i++) {
        struct part *part = &t->part[i];
        part->bus = bus_new();
        assert_non_null(part->bus);
        part->cpu = (struct cpu){.clock = &part->clock,
                                 .bus = part->bus,
                                 .pool = t->pool,
                                 .native = no_native};
        assert_true(cpu_init(&part->cpu));
        assert_ptr_equal(part->cpu.pool, t->pool); /* kept by the reset */
    }
    *state = t;
    return 0;
}

static int close_two(void **state)
{
    struct two *t = *state;
    for (unsigned i = 0; i < 2; i++) {
        cpu_free(&t->part[i].cpu);
        bus_free(t->part[i].bus);
    }
    block_pool_free(t->pool);
    free(t);
    return 0;
}

/* movi a2, value; j to itself. */
static void load(struct part *part, uint8_t value)
{
    const uint8_t code[] = {0x22, 0xA0, value, 0x06, 0xFF, 0xFF};
    assert_true(bus_copy_in(part->bus, CODE, code, sizeof code));
}

static uint32_t run_part(struct part *part)
{
    part->cpu.pc = CODE;
    part->cpu.a[2] = 0;
    part->clock.limit = part->clock.now + 10;
    cpu_run(&part->cpu);
    return part->cpu.a[2];
}

static const struct op *ops_of(const struct part *part)
{
    const struct block *block = block_slot(part->cpu.cache, CODE);
    assert_int_equal(block->pc, CODE);
    return block->ops;
}

static void the_same_code_is_kept_once(void **state)
{
    struct two *t = *state;
    for (unsigned i = 0; i < 2; i++) {
        load(&t->part[i], 5);
        assert_int_equal(run_part(&t->part[i]), 5);
        assert_int_equal(t->part[i].cpu.cache->ops_used, 0);
    }
    assert_ptr_equal(ops_of(&t->part[0]), ops_of(&t->part[1]));
}

static void code_that_changes_in_one_is_the_others_as_before(void **state)
{
    struct two *t = *state;
    for (unsigned i = 0; i < 2; i++) {
        load(&t->part[i], 5);
        (void)run_part(&t->part[i]);
    }
    load(&t->part[1], 6);
    assert_int_equal(run_part(&t->part[1]), 6);
    assert_int_equal(run_part(&t->part[0]), 5);
    assert_ptr_not_equal(ops_of(&t->part[0]), ops_of(&t->part[1]));
    load(&t->part[1], 5);
    assert_int_equal(run_part(&t->part[1]), 5);
    assert_ptr_equal(ops_of(&t->part[0]), ops_of(&t->part[1]));
}

static void code_runs_on_when_the_pool_is_full(void **state)
{
    struct two *t = *state;
    struct op ops[BLOCK_MAX] = {{.imm = 0}};
    while (block_pool_keep(t->pool, ops, BLOCK_MAX)) {
        ops[0].imm++;
    }
    while (block_pool_keep(t->pool, ops, 1)) {
        ops[0].imm++;
    }
    load(&t->part[0], 5);
    assert_int_equal(run_part(&t->part[0]), 5);
    assert_int_not_equal(t->part[0].cpu.cache->ops_used, 0);
    ops[0].imm = 0; /* what it has it still gives */
    assert_non_null(block_pool_keep(t->pool, ops, BLOCK_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_code_is_kept_once, open_two,
                                        close_two),
        cmocka_unit_test_setup_teardown(
            code_that_changes_in_one_is_the_others_as_before, open_two,
            close_two),
        cmocka_unit_test_setup_teardown(code_runs_on_when_the_pool_is_full,
                                        open_two, close_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
