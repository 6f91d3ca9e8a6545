/* SPI flash commands through the registers of SPI0 (chip.md A9): what the ROM
 * loader has no operation for. Each command is six register writes that go in
 * one packet. The ROM's packets have no check, and a wrong address would erase
 * something else: before a command that changes the flash its registers are
 * read back, and only then is the flash allowed to change. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"

#define SPI_CMD 0x60000200u
#define SPI_ADDR 0x60000204u
#define SPI_RD_STATUS 0x60000210u
#define SPI_USR 0x6000021Cu
#define SPI_USR1 0x60000220u
#define SPI_USR2 0x60000224u
#define SPI_W0 0x60000240u

#define CMD_WRITE_ENABLE (1u << 30)
#define CMD_WRITE_DISABLE (1u << 29)
#define CMD_READ_STATUS (1u << 27)
#define CMD_USR (1u << 18)
#define STATUS_WRITE_ENABLED 2u
#define USR_COMMAND (1u << 31)
#define USR_ADDRESS (1u << 30)
#define USR_MISO (1u << 28)
#define USR_MOSI (1u << 27)

#define SETTLE_US 10u /* a command without data takes less at any SPI clock */
#define ROWS 6u
#define CHANGE_TRIES 16

static unsigned put_command(const struct spi_command *c, struct reg_write *rows)
{
    uint32_t usr = USR_COMMAND;
    uint32_t usr1 = 0;
    if (c->address_size > 0) {
        usr |= USR_ADDRESS;
        usr1 |= (8u * c->address_size - 1u) << 26;
    }
    if (c->out_size > 0) {
        usr |= USR_MOSI;
        usr1 |= (8u * c->out_size - 1u) << 17;
    }
    if (c->in_size > 0) {
        usr |= USR_MISO;
        usr1 |= (8u * c->in_size - 1u) << 8;
    }
    rows[0] = (struct reg_write){SPI_USR1, usr1, UINT32_MAX, SETTLE_US};
    rows[1] = (struct reg_write){SPI_USR, usr, UINT32_MAX, 0};
    rows[2] = (struct reg_write){SPI_USR2, 7u << 28 | c->opcode, UINT32_MAX, 0};
    rows[3] = (struct reg_write){SPI_ADDR, c->address << 8, UINT32_MAX, 0};
    rows[4] = (struct reg_write){SPI_W0, get_u32le(c->out), UINT32_MAX, 0};
    rows[5] = (struct reg_write){SPI_CMD, CMD_USR, CMD_USR, 0};
    return ROWS;
}

enum err spi_run(struct flasher *f, const struct spi_command *command)
{
    struct reg_write rows[ROWS];
    return loader_write_regs(&f->loader, rows, put_command(command, rows));
}

enum err spi_result(struct flasher *f, unsigned words, uint32_t *out)
{
    return loader_read_regs(&f->loader, SPI_W0, words, out);
}

/* ---- what changes the flash ---- */

/* One bit of the command register; the mask keeps a damaged value from setting
 * another one. A second time does no harm: a command that changes the flash
 * takes the permission away. */
static enum err launch(struct flasher *f, uint32_t bit)
{
    const struct reg_write row = {SPI_CMD, bit, bit, SETTLE_US};
    return loader_write_regs(&f->loader, &row, 1);
}

/* Do the registers hold the rows (USR1, USR, USR2, ADDR, W0)? */
static enum err compare(struct flasher *f, const struct reg_write *rows,
                        bool *is_same)
{
    uint32_t user[3], address = 0, word = 0;
    enum err e = loader_read_regs(&f->loader, SPI_USR, 3, user);
    if (e == ERR_NONE)
        e = loader_read_reg(&f->loader, SPI_ADDR, &address);
    if (e == ERR_NONE)
        e = loader_read_reg(&f->loader, SPI_W0, &word);
    *is_same = user[1] == rows[0].value && user[0] == rows[1].value &&
               user[2] == rows[2].value && address == rows[3].value &&
               word == rows[4].value;
    return e;
}

static enum err may_write(struct flasher *f, bool *is_allowed)
{
    uint32_t status = 0;
    enum err e = launch(f, CMD_READ_STATUS);
    if (e == ERR_NONE)
        e = loader_read_reg(&f->loader, SPI_RD_STATUS, &status);
    *is_allowed = (status & STATUS_WRITE_ENABLED) != 0;
    return e;
}

static enum err prepare(struct flasher *f, const struct spi_command *command,
                        bool *is_ready)
{
    struct reg_write rows[1 + ROWS] = {
        {SPI_CMD, CMD_WRITE_DISABLE, CMD_WRITE_DISABLE, SETTLE_US}};
    unsigned n = put_command(command, rows + 1);
    enum err e = loader_write_regs(&f->loader, rows, n); /* not the last */
    if (e == ERR_NONE)
        e = compare(f, rows + 1, is_ready);
    if (e != ERR_NONE || !*is_ready)
        return e;
    e = launch(f, CMD_WRITE_ENABLE);
    return e == ERR_NONE ? may_write(f, is_ready) : e;
}

enum err spi_change(struct flasher *f, const struct spi_command *command)
{
    for (int i = 0; i < CHANGE_TRIES; i++) {
        bool is_ready = false;
        enum err e = prepare(f, command, &is_ready);
        if (e != ERR_NONE)
            return e;
        if (is_ready)
            return launch(f, CMD_USR);
        f->loader.had_faults = true;
    }
    return ERR_TIMEOUT;
}

/* ---- what the ROM counts on ---- */

enum err spi_save(struct flasher *f)
{
    uint32_t again[3];
    enum err e = ERR_NONE;
    for (int i = 0; i < CHANGE_TRIES && !f->has_spi_saved; i++) {
        e = loader_read_regs(&f->loader, SPI_USR, 3, f->spi_saved);
        if (e == ERR_NONE)
            e = loader_read_regs(&f->loader, SPI_USR, 3, again);
        if (e != ERR_NONE)
            return e;
        f->has_spi_saved = memcmp(again, f->spi_saved, sizeof(again)) == 0;
    }
    return f->has_spi_saved ? ERR_NONE : ERR_TIMEOUT;
}

enum err spi_restore(struct flasher *f)
{
    const struct reg_write rows[3] = {
        {SPI_USR, f->spi_saved[0], UINT32_MAX, SETTLE_US},
        {SPI_USR1, f->spi_saved[1], UINT32_MAX, 0},
        {SPI_USR2, f->spi_saved[2], UINT32_MAX, 0},
    };
    enum err e = loader_write_regs(&f->loader, rows, 3);
    for (int i = 0; e == ERR_NONE && f->loader.had_faults; i++) {
        uint32_t is[3];
        e = loader_read_regs(&f->loader, SPI_USR, 3, is);
        if (e == ERR_NONE && memcmp(is, f->spi_saved, sizeof(is)) == 0)
            break;
        if (e == ERR_NONE)
            e = i < CHANGE_TRIES ? loader_write_regs(&f->loader, rows, 3)
                                 : ERR_TIMEOUT;
    }
    return e;
}
