/* Calls a function of the boot ROM that the bench does not have. */
#include "test/guest/common.h"

#define EPRINTF 0x40001D14u /* of rom_rows.h, a row without a function */

__attribute__((noinline)) static void call(uint32_t address)
{
    ((void (*)(void))(uintptr_t)address)();
    ets_printf("not reached\n");
}

void user_init(void)
{
    ets_printf("good\n");
    call(EPRINTF);
    ets_printf("not reached\n");
}
