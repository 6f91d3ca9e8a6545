/* Libdriver's serial driver: sends, and its task sends back what it hears. */
#include "test/guest/common.h"

#include "driver/uart.h"

static void send_many(void)
{
    uint8_t line[300];
    for (unsigned i = 0; i < sizeof(line); i++)
        line[i] = (uint8_t)('a' + i % 26);
    line[sizeof(line) - 1] = '\n';
    uart0_tx_buffer(line, sizeof(line));
}

void user_init(void)
{
    ets_delay_us(20000); /* the ROM's text is out */
    uart_init(115200, 115200);
    uart0_sendStr("driver ready\n");
    send_many();
    (void)uart_tx_one_char(0, 'x');
    (void)uart0_tx_one_char_no_wait('!'); /* lost: the FIFO is full */
    UART_WaitTxFifoEmpty(0);
    (void)uart0_tx_one_char_no_wait('\n');
    UART_SetPrintPort(1);
    os_printf("this goes to UART1\n");
    UART_SetPrintPort(0);
    os_printf("this to UART0\n");
}
