/* UART0 and UART1 with their FIFOs, interrupts and baud divider, and the line
 * on the other side. Bytes take their time: ten bits each at the sender's
 * rate. A receiver whose rate is more than 4 % off sees garbage. */
#ifndef EMULATOR_UART_H
#define EMULATOR_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/bus.h"
#include "emulator/clock.h"
#include "emulator/cpu.h"

#define UART_FIFO 128u
#define UART_CLOCK_ROM 52000000u /* 2 x 26 MHz crystal until the SDK runs */
#define UART_CLOCK_SDK 80000000u
#define UART_LINE 65536u /* bytes that may be on their way to the chip */

struct uart_line {
    /* A byte left the chip; baud is the chip's. Called at the end of its stop
     * bit. */
    void (*tx)(void *ctx, uint8_t byte, unsigned baud);
    void *ctx;
};

/* One byte as the levels that go over the line from now on, each for the same
 * time: start bit (lowest), data, parity, stop bits. */
struct uart_frame {
    bool is_rx;
    unsigned bits, count;
    uint64_t cycles; /* of all */
};

/* For whoever draws the lines; NULL, or both. */
struct uart_probe {
    void (*frame)(void *ctx, unsigned index, const struct uart_frame *frame);
    /* What was on its way is broken off: reset, power, the adapter is gone. */
    void (*cut)(void *ctx, unsigned index, bool is_rx);
    void *ctx;
};

struct uart {
    bool is_elsewhere; /* swapped to other pins: the line is not connected */
    struct bus_device device;
    struct clock *clock;
    struct cpu *cpu;
    struct uart_line line;
    struct uart_probe probe;
    struct clock_event tx_event, rx_event, timeout_event;
    uint8_t tx_fifo[UART_FIFO], rx_fifo[UART_FIFO];
    unsigned tx_head, tx_count, rx_head, rx_count;
    uint32_t int_raw, int_ena, clkdiv, conf0, conf1, autobaud;
    uint32_t clock_hz;  /* UART_CLOCK_ROM or UART_CLOCK_SDK */
    unsigned line_baud; /* what the other side has set; 0: always matches */
    uint8_t *rx_line;   /* ring of bytes on their way to the chip */
    size_t rx_line_head, rx_line_count;
    unsigned index;
    bool has_power;    /* false also while EN holds the chip in reset */
    struct uart *peer; /* the other UART: one interrupt serves both */
    uint8_t tx_shift;  /* on the line now, left the FIFO already */
    bool is_shifting;
    unsigned tx_baud; /* of the byte in tx_shift */
    /* Line edges since AUTOBAUD was enabled; pulses in UART clocks. */
    uint32_t pulse_count, low_pulse, high_pulse;
};

/* device.base must be right for UART0 or UART1 afterwards; attached by chip. */
bool uart_init(struct uart *uart, unsigned index, struct clock *clock,
               struct cpu *cpu);
void uart_free(struct uart *uart);
void uart_reset(
    struct uart *uart); /* FIFOs emptied, registers to ROM's values */
/* Off: the byte being sent is lost, and what arrives falls on the floor. */
void uart_power(struct uart *uart, bool is_on);

/* Baud the chip is set to now: clock_hz / clkdiv. */
unsigned uart_baud(const struct uart *uart);
bool uart_is_matched(const struct uart *uart); /* line and chip within 4 % */

/* From the other side: queue bytes onto the line; returns how many fitted. */
size_t uart_line_send(struct uart *uart, const uint8_t *data, size_t size);
void uart_line_set_baud(struct uart *uart, unsigned baud);
size_t uart_line_pending(const struct uart *uart); /* not yet at the chip */
void uart_line_drop(struct uart *uart);            /* those are lost */

/* For natives: what the ROM's code does with the registers. */
bool uart_tx_has_room(const struct uart *uart);
bool uart_tx_is_idle(const struct uart *uart);
void uart_tx_push(struct uart *uart, uint8_t byte);
bool uart_rx_pop(struct uart *uart, uint8_t *byte);
/* As uart_div_modify: also empties both FIFOs. */
void uart_set_divider(struct uart *uart, uint32_t divider);
/* The ROM's autobaud: take the divider from the line's edges. With a line that
 * always matches (line_baud 0) it becomes that of 115200. */
void uart_autobaud(struct uart *uart);
/* For a native that waits as the ROM does: start counting edges (AUTOBAUD), and
 * true once enough have come (chip.md A6) for uart_autobaud. */
void uart_autobaud_start(struct uart *uart);
bool uart_autobaud_is_ready(const struct uart *uart);

#endif
