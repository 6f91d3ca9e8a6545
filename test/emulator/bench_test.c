/* The bench around a real (virtual) chip with blank flash: wires, contacts,
 * adapter lines, power. */
#include "test/emulator/bench_fixture.h"

static void power_and_strap_are_said(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "power on"), 1);
    assert_int_equal(count(&f, "boot cause 1 mode (3,6)"), 1);
    forget(&f);
    do_line(&f, "power off");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "power off"), 1);
    do_line(&f, "power off");
    assert_int_equal(count(&f, "power off"), 1);
    assert_true(bench_is_idle(f.bench));
    bench_close(f.bench);
}

static void off_stays_off_until_told(void **state)
{
    (void)state;
    struct fixture f;
    open_config(&f, "mini", (struct bench_config){.is_off = true});
    run_ms(&f, 3000);
    assert_string_equal(f.events, "");
    assert_true(bench_now(f.bench) == 3000ull * CYCLES_PER_MS);
    do_line(&f, "power on");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "boot cause 1"), 1);
    bench_close(f.bench);
}

static void power_cycle_leaves_a_gap(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 100);
    forget(&f);
    do_line(&f, "power cycle");
    run_ms(&f, 499);
    assert_string_equal(f.events, "power off\n");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "boot cause 1"), 1);
    forget(&f);
    do_line(&f, "power cycle");
    do_line(&f, "power off");
    run_ms(&f, 2000);
    assert_string_equal(f.events, "power off\n");
    bench_close(f.bench);
}

static void a_held_button_gives_download_mode(void **state)
{
    (void)state;
    struct fixture f;
    open_config(&f, "mini", (struct bench_config){.is_holding_button = true});
    run_ms(&f, 100);
    assert_int_equal(count(&f, "button 0 down"), 1);
    assert_int_equal(count(&f, "boot cause 1 mode (1,6)"), 1);
    forget(&f);
    do_line(&f, "release 0");
    do_line(&f, "power cycle");
    run_ms(&f, 700);
    assert_int_equal(count(&f, "button 0 up"), 1);
    assert_int_equal(count(&f, "boot cause 1 mode (3,6)"), 1);
    bench_close(f.bench);
}

static void a_press_lasts_as_long_as_it_says(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "t1-3");
    run_ms(&f, 100);
    forget(&f);
    do_line(&f, "press 9 120");
    assert_false(level(&f, 9));
    run_ms(&f, 119);
    assert_string_equal(f.events, "button 9 down\n");
    run_ms(&f, 2);
    assert_string_equal(f.events, "button 9 down\nbutton 9 up\n");
    forget(&f);
    do_line(&f, "press 0 50");
    do_line(&f, "press 0");
    run_ms(&f, 500);
    assert_string_equal(f.events, "button 0 down\n");
    assert_false(level(&f, 0));
    bench_close(f.bench);
}

static void a_contact_closes_to_ground(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 100);
    forget(&f);
    wire_drive(&bench_chip(f.bench)->pin[4], SIDE_CHIP, DRIVE_WEAK_HIGH);
    do_line(&f, "s2 close");
    assert_false(level(&f, 4));
    do_line(&f, "switch 1 open");
    assert_true(level(&f, 4));
    assert_string_equal(f.events, "switch 1 closed\nswitch 1 open\n");
    bench_close(f.bench);
}

static void what_the_board_lacks_is_unknown(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "s20");
    assert_int_equal(try_line(&f, "press 9"), ERR_UNKNOWN);
    assert_int_equal(try_line(&f, "press 12"), ERR_UNKNOWN);
    assert_int_equal(try_line(&f, "s2 close"), ERR_UNKNOWN);
    bench_close(f.bench);
}

static void relay_and_led_follow_their_pins(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 100);
    forget(&f);
    struct chip *chip = bench_chip(f.bench);
    wire_drive(&chip->pin[12], SIDE_CHIP, DRIVE_HIGH);
    wire_drive(&chip->pin[13], SIDE_CHIP, DRIVE_LOW);
    wire_drive(&chip->pin[13], SIDE_CHIP, DRIVE_LOW);
    wire_drive(&chip->pin[12], SIDE_CHIP, DRIVE_NONE);
    wire_drive(&chip->pin[13], SIDE_CHIP, DRIVE_NONE);
    assert_string_equal(f.events,
                        "relay 1 on\nled 1 on\nrelay 1 off\nled 1 off\n");
    bench_close(f.bench);
}

static void direct_lines_reset_into_download_mode(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "basic");
    run_ms(&f, 100);
    forget(&f);
    /* The classic reset (chip.md A5), as it comes over RFC 2217. */
    bench_lines_direct(f.bench, false, true);
    run_ms(&f, 100);
    assert_false(wire_level(&bench_chip(f.bench)->en));
    bench_lines_direct(f.bench, true, true);
    bench_lines_direct(f.bench, true, false);
    run_ms(&f, 50);
    bench_lines_direct(f.bench, false, false);
    assert_int_equal(count(&f, "boot cause 2 mode (1,6)"), 1);
    bench_close(f.bench);
}

static void the_circuit_resets_though_both_lines_pass_together(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "basic");
    run_ms(&f, 100);
    forget(&f);
    do_line(&f, "rts on");
    run_ms(&f, 100);
    assert_false(wire_level(&bench_chip(f.bench)->en));
    /* Both asserted: both transistors are off, EN begins to rise. */
    do_line(&f, "dtr on");
    assert_false(wire_level(&bench_chip(f.bench)->en));
    run_ms(&f, 1);
    do_line(&f, "rts off");
    assert_false(level(&f, 0));
    run_ms(&f, 50);
    do_line(&f, "dtr off");
    assert_true(level(&f, 0));
    assert_int_equal(count(&f, "boot cause 2 mode (1,6)"), 1);
    forget(&f);
    do_line(&f, "dtr on");
    do_line(&f, "rts on");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "boot"), 0);
    bench_close(f.bench);
}

static void the_banner_is_text_at_its_own_baud_only(void **state)
{
    (void)state;
    static const struct {
        unsigned baud;
        bool is_clear;
    } rows[] = {{0, true}, {74880, true}, {115200, false}, {9600, false}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        open_config(&f, "mini", (struct bench_config){.is_off = true});
        bench_serial_baud(f.bench, rows[i].baud);
        do_line(&f, "power on");
        run_ms(&f, 200);
        assert_true(f.serial_size > 40);
        assert_int_equal(memmem(f.serial, f.serial_size, "rst cause:1", 11) !=
                             NULL,
                         rows[i].is_clear);
        /* The event is what the chip said, whoever listens. */
        assert_non_null(strstr(f.events, "uart  ets Jan  8 2013,rst cause:1"));
        bench_close(f.bench);
    }
}

static void a_byte_is_heard_at_the_rate_it_was_sent_at(void **state)
{
    (void)state;
    static const unsigned lines[] = {74880, 921600};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct fixture f;
        open_config(&f, "mini", (struct bench_config){.is_off = true});
        struct uart *uart = &bench_chip(f.bench)->uart[0];
        bench_serial_baud(f.bench, lines[i]);
        do_line(&f, "power on");
        while (!uart->is_shifting || uart->tx_shift != 'J') {
            bench_run(f.bench, bench_now(f.bench) + 800);
        }
        forget(&f);
        /* The chip changes its rate while the byte is on the line. */
        uart_set_divider(uart, UART_CLOCK_ROM / 921600);
        run_ms(&f, 1);
        assert_true(f.serial_size > 0);
        assert_int_equal(f.serial[0] == 'J', lines[i] == 74880);
        bench_close(f.bench);
    }
}

static void serial_to_a_dead_chip_vanishes(void **state)
{
    (void)state;
    struct fixture f;
    open_config(&f, "mini", (struct bench_config){.is_off = true});
    static const uint8_t bytes[100000];
    assert_int_equal(bench_serial_send(f.bench, bytes, sizeof(bytes)),
                     sizeof(bytes));
    do_line(&f, "power on");
    run_ms(&f, 50);
    assert_int_equal(uart_line_pending(&bench_chip(f.bench)->uart[0]), 0);
    bench_close(f.bench);
}

static void show_tells_every_part(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 100);
    do_line(&f, "s2 close");
    forget(&f);
    do_line(&f, "show");
    static const char *const lines[] = {
        "show power on",        "show chip",        "show button 0 up",
        "show switch 1 closed", "show relay 1 off", "show led 1 off",
        "show dtr off",         "show rts off"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(count(&f, lines[i]), 1);
    }
    bench_close(f.bench);
}

static void size_and_maker_of_the_flash_can_be_chosen(void **state)
{
    (void)state;
    static const struct {
        struct bench_config config;
        uint32_t size, jedec;
    } rows[] = {
        {{0}, 0x100000, 0x144051},
        {{.flash_size = 0x400000}, 0x400000, 0x164051},
        {{.flash_size = 0x80000}, 0x80000, 0x134051},
        {{.is_puya = true}, 0x100000, 0x146085},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        open_config(&f, "mini", rows[i].config);
        const struct flash_chip_config *c = &bench_chip(f.bench)->flash.config;
        assert_int_equal(c->size, rows[i].size);
        assert_int_equal(c->jedec, rows[i].jedec);
        bench_close(f.bench);
    }
}

static void a_flash_file_that_cannot_be_opened_is_said(void **state)
{
    (void)state;
    struct bench *bench;
    const struct bench_sink sink = {NULL, NULL, NULL, NULL};
    const struct bench_config config = {.board = board_find("mini"),
                                        .flash_file = "/nowhere/flash.bin"};
    assert_int_not_equal(bench_open(&config, &sink, &bench), ERR_NONE);
    assert_null(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_and_strap_are_said),
        cmocka_unit_test(off_stays_off_until_told),
        cmocka_unit_test(power_cycle_leaves_a_gap),
        cmocka_unit_test(a_held_button_gives_download_mode),
        cmocka_unit_test(a_press_lasts_as_long_as_it_says),
        cmocka_unit_test(a_contact_closes_to_ground),
        cmocka_unit_test(what_the_board_lacks_is_unknown),
        cmocka_unit_test(relay_and_led_follow_their_pins),
        cmocka_unit_test(direct_lines_reset_into_download_mode),
        cmocka_unit_test(the_circuit_resets_though_both_lines_pass_together),
        cmocka_unit_test(the_banner_is_text_at_its_own_baud_only),
        cmocka_unit_test(a_byte_is_heard_at_the_rate_it_was_sent_at),
        cmocka_unit_test(serial_to_a_dead_chip_vanishes),
        cmocka_unit_test(show_tells_every_part),
        cmocka_unit_test(size_and_maker_of_the_flash_can_be_chosen),
        cmocka_unit_test(a_flash_file_that_cannot_be_opened_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
