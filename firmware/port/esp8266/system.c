/* Flash, retained words, the chip's identity and its restart, on the SDK. */
#include "firmware/port/esp8266/system.h"

#include "firmware/hal/retain.h"
#include "firmware/hal/system.h"
#include "firmware/port/esp8266/registers.h"
#include "firmware/port/esp8266/serial.h"
#include "format/flash_map.h"
#include "user_interface.h"

#define RTC_USER_BLOCK 64u /* the blocks before are the SDK's */

/* ---- flash --------------------------------------------------------------- */

static enum err result(SpiFlashOpResult r)
{
    return r == SPI_FLASH_RESULT_OK ? ERR_NONE : ERR_FLASH_FAILED;
}

static enum err read(const struct flash *flash, uint32_t address, void *data,
                     size_t size)
{
    (void)flash;
    return result(spi_flash_read(address, data, (uint32_t)size));
}

static enum err write(const struct flash *flash, uint32_t address,
                      const void *data, size_t size)
{
    /* The SDK's prototype forgot const. */
    union {
        const void *from;
        uint32_t *to;
    } words = {data};
    (void)flash;
    return result(spi_flash_write(address, words.to, (uint32_t)size));
}

static enum err erase(const struct flash *flash, uint32_t address)
{
    (void)flash;
    return result(
        spi_flash_erase_sector((uint16_t)(address / FLASH_SECTOR_SIZE)));
}

const struct flash system_flash = {read, write, erase, NULL};

/* ---- words that live through a restart ----------------------------------- */

uint32_t hal_retain_read(unsigned index)
{
    uint32_t word = 0;
    (void)system_rtc_mem_read((uint8_t)(RTC_USER_BLOCK + index), &word,
                              sizeof(word));
    return word;
}

void hal_retain_write(unsigned index, uint32_t word)
{
    (void)system_rtc_mem_write((uint8_t)(RTC_USER_BLOCK + index), &word,
                               sizeof(word));
}

/* ---- how busy it is ------------------------------------------------------ */

#define LOAD_US 4000000u

static struct {
    uint32_t since_us, busy_us;
    uint8_t percent;
} load;

void system_note_busy(uint32_t from_us)
{
    uint32_t now_us = system_get_time(), passed_us = now_us - load.since_us;
    load.busy_us += now_us - from_us;
    if (passed_us < LOAD_US)
        return;
    load.percent = (uint8_t)(load.busy_us / (passed_us / 100));
    load.since_us = now_us;
    load.busy_us = 0;
}

/* ---- the chip ------------------------------------------------------------ */

void hal_system_chip(struct hal_chip *out)
{
    uint32_t id = spi_flash_get_id();
    (void)wifi_get_macaddr(STATION_IF, out->mac);
    out->chip_id = system_get_chip_id();
    out->flash_id = id;
    out->flash_kb = (1u << ((id >> 16) & 31u)) / 1024;
    out->free_heap = system_get_free_heap_size();
    out->sdk = system_get_sdk_version();
    out->load = load.percent;
}

/* Registers only: asked before the SDK has started. */
bool hal_system_is_8285(void)
{
    return (REG(EFUSE_0) & EFUSE_0_8285) || (REG(EFUSE_2) & EFUSE_2_8285);
}

void hal_system_crash(enum hal_crash how)
{
    /* No store is allowed here; volatile, or the compiler sees that. */
    static volatile uint32_t *volatile nowhere = (volatile uint32_t *)4;
    serial_flush();
    if (how == HAL_CRASH_EXCEPTION)
        *nowhere = 1;
    for (;;)
        ;
}

void hal_system_restart(void)
{
    serial_flush();
    system_restart();
}

/* 0: no timer wakes it (API guide). */
void hal_system_sleep(void)
{
    serial_flush();
    (void)system_deep_sleep(0);
}
