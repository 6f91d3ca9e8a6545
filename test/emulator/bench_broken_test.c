/* What is broken for good, as control lines: odd flash sectors, flash chips
 * that are dead or protected, stray wires. */
#include "test/emulator/bench_flash_fixture.h"

/* ---- flash sectors ---- */

static void a_stuck_sector_stays_as_it_is(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "stuck 247");
    assert_true(program(&f, AT, 0));
    assert_int_equal(holds(&f, AT, 0xFF), 256);
    assert_true(program(&f, AT + SECTOR, 0)); /* its neighbour is fine */
    assert_int_equal(holds(&f, AT + SECTOR, 0), 256);
    do_line(&f, "stuck 247 off");
    assert_true(program(&f, AT, 0));
    assert_int_equal(holds(&f, AT, 0), 256);
    bench_close(f.bench);
}

static void a_worn_sector_keeps_wrong_bits(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "worn 247");
    assert_true(program(&f, AT, 0));
    assert_in_range(holds(&f, AT, 0), 1, 255);
    do_line(&f, "worn 247 off");
    assert_true(erase(&f, AT) && program(&f, AT, 0));
    assert_int_equal(holds(&f, AT, 0), 256);
    bench_close(f.bench);
}

static void a_sector_that_is_not_there_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    assert_int_equal(try_line(&f, "stuck 255"), ERR_NONE);
    assert_int_equal(try_line(&f, "stuck 256"), ERR_BAD_RANGE);
    assert_int_equal(try_line(&f, "worn 4294967295"), ERR_BAD_RANGE);
    bench_close(f.bench);
}

static void read_page(struct fixture *f, uint32_t address, uint8_t out[256])
{
    run_ms(f, 1);
    flash_chip_read(flash_of(f), address, out, 256);
}

static void a_weak_sector_reads_differently_until_it_is_erased(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t first[256], second[256];
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "weak 247");
    read_page(&f, AT, first);
    read_page(&f, AT, second);
    assert_memory_not_equal(first, second, 256);
    read_page(&f, AT + SECTOR, first); /* its neighbour is fine */
    read_page(&f, AT + SECTOR, second);
    assert_memory_equal(first, second, 256);
    assert_true(erase(&f, AT));
    read_page(&f, AT, first);
    assert_int_equal(holds(&f, AT, 0xFF), 256);
    assert_int_equal(first[0], 0xFF);
    assert_int_equal(try_line(&f, "weak 256"), ERR_BAD_RANGE);
    bench_close(f.bench);
}

static void a_dead_flash_chip_answers_nothing(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t id[3], page[256];
    open_quiet(&f, (struct bench_config){0});
    assert_true(program(&f, AT, 0));
    do_line(&f, "flash dead");
    flash_chip_command(flash_of(&f), 0x9F, 0, NULL, 0, id, sizeof(id));
    assert_memory_equal(id, "\xFF\xFF\xFF", 3);
    read_page(&f, AT, page);
    assert_int_equal(page[0], 0xFF);
    assert_false(erase(&f, AT));
    do_line(&f, "flash sound");
    read_page(&f, AT, page);
    assert_int_equal(page[0], 0);
    bench_close(f.bench);
}

static void a_protected_flash_is_protected_after_power_too(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "flash protected");
    assert_false(program(&f, AT, 0));
    do_line(&f, "power cycle");
    run_ms(&f, 1000);
    assert_false(program(&f, AT, 0));
    do_line(&f, "flash sound");
    assert_true(program(&f, AT, 0));
    bench_close(f.bench);
}

/* ---- wires ---- */

static void a_stray_wire_decides_how_the_chip_starts(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "tie 2 low");
    do_line(&f, "power cycle");
    run_ms(&f, 1000);
    assert_int_equal(count(&f, "boot cause 1 mode (2,6)"), 1);
    do_line(&f, "tie 2 off");
    do_line(&f, "tie 15 high");
    do_line(&f, "power cycle");
    run_ms(&f, 1000);
    assert_int_equal(count(&f, "boot cause 1 mode (7,6)"), 1);
    do_line(&f, "tie 15 off");
    do_line(&f, "power cycle");
    run_ms(&f, 1000);
    assert_int_equal(count(&f, "boot cause 1 mode (3,6)"), 1);
    assert_int_equal(try_line(&f, "tie 17 low"), ERR_BAD_RANGE);
    bench_close(f.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuck_sector_stays_as_it_is),
        cmocka_unit_test(a_worn_sector_keeps_wrong_bits),
        cmocka_unit_test(a_sector_that_is_not_there_is_refused),
        cmocka_unit_test(a_weak_sector_reads_differently_until_it_is_erased),
        cmocka_unit_test(a_dead_flash_chip_answers_nothing),
        cmocka_unit_test(a_protected_flash_is_protected_after_power_too),
        cmocka_unit_test(a_stray_wire_decides_how_the_chip_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
