/* The heap: its size, blocks taken and given back, fragmentation, and NULL when
 * it is full. */
#include "test/guest/common.h"

#include "mem.h"

#define BLOCKS 64u
#define SIZE 1000u

static void *block[BLOCKS];

static void show(const char *what)
{
    ets_printf("%s: %u KB free\n", what, system_get_free_heap_size() / 1000);
}

static unsigned fill(void)
{
    unsigned n = 0;
    while (n < BLOCKS && (block[n] = os_malloc(SIZE)) != NULL)
        n++;
    return n;
}

static bool is_zero(const uint8_t *bytes, unsigned size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

void user_init(void)
{
    show("start");
    ets_printf("%u blocks\n", fill());
    show("full");
    for (unsigned i = 0; i < BLOCKS; i += 2)
        os_free(block[i]);
    show("every other one freed");
    ets_printf("big: %s\n", os_malloc(2 * SIZE) ? "yes" : "no");
    uint8_t *zeroes = os_zalloc(SIZE);
    ets_printf("zeroes: %s\n", is_zero(zeroes, SIZE) ? "yes" : "no");
    zeroes[0] = 42;
    zeroes = os_realloc(zeroes, 4);
    ets_printf("moved: %u\n", zeroes[0]);
    os_free(zeroes);
    for (unsigned i = 1; i < BLOCKS; i += 2)
        os_free(block[i]);
    show("end");
}
