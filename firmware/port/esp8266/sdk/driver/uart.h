/* Libdriver's serial driver. A task of its own, priority 0, sends back what it
 * hears until the program registers another there. */
#ifndef SDK_DRIVER_UART_H
#define SDK_DRIVER_UART_H

#include "c_types.h"

void uart_init(uint32_t baud0, uint32_t baud1);
void uart_reattach(void);
int uart_tx_one_char(uint8_t uart, uint8_t byte);
int uart_tx_one_char_no_wait(uint8_t uart, uint8_t byte);
int uart0_tx_one_char_no_wait(uint8_t byte);
void uart0_tx_buffer(uint8_t *bytes, uint16_t count);
void uart0_sendStr(const char *text);
void UART_WaitTxFifoEmpty(uint8_t uart);
void UART_SetBaudrate(uint8_t uart, uint32_t baud);
void UART_SetPrintPort(uint8_t uart);

#endif
