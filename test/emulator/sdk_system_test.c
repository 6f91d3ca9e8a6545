/* The SDK's smaller functions: clocks, versions, texts, pins, chance, and
 * hw_timer. */
#include "test/emulator/sdk_fixture.h"

static void the_cpu_frequency_is_kept(void **state)
{
    (void)state;
    assert_int_equal(call("system_update_cpu_freq", 80, 0, 0, 0), 1);
    assert_int_equal(call("system_get_cpu_freq", 0, 0, 0, 0), 80);
    assert_int_equal(call("system_update_cpu_freq", 160, 0, 0, 0), 1);
    assert_int_equal(call("system_get_cpu_freq", 0, 0, 0, 0), 160);
    assert_int_equal(peek(chip, 0x3FF00014) & 1, 1);
    assert_int_equal(call("system_update_cpu_freq", 120, 0, 0, 0), 0);
    assert_int_equal(call("system_update_cpu_freq", 80, 0, 0, 0), 1);
    assert_int_equal(peek(chip, 0x3FF00014) & 1, 0);
}

static void dates_are_seconds(void **state)
{
    static const struct {
        uint32_t year, month, day, hour, minute, second;
        uint64_t seconds;
    } rows[] = {
        {1970, 1, 1, 0, 0, 0, 0},
        {2000, 2, 29, 12, 0, 0, 951825600},
        {2026, 11, 21, 4, 34, 12, 1795235652},
        {2038, 1, 19, 3, 14, 8, 0x80000000u},
        {2106, 2, 7, 6, 28, 16, 0x100000000u},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        chip->cpu.a[6] = rows[i].minute;
        chip->cpu.a[7] = rows[i].second;
        (void)call("system_mktime", rows[i].year, rows[i].month, rows[i].day,
                   rows[i].hour);
        assert_int_equal(chip->cpu.a[2], (uint32_t)rows[i].seconds);
        assert_int_equal(chip->cpu.a[3], (uint32_t)(rows[i].seconds >> 32));
    }
}

static void versions_and_maps(void **state)
{
    (void)state;
    assert_text(call("system_get_sdk_version", 0, 0, 0, 0), "3.0.4");
    assert_int_equal(call("system_get_boot_version", 0, 0, 0, 0), 31);
    chip->flash.data[3] = 0x4F;
    assert_int_equal(call("system_get_flash_size_map", 0, 0, 0, 0), 4);
    (void)call("system_upgrade_reboot", 0, 0, 0, 0);
    assert_non_null(strstr(chip->stop_reason, "boot loader"));
}

/* Byte 107 of the PHY data connects one or the other. */
static void the_converter_measures_one_of_two(void **state)
{
    (void)state;
    chip->sdk.phy_data = 0xFC000;
    chip->tout_mv = 500;
    chip->flash.data[0xFC000 + 107] = 0xFF;
    assert_int_equal(call("system_get_vdd33", 0, 0, 0, 0), 3379);
    assert_int_equal(call("system_adc_read", 0, 0, 0, 0), 0xFFFF);
    chip->flash.data[0xFC000 + 107] = 33;
    assert_int_equal(call("system_get_vdd33", 0, 0, 0, 0), 0xFFFF);
    assert_int_equal(call("system_adc_read", 0, 0, 0, 0), 512);
    poke(chip, BUFFER, 0xFFFFFFFF);
    (void)call("system_adc_read_fast", BUFFER, 1, 8, 0);
    assert_int_equal(peek(chip, BUFFER), 0xFFFF0200);
    chip->tout_mv = 3300;
    assert_int_equal(call("system_adc_read", 0, 0, 0, 0), 1024);
}

static void chance_differs(void **state)
{
    (void)state;
    uint32_t a = call("os_random", 0, 0, 0, 0);
    assert_int_not_equal(call("os_random", 0, 0, 0, 0), a);
    poke(chip, BUFFER, 0);
    poke(chip, BUFFER + 4, 0);
    assert_int_equal(call("os_get_random", BUFFER, 5, 0, 0), 0);
    assert_int_not_equal(peek(chip, BUFFER), 0);
    assert_int_equal(peek(chip, BUFFER + 4) >> 8, 0);
    assert_int_equal(call("os_get_random", 0x40201000, 4, 0, 0), 0xFFFFFFFF);
}

/* ---- texts --------------------------------------------------------------- */

static void sprintf_writes_to_memory(void **state)
{
    (void)state;
    uint32_t format = text(QUEUE, "%s=%d,%x,%u,%c,%d|"),
             name = text(QUEUE + 64, "abc");
    /* the first four in registers, the rest on the stack */
    chip->cpu.a[6] = 0xBEEF;
    chip->cpu.a[7] = 7;
    poke(chip, STACK, 'z');
    poke(chip, STACK + 4, (uint32_t)-9);
    assert_int_equal(call("ets_sprintf", BUFFER, format, name, (uint32_t)-5),
                     19);
    assert_text(BUFFER, "abc=-5,beef,7,z,-9|");
}

static void long_texts_are_whole(void **state)
{
    char wanted[101];
    (void)state;
    memset(wanted, 'x', 100);
    wanted[100] = '\0';
    text(QUEUE + 64, wanted);
    text(QUEUE, "%s");
    assert_int_equal(call("ets_sprintf", BUFFER, QUEUE, QUEUE + 64, 0), 100);
    assert_text(BUFFER, wanted);
}

static void snprintf_keeps_to_its_size(void **state)
{
    (void)state;
    text(QUEUE, "%d-%d");
    poke(chip, BUFFER + 4, 0x55555555);
    chip->cpu.a[6] = 67890;
    assert_int_equal(call("ets_snprintf", BUFFER, 5, QUEUE, 12), 8);
    assert_text(BUFFER, "12-6");
    assert_int_equal(peek(chip, BUFFER + 4), 0x55555500);
    chip->cpu.a[6] = 1;
    assert_int_equal(call("ets_snprintf", BUFFER, 0, QUEUE, 12), 4);
    assert_text(BUFFER, "12-6");
}

static void lists_of_arguments_are_taken_too(void **state)
{
    (void)state;
    text(QUEUE, "%d");
    poke(chip, QUEUE + 32, 42); /* registers as va_start saved them */
    /* va_list: stack, registers, index 0 */
    chip->cpu.a[6] = 0;
    (void)call("ets_vsprintf", BUFFER, QUEUE, QUEUE + 96, QUEUE + 32);
    assert_text(BUFFER, "42");
    chip->cpu.a[6] = QUEUE + 32;
    chip->cpu.a[7] = 0;
    (void)call("ets_vsnprintf", BUFFER + 16, 2, QUEUE, QUEUE + 96);
    assert_text(BUFFER + 16, "4");
}

static void printing_can_be_turned_off(void **state)
{
    (void)state;
    uint64_t pushed = chip->uart[0].tx_count;
    text(QUEUE, "hello");
    (void)call("system_set_os_print", 0, 0, 0, 0);
    assert_int_equal(call("system_get_os_print", 0, 0, 0, 0), 0);
    (void)call("os_printf_plus", QUEUE, 0, 0, 0);
    assert_int_equal(chip->uart[0].tx_count, pushed);
    (void)call("system_set_os_print", 1, 0, 0, 0);
    poke(chip, 0x3FFFDD48, 0x40001DCC); /* putc1: the UART */
    assert_int_equal(call("os_printf_plus", QUEUE, 0, 0, 0), 5);
    assert_true(chip->uart[0].tx_count > pushed);
}

/* ---- pins ---------------------------------------------------------------- */

static void gpio16_is_an_output_and_an_input(void **state)
{
    (void)state;
    (void)call("gpio16_output_conf", 0, 0, 0, 0);
    (void)call("gpio16_output_set", 1, 0, 0, 0);
    assert_true(wire_level(&chip->pin[16]));
    (void)call("gpio16_output_set", 0, 0, 0, 0);
    assert_false(wire_level(&chip->pin[16]));
    (void)call("gpio16_input_conf", 0, 0, 0, 0);
    wire_drive(&chip->pin[16], SIDE_CONTACT, DRIVE_HIGH);
    assert_int_equal(call("gpio16_input_get", 0, 0, 0, 0), 1);
    wire_drive(&chip->pin[16], SIDE_CONTACT, DRIVE_LOW);
    assert_int_equal(call("gpio16_input_get", 0, 0, 0, 0), 0);
}

static unsigned heard;

static void hear(void *ctx, uint8_t byte, unsigned baud)
{
    (void)ctx, (void)byte, (void)baud;
    heard++;
}

static void a_swapped_uart_is_not_on_the_line(void **state)
{
    (void)state;
    heard = 0;
    chip->uart[0].line = (struct uart_line){hear, NULL};
    uart_tx_push(&chip->uart[0], 'a');
    (void)call("system_uart_swap", 0, 0, 0, 0);
    assert_int_equal(heard, 1); /* sent before the swap */
    uart_tx_push(&chip->uart[0], 'b');
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"x", 1);
    pass(chip, CYCLES_PER_MS * 10);
    assert_int_equal(heard, 1);
    assert_int_equal(chip->uart[0].rx_count, 0);
    (void)call("system_uart_de_swap", 0, 0, 0, 0);
    uart_tx_push(&chip->uart[0], 'c');
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"y", 1);
    pass(chip, CYCLES_PER_MS * 10);
    assert_int_equal(heard, 2);
    assert_int_equal(chip->uart[0].rx_count, 1);
}

/* ---- hw_timer ------------------------------------------------------------ */

static void hw_timer_interrupts_at_its_beat(void **state)
{
    (void)state;
    (void)call("hw_timer_init", 0, 1, 0, 0);
    (void)call("hw_timer_set_func", FUNCTION(3), 0, 0, 0);
    (void)call("hw_timer_arm", 500, 0, 0, 0);
    for (unsigned i = 0; i < 5; i++) {
        chip->cpu.interrupt = 0;
        pass(chip, CYCLES_PER_US * 499);
        assert_false(has_irq(chip, IRQ_FRC1));
        pass(chip, CYCLES_PER_US);
        assert_true(has_irq(chip, IRQ_FRC1));
    }
    assert_true(chip->cpu.intenable >> IRQ_FRC1 & 1);
    assert_int_equal(step(native_find(SDK_STEP_HW_TIMER_ISR)), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, FUNCTION(3));
}

/* Before it is armed the counter takes its whole round of 1.7 s. */
static void hw_timer_is_quiet_until_it_is_armed(void **state)
{
    (void)state;
    (void)call("hw_timer_init", 0, 1, 0, 0);
    pass(chip, CYCLES_PER_S);
    assert_false(has_irq(chip, IRQ_FRC1));
}

/* Where it came from and what it had in registers is restored. */
static void the_nmi_calls_and_returns(void **state)
{
    struct cpu before;
    (void)state;
    (void)call("hw_timer_init", 1, 1, 0, 0);
    (void)call("hw_timer_set_func", FUNCTION(3), 0, 0, 0);
    (void)call("hw_timer_arm", 200, 0, 0, 0);
    pass(chip, CYCLES_PER_US * 201);
    assert_true(has_irq(chip, IRQ_NMI));
    for (uint32_t i = 2; i < 16; i++)
        chip->cpu.a[i] = 1000 + i;
    chip->cpu.ps = PS_UM | 1;
    chip->cpu.sar = 17;
    chip->cpu.epc[3] = CALLER + 64;
    chip->cpu.eps[3] = chip->cpu.ps;
    before = chip->cpu;
    assert_int_equal(step(native_find(0x40000020)), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, SDK_STEP_HW_TIMER_ISR);
    assert_int_equal(chip->cpu.ps & PS_INTLEVEL, 3);
    assert_int_equal(chip->cpu.a[0], SDK_STEP_NMI_RETURN);
    for (uint32_t i = 2; i < 16; i++)
        chip->cpu.a[i] = 0;
    chip->cpu.sar = chip->cpu.epc[3] = chip->cpu.eps[3] = 0;
    assert_int_equal(step(native_find(SDK_STEP_NMI_RETURN)), NATIVE_JUMP);
    assert_int_equal(chip->cpu.pc, CALLER + 64);
    assert_int_equal(chip->cpu.ps, before.ps);
    assert_int_equal(chip->cpu.sar, 17);
    assert_memory_equal(chip->cpu.a, before.a, sizeof(before.a));
}

static void hw_timer_has_its_range(void **state)
{
    static const struct {
        uint32_t source, reloads, us;
        bool is_good;
    } rows[] = {
        {0, 0, 10, true},      {0, 0, 9, false},       {0, 1, 50, true},
        {0, 1, 49, false},     {1, 1, 100, true},      {1, 1, 99, false},
        {0, 0, 1677721, true}, {0, 0, 1677722, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)call("hw_timer_init", rows[i].source, rows[i].reloads, 0, 0);
        (void)call("hw_timer_arm", rows[i].us, 0, 0, 0);
        if (rows[i].is_good)
            assert_string_equal(chip->stop_reason, "");
        else
            assert_rule("hw-timer-range");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_cpu_frequency_is_kept),
        T(dates_are_seconds),
        T(versions_and_maps),
        T(the_converter_measures_one_of_two),
        T(chance_differs),
        T(sprintf_writes_to_memory),
        T(long_texts_are_whole),
        T(snprintf_keeps_to_its_size),
        T(lists_of_arguments_are_taken_too),
        T(printing_can_be_turned_off),
        T(gpio16_is_an_output_and_an_input),
        T(a_swapped_uart_is_not_on_the_line),
        T(hw_timer_interrupts_at_its_beat),
        T(hw_timer_is_quiet_until_it_is_armed),
        T(the_nmi_calls_and_returns),
        T(hw_timer_has_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
