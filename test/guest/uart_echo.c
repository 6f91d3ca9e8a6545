/* A UART interrupt takes bytes, a task sends them back in capitals. */
#include "test/guest/common.h"

#define FIFO 0x60000000u
#define INT_ST 0x60000008u
#define INT_ENA 0x6000000Cu
#define INT_CLR 0x60000010u
#define STATUS 0x6000001Cu
#define CONF1 0x60000024u
#define RX_FULL 0x001u
#define RX_TIMEOUT 0x100u
#define REG(address) (*(volatile uint32_t *)(address))

static char line[128];
static volatile uint32_t used;
static os_event_t queue[2];

IRAM_ATTR static void on_uart(void *argument)
{
    (void)argument;
    while ((REG(STATUS) & 0xFFu) > 0) {
        char c = (char)REG(FIFO);
        if (used < sizeof(line))
            line[used++] = c;
        if (c == '\n')
            (void)system_os_post(0, 0, 0);
    }
    REG(INT_CLR) = REG(INT_ST);
}

static void on_line(os_event_t *event)
{
    (void)event;
    for (uint32_t i = 0; i < used; i++)
        ets_printf("%c",
                   line[i] >= 'a' && line[i] <= 'z' ? line[i] - 32 : line[i]);
    used = 0;
}

void user_init(void)
{
    (void)system_os_task(on_line, 0, queue, 2);
    ets_delay_us(20000); /* the ROM's text is out */
    uart_div_modify(0, 80000000u / 115200u);
    REG(CONF1) = 16u | 2u << 24 | 1u << 31;
    REG(INT_CLR) = ~0u;
    REG(INT_ENA) = RX_FULL | RX_TIMEOUT;
    ETS_UART_INTR_ATTACH(on_uart, NULL);
    ETS_UART_INTR_ENABLE();
    ets_printf("ready\n");
}
