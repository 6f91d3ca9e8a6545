/* The SDK's functions, one row each, sorted by address: R(address, name, C
 * function); or I(...) for those that interrupt handlers may call, too: the
 * ones that Espressif's archives keep in IRAM, except what waits, timers and
 * the heap. Included with R and I defined as the includer needs. The addresses
 * are ours (sdk.h): each room has a range, and its steps, which no guest calls
 * and whose names have a dot, have the same room's range from 0x4030F000.
 * Names: Espressif's public headers. */
/* clang-format off */
/* sdk.c, sdk_system.c: 0x40300000 */
R(0x40300000u, "call_user_start", sdk_native_start)
R(0x40300010u, "system_os_task", sdk_native_os_task)
I(0x40300020u, "system_os_post", sdk_native_os_post)
R(0x40300030u, "system_restart", sdk_native_restart)
R(0x40300040u, "system_get_rst_info", sdk_native_rst_info)
R(0x40300050u, "system_get_chip_id", sdk_native_chip_id)
I(0x40300060u, "system_get_time", sdk_native_time)
I(0x40300070u, "system_get_free_heap_size", sdk_native_free_heap)
I(0x40300080u, "system_rtc_mem_read", sdk_native_rtc_read)
I(0x40300090u, "system_rtc_mem_write", sdk_native_rtc_write)
R(0x403000A0u, "system_soft_wdt_feed", sdk_native_feed)
R(0x403000B0u, "system_partition_table_regist", sdk_native_partitions)
/* sdk_heap.c: 0x40301000 */
R(0x40301000u, "pvPortMalloc", sdk_native_malloc)
R(0x40301010u, "pvPortZalloc", sdk_native_zalloc)
R(0x40301020u, "pvPortZallocIram", sdk_native_zalloc)
R(0x40301030u, "pvPortCalloc", sdk_native_calloc)
R(0x40301040u, "pvPortCallocIram", sdk_native_calloc)
R(0x40301050u, "pvPortRealloc", sdk_native_realloc)
R(0x40301060u, "vPortFree", sdk_native_free)
R(0x40301070u, "malloc", sdk_native_malloc)
R(0x40301080u, "zalloc", sdk_native_zalloc)
R(0x40301090u, "calloc", sdk_native_calloc)
R(0x403010A0u, "realloc", sdk_native_realloc)
R(0x403010B0u, "free", sdk_native_free)
/* sdk_timer.c and interrupts: 0x40302000 */
R(0x40302000u, "ets_timer_setfn", sdk_native_timer_setfn)
R(0x40302010u, "ets_timer_arm_new", sdk_native_timer_arm)
R(0x40302020u, "ets_timer_disarm", sdk_native_timer_disarm)
/* sdk_flash.c: 0x40303000 */
R(0x40303000u, "spi_flash_get_id", sdk_native_flash_id)
R(0x40303010u, "spi_flash_read", sdk_native_flash_read)
R(0x40303020u, "spi_flash_write", sdk_native_flash_write)
R(0x40303030u, "spi_flash_erase_sector", sdk_native_flash_erase)
/* sdk_wifi*.c: 0x40304000 */
R(0x40304000u, "wifi_get_macaddr", sdk_native_macaddr)
R(0x40304010u, "wifi_set_opmode_current", sdk_native_opmode)
/* sdk_espconn*.c: 0x40305000 */
/* steps */
R(0x4030F000u, "sdk.pre_init_done", sdk_native_pre_init_done)
R(0x4030F010u, "sdk.loop", sdk_native_loop)
I(0x4030F020u, "sdk.load_store", sdk_native_load_store)
R(0x4030F030u, "sdk.flash_wait", sdk_native_flash_wait)
R(0x4030F040u, "sdk.flash_write", sdk_native_flash_write_step)
/* clang-format on */
