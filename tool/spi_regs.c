/* SPI flash commands through the registers of SPI0 (chip.md A9): what the ROM
 * loader has no operation for. Each command is six register writes that go in
 * one packet. */
#include "tool/flasher_private.h"

#include <assert.h>

#include "format/bytes.h"

#define SPI_CMD 0x60000200u
#define SPI_ADDR 0x60000204u
#define SPI_USR 0x6000021Cu
#define SPI_USR1 0x60000220u
#define SPI_USR2 0x60000224u
#define SPI_W0 0x60000240u

#define CMD_USR (1u << 18)
#define USR_COMMAND (1u << 31)
#define USR_ADDRESS (1u << 30)
#define USR_MISO (1u << 28)
#define USR_MOSI (1u << 27)

#define SETTLE_US 10u /* a command without data takes less at any SPI clock */
#define ROWS 6u

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
    rows[5] = (struct reg_write){SPI_CMD, CMD_USR, UINT32_MAX, 0};
    return ROWS;
}

enum err spi_run(struct flasher *f, const struct spi_command *commands,
                 unsigned count)
{
    struct reg_write rows[2 * ROWS];
    unsigned n = 0;
    assert(count <= 2);
    for (unsigned i = 0; i < count; i++)
        n += put_command(&commands[i], rows + n);
    return loader_write_regs(&f->loader, rows, n);
}

enum err spi_result(struct flasher *f, unsigned words, uint32_t *out)
{
    return loader_read_regs(&f->loader, SPI_W0, words, out);
}

enum err spi_save(struct flasher *f)
{
    return loader_read_regs(&f->loader, SPI_USR, 3, f->spi_saved);
}

enum err spi_restore(struct flasher *f)
{
    const struct reg_write rows[3] = {
        {SPI_USR, f->spi_saved[0], UINT32_MAX, SETTLE_US},
        {SPI_USR1, f->spi_saved[1], UINT32_MAX, 0},
        {SPI_USR2, f->spi_saved[2], UINT32_MAX, 0},
    };
    return loader_write_regs(&f->loader, rows, 3);
}
