#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emulator/clock.h"

static char order[16];
static unsigned order_size;

struct named {
    struct clock_event event;
    char name;
    struct clock *clock;
    unsigned again;
};

static void note(void *ctx)
{
    struct named *n = ctx;
    order[order_size++] = n->name;
    order[order_size] = 0;
    if (n->again) {
        n->again--;
        clock_in(n->clock, &n->event, 10);
    }
}

static struct named named(struct clock *clock, char name)
{
    return (struct named){.event = {.fn = note}, .name = name, .clock = clock};
}

static int fresh(void **state)
{
    (void)state;
    order_size = 0;
    order[0] = 0;
    return 0;
}

static void events_run_in_order_of_time_then_of_call(void **state)
{
    (void)state;
    struct clock clock = {.limit = CLOCK_NEVER};
    struct named e[4];
    static const struct {
        char name;
        uint64_t when;
    } rows[4] = {{'c', 20}, {'a', 10}, {'d', 20}, {'b', 10}};
    for (int i = 0; i < 4; i++) {
        e[i] = named(&clock, rows[i].name);
        e[i].event.ctx = &e[i];
        clock_at(&clock, &e[i].event, rows[i].when);
    }
    assert_int_equal(clock.limit, 10);
    assert_int_equal(clock_next(&clock), 10);
    clock_run_due(&clock);
    assert_string_equal(order, "");
    clock.now = 10;
    clock_run_due(&clock);
    assert_string_equal(order, "ab");
    clock.now = 25;
    clock_run_due(&clock);
    assert_string_equal(order, "abcd");
    assert_true(clock_next(&clock) == CLOCK_NEVER);
}

static void a_pending_event_is_moved_not_doubled(void **state)
{
    (void)state;
    struct clock clock = {.now = 100, .limit = 1000};
    struct named a = named(&clock, 'a');
    a.event.ctx = &a;
    clock_in(&clock, &a.event, 10);
    clock_in(&clock, &a.event, 50);
    assert_int_equal(clock_next(&clock), 150);
    clock_at(&clock, &a.event, 7); /* past: due now, clock never runs back */
    assert_int_equal(clock_next(&clock), 100);
    assert_int_equal(clock.limit, 100);
    assert_string_equal(order, "");
    clock_run_due(&clock);
    clock.now = 500;
    clock_run_due(&clock);
    assert_string_equal(order, "a");
}

static void a_cancelled_event_does_not_run(void **state)
{
    (void)state;
    struct clock clock = {.limit = CLOCK_NEVER};
    struct named a = named(&clock, 'a'), b = named(&clock, 'b');
    a.event.ctx = &a;
    b.event.ctx = &b;
    clock_at(&clock, &a.event, 5);
    clock_at(&clock, &b.event, 6);
    clock_cancel(&clock, &a.event);
    clock_cancel(&clock, &a.event);
    assert_false(a.event.is_pending);
    clock.now = 10;
    clock_run_due(&clock);
    assert_string_equal(order, "b");
}

static void an_event_may_start_itself_again(void **state)
{
    (void)state;
    struct clock clock = {.limit = CLOCK_NEVER};
    struct named a = named(&clock, 'a');
    a.event.ctx = &a;
    a.again = 2;
    clock_at(&clock, &a.event, 10);
    for (clock.now = 10; clock.now < 100; clock.now += 10)
        clock_run_due(&clock);
    assert_string_equal(order, "aaa");
}

static void the_next_busy_event_passes_over_patient_ones(void **state)
{
    (void)state;
    struct clock clock = {.limit = CLOCK_NEVER};
    struct named a = named(&clock, 'a'), b = named(&clock, 'b');
    a.event.is_patient = true;
    clock_at(&clock, &a.event, 10);
    assert_true(clock_next_busy(&clock) == CLOCK_NEVER);
    clock_at(&clock, &b.event, 30);
    assert_int_equal(clock_next(&clock), 10);
    assert_int_equal(clock_next_busy(&clock), 30);
}

static void a_wait_beyond_the_end_of_time_stays_at_its_end(void **state)
{
    (void)state;
    struct clock clock = {.now = 1000, .limit = CLOCK_NEVER};
    struct named a = named(&clock, 'a');
    clock_in(&clock, &a.event, CLOCK_NEVER - 5);
    assert_true(a.event.when == CLOCK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(events_run_in_order_of_time_then_of_call, fresh),
        cmocka_unit_test_setup(a_pending_event_is_moved_not_doubled, fresh),
        cmocka_unit_test_setup(a_cancelled_event_does_not_run, fresh),
        cmocka_unit_test_setup(an_event_may_start_itself_again, fresh),
        cmocka_unit_test_setup(the_next_busy_event_passes_over_patient_ones,
                               fresh),
        cmocka_unit_test_setup(a_wait_beyond_the_end_of_time_stays_at_its_end,
                               fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
