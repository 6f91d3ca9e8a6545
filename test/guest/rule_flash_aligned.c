/* Breaks flash-aligned: reads flash to an odd address. */
#include "test/guest/common.h"

void user_init(void)
{
    static uint32_t words[3];
    (void)spi_flash_read(0, words, 8);
    ets_printf("aligned\n");
    (void)spi_flash_read(0, (uint32_t *)((uintptr_t)words + 1), 8);
    ets_printf("not reached\n");
}
