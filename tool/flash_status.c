/* Status registers and SFDP of the flash chip. */
#include "tool/flash_status.h"

#include <string.h>

#include "format/bytes.h"
#include "tool/flasher_private.h"

/* JEDEC JESD216 (SFDP) and the data sheets of W25Q80, GD25Q80, P25Q80: the
 * three read commands and the bits are the same there. */
#define READ_SFDP 0x5Au
#define SFDP_PIECE 48u
#define REGISTERS FLASH_STATUS_REGISTERS
#define SFDP_PIECES (FLASH_STATUS_SFDP / SFDP_PIECE)

/* clang-format off */
static const struct bit {
    uint8_t reg, bit;
    bool is_protection;
    const char *text;
} bits[] = {
    {0, 0, false, "BUSY: it is erasing or writing"},
    {0, 1, false, "WEL: the next write is enabled"},
    {0, 2, true, "BP0: a part of the flash can't be written"},
    {0, 3, true, "BP1: a part of the flash can't be written"},
    {0, 4, true, "BP2: a part of the flash can't be written"},
    {0, 5, false, "TB: the protected part lies at the start"},
    {0, 6, false, "SEC: the protected part counts in sectors"},
    {0, 7, true, "SRP0: the status register itself is protected"},
    {1, 0, true, "SRP1: the status register itself is protected"},
    {1, 1, false, "QE: four data lines are enabled"},
    {1, 3, true, "LB1: security register 1 is locked for good"},
    {1, 4, true, "LB2: security register 2 is locked for good"},
    {1, 5, true, "LB3: security register 3 is locked for good"},
    {1, 6, true, "CMP: what BP names is free, the rest protected"},
    {1, 7, false, "SUS: an erase is suspended"},
};
/* clang-format on */
#define BITS (sizeof(bits) / sizeof(bits[0]))

/* All in one round trip where the stub runs. */
enum err flash_status_read(struct flasher *f, struct flash_status *out)
{
    static const uint8_t opcodes[REGISTERS] = {0x05, 0x35, 0x15};
    struct spi_command list[REGISTERS + SFDP_PIECES] = {{0}};
    uint8_t in[REGISTERS + sizeof(out->sfdp)] = {0};
    for (unsigned i = 0; i < REGISTERS; i++)
        list[i] = (struct spi_command){.opcode = opcodes[i], .in_size = 1};
    for (unsigned i = 0; i < SFDP_PIECES; i++)
        list[REGISTERS + i] = (struct spi_command){
            .opcode = READ_SFDP,
            .address_size = 4,
            .address = i * SFDP_PIECE,
            .in_size = SFDP_PIECE,
        };
    list[0].is_after_busy = true;
    enum err e = f->path->spi(f, list, REGISTERS + SFDP_PIECES, in);
    memcpy(out->reg, in, REGISTERS);
    memcpy(out->sfdp, in + REGISTERS, sizeof(out->sfdp));
    return e;
}

bool flash_status_has_sfdp(const struct flash_status *s)
{
    return memcmp(s->sfdp, "SFDP", 4) == 0;
}

uint32_t flash_status_size(const struct flash_status *s)
{
    uint32_t at = get_u32le(s->sfdp + 12) & 0xFFFFFFu;
    if (!flash_status_has_sfdp(s) || at + 8 > sizeof(s->sfdp))
        return 0;
    uint32_t density = get_u32le(s->sfdp + at + 4);
    return density >> 31 ? 0 : density / 8 + 1;
}

static bool is_set(const struct flash_status *s, const struct bit *b)
{
    return (s->reg[b->reg] >> b->bit) & 1u;
}

bool flash_status_is_protected(const struct flash_status *s)
{
    bool is = false;
    for (size_t i = 0; i < BITS; i++)
        is = is || (bits[i].is_protection && is_set(s, &bits[i]));
    return is;
}

const char *flash_status_bit(const struct flash_status *s, unsigned n)
{
    for (size_t i = 0; i < BITS; i++) {
        if (is_set(s, &bits[i]) && n-- == 0)
            return bits[i].text;
    }
    return NULL;
}
