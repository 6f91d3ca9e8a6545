/* os_timer: order, beat, microseconds, the struct in memory, its rules. */
#include "test/emulator/sdk_fixture.h"

static void timers_fire_in_order_and_once(void **state)
{
    (void)state;
    arm(1, 30, false);
    arm(2, 10, false);
    arm(3, 20, false);
    arm(4, 20, false);
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_MS * 31);
    assert_int_equal(loop(), FUNCTION(2));
    assert_int_equal(chip->cpu.a[2], 2);
    assert_int_equal(chip->cpu.a[0], SDK_STEP_LOOP);
    assert_int_equal(loop(), FUNCTION(3));
    assert_int_equal(loop(), FUNCTION(4));
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(loop(), 0);
}

static void a_repeating_timer_keeps_its_beat(void **state)
{
    unsigned fired = 0;
    (void)state;
    arm(1, 10, true);
    for (unsigned i = 0; i < 1000; i++) {
        pass(chip, CYCLES_PER_MS);
        fired += loop() == FUNCTION(1);
    }
    assert_in_range(fired, 99, 100);
    (void)call("ets_timer_disarm", TIMER(1), 0, 0, 0);
    pass(chip, CYCLES_PER_MS * 100);
    assert_int_equal(loop(), 0);
}

static void a_disarmed_timer_may_be_armed_anew(void **state)
{
    (void)state;
    arm(1, 10, false);
    arm(2, 15, false);
    arm(1, 40, false);
    pass(chip, CYCLES_PER_MS * 20);
    assert_int_equal(loop(), FUNCTION(2));
    assert_int_equal(loop(), 0);
    pass(chip, CYCLES_PER_MS * 21);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(loop(), 0);
    /* one that has fired needs no disarming */
    (void)call("ets_timer_arm_new", TIMER(1), 5, 0, 1);
    assert_string_equal(chip->stop_reason, "");
}

static void an_idle_loop_waits_for_its_timer_patiently(void **state)
{
    (void)state;
    arm(1, 500, false);
    assert_int_equal(loop(), 0);
    assert_true(chip->wake.is_pending);
    assert_true(chip->wake.is_patient);
    assert_in_range(chip->wake.when - chip->clock.now, CYCLES_PER_MS * 499ull,
                    CYCLES_PER_MS * 500ull);
}

/* The words as on the chip: -1 when it is not armed; times in ticks of FRC2,
 * 3.2 us. */
static void the_struct_is_as_on_the_chip(void **state)
{
    (void)state;
    uint32_t now = (uint32_t)(chip->clock.now / 256);
    (void)call("ets_timer_setfn", TIMER(1), FUNCTION(1), 7, 0);
    assert_int_equal(peek(chip, TIMER(1)), 0xFFFFFFFF);
    (void)call("ets_timer_arm_new", TIMER(1), 16, 1, 1);
    assert_int_not_equal(peek(chip, TIMER(1)), 0xFFFFFFFF);
    assert_in_range(peek(chip, TIMER(1) + 4) - now, 5000, 5001);
    assert_int_equal(peek(chip, TIMER(1) + 8), 5000);
    assert_int_equal(peek(chip, TIMER(1) + 12), FUNCTION(1));
    assert_int_equal(peek(chip, TIMER(1) + 16), 7);
    (void)call("ets_timer_disarm", TIMER(1), 0, 0, 0);
    assert_int_equal(peek(chip, TIMER(1)), 0xFFFFFFFF);
}

static void microseconds_after_reinit(void **state)
{
    (void)state;
    (void)call("system_timer_reinit", 0, 0, 0, 0);
    (void)call("ets_timer_setfn", TIMER(1), FUNCTION(1), 0, 0);
    (void)call("ets_timer_arm_new", TIMER(1), 500, 1, 0);
    assert_int_equal(peek(chip, TIMER(1) + 8), 2500); /* 5 MHz */
    for (unsigned i = 0; i < 10; i++) {
        pass(chip, CYCLES_PER_US * 499);
        assert_int_equal(loop(), 0);
        pass(chip, CYCLES_PER_US * 1);
        assert_int_equal(loop(), FUNCTION(1));
    }
}

static unsigned own_calls;

static void count_own(struct chip *of)
{
    (void)of;
    own_calls++;
}

static void the_sdks_own_timers_run_in_the_loop(void **state)
{
    (void)state;
    own_calls = 0;
    arm(1, 20, false);
    sdk_timer_own(chip, 10, count_own);
    sdk_timer_own(chip, 30, count_own); /* asked again: later */
    pass(chip, CYCLES_PER_MS * 25);
    assert_int_equal(loop(), FUNCTION(1));
    assert_int_equal(loop(), 0);
    assert_int_equal(own_calls, 0);
    pass(chip, CYCLES_PER_MS * 6);
    assert_int_equal(loop(), 0);
    assert_int_equal(own_calls, 1);
}

static void an_armed_timers_place_is_known(void **state)
{
    (void)state;
    arm(1, 20, false);
    assert_int_equal(sdk_timer_inside(chip, TIMER(1) - 8, 9), TIMER(1));
    assert_int_equal(sdk_timer_inside(chip, TIMER(1) - 8, 8), 0);
    assert_int_equal(sdk_timer_inside(chip, TIMER(1) + 4, 8), 0);
}

/* ---- rules --------------------------------------------------------------- */

static void arm_twice(void)
{
    arm(1, 10, false);
    (void)call("ets_timer_arm_new", TIMER(1), 10, 0, 1);
}

static void set_while_armed(void)
{
    arm(1, 10, false);
    (void)call("ets_timer_setfn", TIMER(1), FUNCTION(2), 0, 0);
}

static void arm_unset(void)
{
    for (uint32_t i = 0; i < 20; i += 4)
        poke(chip, TIMER(1) + i, 0);
    (void)call("ets_timer_arm_new", TIMER(1), 10, 0, 1);
}

static void arm_in_flash(void)
{
    (void)call("ets_timer_setfn", 0x40201000, FUNCTION(1), 0, 0);
}

static void arm_odd(void)
{
    (void)call("ets_timer_disarm", TIMER(1) + 2, 0, 0, 0);
}

static void overwrite_then_disarm(void)
{
    arm(1, 10, false);
    poke(chip, TIMER(1) + 12, FUNCTION(3));
    (void)call("ets_timer_disarm", TIMER(1), 0, 0, 0);
}

static void overwrite_then_fire(void)
{
    arm(1, 10, false);
    poke(chip, TIMER(1) + 16, 99);
    pass(chip, CYCLES_PER_MS * 11);
    assert_int_equal(loop(), 0);
}

static void arm_us(void)
{
    (void)call("ets_timer_setfn", TIMER(1), FUNCTION(1), 0, 0);
    (void)call("ets_timer_arm_new", TIMER(1), 500, 0, 0);
}

static void arm_short_us(void)
{
    (void)call("system_timer_reinit", 0, 0, 0, 0);
    (void)call("ets_timer_setfn", TIMER(1), FUNCTION(1), 0, 0);
    (void)call("ets_timer_arm_new", TIMER(1), 99, 0, 0);
}

static void arm_long_ms(void)
{
    arm(1, 0x68D7A4, false);
}

static void arm_long_ms_after_reinit(void)
{
    (void)call("system_timer_reinit", 0, 0, 0, 0);
    arm(1, 0x689D1, false);
}

static void reinit_late(void)
{
    arm(1, 10, false);
    (void)call("system_timer_reinit", 0, 0, 0, 0);
}

static void rules_are_held(void **state)
{
    static const struct {
        const char *rule;
        void (*act)(void);
    } rows[] = {
        {"timer-armed-twice", arm_twice},
        {"timer-setfn-armed", set_while_armed},
        {"timer-function", arm_unset},
        {"timer-memory", arm_in_flash},
        {"timer-memory", arm_odd},
        {"timer-overwritten", overwrite_then_disarm},
        {"timer-overwritten", overwrite_then_fire},
        {"timer-us", arm_us},
        {"timer-range", arm_short_us},
        {"timer-range", arm_long_ms},
        {"timer-range", arm_long_ms_after_reinit},
        {"timer-reinit", reinit_late},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        chip_reset(chip, RESET_EXTERNAL);
        chip->cpu.is_stopped = true;
        rows[i].act();
        assert_rule(rows[i].rule);
    }
}

static void the_longest_times_are_allowed(void **state)
{
    (void)state;
    arm(1, 0x68D7A3, false);
    assert_string_equal(chip->stop_reason, "");
    chip_reset(chip, RESET_EXTERNAL);
    (void)call("system_timer_reinit", 0, 0, 0, 0);
    arm(1, 0x689D0, false);
    assert_string_equal(chip->stop_reason, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(timers_fire_in_order_and_once),
        T(a_repeating_timer_keeps_its_beat),
        T(a_disarmed_timer_may_be_armed_anew),
        T(an_idle_loop_waits_for_its_timer_patiently),
        T(the_struct_is_as_on_the_chip),
        T(microseconds_after_reinit),
        T(the_sdks_own_timers_run_in_the_loop),
        T(an_armed_timers_place_is_known),
        T(rules_are_held),
        T(the_longest_times_are_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
