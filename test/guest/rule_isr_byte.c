/* Breaks isr-iram: an interrupt handler reads a byte of a constant in flash. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/registers.h"

static const char text[] = "in flash";
static char first;

/* One byte, by a load that the compiler does not widen. */
IRAM_ATTR static char byte_at(const char *from)
{
    uint32_t byte;
    __asm__ volatile("l8ui %0, %1, 0" : "=r"(byte) : "r"(from));
    return (char)byte;
}

IRAM_ATTR static void handle(void *argument)
{
    (void)argument;
    REG(UART0_INT_ENA) = 0;
    first = byte_at(text);
}

void user_init(void)
{
    first = byte_at(text); /* slow, but allowed here */
    ets_printf("good %c\n", first);
    ets_delay_us(20000);
    ets_isr_attach(ETS_UART_INUM, handle, NULL);
    REG(UART0_INT_ENA) = UART_INT_TX_EMPTY;
    ets_isr_unmask(1u << ETS_UART_INUM);
    ets_delay_us(1000);
    ets_printf("not reached\n");
}
