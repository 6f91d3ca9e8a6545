#include "emulator/uart_private.h"

#include <stdlib.h>
#include <string.h>

static unsigned tx_threshold(const struct uart *uart)
{
    unsigned threshold = (uart->conf1 >> CONF1_EMPTY_SHIFT) & CONF1_MASK;
    return threshold ? threshold : 1;
}

static unsigned rx_threshold(const struct uart *uart)
{
    unsigned threshold = uart->conf1 & CONF1_MASK;
    return threshold ? threshold : 1;
}

/* Conditions that hold now set their bits again however often software clears
 * them; then the one line that both UARTs share. */
void uart_update_irq(struct uart *uart)
{
    if (uart->rx_count >= rx_threshold(uart))
        uart->int_raw |= INT_RXFIFO_FULL;
    if (uart->tx_count < tx_threshold(uart))
        uart->int_raw |= INT_TXFIFO_EMPTY;
    bool is_active = (uart->int_raw & uart->int_ena) != 0;
    if (uart->peer && (uart->peer->int_raw & uart->peer->int_ena) != 0)
        is_active = true;
    cpu_set_irq(uart->cpu, IRQ_UART, is_active);
}

static unsigned frame_bits(const struct uart *uart)
{
    unsigned data = 5 + ((uart->conf0 >> CONF0_BITS_SHIFT) & 3);
    unsigned stop = ((uart->conf0 >> CONF0_STOP_SHIFT) & 3) >= 2 ? 2 : 1;
    return 1 + data + (uart->conf0 & CONF0_PARITY_EN ? 1 : 0) + stop;
}

static uint64_t cycles_of_bits(const struct uart *uart, unsigned bits)
{
    uint64_t ticks = (uint64_t)bits * uart->clkdiv;
    return (ticks * CYCLES_PER_S + uart->clock_hz / 2) / uart->clock_hz;
}

unsigned uart_baud(const struct uart *uart)
{
    return (uart->clock_hz + uart->clkdiv / 2) / uart->clkdiv;
}

bool uart_is_matched(const struct uart *uart)
{
    if (uart->line_baud == 0)
        return true;
    uint64_t chip = uart_baud(uart), line = uart->line_baud;
    uint64_t gap = chip > line ? chip - line : line - chip;
    return gap * 100 <= line * 4;
}

/* ---- for the probe ------------------------------------------------------- */

/* What follows the start bit, in the chip's own format. */
static unsigned format_bits(const struct uart *uart, uint8_t byte)
{
    unsigned data = 5 + ((uart->conf0 >> CONF0_BITS_SHIFT) & 3);
    unsigned bits = byte & ((1u << data) - 1), odd = 0;
    if (uart->conf0 & CONF0_PARITY_EN) {
        for (unsigned i = 0; i < data; i++)
            odd ^= bits >> i & 1u;
        odd ^= uart->conf0 & CONF0_PARITY_ODD ? 1u : 0;
        bits |= odd << data++;
    }
    return bits | 3u << data; /* the stop bits */
}

static void show_frame(const struct uart *uart, bool is_rx, uint8_t byte,
                       uint64_t cycles)
{
    const struct uart_probe *probe = &uart->probe;
    struct uart_frame frame = {.is_rx = is_rx, .cycles = cycles};
    if (!probe->frame)
        return;
    /* Another side with a rate of its own sends 8N1. */
    bool is_8n1 = is_rx && uart->line_baud != 0;
    frame.count = is_8n1 ? 10 : frame_bits(uart);
    frame.bits = (is_8n1 ? byte | 0x100u : format_bits(uart, byte)) << 1;
    probe->frame(probe->ctx, uart->index, &frame);
}

static void show_cut(const struct uart *uart, bool is_rx)
{
    if (uart->probe.cut)
        uart->probe.cut(uart->probe.ctx, uart->index, is_rx);
}

/* ---- to the line -------------------------------------------------------- */

static void receive(struct uart *uart, uint8_t byte);

static void start_tx(struct uart *uart)
{
    if (uart->is_shifting || uart->tx_count == 0 || !uart->has_power)
        return;
    uart->tx_shift = uart->tx_fifo[uart->tx_head];
    uart->tx_head = (uart->tx_head + 1) % UART_FIFO;
    uart->tx_count--;
    uart->is_shifting = true;
    uart->tx_baud = uart_baud(uart);
    uint64_t cycles = cycles_of_bits(uart, frame_bits(uart));
    clock_in(uart->clock, &uart->tx_event, cycles);
    show_frame(uart, false, uart->tx_shift, cycles);
}

static void tx_done(void *ctx)
{
    struct uart *uart = ctx;
    uart->is_shifting = false;
    if (uart->conf0 & CONF0_LOOPBACK)
        receive(uart, uart->tx_shift);
    if (uart->line.tx && !uart->is_elsewhere)
        uart->line.tx(uart->line.ctx, uart->tx_shift, uart->tx_baud);
    start_tx(uart);
    uart_update_irq(uart);
}

bool uart_tx_has_room(const struct uart *uart)
{
    return uart->tx_count < UART_FIFO;
}

bool uart_tx_is_idle(const struct uart *uart)
{
    return uart->tx_count == 0 && !uart->is_shifting;
}

void uart_tx_push(struct uart *uart, uint8_t byte)
{
    if (!uart->has_power || !uart_tx_has_room(uart))
        return;
    uart->tx_fifo[(uart->tx_head + uart->tx_count) % UART_FIFO] = byte;
    uart->tx_count++;
    start_tx(uart);
    uart_update_irq(uart);
}

/* ---- from the line ------------------------------------------------------ */

static uint64_t line_byte_cycles(const struct uart *uart)
{
    if (uart->line_baud == 0)
        return cycles_of_bits(uart, frame_bits(uart));
    return (10ull * CYCLES_PER_S + uart->line_baud / 2) / uart->line_baud;
}

static void start_rx(struct uart *uart)
{
    if (uart->rx_line_count == 0)
        return;
    uint64_t cycles = line_byte_cycles(uart);
    clock_in(uart->clock, &uart->rx_event, cycles);
    show_frame(uart, true, uart->rx_line[uart->rx_line_head], cycles);
}

/* Edges and shortest pulses of one 8N1 byte between idle lines. */
static void count_edges(struct uart *uart, uint8_t byte)
{
    if (!(uart->autobaud & AUTOBAUD_EN))
        return;
    unsigned baud = uart->line_baud ? uart->line_baud : CLKDIV_DEFAULT_BAUD;
    uint32_t bit = (uart->clock_hz + baud / 2) / baud;
    unsigned bits = (unsigned)byte << 1 | 0x200u; /* start 0, data, stop 1 */
    unsigned level = 1, run = 0;
    for (unsigned i = 0; i < 10; i++, run++) {
        unsigned next = (bits >> i) & 1;
        if (next == level)
            continue;
        uint32_t pulse = run * bit > PULSE_LAG ? run * bit - PULSE_LAG : 0;
        uint32_t *shortest = level ? &uart->high_pulse : &uart->low_pulse;
        if (i != 0 && pulse < *shortest)
            *shortest = pulse;
        uart->pulse_count++;
        level = next;
        run = 0;
    }
}

/* What a receiver at another rate makes of a byte: always the same, never the
 * byte itself. */
static uint8_t garble(uint8_t byte)
{
    return (uint8_t)((byte * 0x9Du + 0x80u) ^ 0xF8u) == byte
               ? (uint8_t)~byte
               : (uint8_t)((byte * 0x9Du + 0x80u) ^ 0xF8u);
}

void uart_arm_timeout(struct uart *uart)
{
    clock_cancel(uart->clock, &uart->timeout_event);
    unsigned threshold = (uart->conf1 >> CONF1_TOUT_SHIFT) & CONF1_MASK;
    if (uart->conf1 & CONF1_TOUT_EN && uart->rx_count)
        clock_in(uart->clock, &uart->timeout_event,
                 cycles_of_bits(uart, threshold * TOUT_UNIT_BITS));
}

static void timed_out(void *ctx)
{
    struct uart *uart = ctx;
    if (uart->rx_count)
        uart->int_raw |= INT_RXFIFO_TOUT;
    uart_update_irq(uart);
}

static void receive(struct uart *uart, uint8_t byte)
{
    if (uart->rx_count == UART_FIFO) {
        uart->int_raw |= INT_RXFIFO_OVF;
    } else {
        uart->rx_fifo[(uart->rx_head + uart->rx_count) % UART_FIFO] = byte;
        uart->rx_count++;
    }
    uart_arm_timeout(uart);
    uart_update_irq(uart);
}

static void rx_arrived(void *ctx)
{
    struct uart *uart = ctx;
    uint8_t byte = uart->rx_line[uart->rx_line_head];
    uart->rx_line_head = (uart->rx_line_head + 1) % UART_LINE;
    uart->rx_line_count--;
    start_rx(uart);
    if (!uart->has_power || uart->is_elsewhere)
        return;
    count_edges(uart, byte);
    if (!uart_is_matched(uart)) {
        uart->int_raw |= INT_FRM_ERR;
        byte = garble(byte);
    }
    receive(uart, byte);
}

bool uart_rx_pop(struct uart *uart, uint8_t *byte)
{
    if (uart->rx_count == 0)
        return false;
    *byte = uart->rx_fifo[uart->rx_head];
    uart->rx_head = (uart->rx_head + 1) % UART_FIFO;
    uart->rx_count--;
    if (uart->rx_count == 0)
        clock_cancel(uart->clock, &uart->timeout_event);
    return true;
}

size_t uart_line_send(struct uart *uart, const uint8_t *data, size_t size)
{
    size_t room = UART_LINE - uart->rx_line_count;
    if (size > room)
        size = room;
    bool is_first = uart->rx_line_count == 0;
    for (size_t i = 0; i < size; i++) {
        size_t at = (uart->rx_line_head + uart->rx_line_count) % UART_LINE;
        uart->rx_line[at] = data[i];
        uart->rx_line_count++;
    }
    if (is_first)
        start_rx(uart);
    return size;
}

void uart_line_set_baud(struct uart *uart, unsigned baud)
{
    uart->line_baud = baud;
}

size_t uart_line_pending(const struct uart *uart)
{
    return uart->rx_line_count;
}

void uart_line_drop(struct uart *uart)
{
    uart->rx_line_count = 0;
    clock_cancel(uart->clock, &uart->rx_event);
    show_cut(uart, true);
}

/* ---- divider and autobaud ----------------------------------------------- */

void uart_empty_rx(struct uart *uart)
{
    uart->rx_head = uart->rx_count = 0;
    clock_cancel(uart->clock, &uart->timeout_event);
}

void uart_empty_tx(struct uart *uart)
{
    uart->tx_head = uart->tx_count = 0;
}

void uart_write_divider(struct uart *uart, uint32_t divider)
{
    divider &= CLKDIV_MASK;
    uart->clkdiv = divider ? divider : 1;
}

void uart_set_divider(struct uart *uart, uint32_t divider)
{
    uart_write_divider(uart, divider);
    uart_empty_rx(uart);
    uart_empty_tx(uart);
    uart_update_irq(uart);
}

void uart_autobaud_start(struct uart *uart)
{
    uart->autobaud = AUTOBAUD_ROM;
    uart->pulse_count = 0;
    uart->low_pulse = uart->high_pulse = PULSE_NONE;
}

bool uart_autobaud_is_ready(const struct uart *uart)
{
    return uart->pulse_count > EDGES_WANTED;
}

void uart_autobaud(struct uart *uart)
{
    unsigned baud = uart->line_baud ? uart->line_baud : CLKDIV_DEFAULT_BAUD;
    uint32_t divider = (uart->clock_hz + baud / 2) / baud;
    if (uart_autobaud_is_ready(uart))
        divider = ((uart->low_pulse + uart->high_pulse) >> 1) + PULSE_LAG;
    uart->autobaud = 0;
    uart->pulse_count = 0;
    uart_set_divider(uart, divider);
}

/* ---- life --------------------------------------------------------------- */

bool uart_init(struct uart *uart, unsigned index, struct clock *clock,
               struct cpu *cpu)
{
    *uart = (struct uart){.clock = clock, .cpu = cpu, .index = index};
    uart->device = (struct bus_device){
        .name = index == 0 ? "UART0" : "UART1",
        .base = index == 0 ? 0x60000000u : 0x60000F00u,
        .size = 0x100,
        .read = uart_read,
        .write = uart_write,
        .ctx = uart,
    };
    uart->tx_event = (struct clock_event){.fn = tx_done, .ctx = uart};
    uart->rx_event = (struct clock_event){.fn = rx_arrived, .ctx = uart};
    uart->timeout_event = (struct clock_event){.fn = timed_out, .ctx = uart};
    uart->rx_line = malloc(UART_LINE);
    uart_reset(uart);
    return uart->rx_line != NULL;
}

void uart_free(struct uart *uart)
{
    if (!uart->clock)
        return;
    clock_cancel(uart->clock, &uart->tx_event);
    clock_cancel(uart->clock, &uart->rx_event);
    clock_cancel(uart->clock, &uart->timeout_event);
    free(uart->rx_line);
    uart->rx_line = NULL;
}

void uart_reset(struct uart *uart)
{
    clock_cancel(uart->clock, &uart->tx_event);
    uart->is_shifting = uart->is_elsewhere = false;
    uart_empty_rx(uart);
    uart_empty_tx(uart);
    uart->int_raw = uart->int_ena = 0;
    uart->clock_hz = UART_CLOCK_ROM;
    uart->clkdiv = CLKDIV_RESET;
    uart->conf0 = CONF0_8N1;
    uart->conf1 = CONF1_ROM;
    uart->autobaud = 0;
    uart->pulse_count = 0;
    uart->low_pulse = uart->high_pulse = PULSE_NONE;
    uart_update_irq(uart);
}

void uart_power(struct uart *uart, bool is_on)
{
    uart->has_power = is_on;
    if (!is_on)
        uart_reset(uart);
    show_cut(uart, false);
}
