/* What may be called in user_pre_init. What each function needs was read from
 * the disassembly of Espressif's archives (SDK 3.0.x, libmain.a): these need
 * registers, the boot ROM's data and the heap, which are there; the others
 * something that the start code sets up after user_pre_init has returned. */
#include "emulator/sdk_private.h"

#include <string.h>

static const char *const early[] = {
    "system_partition_table_regist",
    "system_rtc_mem_read",
    "system_rtc_mem_write",
    "system_soft_wdt_feed",
    "system_phy_set_powerup_option",
    "spi_flash_get_id",
    "spi_flash_read",
    "spi_flash_write",
    "spi_flash_erase_sector",
    "spi_flash_set_read_func",
    "pvPortMalloc",
    "pvPortZalloc",
    "pvPortCalloc",
    "pvPortRealloc",
    "vPortFree",
    "os_printf_plus",
};

static bool is_early(const char *name)
{
    for (size_t i = 0; i < sizeof(early) / sizeof(early[0]); i++)
        if (strcmp(early[i], name) == 0)
            return true;
    return false;
}

bool sdk_may_call(struct chip *chip, const struct native *row)
{
    if (!chip->sdk.is_running || chip->sdk.has_pre_init_ended ||
        row->address - SDK_BASE >= SDK_STEPS - SDK_BASE ||
        !chip->sdk.callback || is_early(row->name))
        return true;
    (void)sdk_rule_broken(chip, RULE_PRE_INIT_CALL, "%s", row->name);
    return false;
}
