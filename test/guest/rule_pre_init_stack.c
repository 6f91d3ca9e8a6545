/* Breaks pre-init-stack: much on the stack in user_pre_init. */
#include "test/guest/common.h"

__attribute__((noinline)) static uint32_t last(void)
{
    volatile uint32_t words[80];
    for (unsigned i = 0; i < 80; i++)
        words[i] = i;
    return words[79];
}

void guest_pre_init(void)
{
    ets_printf("good\n");
    ets_printf("good %u\n", last());
}

void user_init(void)
{
    ets_printf("not started\n");
}
