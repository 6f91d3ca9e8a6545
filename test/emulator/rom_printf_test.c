/* ets_printf and kin: formats, arguments beyond the registers, installed putc,
 * pacing. */
#include "test/emulator/rom_bench.h"

#define FORMAT SCRATCH
#define TEXT (SCRATCH + 0x100u)

static void drain(struct rom_bench *b)
{
    bench_run_ms(b, 0);
    while (clock_next(&b->chip.clock) != CLOCK_NEVER) {
        b->chip.clock.now = clock_next(&b->chip.clock);
        clock_run_due(&b->chip.clock);
    }
}

static void formats_come_out_as_the_rom_prints_them(void **state)
{
    static const struct {
        const char *format;
        uint32_t args[3];
        const char *text;
    } rows[] = {
        {"plain", {0}, "plain"},
        {"a\nb\n", {0}, "a\r\nb\r\n"},
        {"a\rb", {0}, "ab"},
        {"%d %d %d", {0, 42, ~0u}, "0 42 -1"},
        {"%d", {0x80000000}, "-2147483648"},
        {"%u", {~0u}, "4294967295"},
        {"%x %X", {0xBEEF, 0xBEEF}, "beef BEEF"},
        {"%08x|%8x|%-8x|", {0x1A, 0x1A, 0x1A}, "0000001a|      1a|1a      |"},
        {"%02x", {0x123}, "123"},
        {"%05d|%5d|%-5d|",
         {(uint32_t)-42, (uint32_t)-42, (uint32_t)-42},
         "-0042|  -42|-42  |"},
        {"%*d", {5, 7}, "    7"},
        {"%ld %lu", {7, 8}, "7 8"},
        {"%s!", {TEXT}, "hello!"},
        {"%8s|%-8s|", {TEXT, TEXT}, "   hello|hello   |"},
        {"%.3s|", {TEXT}, "hel|"},
        {"%s", {0}, "(null)"},
        {"%c%c", {'o', 'k'}, "ok"},
        {"100%%", {0}, "100%"},
        {"%p", {0x3ffe8000}, "3ffe8000"},
        {"", {0}, ""},
    };
    struct rom_bench *b = bench_started();
    (void)state;
    bench_put(b, TEXT, "hello", 6);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const uint32_t *args = rows[i].args;
        uint32_t sp = b->chip.cpu.a[1];
        bench_forget(b);
        bench_put(b, FORMAT, rows[i].format, strlen(rows[i].format) + 1);
        uint32_t n = CALL(b, "ets_printf", FORMAT, args[0], args[1], args[2]);
        drain(b);
        assert_string_equal((char *)b->sent, rows[i].text);
        assert_int_equal(b->chip.cpu.a[1], sp);
        assert_int_equal(b->chip.cpu.a[0], RETURN_HERE);
        if (!strchr(rows[i].format, '\n') && !strchr(rows[i].format, '\r'))
            assert_int_equal(n, strlen(rows[i].text));
    }
    bench_free(b);
}

/* Five arguments fit into a3 to a7, the rest is on the caller's stack. */
static void arguments_go_on_on_the_stack(void **state)
{
    static const char format[] = "%d %d %d %d %d %d %d %d";
    struct rom_bench *b = bench_started();
    uint8_t stack[12];
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        put_u32le(stack + (size_t)4 * i, 6 + i);
    bench_put(b, FORMAT, format, sizeof(format));
    bench_put(b, b->chip.cpu.a[1], stack, sizeof(stack));
    CALL(b, "ets_printf", FORMAT, 1, 2, 3, 4, 5);
    drain(b);
    assert_string_equal((char *)b->sent, "1 2 3 4 5 6 7 8");
    bench_free(b);
}

/* As the compiler makes a va_list: stack less 32, saved registers, index. */
static void vprintf_takes_a_va_list(void **state)
{
    static const char format[] = "%d %x %d %d";
    struct rom_bench *b = bench_started();
    uint32_t saved = SCRATCH + 0x200, stack = SCRATCH + 0x300;
    uint8_t words[24] = {0}, more[8];
    (void)state;
    put_u32le(words + 16, 10);
    put_u32le(words + 20, 0xAB);
    put_u32le(more, 12);
    put_u32le(more + 4, 13);
    bench_put(b, FORMAT, format, sizeof(format));
    bench_put(b, saved, words, sizeof(words));
    bench_put(b, stack, more, sizeof(more));
    CALL(b, "ets_vprintf", 0x40001DCC, FORMAT, stack - 32, saved, 16);
    drain(b);
    assert_string_equal((char *)b->sent, "10 ab 12 13");
    bench_free(b);
}

static void an_installed_putc_is_called_per_character(void **state)
{
    static const uint32_t putc = 0x40100000; /* guest code */
    struct rom_bench *b = bench_started();
    struct cpu *cpu = &b->chip.cpu;
    (void)state;
    bench_put(b, FORMAT, "A%d", 4);
    CALL(b, "ets_install_putc1", putc);
    CALL(b, "ets_printf", FORMAT, 7);
    for (const char *p = "A7"; *p; p++) {
        assert_int_equal(cpu->pc, putc);
        assert_int_equal(cpu->a[2], *p);
        memset(cpu->a + 2, 0x55, 10 * sizeof(cpu->a[0])); /* a2 to a11 */
        uint32_t step = cpu->a[0];
        cpu->pc = step;
        native_call(&b->chip, step);
        if (p[1] == '\0')
            assert_int_equal(cpu->a[2], 2);
    }
    assert_int_equal(cpu->a[0], RETURN_HERE);
    assert_int_equal(b->sent_size, 0);
    CALL(b, "ets_install_uart_printf", 0);
    CALL(b, "ets_printf", FORMAT, 7);
    drain(b);
    assert_string_equal((char *)b->sent, "A7");
    bench_free(b);
}

/* 300 characters don't fit into the FIFO: the rest waits for the line. */
static void long_text_is_paced_by_the_line(void **state)
{
    char text[301];
    struct rom_bench *b = bench_started();
    uint64_t start = b->chip.clock.now;
    (void)state;
    memset(text, 'x', 300);
    text[300] = '\0';
    bench_put(b, FORMAT, text, sizeof(text));
    assert_int_equal(CALL(b, "ets_printf", FORMAT), 300);
    uint64_t byte = 10ull * CYCLES_PER_S / 74928;
    assert_in_range(b->chip.clock.now - start, 165 * byte, 180 * byte);
    drain(b);
    assert_string_equal((char *)b->sent, text);
    bench_free(b);
}

static void single_characters(void **state)
{
    struct rom_bench *b = bench_started();
    (void)state;
    CALL(b, "uart_tx_one_char (ROM)", '\n');
    CALL(b, "ets_putc", 'a');
    CALL(b, "ets_write_char", '\n');
    CALL(b, "ets_write_char", '\r');
    CALL(b, "ets_write_char", 'b');
    drain(b);
    assert_string_equal((char *)b->sent, "\na\r\nb");
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_come_out_as_the_rom_prints_them),
        cmocka_unit_test(arguments_go_on_on_the_stack),
        cmocka_unit_test(vprintf_takes_a_va_list),
        cmocka_unit_test(an_installed_putc_is_called_per_character),
        cmocka_unit_test(long_text_is_paced_by_the_line),
        cmocka_unit_test(single_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
