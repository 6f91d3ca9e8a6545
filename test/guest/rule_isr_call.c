/* Breaks isr-call: an interrupt handler allocates memory. What it may do comes
 * first: ask for the time, print, post to a task. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/registers.h"
#include "mem.h"

static os_event_t queue[4];

IRAM_ATTR static void handle(void *argument)
{
    (void)argument;
    REG(UART0_INT_ENA) = 0;
    (void)system_os_post(0, 0, system_get_time());
}

IRAM_ATTR static void handle_badly(void *argument)
{
    handle(argument);
    (void)os_malloc(4);
}

static void task(os_event_t *event)
{
    (void)event;
    ets_printf("good\n");
    ets_delay_us(20000);
    ets_isr_attach(ETS_UART_INUM, handle_badly, NULL);
    REG(UART0_INT_ENA) = UART_INT_TX_EMPTY;
    ets_delay_us(1000);
    ets_printf("not reached\n");
}

void user_init(void)
{
    (void)system_os_task(task, 0, queue, 4);
    ets_isr_attach(ETS_UART_INUM, handle, NULL);
    REG(UART0_INT_ENA) = UART_INT_TX_EMPTY;
    ets_isr_unmask(1u << ETS_UART_INUM);
}
