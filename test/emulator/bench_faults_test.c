/* Faults as control lines: cuts, brown-outs, noise on the line, an
 * adapter that is pulled out. */
#include "test/emulator/bench_flash_fixture.h"

#include <stdlib.h>

static bool has_power(struct fixture *f)
{
    return bench_chip(f->bench)->has_power;
}

/* ---- cuts ---- */

static void a_cut_comes_when_it_is_said_and_stays(void **state)
{
    (void)state;
    static const char *const lines[] = {"cut in 50", "cut at 150",
                                        "cut cycle 12000000"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct fixture f;
        open_quiet(&f, (struct bench_config){0});
        do_line(&f, lines[i]);
        run_ms(&f, 49);
        assert_true(has_power(&f));
        run_ms(&f, 2);
        assert_string_equal(f.events, "power off\n");
        run_ms(&f, 5000);
        assert_string_equal(f.events, "power off\n");
        do_line(&f, "power on");
        run_ms(&f, 5000); /* once is all */
        assert_int_equal(count(&f, "boot cause 1"), 1);
        assert_int_equal(count(&f, "power off"), 1);
        bench_close(f.bench);
    }
}

static void a_cut_whose_moment_is_over_comes_at_once(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "cut at 20");
    run_ms(&f, 1);
    assert_false(has_power(&f));
    bench_close(f.bench);
}

static void a_cut_ends_what_would_bring_power_back(void **state)
{
    (void)state;
    static const char *const lines[] = {"power cycle", "brownout 3 200 100"};
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        open_quiet(&f, (struct bench_config){0});
        do_line(&f, lines[i]);
        do_line(&f, "cut in 10");
        run_ms(&f, 5000);
        assert_string_equal(f.events, "power off\n");
        bench_close(f.bench);
    }
}

static void a_flash_cut_is_before_in_or_after_the_operation(void **state)
{
    (void)state;
    static const struct {
        const char *line, *event;
        unsigned least, most; /* bytes of the second page that are done */
    } rows[] = {
        {"cut after 2 flash", "cut torn program 0x0F7100", 1, 255},
        {"cut after 2 flash torn", "cut torn program 0x0F7100", 1, 255},
        {"cut after 2 flash before", "cut before program 0x0F7100", 0, 0},
        {"cut after 2 flash after", "cut after program 0x0F7100", 256, 256},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        open_quiet(&f, (struct bench_config){0});
        do_line(&f, rows[i].line);
        assert_true(program(&f, AT, 0));
        assert_true(has_power(&f));
        (void)program(&f, AT + 0x100, 0);
        run_ms(&f, 1);
        assert_false(has_power(&f));
        assert_int_equal(count(&f, rows[i].event), 1);
        assert_int_equal(count(&f, "power off"), 1);
        do_line(&f, "power on");
        run_ms(&f, 1);
        assert_int_equal(holds(&f, AT, 0), 256);
        assert_in_range(256 - holds(&f, AT + 0x100, 0xFF), rows[i].least,
                        rows[i].most);
        assert_int_equal(holds(&f, AT + 0x200, 0xFF), 256);
        bench_close(f.bench);
    }
}

static void cut_off_forgets_them_all(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "cut in 50");
    do_line(&f, "cut after 1 flash");
    do_line(&f, "cut off");
    assert_true(erase(&f, AT));
    run_ms(&f, 500);
    assert_string_equal(f.events, "");
    assert_true(has_power(&f));
    bench_close(f.bench);
}

/* ---- brown-outs ---- */

/* When power came and went from the line on, in ms. */
struct moments {
    uint64_t ms[32];
    unsigned count;
};

static void brown_out(uint32_t seed, const char *line, struct moments *m)
{
    struct fixture f;
    open_quiet(&f, (struct bench_config){.seed = seed});
    uint64_t start = bench_now(f.bench) / CYCLES_PER_MS;
    bool was_on = true;
    memset(m, 0, sizeof(*m));
    do_line(&f, line);
    for (unsigned i = 0; i < 10000; i++) {
        if (has_power(&f) != was_on && m->count < 32) {
            was_on = !was_on;
            m->ms[m->count++] = bench_now(f.bench) / CYCLES_PER_MS - start;
        }
        run_ms(&f, 1);
    }
    assert_true(has_power(&f));
    assert_int_equal(count(&f, "power off"), m->count / 2);
    assert_int_equal(count(&f, "reset cause 1"), m->count / 2);
    bench_close(f.bench);
}

static void a_brownout_is_so_many_times_about_so_long(void **state)
{
    (void)state;
    struct moments m;
    brown_out(1, "brownout 5 300 40", &m);
    assert_int_equal(m.count, 10); /* off, on, off, on … */
    assert_int_equal(m.ms[0], 0);
    for (unsigned i = 1; i < m.count; i++) {
        uint64_t want = i % 2 == 1 ? 40 : 300;
        assert_in_range(m.ms[i] - m.ms[i - 1], want / 2, want * 3 / 2 + 1);
    }
}

static void a_brownout_follows_from_the_seed(void **state)
{
    (void)state;
    struct moments a, b;
    brown_out(1, "brownout 5 300 40", &a);
    brown_out(1, "brownout 5 300 40", &b);
    assert_memory_equal(&a, &b, sizeof(a));
    brown_out(2, "brownout 5 300 40", &b);
    assert_memory_not_equal(&a, &b, sizeof(a));
}

static void a_power_line_ends_a_brownout(void **state)
{
    (void)state;
    static const struct {
        const char *line, *events;
    } rows[] = {
        {"power off", "power off\n"},
        {"power on", "power off\npower on\n"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct fixture f;
        open_quiet(&f, (struct bench_config){0});
        do_line(&f, "brownout 5 300 40");
        do_line(&f, rows[i].line);
        char first[32];
        memcpy(first, f.events, sizeof(first));
        assert_memory_equal(first, rows[i].events, strlen(rows[i].events));
        run_ms(&f, 5000);
        assert_int_equal(count(&f, "power off"), 1);
        bench_close(f.bench);
    }
}

/* ---- words programmed twice ---- */

static void strict_tells_of_words_programmed_twice(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    assert_true(program(&f, AT, 0x0F) && program(&f, AT, 0x0E));
    assert_string_equal(f.events, "");
    do_line(&f, "strict on");
    assert_true(program(&f, AT, 0x0C));
    assert_string_equal(f.events, "rewrite 0x0F7000 words 64\n");
    do_line(&f, "strict off");
    assert_true(program(&f, AT, 0x08));
    assert_string_equal(f.events, "rewrite 0x0F7000 words 64\n");
    do_line(&f, "show");
    assert_int_equal(count(&f, "show flash 4 programs, 0 erases, 192 words "
                               "programmed twice"),
                     1);
    bench_close(f.bench);
}

/* ---- the serial line ---- */

/* What comes out of the chip after a power cycle: its ROM's banner. */
static size_t banner(struct fixture *f)
{
    forget(f);
    do_line(f, "power cycle");
    run_ms(f, 600);
    assert_int_equal(count(f, "boot cause 1"), 1);
    return f->serial_size;
}

static size_t arriving(struct fixture *f, size_t size)
{
    static const uint8_t bytes[1000];
    struct uart *uart = &bench_chip(f->bench)->uart[0];
    size_t before = uart_line_pending(uart);
    assert_int_equal(bench_serial_send(f->bench, bytes, size), size);
    return uart_line_pending(uart) - before;
}

static void noise_is_on_the_side_it_is_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    size_t all = banner(&f);
    assert_true(all > 50);

    do_line(&f, "noise lose 100 to");
    assert_int_equal(arriving(&f, 1000), 0);
    assert_int_equal(banner(&f), all);

    do_line(&f, "noise off");
    do_line(&f, "noise lose 100 from");
    assert_int_equal(arriving(&f, 1000), 1000);
    assert_int_equal(banner(&f), 0);

    do_line(&f, "noise off");
    do_line(&f, "noise double 100");
    assert_int_equal(arriving(&f, 1000), 2000);
    assert_int_equal(banner(&f), 2 * all);

    do_line(&f, "noise off");
    assert_int_equal(arriving(&f, 1000), 1000);
    assert_int_equal(banner(&f), all);
    do_line(&f, "show");
    assert_int_equal(count(&f, "show noise has changed"), 1);
    bench_close(f.bench);
}

static void the_bench_itself_hears_the_chip_without_noise(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    (void)banner(&f);
    char clear[sizeof(f.events)];
    strcpy(clear, f.events);
    do_line(&f, "noise flip 100");
    (void)banner(&f);
    assert_string_equal(f.events, clear);
    bench_close(f.bench);
}

static void one_percent_is_about_one_byte_in_a_hundred(void **state)
{
    (void)state;
    struct fixture f;
    size_t lost = 0;
    open_quiet(&f, (struct bench_config){.seed = 3});
    do_line(&f, "noise lose 1");
    for (unsigned i = 0; i < 20; i++) {
        lost += 1000 - arriving(&f, 1000);
        run_ms(&f, 200);
    }
    assert_in_range(lost, 140, 260); /* of 20000; sigma is 14 */
    bench_close(f.bench);
}

/* ---- the adapter ---- */

static void an_adapter_that_is_out_carries_nothing(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    size_t all = banner(&f);
    assert_int_equal(arriving(&f, 1000), 1000);
    do_line(&f, "unplug");
    assert_false(bench_is_plugged(f.bench));
    /* Bytes that had not left it are gone, and none are taken. */
    assert_int_equal(uart_line_pending(&bench_chip(f.bench)->uart[0]), 0);
    assert_int_equal(arriving(&f, 1000), 0);
    assert_int_equal(banner(&f), 0);
    do_line(&f, "plug");
    assert_true(bench_is_plugged(f.bench));
    assert_int_equal(arriving(&f, 1000), 1000);
    assert_int_equal(banner(&f), all);
    bench_close(f.bench);
}

static void an_adapter_that_is_out_lets_go_of_the_lines(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    bench_lines_direct(f.bench, true, true);
    assert_false(wire_level(&bench_chip(f.bench)->en) || level(&f, 0));
    do_line(&f, "unplug");
    run_ms(&f, 100);
    assert_int_equal(count(&f, "boot cause 2 mode (3,6)"), 1);
    bench_lines_direct(f.bench, true, true);
    assert_true(wire_level(&bench_chip(f.bench)->en) && level(&f, 0));
    do_line(&f, "rts on");
    assert_true(wire_level(&bench_chip(f.bench)->en));
    do_line(&f, "plug");
    do_line(&f, "rts on");
    assert_false(wire_level(&bench_chip(f.bench)->en));
    bench_close(f.bench);
}

static void an_adapter_comes_back_by_itself_if_told_so(void **state)
{
    (void)state;
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "unplug 50");
    run_ms(&f, 49);
    assert_string_equal(f.events, "adapter unplugged\n");
    run_ms(&f, 2);
    assert_string_equal(f.events, "adapter unplugged\nadapter plugged\n");
    do_line(&f, "plug"); /* it is in */
    assert_string_equal(f.events, "adapter unplugged\nadapter plugged\n");
    forget(&f);
    do_line(&f, "unplug 50");
    do_line(&f, "unplug"); /* out already, now for good */
    run_ms(&f, 500);
    assert_string_equal(f.events, "adapter unplugged\n");
    assert_int_equal(bench_unplugs(f.bench), 2);
    do_line(&f, "plug");
    assert_int_equal(bench_unplugs(f.bench), 2);
    bench_close(f.bench);
}

/* ---- show ---- */

static void show_tells_what_is_to_come(void **state)
{
    (void)state;
    static const char *const lines[] = {"cut cycle 99000000",
                                        "cut after 7 flash", "noise lose 1 to",
                                        "noise flip 0.02 from", "unplug"};
    static const char *const shown[] = {
        "show cut at cycle 99000000", "show cut after 7 flash",
        "show noise lose 1.000 to", "show noise flip 0.020 from",
        "show adapter unplugged"};
    struct fixture f;
    open_quiet(&f, (struct bench_config){0});
    do_line(&f, "show");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(count(&f, shown[i]), 0);
        do_line(&f, lines[i]);
    }
    do_line(&f, "show");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(count(&f, shown[i]), 1);
    }
    bench_close(f.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_comes_when_it_is_said_and_stays),
        cmocka_unit_test(a_cut_whose_moment_is_over_comes_at_once),
        cmocka_unit_test(a_cut_ends_what_would_bring_power_back),
        cmocka_unit_test(a_flash_cut_is_before_in_or_after_the_operation),
        cmocka_unit_test(cut_off_forgets_them_all),
        cmocka_unit_test(a_brownout_is_so_many_times_about_so_long),
        cmocka_unit_test(a_brownout_follows_from_the_seed),
        cmocka_unit_test(a_power_line_ends_a_brownout),
        cmocka_unit_test(strict_tells_of_words_programmed_twice),
        cmocka_unit_test(noise_is_on_the_side_it_is_asked_for),
        cmocka_unit_test(the_bench_itself_hears_the_chip_without_noise),
        cmocka_unit_test(one_percent_is_about_one_byte_in_a_hundred),
        cmocka_unit_test(an_adapter_that_is_out_carries_nothing),
        cmocka_unit_test(an_adapter_that_is_out_lets_go_of_the_lines),
        cmocka_unit_test(an_adapter_comes_back_by_itself_if_told_so),
        cmocka_unit_test(show_tells_what_is_to_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
