#include "firmware/port/esp8266/serial.h"

#include <stdbool.h>
#include <stdint.h>

#include "ets_sys.h"
#include "firmware/hal/serial.h"
#include "firmware/port/esp8266/registers.h"

#define APB_CLOCK 80000000u /* once the SDK runs */
#define BAUD 115200u
#define FIFO_ROOM 120u    /* of 128: never filled to the brim */
#define LAST_BYTE_US 140u /* the byte that has left the FIFO, at 74880 */
#define RX_FULL_AT 32u
#define TX_EMPTY_AT 16u
#define RX_TIMEOUT 2u /* of silence, in bytes */
#define RX_RING 1024u /* powers of two */
#define TX_RING 1024u

/* Words, so that the interrupt handler's code can be anywhere in RAM; each
 * index is written by one side only. */
static struct {
    volatile uint32_t rx_in, rx_out, tx_in, tx_out;
    char rx[RX_RING], tx[TX_RING];
    void (*heard)(void);
    bool is_started;
} ring;

IRAM_ATTR static unsigned fifo_count(unsigned shift)
{
    return (REG(UART0_STATUS) >> shift) & 0xFFu;
}

IRAM_ATTR static void receive(void)
{
    while (fifo_count(0) > 0) {
        char c = (char)REG(UART0_FIFO);
        if (ring.rx_in - ring.rx_out < RX_RING)
            ring.rx[ring.rx_in++ % RX_RING] = c;
    }
}

/* Move what fits from the ring to the FIFO; ask to be called when it drains,
 * while there is more. */
IRAM_ATTR static void transmit(void)
{
    while (ring.tx_out != ring.tx_in && fifo_count(16) < FIFO_ROOM)
        REG(UART0_FIFO) = (uint8_t)ring.tx[ring.tx_out++ % TX_RING];
    if (ring.tx_out == ring.tx_in)
        REG(UART0_INT_ENA) &= ~UART_INT_TX_EMPTY;
    else
        REG(UART0_INT_ENA) |= UART_INT_TX_EMPTY;
}

IRAM_ATTR static void on_interrupt(void *argument)
{
    (void)argument;
    uint32_t status = REG(UART0_INT_ST);
    if (status &
        (UART_INT_RX_FULL | UART_INT_RX_TIMEOUT | UART_INT_RX_OVERFLOW)) {
        receive();
        ring.heard();
    }
    if (status & UART_INT_TX_EMPTY)
        transmit();
    REG(UART0_INT_CLR) = status;
}

static void push_out(void)
{
    ets_isr_mask(1u << ETS_UART_INUM);
    transmit();
    ets_isr_unmask(1u << ETS_UART_INUM);
}

void serial_drain(void)
{
    while (fifo_count(16) > 0)
        ;
    ets_delay_us(LAST_BYTE_US);
}

void serial_start(void (*heard)(void))
{
    ets_isr_mask(1u << ETS_UART_INUM);
    ring.heard = heard;
    serial_drain();
    uart_div_modify(0, APB_CLOCK / BAUD);
    REG(UART0_CONF1) = UART_CONF1(RX_FULL_AT, TX_EMPTY_AT, RX_TIMEOUT);
    REG(UART0_INT_CLR) = ~0u;
    REG(UART0_INT_ENA) =
        UART_INT_RX_FULL | UART_INT_RX_TIMEOUT | UART_INT_RX_OVERFLOW;
    ets_isr_attach(ETS_UART_INUM, on_interrupt, NULL);
    ring.is_started = true;
    push_out();
}

size_t serial_read(char *to, size_t room)
{
    size_t n = 0;
    while (n < room && ring.rx_out != ring.rx_in)
        to[n++] = ring.rx[ring.rx_out++ % RX_RING];
    return n;
}

void hal_serial_write(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        while (ring.is_started && ring.tx_in - ring.tx_out >= TX_RING)
            push_out();
        ring.tx[ring.tx_in++ % TX_RING] = text[i];
    }
    if (ring.is_started)
        push_out();
}

void serial_flush(void)
{
    while (ring.tx_out != ring.tx_in)
        push_out();
    while (fifo_count(16) > 0)
        ;
}
