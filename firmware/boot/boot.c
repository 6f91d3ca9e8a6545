/* The boot sector on the chip: flash through the boot ROM, the segments of the
 * image that slots.c has chosen into RAM, and the jump. The boot ROM loads this
 * from flash 0 into the upper IRAM. It has no variables: everything is on the
 * ROM's stack.
 *
 * The flash cache stays off, because this code is where the cache will be; the
 * SDK's start code turns it on. Both slots lie in the first megabyte, which is
 * what it maps, so a slot needs no mapping of its own. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/boot/phy_data.h"
#include "firmware/boot/slots.h"
#include "format/boot_token.h"
#include "format/flash_map.h"

/* The boot ROM's functions. */
int SPIRead(uint32_t address, uint32_t *to, uint32_t size);
int SPIWrite(uint32_t address, const uint32_t *from, uint32_t size);
int SPIEraseSector(uint32_t sector);
void uart_tx_one_char(uint32_t c);
void uart_div_modify(uint32_t uart, uint32_t divider);
void ets_delay_us(uint32_t us);
void ets_wdt_disable(void);

void boot_main(void);

#define UART_CLOCK 52000000u /* twice the crystal, until the SDK starts */
#define BAUD 115200u
#define STACK_TOP 0x3FFFFFF0u /* the ROM begins at 0x40000000: chip.md A4 */
#define SAY_AGAIN_S 10u
/* The watchdog's feed register and word: ESP8266_RTOS_SDK, eagle_soc.h. */
#define WDT_FEED 0x60000914u
#define WDT_FOOD 0x73u

static void put_register(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)address = value;
}

/* ---- flash ---- */

/* Erasing may take seconds together on a slow chip. */
static enum err result(int rom)
{
    put_register(WDT_FEED, WDT_FOOD);
    return rom == 0 ? ERR_NONE : ERR_FLASH_FAILED;
}

static enum err read(const struct flash *flash, uint32_t address, void *data,
                     size_t size)
{
    (void)flash;
    return result(SPIRead(address, data, size));
}

static enum err write(const struct flash *flash, uint32_t address,
                      const void *data, size_t size)
{
    (void)flash;
    return result(SPIWrite(address, data, size));
}

static enum err erase(const struct flash *flash, uint32_t address)
{
    (void)flash;
    return result(SPIEraseSector(address / FLASH_SECTOR_SIZE));
}

/* ---- starting ---- */

static bool load(const struct boot *boot, enum slot slot,
                 struct boot_image *image)
{
    struct boot_segment segment;
    if (!boot_image_open(boot, slot, image))
        return false;
    while (image->left > 0) {
        if (!boot_image_next(boot, image, &segment))
            return false;
        void *to = (void *)(uintptr_t)segment.address;
        if (!segment.is_mapped &&
            read(boot->flash, segment.flash, to, segment.size) != ERR_NONE)
            return false;
    }
    return true;
}

/* On an empty stack: Espressif's start code alone needs more than 5 KB, and
 * behind it are the ROM's variables (firmware/port/esp8266/early.c). */
_Noreturn static void jump(uint32_t entry)
{
    __asm__ volatile("mov a1, %0\n jx %1" ::"r"(STACK_TOP), "r"(entry));
    __builtin_unreachable();
}

static void say(const char *text)
{
    while (*text)
        uart_tx_one_char((uint8_t)*text++);
}

/* Wait for a person with a serial adapter. */
static void wait_for_loader(const struct boot *boot)
{
    ets_wdt_disable();
    ets_delay_us(20000); /* the ROM's own text is still being sent */
    uart_div_modify(0, UART_CLOCK / BAUD);
    for (;;) {
        say("\r\npogo: no program to start: slot A is ");
        say(boot_slot_text(boot, SLOT_A));
        say(", slot B is ");
        say(boot_slot_text(boot, SLOT_B));
        say("\r\n  try: never with mains connected: hold the button, "
            "connect 3.3 V, and flash\r\n");
        for (unsigned i = 0; i < SAY_AGAIN_S; i++)
            ets_delay_us(1000000);
    }
}

void boot_main(void)
{
    const struct flash flash = {read, write, erase, NULL};
    uint32_t buffer[BOOT_BUFFER_WORDS];
    struct boot boot = {
        .flash = &flash, .phy_data = phy_data, .buffer = buffer};
    struct boot_choice choice;
    boot_begin(&boot);
    while ((choice = boot_choose(&boot)).row != BOOT_NOTHING) {
        struct boot_image image;
        if (load(&boot, choice.slot, &image)) {
            put_register(BOOT_TOKEN_ADDRESS,
                         BOOT_TOKEN(choice.row, choice.slot));
            jump(image.entry);
        }
        boot_reject(&boot, choice.slot);
    }
    wait_for_loader(&boot);
}
