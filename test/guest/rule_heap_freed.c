/* Breaks heap-freed: writes into a block that was freed. */
#include "test/guest/common.h"

#include "mem.h"

void user_init(void)
{
    volatile char *old = os_malloc(32);
    os_free((void *)(uintptr_t)old);
    ets_printf("good\n");
    old[7] = 1;
    (void)os_malloc(32);
    ets_printf("not reached\n");
}
