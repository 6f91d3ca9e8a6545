/* Numbers, sizes and layouts of the SDK's API that the port relies on. Compiled
 * to text with our own headers (port/esp8266/sdk) and with the SDK's; the build
 * stops when the two differ. Calls tell the number of parameters and the size
 * of what comes back. Never linked. Each function of the SDK that the port
 * calls has its row, but for eagle_lwip_getif and etharp_request (lwip_arp.h):
 * the SDK's include/ does not have them. */
#include <stddef.h>

#include "c_types.h"
#include "ets_sys.h"
#include "mem.h"
#include "os_type.h"
#include "osapi.h"
#include "spi_flash.h"
#include "user_interface.h"

/* The SDK's needs others before it. */
#include "espconn.h"

#define FACT(x) __asm__("@fact " #x " = %0" : : "n"(x));
#define SIZE(type) FACT(sizeof(type))
#define FIELD(type, field)                                                     \
    FACT(offsetof(type, field))                                                \
    FACT(sizeof(((type *)0)->field))
#define CALL(call) FACT(sizeof(call))
/* What returns nothing: that it can be called so. */
#define VOID_CALL(call) FACT(sizeof((call, 1)))

void facts(void);

static void structs(void)
{
    SIZE(ETSEvent)
    FIELD(ETSEvent, sig)
    FIELD(ETSEvent, par)
    SIZE(os_timer_t)
    FIELD(os_timer_t, timer_next)
    FIELD(os_timer_t, timer_expire)
    FIELD(os_timer_t, timer_period)
    FIELD(os_timer_t, timer_func)
    FIELD(os_timer_t, timer_arg)
    SIZE(struct rst_info)
    FIELD(struct rst_info, reason)
    FIELD(struct rst_info, exccause)
    FIELD(struct rst_info, epc1)
    FIELD(struct rst_info, epc2)
    FIELD(struct rst_info, epc3)
    FIELD(struct rst_info, excvaddr)
    FIELD(struct rst_info, depc)
    SIZE(partition_item_t)
    FIELD(partition_item_t, type)
    FIELD(partition_item_t, addr)
    FIELD(partition_item_t, size)
    SIZE(SpiFlashOpResult)
    SIZE(SpiFlashChip)
    FIELD(SpiFlashChip, chip_size)
    FIELD(SpiFlashChip, status_mask)
}

static void numbers(void)
{
    FACT(ETS_GPIO_INUM)
    FACT(ETS_UART_INUM)
    FACT(ETS_FRC_TIMER1_INUM)
    FACT(GPIO_PIN_INTR_DISABLE)
    FACT(GPIO_PIN_INTR_POSEDGE)
    FACT(GPIO_PIN_INTR_NEGEDGE)
    FACT(GPIO_PIN_INTR_ANYEDGE)
    FACT(GPIO_PIN_INTR_LOLEVEL)
    FACT(GPIO_PIN_INTR_HILEVEL)
    FACT(SYS_CPU_80MHZ)
    FACT(SYS_CPU_160MHZ)
    FACT(SPI_FLASH_RESULT_OK)
    FACT(SPI_FLASH_RESULT_ERR)
    FACT(SPI_FLASH_RESULT_TIMEOUT)
    FACT(SPI_FLASH_SEC_SIZE)
    FACT(REASON_DEFAULT_RST)
    FACT(REASON_WDT_RST)
    FACT(REASON_EXCEPTION_RST)
    FACT(REASON_SOFT_WDT_RST)
    FACT(REASON_SOFT_RESTART)
    FACT(REASON_DEEP_SLEEP_AWAKE)
    FACT(REASON_EXT_SYS_RST)
    FACT(SYSTEM_PARTITION_RF_CAL)
    FACT(SYSTEM_PARTITION_PHY_DATA)
    FACT(SYSTEM_PARTITION_SYSTEM_PARAMETER)
    FACT(FLASH_SIZE_8M_MAP_512_512)
}

static void system_functions(void)
{
    CALL(system_deep_sleep(0))
    CALL(system_deep_sleep_instant(0))
    CALL(system_deep_sleep_set_option(0))
    CALL(system_get_rtc_time())
    CALL(system_rtc_clock_cali_proc())
    CALL(system_mktime(0, 0, 0, 0, 0, 0))
    CALL(system_get_sdk_version())
    CALL(system_get_boot_version())
    CALL(system_get_boot_mode())
    CALL(system_adc_read())
    VOID_CALL(system_adc_read_fast(0, 0, 0))
    CALL(system_get_vdd33())
    CALL(system_update_cpu_freq(0))
    CALL(system_get_cpu_freq())
    CALL(system_get_os_print())
    CALL(system_param_save_with_protect(0, 0, 0))
    CALL(system_param_load(0, 0, 0, 0))
    CALL(system_partition_get_item(0, 0))
    CALL(system_partition_get_ota_partition_size())
    CALL(os_printf_plus(""))
    CALL(ets_sprintf(0, ""))
    CALL(ets_snprintf(0, 0, ""))
    CALL(os_random())
    CALL(os_get_random(0, 0))
    VOID_CALL(system_restore())
    VOID_CALL(system_timer_reinit())
    VOID_CALL(system_init_done_cb(0))
    VOID_CALL(system_phy_set_max_tpw(0))
    VOID_CALL(system_phy_set_tpw_via_vdd33(0))
    VOID_CALL(system_phy_set_rfoption(0))
    VOID_CALL(system_phy_set_powerup_option(0))
    VOID_CALL(system_print_meminfo())
    VOID_CALL(system_show_malloc())
    VOID_CALL(system_set_os_print(0))
    VOID_CALL(system_uart_swap())
    VOID_CALL(system_uart_de_swap())
    VOID_CALL(system_soft_wdt_stop())
    VOID_CALL(system_soft_wdt_restart())
    VOID_CALL(NmiTimSetFunc(0))
    VOID_CALL(ets_intr_lock())
    VOID_CALL(ets_intr_unlock())
}

static void functions(void)
{
    CALL(system_get_rst_info())
    CALL(system_get_chip_id())
    CALL(system_get_time())
    CALL(system_get_free_heap_size())
    CALL(system_rtc_mem_read(0, 0, 0))
    CALL(system_rtc_mem_write(0, 0, 0))
    CALL(system_os_task(0, 0, 0, 0))
    CALL(system_os_post(0, 0, 0))
    CALL(system_partition_table_regist(0, 0, 0))
    CALL(spi_flash_get_id())
    CALL(spi_flash_erase_sector(0))
    CALL(spi_flash_write(0, 0, 0))
    CALL(spi_flash_read(0, 0, 0))
    CALL(pvPortMalloc(0, 0, 0, 0))
    CALL(pvPortZalloc(0, 0, 0))
    CALL(pvPortCalloc(0, 0, 0, 0))
    CALL(pvPortZallocIram(0, 0, 0))
    CALL(pvPortCallocIram(0, 0, 0, 0))
    CALL(pvPortRealloc(0, 0, 0, 0))
    VOID_CALL(vPortFree(0, 0, 0))
    CALL(spi_flash_erase_protect_enable())
    CALL(spi_flash_erase_protect_disable())
    CALL(gpio_input_get())
    CALL(gpio_intr_pending())
    VOID_CALL(gpio_init())
    VOID_CALL(gpio_output_set(0, 0, 0, 0))
    VOID_CALL(gpio_intr_ack(0))
    VOID_CALL(gpio_intr_handler_register(0, 0))
    VOID_CALL(gpio_pin_intr_state_set(0, GPIO_PIN_INTR_DISABLE))
    VOID_CALL(spi_flash_set_read_func(0))
    VOID_CALL(system_restart())
    VOID_CALL(system_soft_wdt_feed())
    VOID_CALL(ets_isr_attach(0, 0, 0))
    VOID_CALL(ets_isr_mask(0))
    VOID_CALL(ets_isr_unmask(0))
    VOID_CALL(ets_delay_us(0))
    VOID_CALL(ets_timer_setfn(0, 0, 0))
    VOID_CALL(ets_timer_arm_new(0, 0, 0, 0))
    VOID_CALL(ets_timer_disarm(0))
}

#include "facts_espconn.h"
#include "facts_wifi.h"

void facts(void)
{
    wifi_structs();
    wifi_types();
    wifi_numbers();
    wifi_functions();
    espconn_structs();
    espconn_numbers();
    espconn_functions();
    structs();
    numbers();
    functions();
    system_functions();
}
