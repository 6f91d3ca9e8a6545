/* What the ROM does for each op, with the quirks that esptool relies on
 * (chip.md A3, A4). */
#include "emulator/rom_private.h"

#include <string.h>

#include "emulator/rom_loader_private.h"

#define PROGRAM_PIECE 32u

static const uint8_t *packet_data(const struct chip *chip)
{
    return chip->rom.loader.frame + PACKET_HEADER;
}

static uint32_t packet_size(const struct chip *chip)
{
    return get_u16le(chip->rom.loader.frame + 2);
}

static enum native_result op_sync(struct chip *chip)
{
    chip->rom.loader.val = get_u32le(packet_data(chip));
    return rom_loader_reply(chip, LOADER_OK);
}

static enum native_result op_read_reg(struct chip *chip)
{
    uint32_t address = get_u32le(packet_data(chip));
    uint32_t value;
    if (packet_size(chip) != 4)
        return rom_loader_reply(chip, LOADER_INVALID);
    enum fault fault = bus_read32(chip->bus, address, &value);
    if (fault != FAULT_NONE)
        return rom_fault(chip, fault, address);
    chip->rom.loader.val = value;
    return rom_loader_reply(chip, LOADER_OK);
}

/* Record `position` of `count`; its delay comes before the write. */
static enum native_result write_record(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    if (loader->position == loader->count)
        return rom_loader_reply(chip, LOADER_OK);
    const uint8_t *record =
        packet_data(chip) + (size_t)loader->position * REG_RECORD;
    uint32_t address = get_u32le(record), mask = get_u32le(record + 8), old;
    uint64_t delay = (uint64_t)get_u16le(record + 12) * CYCLES_PER_US;
    if (!loader->is_delayed) {
        loader->is_delayed = true;
        loader->delay_until = chip->clock.now + delay;
    }
    if (chip->clock.now < loader->delay_until)
        return native_wait(chip, loader->delay_until, true);
    loader->is_delayed = false;
    loader->position++;
    enum fault fault = bus_read32(chip->bus, address, &old);
    if (fault == FAULT_NONE)
        fault = bus_write32(chip->bus, address,
                            (get_u32le(record + 4) & mask) | (old & ~mask));
    if (fault != FAULT_NONE)
        return rom_fault(chip, fault, address);
    return rom_then(chip, write_record);
}

static enum native_result op_write_reg(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    loader->count = packet_size(chip) / REG_RECORD;
    if (loader->count > (ROM_PACKET_ROOM - PACKET_HEADER) / REG_RECORD)
        return rom_loader_reply(chip, LOADER_INVALID);
    loader->position = 0;
    loader->is_delayed = false;
    return rom_then(chip, write_record);
}

/* FLASH_BEGIN and MEM_BEGIN: size, blocks, block size, offset. */
static bool begin(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    const uint8_t *data = packet_data(chip);
    if (packet_size(chip) != BEGIN_SIZE || get_u32le(data + 8) > BLOCK_LIMIT)
        return false;
    loader->size = get_u32le(data);
    loader->block_count = get_u32le(data + 4);
    loader->block_size = get_u32le(data + 8);
    loader->offset = get_u32le(data + 12);
    loader->next_seq = 0;
    loader->written = 0;
    return true;
}

static enum native_result erase_area(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    if (!rom_flash_erase_area_step(chip, &loader->position, &loader->head,
                                   &loader->count))
        return rom_loader_reply(chip, LOADER_OK);
    return rom_then(chip, erase_area);
}

static enum native_result op_flash_begin(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    if (!begin(chip))
        return rom_loader_reply(chip, LOADER_INVALID);
    rom_flash_attach(chip);
    dport_cache(&chip->dport, false, 0, false);
    if (!rom_flash_is_inside(chip, loader->offset, loader->size))
        return rom_loader_reply(chip, LOADER_FAILED);
    rom_flash_erase_area_plan(loader->offset, loader->size, &loader->position,
                              &loader->head, &loader->count);
    return rom_then(chip, erase_area);
}

/* The tests that FLASH_DATA and MEM_DATA share. The sequence number counts on
 * before the checksum is looked at, so a block can't be sent again after error
 * 07 (chip.md A4, E). */
static enum loader_error check_data(struct chip *chip, uint32_t multiple)
{
    struct rom_loader *loader = &chip->rom.loader;
    const uint8_t *data = packet_data(chip);
    uint32_t length = get_u32le(data);
    if (packet_size(chip) > BLOCK_LIMIT + DATA_HEADER ||
        get_u32le(data + 4) != loader->next_seq ||
        length > loader->block_size || length % multiple != 0)
        return LOADER_INVALID;
    loader->next_seq++;
    uint8_t sum = 0xEF;
    for (uint32_t i = 0; i < length; i++)
        sum ^= data[DATA_HEADER + i];
    return get_u32le(loader->frame + 4) == sum ? LOADER_OK : LOADER_CHECKSUM;
}

static enum native_result verify_block(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    const uint8_t *data = packet_data(chip) + DATA_HEADER;
    uint8_t back[BLOCK_LIMIT];
    uint8_t sent = 0, found = 0;
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    rom_flash_read(chip, loader->offset + loader->written, back, loader->count);
    for (uint32_t i = 0; i < loader->count; i++) {
        sent ^= data[i];
        found ^= back[i];
    }
    loader->written += loader->count;
    return rom_loader_reply(chip, sent == found ? LOADER_OK : LOADER_WRITE);
}

static enum native_result program_block(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    uint32_t left = loader->count - loader->position;
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    if (left == 0)
        return verify_block(chip);
    loader->position += rom_flash_program(
        chip, loader->offset + loader->written + loader->position,
        packet_data(chip) + DATA_HEADER + loader->position, left);
    return rom_then(chip, program_block);
}

static enum native_result op_flash_data(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    enum loader_error error = check_data(chip, 4);
    if (error != LOADER_OK)
        return rom_loader_reply(chip, (uint8_t)error);
    loader->count = get_u32le(packet_data(chip));
    loader->position = 0;
    if (!rom_flash_is_inside(chip, loader->offset + loader->written,
                             loader->count))
        return rom_loader_reply(chip, LOADER_WRITE);
    return rom_then(chip, program_block);
}

/* The reply, then out of the loader whatever it said. */
static enum native_result op_flash_end(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    bool is_complete = loader->next_seq == loader->block_count &&
                       loader->written == loader->size;
    (void)rom_loader_reply(chip, is_complete ? LOADER_OK : LOADER_FAILED);
    wdt_enable(&chip->wdt);
    return rom_then(chip, rom_boot_flash);
}

static enum native_result op_mem_begin(struct chip *chip)
{
    return rom_loader_reply(chip, begin(chip) ? LOADER_OK : LOADER_INVALID);
}

static enum native_result op_mem_data(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    uint32_t length = get_u32le(packet_data(chip));
    uint32_t address = loader->offset + loader->written;
    enum loader_error error = check_data(chip, 1);
    if (error != LOADER_OK)
        return rom_loader_reply(chip, (uint8_t)error);
    if (!bus_copy_in(chip->bus, address, packet_data(chip) + DATA_HEADER,
                     length))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, address);
    loader->written += length;
    return rom_loader_reply(chip, LOADER_OK);
}

static enum native_result enter_ram(struct chip *chip)
{
    return rom_enter(chip, chip->rom.loader.entry);
}

static enum native_result op_mem_end(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    const uint8_t *data = packet_data(chip);
    if (packet_size(chip) > 8)
        return rom_loader_reply(chip, LOADER_INVALID);
    enum native_result result = rom_loader_reply(chip, LOADER_OK);
    if (data[0] != 0)
        return result;
    loader->entry = get_u32le(data + 4);
    return rom_then(chip, enter_ram);
}

static enum native_result op_spi_set_params(struct chip *chip)
{
    const uint8_t *data = packet_data(chip);
    if (packet_size(chip) != PARAMS_SIZE)
        return rom_loader_reply(chip, LOADER_INVALID);
    for (uint32_t i = 0; i < PARAMS_SIZE; i += 4)
        rom_put(chip, ROM_FLASHCHIP + i, get_u32le(data + i));
    return rom_loader_reply(chip, LOADER_OK);
}

static enum native_result (*const ops[OP_COUNT])(struct chip *) = {
    [OP_FLASH_BEGIN] = op_flash_begin,
    [OP_FLASH_DATA] = op_flash_data,
    [OP_FLASH_END] = op_flash_end,
    [OP_MEM_BEGIN] = op_mem_begin,
    [OP_MEM_END] = op_mem_end,
    [OP_MEM_DATA] = op_mem_data,
    [OP_SYNC] = op_sync,
    [OP_WRITE_REG] = op_write_reg,
    [OP_READ_REG] = op_read_reg,
    [OP_SPI_SET_PARAMS] = op_spi_set_params,
};

/* An unknown op leaves the last one in the reply: after a SYNC it is answered
 * eight times, which esptool's identification of the chip expects. */
enum native_result rom_loader_dispatch(struct chip *chip)
{
    struct rom_loader *loader = &chip->rom.loader;
    uint8_t op = loader->frame[1];
    if (loader->frame[0] != 0 || op >= OP_COUNT || !ops[op])
        return rom_loader_reply(chip, LOADER_INVALID);
    loader->op = op;
    return ops[op](chip);
}
