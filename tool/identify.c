/* Who is the chip? Registers, eFuses (chip.md A8) and the flash's id, read
 * through the ROM or a stub that is still there. */
#include "tool/flasher_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/mark.h"

#define CHIP_MAGIC_ADDRESS 0x40001000u
#define CHIP_MAGIC 0xFFF0C101u
#define UART_CLKDIV 0x60000014u
#define EFUSE 0x3FF00050u
#define FLASH_READ_ID 0x9Fu
#define ROM_FLASH_END_ADDRESS 0x400000u
#define ATTACH_TRIES 6
#define ATTACH_MS 500u

static const struct maker {
    uint8_t id;
    const char *name;
} makers[] = {
    /* JEDEC JEP106 ids as SPI flash chips give them. */
    {0x1C, "EON"},        {0x20, "XMC"},      {0x5E, "Zbit"},
    {0x68, "Boya"},       {0x85, "Puya"},     {0x9D, "ISSI"},
    {0xA1, "Fudan"},      {0xC2, "Macronix"}, {0xC8, "GigaDevice"},
    {0xE0, "Berg Micro"}, {0xEF, "Winbond"},
};

static const char *maker_name(uint32_t jedec)
{
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        if (makers[i].id == (jedec & 0xFFu))
            return makers[i].name;
    }
    return "unknown maker";
}

static void put_mac(struct chip_info *chip, const uint32_t efuse[4])
{
    static const uint8_t oui[2][3] = {{0x18, 0xFE, 0x34}, {0xAC, 0xD0, 0x74}};
    if (efuse[3] != 0) {
        chip->mac[0] = (uint8_t)(efuse[3] >> 16);
        chip->mac[1] = (uint8_t)(efuse[3] >> 8);
        chip->mac[2] = (uint8_t)efuse[3];
    } else {
        memcpy(chip->mac, oui[((efuse[1] >> 16) & 0xFFu) != 0], 3);
    }
    chip->mac[3] = (uint8_t)(efuse[1] >> 8);
    chip->mac[4] = (uint8_t)efuse[1];
    chip->mac[5] = (uint8_t)(efuse[0] >> 24);
}

static bool efuse_bit(const uint32_t efuse[4], unsigned n)
{
    return (efuse[n / 32] >> (n % 32)) & 1u;
}

static uint32_t embedded_size(const uint32_t efuse[4])
{
    static const struct {
        bool b4, b121, b122;
        uint32_t size;
    } rows[] = {{true, false, false, 0x100000},
                {true, false, true, 0x200000},
                {false, true, false, 0x200000},
                {false, true, true, 0x400000}};
    if (efuse_bit(efuse, 123))
        return 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].b4 == efuse_bit(efuse, 4) &&
            rows[i].b121 == efuse_bit(efuse, 121) &&
            rows[i].b122 == efuse_bit(efuse, 122))
            return rows[i].size;
    }
    return 0;
}

static enum err read_efuses(struct flasher *f)
{
    uint32_t efuse[4];
    struct chip_info *chip = &f->chip;
    enum err e = loader_read_regs(&f->loader, EFUSE, 4, efuse);
    if (e != ERR_NONE)
        return e;
    put_mac(chip, efuse);
    chip->chip_id = efuse[0] >> 24 | (efuse[1] & 0xFFFFFFu) << 8;
    chip->is_8285 = efuse_bit(efuse, 4) || efuse_bit(efuse, 80);
    chip->embedded_size = chip->is_8285 ? embedded_size(efuse) : 0;
    return ERR_NONE;
}

/* The ROM has set the divider for our speed from a UART clock of twice the
 * crystal's. */
static enum err read_crystal(struct flasher *f)
{
    uint32_t divider;
    enum err e = loader_read_reg(&f->loader, UART_CLKDIV, &divider);
    uint64_t hz = (uint64_t)(divider & 0xFFFFFu) * f->baud / 2;
    f->chip.crystal_mhz = hz > 33000000u ? 40 : 26;
    return e;
}

/* What the others have at that address, as espflash and esptool-js list it. */
static const struct other_chip {
    uint32_t magic;
    const char *name;
} other_chips[] = {
    {0x00F01D83, "ESP32"},    {0x000007C6, "ESP32-S2"},
    {0x00000009, "ESP32-S3"}, {0x6F51306F, "ESP32-C2"},
    {0x7C41A06F, "ESP32-C2"}, {0x6921506F, "ESP32-C3"},
    {0x1B31506F, "ESP32-C3"}, {0x4881606F, "ESP32-C3"},
    {0x4361606F, "ESP32-C3"}, {0x2CE0806F, "ESP32-C6"},
    {0xD7B73E80, "ESP32-H2"},
};

enum err flasher_check_chip(struct flasher *f)
{
    uint32_t magic;
    enum err e = loader_read_reg(&f->loader, CHIP_MAGIC_ADDRESS, &magic);
    /* Twice the same, before somebody hears that it is no ESP8266. */
    if (e == ERR_NONE && magic != CHIP_MAGIC)
        e = loader_read_reg_sure(&f->loader, CHIP_MAGIC_ADDRESS, &magic);
    if (e != ERR_NONE || magic == CHIP_MAGIC)
        return e;
    for (size_t i = 0; i < sizeof(other_chips) / sizeof(other_chips[0]); i++) {
        if (other_chips[i].magic == magic)
            return flasher_fail(f, ERR_NOT_ESP8266, "%s: it is an %s",
                                f->config.port, other_chips[i].name);
    }
    return flasher_fail(f, ERR_NOT_ESP8266, "%s: it says 0x%08x",
                        f->config.port, (unsigned)magic);
}

static enum err read_mark(struct flasher *f)
{
    uint32_t word[2];
    enum err e = loader_read_regs(&f->loader, BENCH_MARK_ADDRESS, 2, word);
    f->chip.is_bench = e == ERR_NONE && word[0] == BENCH_MARK_WORD0 &&
                       word[1] == BENCH_MARK_WORD1;
    return e;
}

/* On the ROM, a FLASH_BEGIN of nothing connects the pins to the flash. It has
 * no check: at the end of what the ROM takes for the flash (4 MB, chip.md A4)
 * a damaged size can't erase anything. */
enum err flasher_attach(struct flasher *f)
{
    uint8_t nothing[16] = {0};
    put_u32le(nothing + 12, ROM_FLASH_END_ADDRESS);
    enum err e = ERR_TIMEOUT;
    for (int i = 0; i < ATTACH_TRIES; i++) {
        e = loader_command(&f->loader,
                           &(struct loader_request){ROM_FLASH_BEGIN, nothing,
                                                    16, 0, ATTACH_MS},
                           NULL);
        if (e == ERR_CHIP_REFUSED && f->loader.error == ROM_FAILED)
            return ERR_NONE; /* the pins come first */
        if (!loader_is_line_fault(&f->loader, e))
            return e;
        f->loader.had_faults = true;
        enum err wrong = loader_resync(&f->loader);
        if (wrong != ERR_NONE)
            return wrong;
    }
    return e;
}

static enum err read_flash_id(struct flasher *f)
{
    const struct spi_command command = {.opcode = FLASH_READ_ID, .in_size = 3};
    struct chip_info *chip = &f->chip;
    uint8_t id[3] = {0};
    enum err e = f->loader.is_stub ? ERR_NONE : flasher_attach(f);
    if (e == ERR_NONE)
        e = f->path->spi(f, &command, 1, id);
    chip->jedec = (uint32_t)(id[0] | id[1] << 8 | id[2] << 16);
    chip->maker = maker_name(chip->jedec);
    if (id[2] >= 0x12 && id[2] <= 0x18)
        chip->flash_size = 1u << id[2];
    else
        chip->flash_size = chip->embedded_size;
    return e;
}

/* Nothing on the pins reads as zeros or ones. */
static bool is_id(uint32_t jedec)
{
    return jedec != 0 && jedec != 0xFFFFFFu;
}

enum err flasher_identify(struct flasher *f)
{
    enum err e = read_mark(f);
    if (e == ERR_NONE)
        e = read_crystal(f);
    if (e == ERR_NONE)
        e = read_efuses(f);
    if (e == ERR_NONE)
        e = read_flash_id(f);
    if (e == ERR_NONE && f->chip.flash_size == 0)
        return flasher_fail(f, ERR_FLASH_FAILED, "its id 0x%06x says no size%s",
                            (unsigned)f->chip.jedec,
                            is_id(f->chip.jedec) ? "" : ": it is silent");
    return e;
}
