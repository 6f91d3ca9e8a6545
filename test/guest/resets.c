/* Goes through all ways to be reset, one after the other; a count in RTC memory
 * says which is next. */
#include "test/guest/common.h"

#define COUNT_BLOCK 64u
#define MAGIC 0x52535400u /* and the count */

static void forbidden(void)
{
    static volatile uint32_t *volatile nowhere = (volatile uint32_t *)4;
    *nowhere = 1;
}

static void hang(void)
{
    for (;;)
        ;
}

static void hang_locked(void)
{
    ETS_INTR_LOCK();
    hang();
}

static void sleep(void)
{
    ets_printf("sleep: %u\n", system_deep_sleep(1000000));
}

static void nothing(void)
{
}

static void on_pause(void *argument)
{
    static void (*const ways[])(void) = {system_restart, hang,  hang_locked,
                                         forbidden,      sleep, nothing};
    uint32_t count = 0;
    (void)argument;
    (void)system_rtc_mem_read(COUNT_BLOCK, &count, sizeof(count));
    count = count / 256 == MAGIC / 256 ? count + 1 : MAGIC;
    (void)system_rtc_mem_write(COUNT_BLOCK, &count, sizeof(count));
    if (count % 256 < sizeof(ways) / sizeof(ways[0]))
        ways[count % 256]();
}

void user_init(void)
{
    const struct rst_info *info = system_get_rst_info();
    ets_printf("reason %u cause %u at %x address %u\n", info->reason,
               info->exccause, info->epc1 >> 20, info->excvaddr);
    guest_later(50, on_pause);
}
