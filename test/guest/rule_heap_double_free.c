/* Breaks heap-double-free: frees the same block twice. */
#include "test/guest/common.h"

#include "mem.h"

void user_init(void)
{
    void *block = os_malloc(32);
    os_free(block);
    ets_printf("good\n");
    os_free(block);
    ets_printf("not reached\n");
}
