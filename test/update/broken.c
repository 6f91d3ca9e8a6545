/* A new image that crashes at each start, before it could confirm itself. */
#include "test/guest/common.h"

void user_init(void)
{
    static uint32_t *volatile nowhere = (uint32_t *)4;
    ets_printf("broken: this image crashes\n");
    *nowhere = 1;
}
