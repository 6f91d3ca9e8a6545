/* What guest programs share: the start as our port does it, and a timer. */
#include "test/guest/common.h"

#include "firmware/port/esp8266/phy_data.h"
#include "format/flash_map.h"

void user_pre_init(void);

static os_timer_t later;

void guest_later(uint32_t ms, os_timer_func_t *step)
{
    os_timer_disarm(&later);
    os_timer_setfn(&later, step, NULL);
    os_timer_arm(&later, ms, false);
}

/* A flash that was never started has an empty PHY sector. */
static void heal_phy_data(void)
{
    uint32_t first = 0, data = PHY_DATA_FIRST;
    (void)spi_flash_read(MAP_PHY_DATA, &first, sizeof(first));
    if ((first & 0xFFu) == PHY_DATA_FIRST)
        return;
    (void)spi_flash_erase_sector(MAP_PHY_DATA / SPI_FLASH_SEC_SIZE);
    (void)spi_flash_write(MAP_PHY_DATA, &data, sizeof(data));
}

void user_pre_init(void)
{
    static const partition_item_t partitions[] = {
        {SYSTEM_PARTITION_RF_CAL, MAP_RF_CAL, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_PHY_DATA, MAP_PHY_DATA, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_SYSTEM_PARAMETER, MAP_SDK_PARAMS,
         MAP_SDK_PARAMS_SIZE},
    };
    heal_phy_data();
    (void)system_partition_table_regist(
        partitions, sizeof(partitions) / sizeof(partitions[0]),
        FLASH_SIZE_8M_MAP_512_512);
}
