/* Breaks isr-iram: the interrupt handler itself is in flash. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/registers.h"

static void handle(void *argument)
{
    (void)argument;
    REG(UART0_INT_ENA) = 0;
}

void user_init(void)
{
    ets_printf("good\n");
    ets_delay_us(20000);
    ets_isr_attach(ETS_UART_INUM, handle, NULL);
    REG(UART0_INT_ENA) = UART_INT_TX_EMPTY;
    ets_isr_unmask(1u << ETS_UART_INUM);
    ets_delay_us(1000);
    ets_printf("not reached\n");
}
