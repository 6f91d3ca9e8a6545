/* What guest programs share: the start as our port does it, and a timer. */
#include "test/guest/common.h"

#include "format/flash_map.h"

void user_pre_init(void);

static os_timer_t later;

__attribute__((weak)) void guest_pre_init(void)
{
}

void guest_later(uint32_t ms, os_timer_func_t *step)
{
    os_timer_disarm(&later);
    os_timer_setfn(&later, step, NULL);
    os_timer_arm(&later, ms, false);
}

void user_pre_init(void)
{
    static const partition_item_t partitions[] = {
        {SYSTEM_PARTITION_RF_CAL, MAP_RF_CAL, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_PHY_DATA, MAP_PHY_DATA, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_SYSTEM_PARAMETER, MAP_SDK_PARAMS,
         MAP_SDK_PARAMS_SIZE},
    };
    guest_pre_init();
    (void)system_partition_table_regist(
        partitions, sizeof(partitions) / sizeof(partitions[0]),
        FLASH_SIZE_8M_MAP_512_512);
}
