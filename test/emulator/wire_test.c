#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "emulator/wire.h"

static void the_strongest_drive_wins_and_low_beats_high(void **state)
{
    (void)state;
    static const struct {
        enum drive chip, board, contact;
        bool level;
    } rows[] = {
        {DRIVE_NONE, DRIVE_WEAK_HIGH, DRIVE_NONE, true},
        {DRIVE_NONE, DRIVE_WEAK_HIGH, DRIVE_LOW, false},
        {DRIVE_HIGH, DRIVE_WEAK_LOW, DRIVE_NONE, true},
        {DRIVE_HIGH, DRIVE_NONE, DRIVE_LOW, false},
        {DRIVE_WEAK_HIGH, DRIVE_WEAK_LOW, DRIVE_NONE, false},
        {DRIVE_LOW, DRIVE_WEAK_HIGH, DRIVE_NONE, false},
        {DRIVE_WEAK_HIGH, DRIVE_NONE, DRIVE_NONE, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct wire wire;
        wire_init(&wire, "GPIO0");
        wire_drive(&wire, SIDE_CHIP, rows[i].chip);
        wire_drive(&wire, SIDE_BOARD, rows[i].board);
        wire_drive(&wire, SIDE_CONTACT, rows[i].contact);
        assert_int_equal(wire_level(&wire), rows[i].level);
        assert_true(wire_is_driven(&wire));
    }
}

static void a_floating_wire_keeps_its_last_level(void **state)
{
    (void)state;
    struct wire wire;
    wire_init(&wire, "GPIO5");
    assert_false(wire_is_driven(&wire));
    assert_false(wire_level(&wire));
    wire_drive(&wire, SIDE_CHIP, DRIVE_HIGH);
    wire_drive(&wire, SIDE_CHIP, DRIVE_NONE);
    assert_false(wire_is_driven(&wire));
    assert_true(wire_level(&wire));
}

struct recorder {
    struct wire *wire;
    unsigned calls;
    bool last;
};

static void record(void *ctx, bool level)
{
    struct recorder *r = ctx;
    r->calls++;
    r->last = level;
}

static void pull_down(void *ctx, bool level)
{
    struct recorder *r = ctx;
    if (level)
        wire_drive(r->wire, SIDE_CONTACT, DRIVE_LOW);
}

static void watches_hear_changes_only(void **state)
{
    (void)state;
    struct wire wire;
    wire_init(&wire, "EN");
    struct recorder first = {.wire = &wire}, second = {.wire = &wire};
    struct wire_watch a = {.fn = record, .ctx = &first};
    struct wire_watch b = {.fn = record, .ctx = &second};
    wire_watch(&wire, &a);
    wire_watch(&wire, &b);
    assert_int_equal(first.calls, 0);
    wire_drive(&wire, SIDE_BOARD, DRIVE_WEAK_HIGH);
    wire_drive(&wire, SIDE_CHIP, DRIVE_HIGH);
    assert_int_equal(first.calls, 1);
    wire_drive(&wire, SIDE_ADAPTER, DRIVE_LOW);
    assert_int_equal(first.calls, 2);
    assert_int_equal(second.calls, 2);
    assert_false(second.last);
}

static void
a_watch_may_drive_the_wire_and_the_last_word_is_the_level(void **state)
{
    (void)state;
    struct wire wire;
    wire_init(&wire, "GPIO0");
    struct recorder r = {.wire = &wire};
    struct wire_watch puller = {.fn = pull_down, .ctx = &r};
    struct wire_watch recorder = {.fn = record, .ctx = &r};
    wire_watch(&wire, &puller);
    wire_watch(&wire, &recorder);
    wire_drive(&wire, SIDE_CHIP, DRIVE_HIGH);
    assert_false(wire_level(&wire));
    assert_int_equal(r.calls, 1);
    assert_false(r.last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_drive_wins_and_low_beats_high),
        cmocka_unit_test(a_floating_wire_keeps_its_last_level),
        cmocka_unit_test(watches_hear_changes_only),
        cmocka_unit_test(
            a_watch_may_drive_the_wire_and_the_last_word_is_the_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
