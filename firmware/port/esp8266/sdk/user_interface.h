#ifndef SDK_USER_INTERFACE_H
#define SDK_USER_INTERFACE_H

#include "os_type.h"
#include "spi_flash.h"

enum rst_reason {
    REASON_DEFAULT_RST = 0,
    REASON_WDT_RST = 1,
    REASON_EXCEPTION_RST = 2,
    REASON_SOFT_WDT_RST = 3,
    REASON_SOFT_RESTART = 4,
    REASON_DEEP_SLEEP_AWAKE = 5,
    REASON_EXT_SYS_RST = 6
};

struct rst_info {
    uint32_t reason;
    uint32_t exccause;
    uint32_t epc1;
    uint32_t epc2;
    uint32_t epc3;
    uint32_t excvaddr;
    uint32_t depc;
};

typedef enum {
    SYSTEM_PARTITION_INVALID = 0,
    SYSTEM_PARTITION_BOOTLOADER,
    SYSTEM_PARTITION_OTA_1,
    SYSTEM_PARTITION_OTA_2,
    SYSTEM_PARTITION_RF_CAL,
    SYSTEM_PARTITION_PHY_DATA,
    SYSTEM_PARTITION_SYSTEM_PARAMETER
} partition_type_t;

typedef struct {
    partition_type_t type;
    uint32_t addr;
    uint32_t size;
} partition_item_t;

#define FLASH_SIZE_8M_MAP_512_512 2 /* 1 MB */

#define STATION_IF 0
#define NULL_MODE 0

struct rst_info *system_get_rst_info(void);
void system_restart(void);
uint32_t system_get_chip_id(void);
uint32_t system_get_time(void);
uint32_t system_get_free_heap_size(void);
void system_soft_wdt_feed(void);
bool system_rtc_mem_read(uint8_t block, void *to, uint16_t size);
bool system_rtc_mem_write(uint8_t block, const void *from, uint16_t size);
bool system_os_task(os_task_t task, uint8_t priority, os_event_t *queue,
                    uint8_t length);
bool system_os_post(uint8_t priority, ETSSignal signal, ETSParam parameter);
bool system_partition_table_regist(const partition_item_t *table,
                                   uint32_t count, uint32_t map);
bool wifi_get_macaddr(uint8_t interface, uint8_t *mac);
bool wifi_set_opmode_current(uint8_t mode);

#endif
