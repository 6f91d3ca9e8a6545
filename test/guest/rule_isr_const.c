/* Breaks isr-iram: an interrupt handler reads a constant in flash. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/registers.h"

static const uint32_t words[] = {1, 2, 3};
/* By a pointer: or the compiler knows what is there. */
static const uint32_t *volatile from = words;
static uint32_t sum;

IRAM_ATTR static void handle(void *argument)
{
    (void)argument;
    REG(UART0_INT_ENA) = 0;
    sum += from[1];
}

void user_init(void)
{
    sum = from[0]; /* allowed here */
    ets_printf("good\n");
    ets_delay_us(20000);
    ets_isr_attach(ETS_UART_INUM, handle, NULL);
    REG(UART0_INT_ENA) = UART_INT_TX_EMPTY;
    ets_isr_unmask(1u << ETS_UART_INUM);
    ets_delay_us(1000);
    ets_printf("not reached\n");
}
