/* Breaks heap-foreign-free: frees what malloc never gave. */
#include "test/guest/common.h"

#include "mem.h"

void user_init(void)
{
    static char own[8];
    os_free(NULL);
    ets_printf("good\n");
    os_free(own);
    ets_printf("not reached\n");
}
