/* Breaks pre-init-call: wants the time before there is one. */
#include "test/guest/common.h"

#include "mem.h"

void guest_pre_init(void)
{
    static uint32_t words[4]; /* flash, the heap and RTC memory are there */
    void *block = os_malloc(64);
    if (!block || spi_flash_read(0, words, sizeof(words)) != 0 ||
        !system_rtc_mem_read(64, words, sizeof(words)))
        return;
    os_free(block);
    ets_printf("good\n");
    (void)system_get_time();
    ets_printf("not reached\n");
}

void user_init(void)
{
    ets_printf("not started\n");
}
