/* The ROM's flash functions. Long ones do one flash operation per call and keep
 * their place in a2..a4, so interrupt handlers run while flash is busy. */
#include "emulator/rom_private.h"

#include <string.h>

#define RESULT_OK 0u
#define RESULT_ERROR 1u
#define READ_PIECE 64u    /* W0 to W15 */
#define PROGRAM_PIECE 32u /* chip.md B2 */
#define PAGE 256u
#define SECTOR 0x1000u
#define BLOCK 0x10000u
#define SECTORS_PER_BLOCK (BLOCK / SECTOR)
#define READ_CYCLES_PER_BYTE 16u
#define COMMAND_CYCLES 160u
#define FLASHCHIP_SIZE (ROM_FLASHCHIP + 4)
#define COMMAND_WRITE_STATUS 0x01u
#define COMMAND_WRITE_DISABLE 0x04u
#define COMMAND_READ_STATUS 0x05u
#define COMMAND_WRITE_ENABLE 0x06u
#define STATUS_BUSY 0x01u
#define STATUS_PROTECT 0x7Cu /* BP0-BP2, TB, SEC */

/* ---- what loader and image load use too ---- */

bool rom_flash_is_ready(struct chip *chip)
{
    return !chip->spi[0].is_attached || !flash_chip_is_busy(&chip->flash);
}

enum native_result rom_flash_wait(struct chip *chip)
{
    return native_wait(chip, chip->flash.busy_until, false);
}

void rom_flash_attach(struct chip *chip)
{
    gpio_attach_flash(&chip->gpio);
}

void rom_flash_read(struct chip *chip, uint32_t address, void *out, size_t size)
{
    unsigned mode = spi_flash_mode(&chip->spi[0]);
    if (!chip->spi[0].is_attached)
        memset(out, 0xFF, size);
    else if (mode > MODE_DOUT)
        flash_chip_read(&chip->flash, address, out, size);
    else
        flash_chip_read_mode(&chip->flash, (enum flash_mode)mode, address, out,
                             size);
}

static void command(struct chip *chip, uint8_t opcode)
{
    native_spend(chip, COMMAND_CYCLES);
    if (chip->spi[0].is_attached)
        flash_chip_command(&chip->flash, opcode, 0, NULL, 0, NULL, 0);
}

void rom_flash_erase(struct chip *chip, uint32_t address, uint32_t size)
{
    command(chip, COMMAND_WRITE_ENABLE);
    if (chip->spi[0].is_attached)
        (void)flash_chip_erase(&chip->flash, address, size);
}

uint32_t rom_flash_program(struct chip *chip, uint32_t address,
                           const uint8_t *data, uint32_t size)
{
    uint32_t room = PAGE - address % PAGE;
    uint32_t n = size < PROGRAM_PIECE ? size : PROGRAM_PIECE;
    n = n < room ? n : room;
    command(chip, COMMAND_WRITE_ENABLE);
    if (chip->spi[0].is_attached)
        (void)flash_chip_program(&chip->flash, address, data, n);
    return n;
}

bool rom_flash_is_inside(struct chip *chip, uint32_t address, uint32_t size)
{
    uint32_t total = rom_get(chip, FLASHCHIP_SIZE);
    return address <= total && size <= total - address;
}

/* The bug: the sectors up to the first 64 KB boundary are erased one by one,
 * but not taken off the count (esptool's get_erase_size works around it). */
void rom_flash_erase_area_plan(uint32_t start, uint32_t length,
                               uint32_t *sector, uint32_t *head,
                               uint32_t *count)
{
    *sector = start / SECTOR;
    *count = length / SECTOR + (length % SECTOR != 0);
    *head = SECTORS_PER_BLOCK - *sector % SECTORS_PER_BLOCK;
    if (*count < *head)
        *head = *count;
}

bool rom_flash_erase_area_step(struct chip *chip, uint32_t *sector,
                               uint32_t *head, uint32_t *count)
{
    if (*head == 0 && *count == 0)
        return false;
    if (*head == 0 && *count >= SECTORS_PER_BLOCK &&
        *sector % SECTORS_PER_BLOCK == 0) {
        rom_flash_erase(chip, *sector * SECTOR, BLOCK);
        *sector += SECTORS_PER_BLOCK;
        *count -= SECTORS_PER_BLOCK;
        return true;
    }
    rom_flash_erase(chip, *sector * SECTOR, SECTOR);
    ++*sector;
    if (*head)
        --*head;
    else
        --*count;
    return true;
}

/* ---- rows ---- */

enum native_result native_flash_wait(struct chip *chip)
{
    return rom_flash_is_ready(chip) ? NATIVE_RETURN : rom_flash_wait(chip);
}

/* Return `value` once flash is idle. */
static enum native_result return_when_ready(struct chip *chip, uint32_t value)
{
    chip->cpu.a[2] = value;
    return native_goto(chip, ROM_FLASH_WAIT);
}

/* SPIRead(address, to, size): 64 bytes a call. */
enum native_result native_spi_read(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint8_t piece[READ_PIECE];
    if (!rom_flash_is_inside(chip, a[2], a[4]))
        return rom_return(chip, RESULT_ERROR);
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    uint32_t n = a[4] < READ_PIECE ? a[4] : READ_PIECE;
    if (n == 0)
        return rom_return(chip, RESULT_OK);
    rom_flash_read(chip, a[2], piece, n);
    if (!bus_copy_in(chip->bus, a[3], piece, n))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, a[3]);
    native_spend(chip, COMMAND_CYCLES + n * READ_CYCLES_PER_BYTE);
    a[2] += n;
    a[3] += n;
    a[4] -= n;
    return native_goto(chip, chip->cpu.pc);
}

/* SPIWrite(address, from, size): one program operation a call. */
enum native_result native_spi_write(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint8_t piece[PROGRAM_PIECE];
    if (!rom_flash_is_inside(chip, a[2], a[4]))
        return rom_return(chip, RESULT_ERROR);
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    uint32_t n = a[4] < PROGRAM_PIECE ? a[4] : PROGRAM_PIECE;
    if (n == 0)
        return rom_return(chip, RESULT_OK);
    if (!bus_copy_out(chip->bus, a[3], piece, n))
        return rom_fault(chip, FAULT_LOAD_PROHIBITED, a[3]);
    n = rom_flash_program(chip, a[2], piece, n);
    a[2] += n;
    a[3] += n;
    a[4] -= n;
    return native_goto(chip, chip->cpu.pc);
}

static enum native_result erase_unit(struct chip *chip, uint32_t unit)
{
    uint32_t number = chip->cpu.a[2];
    if (number >= rom_get(chip, FLASHCHIP_SIZE) / unit)
        return rom_return(chip, RESULT_ERROR);
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    rom_flash_erase(chip, number * unit, unit);
    return return_when_ready(chip, RESULT_OK);
}

enum native_result native_spi_erase_sector(struct chip *chip)
{
    return erase_unit(chip, SECTOR);
}

enum native_result native_spi_erase_block(struct chip *chip)
{
    return erase_unit(chip, BLOCK);
}

enum native_result native_spi_erase_chip(struct chip *chip)
{
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    rom_flash_erase(chip, 0, 0);
    return return_when_ready(chip, RESULT_OK);
}

/* SPIEraseArea(start, size) */
enum native_result native_spi_erase_area(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    if (!rom_flash_is_inside(chip, a[2], a[3]))
        return rom_return(chip, RESULT_ERROR);
    rom_flash_erase_area_plan(a[2], a[3], &a[2], &a[3], &a[4]);
    return native_goto(chip, ROM_ERASE_STEP);
}

enum native_result native_erase_step(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    if (!rom_flash_erase_area_step(chip, &a[2], &a[3], &a[4]))
        return rom_return(chip, RESULT_OK);
    return native_goto(chip, ROM_ERASE_STEP);
}

static uint8_t read_status(struct chip *chip)
{
    uint8_t status = 0xFF;
    if (chip->spi[0].is_attached)
        flash_chip_command(&chip->flash, COMMAND_READ_STATUS, 0, NULL, 0,
                           &status, 1);
    native_spend(chip, COMMAND_CYCLES);
    return status;
}

static enum native_result write_status(struct chip *chip, uint8_t status)
{
    command(chip, COMMAND_WRITE_ENABLE);
    if (chip->spi[0].is_attached)
        flash_chip_command(&chip->flash, COMMAND_WRITE_STATUS, 0, &status, 1,
                           NULL, 0);
    return return_when_ready(chip, RESULT_OK);
}

enum native_result native_spi_unlock(struct chip *chip)
{
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    uint8_t status = read_status(chip);
    if (!chip->spi[0].is_attached || !(status & STATUS_PROTECT))
        return rom_return(chip, RESULT_OK);
    return write_status(chip, (uint8_t)(status & ~STATUS_PROTECT));
}

/* What the ROM writes to the status register here isn't known; ours only
 * takes back write enable, so that nobody's flash stays protected. */
enum native_result native_spi_lock(struct chip *chip)
{
    command(chip, COMMAND_WRITE_DISABLE);
    return rom_return(chip, RESULT_OK);
}

/* SPIParamCfg(id, size, block, sector, page, status_mask) */
enum native_result native_spi_param_cfg(struct chip *chip)
{
    for (uint32_t i = 0; i < 6; i++)
        rom_put(chip, ROM_FLASHCHIP + 4 * i, chip->cpu.a[2 + i]);
    return rom_return(chip, RESULT_OK);
}

/* SPIReadModeCnfig(mode): 0-3 as in the image header, 4 fast, 5 slow. */
enum native_result native_spi_read_mode(struct chip *chip)
{
    uint32_t mode = chip->cpu.a[2];
    spi_set_flash_mode(&chip->spi[0], mode <= MODE_DOUT ? mode : SPI_MODE_SLOW);
    return rom_return(chip, RESULT_OK);
}

/* SPI_read_status(flashchip, out) */
enum native_result native_spi_read_status(struct chip *chip)
{
    rom_put(chip, chip->cpu.a[3], read_status(chip));
    return rom_return(chip, RESULT_OK);
}

enum native_result native_spi_write_status(struct chip *chip)
{
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    return write_status(chip, (uint8_t)chip->cpu.a[3]);
}

enum native_result native_spi_write_enable(struct chip *chip)
{
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    command(chip, COMMAND_WRITE_ENABLE);
    return rom_return(chip, RESULT_OK);
}

enum native_result native_spi_wait_idle(struct chip *chip)
{
    return return_when_ready(chip, RESULT_OK);
}

/* SelectSpiFunction(), spi_flash_attach(): pins to the flash. */
enum native_result native_spi_attach(struct chip *chip)
{
    rom_flash_attach(chip);
    return rom_return(chip, RESULT_OK);
}

/* Cache_Read_Enable(odd megabyte, pair of megabytes, both cache banks) */
enum native_result native_cache_enable(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    dport_cache(&chip->dport, true, (a[2] & 1u) + 2 * (a[3] & 7u),
                (a[4] & 0xFFu) != 0);
    return rom_return(chip, 0);
}

enum native_result native_cache_disable(struct chip *chip)
{
    dport_cache(&chip->dport, false, 0, false);
    return rom_return(chip, 0);
}
