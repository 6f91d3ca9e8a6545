/* spi_flash_*: as the archives do it, interrupt handlers run while the flash
 * chip works. Addresses, sizes and memory are multiples of 4. */
#include "emulator/rom_private.h"
#include "emulator/sdk_private.h"

#define WRITE_ENABLE 0x06u
#define SECTOR 0x1000u
#define PAGE 0x100u
#define READ_CYCLES_PER_BYTE 8u /* two data lines at 40 MHz: 10 MB/s */

enum native_result sdk_native_flash_id(struct chip *chip)
{
    return sdk_return(chip, chip->flash.config.jedec);
}

static bool is_allowed(struct chip *chip, uint32_t address, uint32_t memory,
                       uint32_t size)
{
    uint32_t total = chip->flash.config.size;
    if (address % 4 || memory % 4 || size % 4) {
        sdk_rule_broken(chip, RULE_FLASH_ALIGNED,
                        "flash 0x%x, memory 0x%x, size %u", address, memory,
                        size);
        return false;
    }
    return address <= total && size <= total - address;
}

/* void spi_flash_set_read_func(fn): 0 is the SDK's own again */
enum native_result sdk_native_flash_set_read(struct chip *chip)
{
    chip->sdk.flash_read_fn = chip->cpu.a[2];
    return NATIVE_RETURN;
}

/* bool spi_flash_erase_protect_enable(void), ..._disable(void): the archives
 * guard the running image only when Espressif's boot loader started it. */
enum native_result sdk_native_flash_protect(struct chip *chip)
{
    return sdk_return(chip, 1);
}

/* fn(SpiFlashChip *, address, memory, size), the program's own */
static enum native_result read_by_guest(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[5] = a[4];
    a[4] = a[3];
    a[3] = a[2];
    a[2] = ROM_FLASHCHIP;
    return native_goto(chip, chip->sdk.flash_read_fn);
}

/* SpiFlashOpResult fn(address, memory, size) */
enum native_result sdk_native_flash_read(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (a[3] == 0)
        return sdk_return(chip, SDK_FAILED);
    if (chip->sdk.flash_read_fn)
        return read_by_guest(chip);
    if (!is_allowed(chip, a[2], a[3], a[4]))
        return chip->stop_reason[0] ? NATIVE_STOP
                                    : sdk_return(chip, SDK_FAILED);
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    for (uint32_t done = 0; done < a[4];) {
        uint8_t piece[256];
        uint32_t n = a[4] - done;
        n = n < sizeof(piece) ? n : (uint32_t)sizeof(piece);
        flash_chip_read(&chip->flash, a[2] + done, piece, n);
        if (!bus_copy_in(chip->bus, a[3] + done, piece, n))
            return sdk_return(chip, SDK_FAILED);
        done += n;
    }
    native_spend(chip, (uint64_t)a[4] * READ_CYCLES_PER_BYTE);
    return sdk_return(chip, SDK_OK);
}

static void enable_write(struct chip *chip)
{
    flash_chip_command(&chip->flash, WRITE_ENABLE, 0, NULL, 0, NULL, 0);
}

/* SpiFlashOpResult fn(sector) */
enum native_result sdk_native_flash_erase(struct chip *chip)
{
    uint32_t sector = chip->cpu.a[2] & 0xFFFFu;
    if (sector >= chip->flash.config.size / SECTOR)
        return sdk_return(chip, SDK_FAILED);
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    enable_write(chip);
    bool done = flash_chip_erase(&chip->flash, sector * SECTOR, SECTOR);
    chip->cpu.a[2] = done ? SDK_OK : SDK_FAILED;
    return native_goto(chip, SDK_STEP_FLASH_WAIT);
}

/* Until the flash chip is idle; a2 is the result already. */
enum native_result sdk_native_flash_wait(struct chip *chip)
{
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    return NATIVE_RETURN;
}

/* SpiFlashOpResult fn(address, memory, size) */
enum native_result sdk_native_flash_write(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (a[3] == 0)
        return sdk_return(chip, SDK_FAILED);
    if (!is_allowed(chip, a[2], a[3], a[4]))
        return chip->stop_reason[0] ? NATIVE_STOP
                                    : sdk_return(chip, SDK_FAILED);
    return native_goto(chip, SDK_STEP_FLASH_WRITE);
}

/* One page; a2, a3 and a4 move on to what is left. */
enum native_result sdk_native_flash_write_step(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint8_t piece[PAGE];
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    if (a[4] == 0)
        return sdk_return(chip, SDK_OK);
    uint32_t n = PAGE - a[2] % PAGE;
    n = n < a[4] ? n : a[4];
    enable_write(chip);
    if (!bus_copy_out(chip->bus, a[3], piece, n) ||
        !flash_chip_program(&chip->flash, a[2], piece, n))
        return sdk_return(chip, SDK_FAILED);
    a[2] += n;
    a[3] += n;
    a[4] -= n;
    return native_goto(chip, SDK_STEP_FLASH_WRITE);
}
