#include "test/emulator/chip_fixture.h"

#include <stdio.h>
#include <unistd.h>

struct log {
    char lines[40][300];
    unsigned count;
};

static void note(void *ctx, const char *line)
{
    struct log *log = ctx;
    if (log->count < 40)
        snprintf(log->lines[log->count++], 300, "%s", line);
}

static bool has_line(const struct log *log, const char *line)
{
    for (unsigned i = 0; i < log->count; i++)
        if (strcmp(log->lines[i], line) == 0)
            return true;
    return false;
}

static struct chip *chip_off(void)
{
    struct chip_config config = plain_config();
    struct chip *chip = malloc(sizeof *chip);
    assert_int_equal(chip_init(chip, &config), ERR_NONE);
    solder(chip);
    return chip;
}

static void the_strap_is_latched_when_power_comes(void **state)
{
    (void)state;
    static const struct {
        enum drive gpio0, gpio2, gpio15;
        unsigned strap;
    } rows[] = {
        {DRIVE_NONE, DRIVE_NONE, DRIVE_NONE, 3},
        {DRIVE_LOW, DRIVE_NONE, DRIVE_NONE, 1},
        {DRIVE_NONE, DRIVE_LOW, DRIVE_NONE, 2},
        {DRIVE_LOW, DRIVE_LOW, DRIVE_NONE, 0},
        {DRIVE_NONE, DRIVE_NONE, DRIVE_HIGH, 7},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_off();
        wire_drive(&chip->pin[0], SIDE_CONTACT, rows[i].gpio0);
        wire_drive(&chip->pin[2], SIDE_CONTACT, rows[i].gpio2);
        wire_drive(&chip->pin[15], SIDE_CONTACT, rows[i].gpio15);
        chip_power(chip, true);
        assert_int_equal(chip->strap, rows[i].strap);
        assert_int_equal(chip->reset_cause, RESET_POWER_ON);
        chip_drop(chip);
    }
}

static void only_power_and_en_latch_the_strap(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    wire_drive(&chip->pin[0], SIDE_CONTACT, DRIVE_LOW);
    chip_power(chip, true);
    assert_int_equal(chip->strap, 1);
    wire_drive(&chip->pin[0], SIDE_CONTACT, DRIVE_NONE);
    static const enum reset_cause causes[] = {RESET_SOFTWARE, RESET_WATCHDOG,
                                              RESET_DEEP_SLEEP};
    for (size_t i = 0; i < COUNT(causes); i++) {
        chip_reset(chip, causes[i]);
        assert_int_equal(chip->reset_cause, causes[i]);
        assert_int_equal(chip->strap, 1);
    }
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(chip->strap, 3);
    assert_int_equal(chip->reset_cause, RESET_EXTERNAL);
    chip_drop(chip);
}

static void an_own_output_does_not_make_the_strap(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    chip_power(chip, true);
    poke(chip, 0x6000030C, 1); /* GPIO0 as output, low */
    assert_false(wire_level(&chip->pin[0]));
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(chip->strap, 3);
    chip_drop(chip);
}

static void en_low_holds_the_chip(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    chip_power(chip, true);
    pass(chip, CYCLES_PER_MS);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    uint64_t instructions = chip->cpu.instructions;
    assert_false(chip_is_alive(chip));
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(chip->cpu.instructions, instructions);
    chip_reset(chip, RESET_SOFTWARE); /* ignored */
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    pass(chip, CYCLES_PER_MS);
    assert_true(chip->cpu.instructions > instructions);
    chip_drop(chip);
}

static void power_with_en_low_starts_as_power_on_later(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->pin[0], SIDE_ADAPTER, DRIVE_LOW);
    chip_power(chip, true);
    assert_true(chip->has_power);
    assert_false(chip_is_alive(chip));
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(chip->reset_cause, RESET_POWER_ON);
    assert_int_equal(chip->strap, 1);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(chip->reset_cause, RESET_EXTERNAL);
    chip_drop(chip);
}

static void ram_survives_resets_but_not_power(void **state)
{
    (void)state;
    static const uint32_t addresses[] = {0x3FFE8000, 0x3FFE9F00, 0x40100000,
                                         0x4010FFFC};
    struct chip *chip = chip_make();
    for (size_t i = 0; i < COUNT(addresses); i++)
        poke(chip, addresses[i], 0x12345678);
    chip_reset(chip, RESET_SOFTWARE);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    for (size_t i = 0; i < COUNT(addresses); i++)
        assert_int_equal(peek(chip, addresses[i]), 0x12345678);
    chip_power(chip, false);
    chip_power(chip, true);
    for (size_t i = 0; i < COUNT(addresses); i++)
        assert_int_not_equal(peek(chip, addresses[i]), 0x12345678);
    chip_drop(chip);
}

static void flash_survives_power(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    chip->flash.is_write_enabled = true;
    assert_true(flash_chip_program(&chip->flash, 0, "abc", 3));
    pass(chip, CYCLES_PER_MS * 10); /* while it is busy a cut would tear it */
    chip_power(chip, false);
    chip_power(chip, true);
    char data[3];
    flash_chip_read(&chip->flash, 0, data, 3);
    assert_memory_equal(data, "abc", 3);
    chip_drop(chip);
}

static void the_clock_ends_where_it_was_told(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    chip_run(chip, 1234567);
    assert_int_equal(chip->clock.now, 1234567);
    chip_power(chip, true);
    chip->cpu.is_stopped = true;
    chip_run(chip, 2345678);
    assert_int_equal(chip->clock.now, 2345678);
    chip_run(chip, 1);
    assert_int_equal(chip->clock.now, 2345678);
    chip_drop(chip);
}

struct tick {
    struct clock_event event;
    struct chip *chip;
    uint64_t seen;
};

static void ticked(void *ctx)
{
    struct tick *tick = ctx;
    tick->seen = tick->chip->clock.now;
}

static void events_happen_without_power_too(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    struct tick tick = {.chip = chip};
    tick.event = (struct clock_event){.fn = ticked, .ctx = &tick};
    clock_at(&chip->clock, &tick.event, 5000);
    chip_run(chip, 4999);
    assert_int_equal(tick.seen, 0);
    chip_run(chip, 5000);
    assert_int_equal(tick.seen, 5000);
    chip_drop(chip);
}

/* j self in IRAM */
static void load_loop(struct chip *chip)
{
    poke(chip, 0x40100000, 0x00FFFF06);
    chip->cpu.is_stopped = false;
    chip->cpu.pc = 0x40100000;
}

static void events_come_in_between_instructions(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    load_loop(chip);
    struct tick tick = {.chip = chip};
    tick.event = (struct clock_event){.fn = ticked, .ctx = &tick};
    uint64_t start = chip->clock.now;
    clock_at(&chip->clock, &tick.event, start + 5000);
    pass(chip, 10000);
    assert_in_range(tick.seen - start, 5000, 5000 + 64);
    assert_in_range(chip->clock.now - start, 10000, 10000 + 64);
    chip_drop(chip);
}

static void a_stop_is_said_and_halts(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct log log = {.count = 0};
    chip->events = (struct chip_events){note, &log};
    load_loop(chip);
    chip_stop(chip, "rule %d broken at 0x%08x", 7, 0x40100000u);
    assert_string_equal(chip->stop_reason, "rule 7 broken at 0x40100000");
    assert_true(has_line(&log, "stop rule 7 broken at 0x40100000"));
    uint64_t instructions = chip->cpu.instructions;
    pass(chip, 1000);
    assert_int_equal(chip->cpu.instructions, instructions);
    chip_reset(chip, RESET_EXTERNAL);
    assert_string_equal(chip->stop_reason, "");
    assert_true(has_line(&log, "reset cause 2"));
    assert_false(chip->cpu.is_stopped);
    chip_drop(chip);
}

static void a_long_stop_reason_is_cut(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    char text[CHIP_STOP_ROOM + 10];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    chip_stop(chip, "%s", text);
    assert_int_equal(strlen(chip->stop_reason), sizeof chip->stop_reason - 1);
    chip_drop(chip);
}

static void guest_code_reaches_registers_and_pins(void **state)
{
    (void)state;
    /* s32i a3, a2, 0 with a2 = GPIO_OUT_W1TS, then j self */
    struct chip *chip = chip_make();
    load_loop(chip);
    poke(chip, 0x40100000, 0x06006232);
    poke(chip, 0x40100004, 0x0000FFFF);
    poke(chip, 0x6000083C, 0);
    poke(chip, 0x6000030C, 1u << 4);
    chip->cpu.a[2] = 0x60000304;
    chip->cpu.a[3] = 1u << 4;
    assert_false(wire_level(&chip->pin[4]));
    pass(chip, 20);
    assert_true(wire_level(&chip->pin[4]));
    assert_int_equal(chip->cpu.pc, 0x40100003);
    chip_drop(chip);
}

static void a_guest_s_reset_restarts_it(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    load_loop(chip);
    poke(chip, 0x40100000, 0x06006232);
    poke(chip, 0x40100004, 0x0000FFFF);
    chip->cpu.a[2] = 0x60000700; /* RTC control */
    chip->cpu.a[3] = 1u << 31;
    pass(chip, 20);
    assert_int_equal(chip->reset_cause, RESET_SOFTWARE);
    assert_in_range(chip->cpu.pc, ROM_BASE, ROM_BASE + ROM_SIZE - 1);
    chip_drop(chip);
}

static void a_bad_configuration_is_refused_and_leaves_nothing(void **state)
{
    (void)state;
    struct chip_config config = plain_config();
    struct chip *chip = malloc(sizeof *chip);
    config.flash.size = 12345;
    assert_int_equal(chip_init(chip, &config), ERR_BAD_RANGE);
    config = plain_config();
    config.flash.file = "/nonexistent/flash";
    assert_int_equal(chip_init(chip, &config), ERR_FILE_OPEN);
    free(chip);
}

static void two_chips_of_one_seed_are_alike(void **state)
{
    (void)state;
    struct chip *a = chip_make(), *b = chip_make();
    for (uint32_t at = 0x3FFE8000; at < 0x3FFE8100; at += 4)
        assert_int_equal(peek(a, at), peek(b, at));
    chip_power(a, false);
    chip_power(a, true);
    assert_int_not_equal(peek(a, 0x3FFE8000), peek(b, 0x3FFE8000));
    chip_drop(a);
    chip_drop(b);
}

/* Whoever paces the chip sleeps while it waits; so a run that ends with an
 * event must not leave that to be slept over. */
static void what_waits_is_asked_again_after_an_event(void **state)
{
    (void)state;
    struct chip *chip = chip_off();
    wire_drive(&chip->pin[0], SIDE_CONTACT, DRIVE_LOW);
    chip_power(chip, true);
    pass(chip, CYCLES_PER_S); /* the ROM's loader waits for a byte */
    assert_true(chip->cpu.is_waiting);
    static const uint8_t byte = 0xC0;
    assert_int_equal(uart_line_send(&chip->uart[0], &byte, 1), 1);
    uint64_t arrives = clock_next_busy(&chip->clock);
    chip_run(chip, arrives - 1);
    assert_true(chip->cpu.is_waiting);
    chip_run(chip, arrives);
    assert_false(chip->cpu.is_waiting);
    pass(chip, 1000);
    assert_true(chip->cpu.is_waiting);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strap_is_latched_when_power_comes),
        cmocka_unit_test(only_power_and_en_latch_the_strap),
        cmocka_unit_test(an_own_output_does_not_make_the_strap),
        cmocka_unit_test(en_low_holds_the_chip),
        cmocka_unit_test(power_with_en_low_starts_as_power_on_later),
        cmocka_unit_test(ram_survives_resets_but_not_power),
        cmocka_unit_test(flash_survives_power),
        cmocka_unit_test(the_clock_ends_where_it_was_told),
        cmocka_unit_test(what_waits_is_asked_again_after_an_event),
        cmocka_unit_test(events_happen_without_power_too),
        cmocka_unit_test(events_come_in_between_instructions),
        cmocka_unit_test(a_stop_is_said_and_halts),
        cmocka_unit_test(a_long_stop_reason_is_cut),
        cmocka_unit_test(guest_code_reaches_registers_and_pins),
        cmocka_unit_test(a_guest_s_reset_restarts_it),
        cmocka_unit_test(a_bad_configuration_is_refused_and_leaves_nothing),
        cmocka_unit_test(two_chips_of_one_seed_are_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
