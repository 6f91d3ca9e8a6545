#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/clock.h"
#include "tool/bench_pace.h"

#define MS ((uint64_t)NS_PER_MS)
#define CYCLES(ms) ((uint64_t)(ms)*CYCLES_PER_MS)
#define EPOCH (1000000 * MS) /* any time since the host's start */

static void cycles_follow_the_wall(void **state)
{
    (void)state;
    struct bench_pace pace;
    bench_pace_start(&pace, EPOCH, CYCLES(7));
    assert_true(bench_pace_target(&pace, EPOCH) == CYCLES(7));
    bench_pace_plan(&pace, EPOCH, MS);
    assert_true(bench_pace_target(&pace, EPOCH + 3 * MS) == CYCLES(10));
}

static void a_long_sleep_that_was_planned_is_made_good(void **state)
{
    (void)state;
    struct bench_pace pace;
    bench_pace_start(&pace, EPOCH, 0);
    bench_pace_plan(&pace, EPOCH, 1000 * MS);
    assert_true(bench_pace_target(&pace, EPOCH + 1000 * MS) == CYCLES(1000));
}

static void time_lost_in_a_stopped_process_is_forgiven(void **state)
{
    (void)state;
    struct bench_pace pace;
    bench_pace_start(&pace, EPOCH, 0);
    bench_pace_plan(&pace, EPOCH, 10 * MS);
    uint64_t back = EPOCH + 60000 * MS;
    assert_true(bench_pace_target(&pace, back) == CYCLES(10));
    bench_pace_plan(&pace, back, MS);
    assert_true(bench_pace_target(&pace, back + MS) == CYCLES(11));
}

static void a_short_delay_is_caught_up(void **state)
{
    (void)state;
    struct bench_pace pace;
    bench_pace_start(&pace, EPOCH, 0);
    bench_pace_plan(&pace, EPOCH, MS);
    assert_true(bench_pace_target(&pace, EPOCH + 400 * MS) == CYCLES(400));
}

static void the_wait_for_a_cycle_is_never_short(void **state)
{
    (void)state;
    struct bench_pace pace;
    bench_pace_start(&pace, EPOCH, 0);
    static const uint64_t cycles[] = {0, 1, 79, 80, 81, 7000, 80000, 7999999};
    for (unsigned i = 0; i < sizeof(cycles) / sizeof(cycles[0]); i++) {
        uint64_t wait = bench_pace_until(&pace, EPOCH, cycles[i]);
        assert_true(wait <= cycles[i] * 1000 / CYCLES_PER_US + 1000);
        bench_pace_plan(&pace, EPOCH, wait);
        assert_true(bench_pace_target(&pace, EPOCH + wait) >= cycles[i]);
    }
    assert_true(bench_pace_until(&pace, EPOCH, CLOCK_NEVER) == NS_PER_S);
    assert_true(bench_pace_until(&pace, EPOCH + 5 * MS, CYCLES(5)) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cycles_follow_the_wall),
        cmocka_unit_test(a_long_sleep_that_was_planned_is_made_good),
        cmocka_unit_test(time_lost_in_a_stopped_process_is_forgiven),
        cmocka_unit_test(a_short_delay_is_caught_up),
        cmocka_unit_test(the_wait_for_a_cycle_is_never_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
