#ifndef SDK_USER_INTERFACE_H
#define SDK_USER_INTERFACE_H

#include "gpio.h"
#include "os_type.h"
#include "spi_flash.h"
#include "user_interface_wifi.h"

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

#define SYS_CPU_80MHZ 80
#define SYS_CPU_160MHZ 160

struct rst_info *system_get_rst_info(void);
void system_restart(void); /* returns; the restart is 100 ms later */
void system_restore(void);
bool system_deep_sleep(uint64_t us); /* 0: until a reset */
bool system_deep_sleep_instant(uint64_t us);
bool system_deep_sleep_set_option(uint8_t option);
void system_timer_reinit(void);
typedef void (*init_done_cb_t)(void);
void system_init_done_cb(init_done_cb_t done);
uint32_t system_get_chip_id(void);
uint32_t system_get_time(void);
uint32_t system_get_free_heap_size(void);
uint32_t system_get_rtc_time(void);
uint32_t system_rtc_clock_cali_proc(void);
uint64_t system_mktime(uint32_t year, uint32_t month, uint32_t day,
                       uint32_t hour, uint32_t minute, uint32_t second);
const char *system_get_sdk_version(void);
uint8_t system_get_boot_version(void);
uint8_t system_get_boot_mode(void);
uint16_t system_adc_read(void);
void system_adc_read_fast(uint16_t *to, uint16_t count, uint8_t divider);
uint16_t system_get_vdd33(void);
bool system_update_cpu_freq(uint8_t mhz);
uint8_t system_get_cpu_freq(void);
void system_phy_set_max_tpw(uint8_t quarter_dbm);
void system_phy_set_tpw_via_vdd33(uint16_t vdd33);
void system_phy_set_rfoption(uint8_t option);
void system_phy_set_powerup_option(uint8_t option);
void system_print_meminfo(void);
void system_show_malloc(void);
void system_set_os_print(uint8_t is_on);
uint8_t system_get_os_print(void);
void system_uart_swap(void);
void system_uart_de_swap(void);
void system_soft_wdt_stop(void);
void system_soft_wdt_restart(void);
void system_soft_wdt_feed(void);
bool system_param_save_with_protect(uint16_t first_sector, void *data,
                                    uint16_t size);
bool system_param_load(uint16_t first_sector, uint16_t offset, void *data,
                       uint16_t size);
bool system_partition_get_item(partition_type_t type, partition_item_t *out);
uint32_t system_partition_get_ota_partition_size(void);
bool system_rtc_mem_read(uint8_t block, void *to, uint16_t size);
bool system_rtc_mem_write(uint8_t block, const void *from, uint16_t size);
bool system_os_task(os_task_t task, uint8_t priority, os_event_t *queue,
                    uint8_t length);
bool system_os_post(uint8_t priority, ETSSignal signal, ETSParam parameter);
bool system_partition_table_regist(const partition_item_t *table,
                                   uint32_t count, uint32_t map);

#endif
