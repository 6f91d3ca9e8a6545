/* Libdriver's serial driver. */
#include "test/emulator/sdk_fixture.h"

static char said[400];
static size_t said_size;
static unsigned said_baud;

static void hear(void *ctx, uint8_t byte, unsigned baud)
{
    (void)ctx;
    said_baud = baud;
    if (said_size < sizeof(said) - 1)
        said[said_size++] = (char)byte;
    said[said_size] = '\0';
}

static int make_heard(void **state)
{
    (void)make(state);
    said[said_size = 0] = '\0';
    start();
    chip->uart[0].clock_hz = UART_CLOCK_SDK; /* as after user_pre_init */
    chip->uart[0].line = (struct uart_line){hear, NULL};
    (void)call("uart_init", 115200, 9600, 0, 0);
    return 0;
}

static void it_sends_at_its_speed(void **state)
{
    (void)state;
    text(BUFFER, "more than the FIFO has room for: 0123456789 0123456789 "
                 "0123456789 0123456789 0123456789 0123456789 0123456789 "
                 "0123456789 0123456789 end");
    (void)call("uart0_sendStr", BUFFER, 0, 0, 0);
    (void)call("UART_WaitTxFifoEmpty", 0, 0, 0, 0);
    pass(chip, CYCLES_PER_MS);
    assert_text(BUFFER, said);
    assert_in_range(said_baud, 115000, 115500);
    (void)call("UART_SetBaudrate", 0, 9600, 0, 0);
    (void)call("uart0_tx_buffer", BUFFER, 3, 0, 0);
    pass(chip, CYCLES_PER_MS * 5);
    assert_int_equal(said_baud, 9600);
    assert_string_equal(said + strlen(said) - 6, "endmor");
}

static void a_full_fifo_waits_or_loses(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        (void)call("uart0_tx_one_char_no_wait", 'a', 0, 0, 0);
    for (unsigned i = 0; i < 50; i++)
        (void)call("uart_tx_one_char", 0, 'b', 0, 0);
    pass(chip, CYCLES_PER_MS * 20);
    assert_int_equal(strspn(said, "a"), 127); /* one is on the line already */
    assert_int_equal(said_size, 127 + 50);
    (void)call("uart_tx_one_char_no_wait", 1, 'c', 0, 0);
    assert_false(uart_tx_is_idle(&chip->uart[1]));
}

/* The handler posts once and is off until the task has been. */
static void the_task_sends_back(void **state)
{
    (void)state;
    assert_true(chip->cpu.intenable >> IRQ_UART & 1);
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"hello", 5);
    pass(chip, CYCLES_PER_MS * 2);
    assert_true(has_irq(chip, IRQ_UART));
    (void)call("sdk.uart_isr", IRQ_UART, 0, 0, 0);
    assert_false(has_irq(chip, IRQ_UART));
    assert_int_equal(loop(), SDK_STEP_UART_TASK);
    (void)call("sdk.uart_task", chip->cpu.a[2], 0, 0, 0);
    pass(chip, CYCLES_PER_MS);
    assert_string_equal(said, "hello");
    assert_int_equal(loop(), 0);
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"!", 1);
    pass(chip, CYCLES_PER_MS * 2);
    assert_true(has_irq(chip, IRQ_UART)); /* on again */
}

static void a_programs_own_task_takes_its_place(void **state)
{
    (void)state;
    assert_int_equal(call("system_os_task", FUNCTION(4), 0, QUEUE, 4), 1);
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"hello", 5);
    pass(chip, CYCLES_PER_MS * 2);
    (void)call("sdk.uart_isr", IRQ_UART, 0, 0, 0);
    assert_int_equal(loop(), FUNCTION(4));
    assert_int_equal(chip->uart[0].rx_count, 5);
    (void)call("uart_rx_intr_enable", 0, 0, 0, 0);
    pass(chip, CYCLES_PER_MS);
    (void)uart_line_send(&chip->uart[0], (const uint8_t *)"x", 1);
    pass(chip, CYCLES_PER_MS * 2);
    assert_true(has_irq(chip, IRQ_UART));
    (void)call("uart_rx_intr_disable", 0, 0, 0, 0);
    assert_false(has_irq(chip, IRQ_UART));
}

static void printing_goes_where_it_is_sent(void **state)
{
    (void)state;
    text(BUFFER, "text");
    (void)call("UART_SetPrintPort", 1, 0, 0, 0);
    (void)call("os_printf_plus", BUFFER, 0, 0, 0);
    assert_true(uart_tx_is_idle(&chip->uart[0]));
    assert_false(uart_tx_is_idle(&chip->uart[1]));
    (void)call("UART_SetPrintPort", 0, 0, 0, 0);
    (void)call("os_printf_plus", BUFFER, 0, 0, 0);
    pass(chip, CYCLES_PER_MS);
    assert_string_equal(said, "text");
}

#define H(name) cmocka_unit_test_setup_teardown(name, make_heard, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        H(it_sends_at_its_speed),
        H(a_full_fifo_waits_or_loses),
        H(the_task_sends_back),
        H(a_programs_own_task_takes_its_place),
        H(printing_goes_where_it_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
