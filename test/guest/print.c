/* Texts as machine code makes them: os_printf with more arguments than there
 * are registers, os_sprintf, printing turned off; and parameters on flash. */
#include "test/guest/common.h"

#define SECTOR 0xF0u

static void print_texts(void)
{
    char text[64];
    int size =
        os_sprintf(text, "%d %s %x %c %u %d", -1, "two", 0x3u, '4', 5u, -6);
    os_printf("%d: %s|%d|%d|%d|%d|%d\n", size, text, 1, 2, 3, 4, 5);
    size = os_snprintf(text, 6, "%d-%d", 1234, 5678);
    os_printf("%d: %s\n", size, text);
    system_set_os_print(0);
    os_printf("silence\n");
    system_set_os_print(1);
}

void user_init(void)
{
    uint32_t words[8] = {0};
    print_texts();
    if (system_param_load(SECTOR, 0, words, sizeof(words)))
        os_printf("had %d\n", (int)words[3]);
    words[3]++;
    (void)system_param_save_with_protect(SECTOR, words, sizeof(words));
    (void)system_param_load(SECTOR, 12, words, 4);
    os_printf("has %d, SDK %s, %d MHz\n", (int)words[0],
              system_get_sdk_version(), system_get_cpu_freq());
    system_print_meminfo();
    os_printf("end\n");
}
