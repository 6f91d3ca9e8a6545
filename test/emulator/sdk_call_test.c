/* The queue of callbacks: order, hooks, and what happens when it is full. */
#include "test/emulator/chip_fixture.h"

#include "emulator/sdk_private.h"

#define FUNCTION(n) (0x40100100u + 16u * (n))

static struct chip *chip;
static unsigned before_count, after_count;

static int make(void **state)
{
    (void)state;
    chip = chip_make();
    before_count = after_count = 0;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static bool refuse(struct chip *of, struct sdk_call *call)
{
    (void)of;
    (void)call;
    before_count++;
    return false;
}

static bool add_one(struct chip *of, struct sdk_call *call)
{
    (void)of;
    before_count++;
    call->argument[0]++;
    return true;
}

static void count_after(struct chip *of, const struct sdk_call *call)
{
    (void)of;
    (void)call;
    after_count++;
}

static struct sdk_call make_call(unsigned n)
{
    return (struct sdk_call){.fn = FUNCTION(n),
                             .argument = {n, n + 1, n + 2, n + 3},
                             .name = "test",
                             .after = count_after};
}

static void later(struct sdk_call call)
{
    assert_true(sdk_call_later(chip, &call));
}

static void in_order_with_arguments(void **state)
{
    (void)state;
    later(make_call(1));
    later(make_call(2));
    assert_true(sdk_call_run(chip));
    assert_int_equal(chip->cpu.pc, FUNCTION(1));
    for (unsigned i = 0; i < SDK_CALL_ARGUMENTS; i++)
        assert_int_equal(chip->cpu.a[2 + i], 1 + i);
    assert_int_equal(after_count, 0);
    sdk_call_returned(chip);
    assert_int_equal(after_count, 1);
    assert_true(sdk_call_run(chip));
    assert_int_equal(chip->cpu.pc, FUNCTION(2));
    sdk_call_returned(chip);
    sdk_call_returned(chip);
    assert_int_equal(after_count, 2);
    assert_false(sdk_call_run(chip));
}

static void before_changes_or_refuses(void **state)
{
    (void)state;
    struct sdk_call call = make_call(1);
    call.before = refuse;
    later(call);
    call.before = add_one;
    later(call);
    assert_true(sdk_call_run(chip));
    assert_int_equal(before_count, 2);
    assert_int_equal(chip->cpu.a[2], 2);
    sdk_call_returned(chip);
    assert_int_equal(after_count, 1);
}

static void without_function_only_the_hooks(void **state)
{
    (void)state;
    struct sdk_call call = make_call(1);
    call.fn = 0;
    later(call);
    assert_false(sdk_call_run(chip));
    assert_int_equal(after_count, 1);
}

static void too_many_stop_the_chip(void **state)
{
    (void)state;
    struct sdk_call call = make_call(1);
    for (unsigned i = 0; i < SDK_CALLS; i++)
        later(call);
    assert_false(sdk_call_later(chip, &call));
    assert_non_null(strstr(chip->stop_reason, "test"));
}

static void a_reset_forgets_them(void **state)
{
    (void)state;
    later(make_call(1));
    chip_reset(chip, RESET_SOFTWARE);
    assert_false(sdk_call_run(chip));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_order_with_arguments, make, drop),
        cmocka_unit_test_setup_teardown(before_changes_or_refuses, make, drop),
        cmocka_unit_test_setup_teardown(without_function_only_the_hooks, make,
                                        drop),
        cmocka_unit_test_setup_teardown(too_many_stop_the_chip, make, drop),
        cmocka_unit_test_setup_teardown(a_reset_forgets_them, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
