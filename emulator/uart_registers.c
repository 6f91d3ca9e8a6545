/* UART0 and UART1 as software sees them: their registers. */
#include "emulator/uart_private.h"

/* Registers and bits: NONOS SDK, driver_lib/include/driver/uart_register.h.
 * Offsets from 0x60000000 (UART0), 0x60000F00 (UART1). */
#define UART_FIFO_REG 0x00
#define UART_INT_RAW 0x04
#define UART_INT_ST 0x08
#define UART_INT_ENA 0x0C
#define UART_INT_CLR 0x10
#define UART_CLKDIV 0x14
#define UART_AUTOBAUD 0x18
#define UART_STATUS 0x1C
#define UART_CONF0 0x20
#define UART_CONF1 0x24
#define UART_LOWPULSE 0x28
#define UART_HIGHPULSE 0x2C
#define UART_PULSE_NUM 0x30
#define UART_DATE 0x78
#define UART_ID 0x7C
#define UART_VERSION 0x062000u /* of that header: "version value" */
#define UART_ID_VALUE 0x0500u  /* reset value, same layout as ESP32's */

static uint32_t read_status(const struct uart *uart)
{
    return (uart->is_shifting ? STATUS_TXD : 0) | STATUS_RXD |
           uart->tx_count << STATUS_TX_SHIFT | uart->rx_count;
}

static uint32_t read_fifo(struct uart *uart)
{
    uint8_t byte = 0;
    (void)uart_rx_pop(uart, &byte);
    uart_update_irq(uart);
    return byte;
}

uint32_t uart_read(void *ctx, uint32_t offset)
{
    struct uart *uart = ctx;
    switch (offset) {
    case UART_FIFO_REG:
        return read_fifo(uart);
    case UART_INT_RAW:
        return uart->int_raw;
    case UART_INT_ST:
        return uart->int_raw & uart->int_ena;
    case UART_INT_ENA:
        return uart->int_ena;
    case UART_CLKDIV:
        return uart->clkdiv;
    case UART_AUTOBAUD:
        return uart->autobaud;
    case UART_STATUS:
        return read_status(uart);
    case UART_CONF0:
        return uart->conf0;
    case UART_CONF1:
        return uart->conf1;
    case UART_LOWPULSE:
        return uart->low_pulse;
    case UART_HIGHPULSE:
        return uart->high_pulse;
    case UART_PULSE_NUM:
        return uart->pulse_count & 0x3FF;
    case UART_DATE:
        return UART_VERSION;
    case UART_ID:
        return UART_ID_VALUE;
    default:
        return 0;
    }
}

static void write_conf0(struct uart *uart, uint32_t value)
{
    uart->conf0 = value;
    if (value & CONF0_RXFIFO_RST)
        uart_empty_rx(uart);
    if (value & CONF0_TXFIFO_RST)
        uart_empty_tx(uart);
}

static void write_autobaud(struct uart *uart, uint32_t value)
{
    bool was_on = uart->autobaud & AUTOBAUD_EN;
    if (value & AUTOBAUD_EN && !was_on)
        uart_autobaud_start(uart);
    uart->autobaud = value;
}

void uart_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct uart *uart = ctx;
    switch (offset) {
    case UART_FIFO_REG:
        uart_tx_push(uart, (uint8_t)value);
        break;
    case UART_INT_ENA:
        uart->int_ena = value & INT_ALL;
        break;
    case UART_INT_CLR:
        uart->int_raw &= ~value;
        break;
    case UART_CLKDIV:
        uart_write_divider(uart, value);
        break;
    case UART_AUTOBAUD:
        write_autobaud(uart, value);
        break;
    case UART_CONF0:
        write_conf0(uart, value);
        break;
    case UART_CONF1:
        uart->conf1 = value;
        uart_arm_timeout(uart);
        break;
    default: /* the others are read-only */
        break;
    }
    uart_update_irq(uart);
}
