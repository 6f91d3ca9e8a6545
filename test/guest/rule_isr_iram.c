/* Breaks isr-iram: an interrupt handler in RAM calls a function in flash. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/registers.h"

/* By a pointer, so that the compiler does not make it a part of the handler. */
static unsigned count_in_flash(unsigned count)
{
    return count * 3 + system_get_time();
}

static unsigned count, (*volatile counting)(unsigned) = count_in_flash;

IRAM_ATTR static void handle(void *argument)
{
    (void)argument;
    REG(UART0_INT_ENA) = 0;
    REG(UART0_INT_CLR) = ~0u;
    count = counting(count);
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
