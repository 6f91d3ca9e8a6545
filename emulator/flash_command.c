/* SPI commands of the flash chip, one row per opcode (W25Q80 and P25Q80
 * datasheets; SFDP: JESD216). */
#include "emulator/flash_chip_private.h"

#include <string.h>

#include "format/bytes.h"

#define PAGE 256u
#define SFDP_PARAMETERS 0x30u

/* What a command sees: bytes after opcode, address and dummies. */
struct transfer {
    uint32_t address;
    const uint8_t *out;
    size_t out_size;
    uint8_t *in;
    size_t in_size;
};

struct command {
    uint8_t opcode;
    uint8_t lead; /* address and dummy bytes before data */
    /* parameter: of the row */
    void (*run)(struct flash_chip *flash, const struct transfer *t,
                uint32_t parameter);
    uint32_t parameter;
    bool is_for_busy; /* answers also while an erase or program runs */
};

static void read_data(struct flash_chip *flash, const struct transfer *t,
                      uint32_t parameter)
{
    (void)parameter;
    flash->reads++;
    flash_chip_read(flash, t->address, t->in, t->in_size);
}

static void read_mode(struct flash_chip *flash, const struct transfer *t,
                      uint32_t mode)
{
    flash->reads++;
    flash_chip_read_mode(flash, (enum flash_mode)mode, t->address, t->in,
                         t->in_size);
}

static void read_status(struct flash_chip *flash, const struct transfer *t,
                        uint32_t index)
{
    memset(t->in, flash_chip_status(flash, index), t->in_size);
}

static void write_status(struct flash_chip *flash, const struct transfer *t,
                         uint32_t index)
{
    /* 01 may carry registers 1 and 2; 31 and 11 carry one. */
    size_t room = index == 0 ? 2 : 1;
    size_t count = t->out_size < room ? t->out_size : room;
    if (count)
        (void)flash_chip_write_status(flash, index, t->out, count);
}

static void write_enable(struct flash_chip *flash, const struct transfer *t,
                         uint32_t is_on)
{
    (void)t;
    flash->is_write_enabled = is_on != 0;
    flash->is_volatile_write = false;
}

static void write_enable_volatile(struct flash_chip *flash,
                                  const struct transfer *t, uint32_t parameter)
{
    (void)t, (void)parameter;
    flash->is_volatile_write = true;
}

static void program(struct flash_chip *flash, const struct transfer *t,
                    uint32_t parameter)
{
    (void)parameter;
    if (t->out_size == 0)
        return;
    /* More than a page: the chip keeps the last 256 bytes. */
    size_t skip = t->out_size > PAGE ? t->out_size - PAGE : 0;
    (void)flash_chip_program(flash, t->address + (uint32_t)skip, t->out + skip,
                             t->out_size - skip);
}

static void erase(struct flash_chip *flash, const struct transfer *t,
                  uint32_t size)
{
    (void)flash_chip_erase(flash, t->address, size);
}

static void repeat(const struct transfer *t, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < t->in_size; i++)
        t->in[i] = bytes[i % count];
}

static void read_jedec(struct flash_chip *flash, const struct transfer *t,
                       uint32_t parameter)
{
    (void)parameter;
    uint32_t id = flash->config.jedec;
    uint8_t bytes[3] = {(uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16)};
    repeat(t, bytes, sizeof bytes);
}

/* The one-byte electronic id of older commands: capacity code less one. */
static uint8_t device_id(const struct flash_chip *flash)
{
    return (uint8_t)((flash->config.jedec >> 16) - 1);
}

static void read_old_id(struct flash_chip *flash, const struct transfer *t,
                        uint32_t parameter)
{
    (void)parameter;
    uint8_t bytes[2] = {(uint8_t)flash->config.jedec, device_id(flash)};
    if (t->address & 1) {
        bytes[1] = bytes[0];
        bytes[0] = device_id(flash);
    }
    repeat(t, bytes, sizeof bytes);
}

static void wake(struct flash_chip *flash, const struct transfer *t,
                 uint32_t parameter)
{
    (void)parameter;
    flash->is_asleep = false;
    memset(t->in, device_id(flash), t->in_size);
}

static void fall_asleep(struct flash_chip *flash, const struct transfer *t,
                        uint32_t parameter)
{
    (void)t, (void)parameter;
    flash->is_asleep = true;
}

static void read_unique_id(struct flash_chip *flash, const struct transfer *t,
                           uint32_t parameter)
{
    (void)parameter;
    repeat(t, flash->unique_id, sizeof flash->unique_id);
}

/* Header with one parameter table (basic flash parameters, JESD216 first
 * edition, 9 words): 4 KB erase by 20, density, erase sizes 4, 32, 64 KB. */
static void read_sfdp(struct flash_chip *flash, const struct transfer *t,
                      uint32_t parameter)
{
    (void)parameter;
    uint8_t table[SFDP_PARAMETERS + 36];
    memset(table, 0xFF, sizeof table);
    put_u32le(table, 0x50444653); /* "SFDP" */
    put_u32le(table + 4, 0xFF000100);
    put_u32le(table + 8, 0x09010000);
    put_u32le(table + 12, 0xFF000000 | SFDP_PARAMETERS);
    uint8_t *words = table + SFDP_PARAMETERS;
    memset(words, 0, 36);
    put_u32le(words, 0xFFF120E5);
    put_u32le(words + 4, flash->config.size * 8 - 1);
    put_u32le(words + 12, 0xBB003B08);
    put_u32le(words + 16, 0xFFFFFFEE);
    put_u32le(words + 28, 0x520F200C);
    put_u32le(words + 32, 0x0000D810);
    for (size_t i = 0; i < t->in_size; i++) {
        size_t at = t->address + i;
        t->in[i] = at < sizeof table ? table[at] : 0xFF;
    }
}

static void arm_reset(struct flash_chip *flash, const struct transfer *t,
                      uint32_t parameter)
{
    (void)t, (void)parameter;
    flash->is_reset_armed = true;
}

/* Breaks off what is running, as power would. */
static void reset(struct flash_chip *flash, const struct transfer *t,
                  uint32_t parameter)
{
    (void)t, (void)parameter;
    if (flash->is_reset_armed)
        flash_chip_power(flash, true);
}

/* clang-format off */
static const struct command commands[] = {
    /* opcode, lead, run, parameter, is_for_busy */
    {0x01, 0, write_status, 0, false},
    {0x02, 3, program, 0, false},
    {0x03, 3, read_data, 0, false},
    {0x04, 0, write_enable, 0, false},
    {0x05, 0, read_status, 0, true},
    {0x06, 0, write_enable, 1, false},
    {0x0B, 4, read_data, 0, false},
    {0x11, 0, write_status, 2, false},
    {0x15, 0, read_status, 2, true},
    {0x20, 3, erase, 0x1000, false},
    {0x31, 0, write_status, 1, false},
    {0x35, 0, read_status, 1, true},
    {0x3B, 4, read_mode, MODE_DOUT, false},
    {0x4B, 4, read_unique_id, 0, false},
    {0x50, 0, write_enable_volatile, 0, false},
    {0x52, 3, erase, 0x8000, false},
    {0x5A, 4, read_sfdp, 0, false},
    {0x60, 0, erase, 0, false},
    {0x66, 0, arm_reset, 0, true},
    {0x6B, 4, read_mode, MODE_QOUT, false},
    {0x90, 3, read_old_id, 0, false},
    {0x99, 0, reset, 0, true},
    {0x9F, 0, read_jedec, 0, false},
    {0xAB, 3, wake, 0, false},
    {0xB9, 0, fall_asleep, 0, false},
    {0xBB, 4, read_mode, MODE_DIO, false},
    {0xC7, 0, erase, 0, false},
    {0xD8, 3, erase, 0x10000, false},
    {0xEB, 6, read_mode, MODE_QIO, false},
};
/* clang-format on */

static const struct command *find(uint8_t opcode)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].opcode == opcode)
            return &commands[i];
    return NULL;
}

unsigned flash_chip_lead(uint8_t opcode)
{
    const struct command *command = find(opcode);
    return command ? command->lead : 0;
}

void flash_chip_command(struct flash_chip *flash, uint8_t opcode,
                        uint32_t address, const uint8_t *out, size_t out_size,
                        uint8_t *in, size_t in_size)
{
    uint8_t nowhere;
    if (in_size == 0)
        in = &nowhere;
    memset(in, 0xFF, in_size);
    const struct command *command = find(opcode);
    bool is_armed = flash->is_reset_armed;
    if (!command || !flash->has_power || flash->fault.is_dead)
        return;
    if (flash->is_asleep && opcode != 0xAB)
        return;
    if (flash_chip_is_busy(flash) && !command->is_for_busy)
        return;
    const struct transfer t = {address, out, out_size, in, in_size};
    command->run(flash, &t, command->parameter);
    /* 99 counts only right after 66. */
    if (is_armed)
        flash->is_reset_armed = false;
}
