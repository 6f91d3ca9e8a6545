/* Interrupts and exceptions through the ROM's vectors, with real code. */
#include "test/emulator/rom_bench.h"

/* See the comments: assembled with xtensa-lx106-elf-as. Literals first. */
static const uint8_t code[] = {
    0x00, 0x90, 0xfe, 0x3f, 0xcc, 0x2e, 0x00, 0x40, 0x04, 0x90, 0xfe, 0x3f,
    0x10, 0x00, 0x00, 0x60, 0x00, 0x00, 0x00, 0x60,
    /* handler: COUNT++, ARGUMENT = a2, BYTE = UART FIFO, UART INT_CLR = -1,
     * SAR and a2, a3, a8 to a11 ruined */
    0x41, 0xfb, 0xff, 0x58, 0x04, 0x1b, 0x55, 0x59, 0x04, 0x29, 0x24, 0x61,
    0xfc, 0xff, 0x78, 0x06, 0x79, 0x34, 0x7c, 0xf7, 0x79, 0x46, 0x00, 0x12,
    0x40, 0x5c, 0x58, 0x5c, 0x59, 0x5c, 0x5a, 0x5c, 0x5b, 0x5c, 0x53, 0x5c,
    0x52, 0x0d, 0xf0, 0x00,
    /* caller: ets_delay_us(a2); FLAG = 1; stays there */
    0x31, 0xf2, 0xff, 0xc0, 0x03, 0x00, 0x31, 0xf1, 0xff, 0x0c, 0x14, 0x49,
    0x03, 0x06, 0xff, 0xff,
    /* exc: COUNT = cause; frame's pc += 3, frame's a5 = 77 */
    0x41, 0xed, 0xff, 0x39, 0x04, 0x58, 0x02, 0x3b, 0x55, 0x59, 0x02, 0x4c,
    0xd5, 0x59, 0x82, 0x0d, 0xf0, 0x00, 0x00, 0x00,
    /* faulty: a5 = 1; load from 1020; FLAG = a5; stays */
    0x0c, 0x03, 0x0c, 0x15, 0x42, 0x23, 0xff, 0x31, 0xe8, 0xff, 0x59, 0x03,
    0x46, 0xf6, 0xff, 0x00};
#define CODE 0x40100000u
#define HANDLER (CODE + 0x14)
#define CALLER (CODE + 0x3C)
#define EXC (CODE + 0x4C)
#define FAULTY (CODE + 0x60)
#define FAULTY_LOAD (FAULTY + 4)
#define COUNT 0x3FFE9000u
#define FLAG 0x3FFE9004u
#define ARGUMENT 0x3FFE9008u
#define BYTE 0x3FFE900Cu
#define UART_INT_ENA 0x6000000Cu
#define UART_LINE_BIT (1u << IRQ_UART)

static struct rom_bench *with_code(void)
{
    static const uint8_t zeroes[16];
    struct rom_bench *b = bench_started();
    bench_put(b, CODE, code, sizeof(code));
    bench_put(b, COUNT, zeroes, sizeof(zeroes));
    CALL(b, "uart_div_modify", 0, 451);
    return b;
}

static void enter(struct rom_bench *b, uint32_t pc, uint32_t a2)
{
    struct cpu *cpu = &b->chip.cpu;
    cpu->pc = pc;
    cpu->a[1] = 0x3FFFFF00;
    cpu->a[2] = a2;
    cpu->ps = PS_UM;
    cpu->is_waiting = false;
}

static void handler_attached(struct rom_bench *b)
{
    CALL(b, "ets_isr_attach", IRQ_UART, HANDLER, 0x1234);
    bus_write32(b->chip.bus, UART_INT_ENA, 1);
    CALL(b, "ets_isr_unmask", UART_LINE_BIT);
}

static void delays_take_their_time(void **state)
{
    struct rom_bench *b = with_code();
    (void)state;
    enter(b, CALLER, 5000);
    bench_run_ms(b, 4);
    assert_int_equal(bench_word(b, FLAG), 0);
    bench_run_ms(b, 2);
    assert_int_equal(bench_word(b, FLAG), 1);
    bench_free(b);
}

/* The handler runs while the ROM waits, and the wait is neither cut short nor
 * made longer; no register of the interrupted code changes. */
static void an_interrupt_comes_in_the_middle_of_a_delay(void **state)
{
    struct rom_bench *b = with_code();
    struct cpu *cpu = &b->chip.cpu;
    (void)state;
    handler_attached(b);
    enter(b, CALLER, 5000);
    for (unsigned i = 8; i < 16; i++)
        cpu->a[i] = 0x1000 + i;
    cpu->sar = 11;
    uart_line_send(&b->chip.uart[0], (const uint8_t *)"z", 1);
    bench_run_ms(b, 1);
    assert_int_equal(bench_word(b, COUNT), 1);
    assert_int_equal(bench_word(b, ARGUMENT), 0x1234);
    assert_int_equal(bench_word(b, BYTE), 'z');
    assert_int_equal(bench_word(b, FLAG), 0);
    uart_line_send(&b->chip.uart[0], (const uint8_t *)"yx", 2);
    bench_run_ms(b, 3);
    assert_int_equal(bench_word(b, COUNT), 3);
    assert_int_equal(bench_word(b, FLAG), 0);
    bench_run_ms(b, 2);
    assert_int_equal(bench_word(b, FLAG), 1);
    for (unsigned i = 8; i < 16; i++)
        assert_int_equal(cpu->a[i], 0x1000 + i);
    assert_int_equal(cpu->sar, 11);
    assert_int_equal(cpu->a[1], 0x3FFFFF00);
    assert_int_equal(cpu->ps, PS_UM);
    bench_free(b);
}

/* Both esptool stubs receive while the ROM writes flash. */
static void an_interrupt_comes_in_the_middle_of_a_flash_write(void **state)
{
    struct rom_bench *b = with_code();
    struct cpu *cpu = &b->chip.cpu;
    uint8_t data[4096];
    (void)state;
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 3 + (i >> 8));
    bench_put(b, SCRATCH + 0x4000, data, sizeof(data));
    handler_attached(b);
    CALL(b, "spi_flash_attach", 0, 0);
    cpu->a[3] = SCRATCH + 0x4000;
    cpu->a[4] = sizeof(data);
    cpu->a[0] = CALLER + 6; /* FLAG = 1 when SPIWrite returns */
    enter(b, native_find_name("SPIWrite")->address, 0x10000);
    for (unsigned i = 0; i < 12; i++)
        uart_line_send(&b->chip.uart[0], (const uint8_t *)"abcdefghijkl", 12);
    bench_run_ms(b, 1);
    assert_true(bench_word(b, COUNT) > 2);
    assert_int_equal(bench_word(b, FLAG), 0);
    bench_run_ms(b, 200);
    assert_int_equal(bench_word(b, COUNT), 144);
    assert_int_equal(bench_word(b, FLAG), 1);
    assert_int_equal(cpu->a[2], 0);
    assert_memory_equal(b->chip.flash.data + 0x10000, data, sizeof(data));
    bench_free(b);
}

static void masked_and_locked_interrupts_wait(void **state)
{
    struct rom_bench *b = with_code();
    (void)state;
    handler_attached(b);
    CALL(b, "ets_isr_mask", UART_LINE_BIT);
    assert_int_equal(b->chip.cpu.intenable, 0);
    enter(b, CALLER, 1);
    uart_line_send(&b->chip.uart[0], (const uint8_t *)"a", 1);
    bench_run_ms(b, 1);
    assert_int_equal(bench_word(b, COUNT), 0);
    CALL(b, "ets_isr_unmask", UART_LINE_BIT);
    CALL(b, "ets_intr_lock", 0);
    assert_int_equal(b->chip.cpu.ps & PS_INTLEVEL, 3);
    CALL(b, "ets_intr_unlock", 0);
    assert_int_equal(b->chip.cpu.ps & PS_INTLEVEL, 0);
    enter(b, CALLER, 1);
    bench_run_ms(b, 1);
    assert_int_equal(bench_word(b, COUNT), 1);
    bench_free(b);
}

static void an_exception_handler_may_change_the_frame(void **state)
{
    struct rom_bench *b = with_code();
    (void)state;
    assert_int_equal(
        CALL(b, "_xtos_set_exception_handler", FAULT_LOAD_PROHIBITED, EXC), 0);
    enter(b, FAULTY, 0);
    bench_run_ms(b, 1);
    assert_int_equal(bench_word(b, COUNT), FAULT_LOAD_PROHIBITED);
    assert_int_equal(bench_word(b, FLAG), 77);
    assert_int_equal(
        CALL(b, "_xtos_set_exception_handler", FAULT_LOAD_PROHIBITED, 0), EXC);
    bench_free(b);
}

static void an_exception_without_handler_is_fatal(void **state)
{
    char expected[200];
    struct rom_bench *b = with_code();
    (void)state;
    b->chip.cpu.epc[2] = b->chip.cpu.epc[3] = 0;
    enter(b, FAULTY, 0);
    bench_run_ms(b, 50);
    snprintf(expected, sizeof(expected),
             "Fatal exception (28): \r\nepc1=0x%08x, epc2=0x00000000, "
             "epc3=0x00000000, excvaddr=0x000003fc, depc=0x00000000\r\n",
             FAULTY_LOAD);
    assert_string_equal((char *)b->sent, expected);
    assert_int_equal(bench_word(b, FLAG), 0);
    bench_free(b);
}

static void after_a_fatal_exception_the_watchdog_bites(void **state)
{
    struct rom_bench *b = with_code();
    (void)state;
    CALL(b, "ets_wdt_enable", 2, 3, 3);
    enter(b, FAULTY, 0);
    bench_run_ms(b, 10000);
    assert_non_null(strstr((char *)b->sent, "rst cause:4, boot mode:(1,6)"));
    bench_free(b);
}

static void tables_in_ram_are_the_roms(void **state)
{
    struct rom_bench *b = with_code();
    (void)state;
    handler_attached(b);
    assert_int_equal(bench_word(b, 0x3FFFC250), HANDLER);
    assert_int_equal(bench_word(b, 0x3FFFC254), 0x1234);
    assert_int_equal(bench_word(b, 0x3FFFC200), UART_LINE_BIT);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_take_their_time),
        cmocka_unit_test(an_interrupt_comes_in_the_middle_of_a_delay),
        cmocka_unit_test(an_interrupt_comes_in_the_middle_of_a_flash_write),
        cmocka_unit_test(masked_and_locked_interrupts_wait),
        cmocka_unit_test(an_exception_handler_may_change_the_frame),
        cmocka_unit_test(an_exception_without_handler_is_fatal),
        cmocka_unit_test(after_a_fatal_exception_the_watchdog_bites),
        cmocka_unit_test(tables_in_ram_are_the_roms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
