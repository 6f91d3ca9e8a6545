/* Breaks heap-double-free: frees the same block twice. Two functions deep, so
 * that the stop names them all. */
#include "test/guest/common.h"

#include "mem.h"

#define KEPT __attribute__((noinline))

static void *block;

KEPT static void drop(unsigned times)
{
    char line[24];
    ets_printf("drop %u\n", times);
    line[times] = 'x';
    os_free(block);
    ets_printf("dropped %c\n", line[times]);
}

KEPT static void drop_twice(unsigned from)
{
    drop(from);
    drop(from + 1);
    ets_printf("not reached\n");
}

void user_init(void)
{
    block = os_malloc(32);
    drop_twice(system_get_free_heap_size() / 100000);
    ets_printf("not reached\n");
}
