/* Breaks rtc-system-blocks: writes to the part of RTC memory that is not ours.
 */
#include "test/guest/common.h"

void user_init(void)
{
    uint32_t word = 1;
    if (system_rtc_mem_write(64, &word, sizeof(word)) &&
        system_rtc_mem_read(63, &word, sizeof(word)))
        ets_printf("good\n");
    (void)system_rtc_mem_write(63, &word, sizeof(word));
    ets_printf("not reached\n");
}
