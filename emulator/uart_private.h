/* Between uart.c (FIFOs, the line, time) and uart_registers.c (what software
 * sees of them). */
#ifndef EMULATOR_UART_PRIVATE_H
#define EMULATOR_UART_PRIVATE_H

#include "emulator/uart.h"

/* Bits: NONOS SDK, driver_lib/include/driver/uart_register.h. */
#define INT_RXFIFO_FULL 0x001u
#define INT_TXFIFO_EMPTY 0x002u
#define INT_FRM_ERR 0x008u
#define INT_RXFIFO_OVF 0x010u
#define INT_RXFIFO_TOUT 0x100u
#define INT_ALL 0x1FFu

#define CLKDIV_MASK 0xFFFFFu
#define AUTOBAUD_EN 0x1u
#define AUTOBAUD_ROM 0x801u /* glitch filter 8: chip.md A6 */

#define STATUS_TXD (1u << 31) /* a byte is on its way out: chip.md B3 */
#define STATUS_RXD (1u << 15) /* idle line */
#define STATUS_TX_SHIFT 16

#define CONF0_TXFIFO_RST (1u << 18)
#define CONF0_RXFIFO_RST (1u << 17)
#define CONF0_LOOPBACK (1u << 14)
#define CONF0_STOP_SHIFT 4
#define CONF0_BITS_SHIFT 2
#define CONF0_PARITY_EN (1u << 1)
#define CONF0_PARITY_ODD (1u << 0)
#define CONF0_8N1 0x1Cu /* 8 data bits, no parity, 1 stop bit */

#define CONF1_TOUT_EN (1u << 31)
#define CONF1_TOUT_SHIFT 24
#define CONF1_EMPTY_SHIFT 8
/* As the ROM leaves it: an interrupt for every byte received. esptool's older
 * stub takes it as found (chip.md B3: it never writes CONF1). */
#define CONF1_ROM 0x6001u
#define CONF1_MASK 0x7Fu
/* The threshold counts in bit times of eight: two is about 1.5 bytes. */
#define TOUT_UNIT_BITS 8u

/* 115200 for a crystal of 40 MHz, which is 74880 on 26 MHz: chip.md A7. */
#define CLKDIV_RESET 694u
#define CLKDIV_DEFAULT_BAUD 115200u

/* The counters lag: the ROM adds this to the mean pulse (chip.md A6). */
#define PULSE_LAG 12u
#define PULSE_NONE 0xFFFFFu
#define EDGES_WANTED 29u

uint32_t uart_read(void *ctx, uint32_t offset);
void uart_write(void *ctx, uint32_t offset, uint32_t value);

/* Set the bits of conditions that hold, then the interrupt line. */
void uart_update_irq(struct uart *uart);
/* Start the receive time-out again, if there is something to time out. */
void uart_arm_timeout(struct uart *uart);
void uart_empty_rx(struct uart *uart);
void uart_empty_tx(struct uart *uart);
void uart_write_divider(struct uart *uart, uint32_t divider);

#endif
