/* Breaks partition-table: registers a partition table too late. */
#include "test/guest/common.h"

void user_init(void)
{
    static const partition_item_t row = {SYSTEM_PARTITION_RF_CAL, 0xFB000,
                                         0x1000};
    ets_printf("good\n");
    (void)system_partition_table_regist(&row, 1, FLASH_SIZE_8M_MAP_512_512);
    ets_printf("not reached\n");
}
