#include "emulator/flash_chip.h"

#include <assert.h>
#include <string.h>

#include "emulator/flash_chip_private.h"

#define PAGE 256u
#define SECTOR 0x1000u
#define BLOCK32 0x8000u
#define BLOCK64 0x10000u

/* Status register 1 (any SPI NOR datasheet; names of W25Q80). */
#define SR1_BUSY 0x01u
#define SR1_WEL 0x02u
#define SR1_BP_SHIFT 2
#define SR1_BP_MASK 7u
#define SR1_TB 0x20u   /* protect from the bottom */
#define SR1_SEC 0x40u  /* protect sectors instead of blocks */
#define SR2_SRP1 0x01u /* no change until power goes (W25Q80's datasheet) */
#define SR2_CMP 0x40u  /* protect the rest instead */

/* Typical times: W25Q80 and P25Q80 datasheets (chip.md F3). A page costs a
 * first byte and the others; Puya's programs and erases always cost the same.
 */
#define FIRST_BYTE_US 30u
#define NEXT_BYTE_NS 2600u
#define PUYA_PAGE_US 2000u
#define PUYA_ERASE_US 8000u
#define SECTOR_US 50000u
#define BLOCK32_US 120000u
#define BLOCK64_US 200000u
#define STATUS_US 10000u

static uint64_t us(uint64_t n)
{
    return n * CYCLES_PER_US;
}

static void show_work(const struct flash_chip *flash, enum flash_work work,
                      uint32_t address, uint64_t cycles)
{
    if (flash->probe.work)
        flash->probe.work(flash->probe.ctx, work, address, cycles);
}

static void become_busy(struct flash_chip *flash, enum flash_work work,
                        uint32_t address, uint64_t cycles)
{
    flash->busy_until = flash->clock->now + cycles;
    flash->is_write_enabled = false;
    show_work(flash, work, address, cycles);
}

void flash_chip_power(struct flash_chip *flash, bool is_on)
{
    flash_fault_power(flash, is_on);
    flash->has_power = is_on;
    flash->busy_until = 0;
    show_work(flash, FLASH_IDLE, 0, 0);
    flash->is_write_enabled = false;
    flash->is_volatile_write = false;
    flash->is_asleep = false;
    flash->is_reset_armed = false;
    memcpy(flash->status, flash->status_kept, sizeof flash->status);
}

bool flash_chip_is_busy(const struct flash_chip *flash)
{
    return flash->clock->now < flash->busy_until;
}

/* The range [*from, *to) that the block-protect bits hold. */
static void protected_range(const struct flash_chip *flash, uint32_t *from,
                            uint32_t *to)
{
    uint32_t size = flash->config.size;
    unsigned bp = (flash->status[0] >> SR1_BP_SHIFT) & SR1_BP_MASK;
    uint32_t bytes = 0;
    if (bp == SR1_BP_MASK)
        bytes = size;
    else if (bp != 0 && flash->status[0] & SR1_SEC)
        bytes = SECTOR << (bp > 4 ? 3 : bp - 1);
    else if (bp != 0)
        bytes = BLOCK64 << (bp - 1);
    if (bytes > size)
        bytes = size;
    bool is_bottom = flash->status[0] & SR1_TB;
    *from = is_bottom ? 0 : size - bytes;
    *to = *from + bytes;
}

static bool is_protected(const struct flash_chip *flash, uint32_t address,
                         uint32_t size)
{
    uint32_t from, to;
    protected_range(flash, &from, &to);
    uint32_t end = address + size;
    if (flash->status[1] & SR2_CMP)
        return address < from || end > to;
    return address < to && end > from;
}

static bool is_listening(const struct flash_chip *flash)
{
    return flash->has_power && !flash->is_asleep && !flash->fault.is_dead;
}

static bool can_change(const struct flash_chip *flash, uint32_t address,
                       uint32_t size)
{
    return is_listening(flash) && flash->is_write_enabled &&
           !flash_chip_is_busy(flash) && !is_protected(flash, address, size);
}

/* Before the chip becomes busy: who is told may want to read. */
static void tell_changed(struct flash_chip *flash, uint32_t address,
                         uint32_t size)
{
    if (flash->changed)
        flash->changed(flash->changed_ctx, address, size);
}

void flash_chip_read(const struct flash_chip *flash, uint32_t address,
                     void *out, size_t size)
{
    uint8_t *to = out;
    if (!is_listening(flash) || flash_chip_is_busy(flash)) {
        memset(to, 0xFF, size);
        return;
    }
    if (size)
        show_work(flash, FLASH_READ, address & (flash->config.size - 1), 0);
    while (size) {
        address &= flash->config.size - 1;
        size_t n = flash->config.size - address;
        if (n > size)
            n = size;
        memcpy(to, flash->data + address, n);
        flash_fault_read(flash, address, to, n);
        to += n;
        size -= n;
        address += (uint32_t)n;
    }
}

/* IO2 and IO3 are not wired and float high, so two bits of each nibble read as
 * one; the other two are whatever the chip makes of a command it can't see. */
static uint8_t rubbish_at(uint32_t address, uint8_t data)
{
    uint32_t hash = (address * 2654435761u) ^ ((uint32_t)data * 40503u);
    return (uint8_t)(0xCCu | ((hash >> 16) & 0x33u));
}

void flash_chip_read_mode(const struct flash_chip *flash, enum flash_mode mode,
                          uint32_t address, void *out, size_t size)
{
    uint8_t *to = out;
    flash_chip_read(flash, address, to, size);
    if (flash->config.modes & (1u << mode))
        return;
    for (size_t i = 0; i < size; i++)
        to[i] = rubbish_at(address + (uint32_t)i, to[i]);
}

bool flash_chip_program(struct flash_chip *flash, uint32_t address,
                        const void *data, size_t size)
{
    assert(size >= 1 && size <= PAGE);
    const uint8_t *from = data;
    uint32_t page = address & (flash->config.size - 1) & ~(PAGE - 1);
    if (!can_change(flash, page, PAGE) ||
        !flash_fault_begin(flash, page, PAGE, false))
        return false;
    for (size_t i = 0; i < size; i++) {
        uint8_t *cell = flash->data + page + ((address + i) & (PAGE - 1));
        *cell = flash->config.is_puya ? from[i] : *cell & from[i];
    }
    flash->programs++;
    flash_fault_programmed(flash, address, size);
    tell_changed(flash, page, PAGE);
    become_busy(flash, FLASH_PROGRAM, address & (flash->config.size - 1),
                flash->config.is_puya
                    ? us(PUYA_PAGE_US)
                    : us(FIRST_BYTE_US) +
                          (size - 1) * NEXT_BYTE_NS * CYCLES_PER_US / 1000);
    flash_fault_run(flash);
    return true;
}

static uint64_t erase_us(const struct flash_chip *flash, uint32_t size)
{
    if (flash->config.is_puya)
        return PUYA_ERASE_US;
    switch (size) {
    case SECTOR:
        return SECTOR_US;
    case BLOCK32:
        return BLOCK32_US;
    case BLOCK64:
        return BLOCK64_US;
    default: /* whole chip: 2 s for 1 MB and less, 4 s for 4 MB */
        if (flash->config.size <= 0x100000)
            return 2000000;
        return flash->config.size <= 0x200000 ? 3000000 : 4000000;
    }
}

bool flash_chip_erase(struct flash_chip *flash, uint32_t address, uint32_t size)
{
    bool is_whole = size == 0;
    if (is_whole)
        size = flash->config.size;
    address &= (flash->config.size - 1) & ~(size - 1);
    if (!can_change(flash, address, size) ||
        !flash_fault_begin(flash, address, size, true))
        return false;
    memset(flash->data + address, 0xFF, size);
    flash->erases++;
    flash_fault_erased(flash);
    tell_changed(flash, address, size);
    become_busy(flash, FLASH_ERASE, address,
                us(erase_us(flash, is_whole ? 0 : size)));
    flash_fault_run(flash);
    return true;
}

uint8_t flash_chip_status(const struct flash_chip *flash, unsigned index)
{
    uint8_t status = flash->status[index];
    if (index != 0)
        return status;
    status &= (uint8_t) ~(SR1_BUSY | SR1_WEL);
    if (flash_chip_is_busy(flash))
        status |= SR1_BUSY;
    if (flash->is_write_enabled)
        status |= SR1_WEL;
    return status;
}

bool flash_chip_write_status(struct flash_chip *flash, unsigned index,
                             const uint8_t *values, size_t count)
{
    bool is_volatile = flash->is_volatile_write && !flash->is_write_enabled;
    flash->is_volatile_write = false;
    if ((!is_volatile && !flash->is_write_enabled) ||
        (flash->status[1] & SR2_SRP1) != 0)
        return false;
    for (size_t i = 0; i < count && index + i < 3; i++) {
        flash->status[index + i] = values[i];
        if (!is_volatile)
            flash->status_kept[index + i] = values[i];
    }
    if (!is_volatile)
        become_busy(flash, FLASH_WRITE_STATUS, 0, us(STATUS_US));
    return true;
}
