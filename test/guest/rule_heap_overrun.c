/* Breaks heap-overrun: writes one byte behind a block of the heap. */
#include "test/guest/common.h"

#include "mem.h"

void user_init(void)
{
    volatile char *text = os_malloc(5);
    text[4] = 0;
    ets_printf("good\n");
    text[5] = 0;
    os_free((void *)(uintptr_t)text);
    ets_printf("not reached\n");
}
