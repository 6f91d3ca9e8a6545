/* DPORT: cache, interrupt edges, NMI source, eFuses. Registers:
 * ESP8266_RTOS_SDK, esp8266/eagle_soc.h and spi_register.h (cache map); eFuse:
 * chip.md A8. Offsets from 0x3FF00000. */
#include "emulator/peripherals.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/chip.h"

#define DPORT_NMI 0x00
#define DPORT_EDGE_INT_ENABLE 0x04
#define DPORT_CACHE_CTRL 0x0C
#define DPORT_CACHE_SIZE 0x24
#define DPORT_SWAP 0x28 /* bit 2: UART0 at GPIO13 and 15 */
#define DPORT_EFUSE0 0x50
#define DPORT_EFUSE3 0x5C

#define SWAP_UART0 0x4u
#define NMI_SOURCE 0x1Fu /* NmiTimSetFunc writes 0F for FRC1, 0E is off */
#define NMI_FRC1 0x0Fu
#define EDGE_WDT 0x1u
#define EDGE_FRC1 0x2u

#define CACHE_MAP_1M_HIGH (1u << 25)
#define CACHE_MAP_2M (1u << 24)
#define CACHE_SEGMENT_SHIFT 16
#define CACHE_SEGMENT_MASK 3u
#define CACHE_READ_EN (1u << 8)
#define CACHE_FLUSH_DONE (1u << 1) /* answers CACHE_FLUSH at once */
#define CACHE_FLUSH (1u << 0)
#define CACHE_SIZE_LOW_BANK (1u << 3)  /* 0x40108000-0x4010BFFF is cache */
#define CACHE_SIZE_HIGH_BANK (1u << 4) /* 0x4010C000-0x4010FFFF is */

#define EFUSE0_8285 (1u << 4)  /* bit 4 */
#define EFUSE2_8285 (1u << 16) /* bit 80 */
#define EFUSE3_2MB (1u << 26)  /* bit 122, with bit 4: 2 MB inside */

static uint32_t *reg(struct dport *dport, uint32_t offset)
{
    return &dport->reg[offset / 4];
}

bool dport_has_edge(const struct dport *dport, enum cpu_irq irq)
{
    uint32_t bit = irq == IRQ_WDT ? EDGE_WDT : EDGE_FRC1;
    return dport->reg[DPORT_EDGE_INT_ENABLE / 4] & bit;
}

bool dport_has_nmi(const struct dport *dport)
{
    return (dport->reg[DPORT_NMI / 4] & NMI_SOURCE) == NMI_FRC1;
}

uint32_t dport_random(struct dport *dport)
{
    uint32_t x = dport->random; /* xorshift32, never 0 */
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return dport->random = x;
}

/* ---- cache -------------------------------------------------------------- */

static bool is_readable(const struct chip *chip)
{
    unsigned mode = spi_flash_mode(&chip->spi[0]);
    return mode == SPI_MODE_SLOW || chip->flash.config.modes & (1u << mode);
}

static uint32_t window_start(const struct dport *dport)
{
    uint32_t size = dport->chip->flash.config.size;
    return dport->cache_bank * IROM_SIZE & (size - 1);
}

static uint32_t window_size(const struct dport *dport)
{
    uint32_t size = dport->chip->flash.config.size;
    return size < IROM_SIZE ? size : IROM_SIZE;
}

static void fill_rubbish(struct dport *dport, uint32_t offset, uint32_t size)
{
    const struct chip *chip = dport->chip;
    unsigned mode = spi_flash_mode(&chip->spi[0]);
    flash_chip_read_mode(&chip->flash, (enum flash_mode)mode,
                         window_start(dport) + offset, dport->rubbish + offset,
                         size);
}

static const uint8_t *window_content(struct dport *dport)
{
    if (is_readable(dport->chip))
        return dport->chip->flash.data + window_start(dport);
    if (!dport->rubbish)
        dport->rubbish = malloc(IROM_SIZE);
    if (dport->rubbish)
        fill_rubbish(dport, 0, window_size(dport));
    return dport->rubbish;
}

void dport_refresh(struct dport *dport)
{
    if (dport->is_cache_on)
        bus_map_flash(dport->chip->bus, window_content(dport),
                      window_size(dport), dport->is_cache_32k);
}

static void show(struct dport *dport, bool is_on)
{
    if (!is_on && dport->is_cache_on)
        bus_map_flash(dport->chip->bus, NULL, 0, false);
    dport->is_cache_on = is_on;
    dport_refresh(dport);
}

void dport_cache(struct dport *dport, bool is_on, unsigned bank, bool is_32k)
{
    uint32_t *control = reg(dport, DPORT_CACHE_CTRL);
    uint32_t *size = reg(dport, DPORT_CACHE_SIZE);
    *control &= ~CACHE_READ_EN;
    if (is_on) {
        *control = CACHE_READ_EN | (bank & 1 ? CACHE_MAP_1M_HIGH : 0) |
                   ((bank >> 1) & CACHE_SEGMENT_MASK) << CACHE_SEGMENT_SHIFT;
        *size &= ~(CACHE_SIZE_LOW_BANK | CACHE_SIZE_HIGH_BANK);
        *size |= CACHE_SIZE_HIGH_BANK | (is_32k ? CACHE_SIZE_LOW_BANK : 0);
        dport->cache_bank = bank;
        dport->is_cache_32k = is_32k;
    }
    show(dport, is_on);
}

/* The same, by registers. */
static void follow_cache_registers(struct dport *dport)
{
    uint32_t control = *reg(dport, DPORT_CACHE_CTRL);
    unsigned bank = ((control >> CACHE_SEGMENT_SHIFT) & CACHE_SEGMENT_MASK) * 2;
    if (control & CACHE_MAP_1M_HIGH && !(control & CACHE_MAP_2M))
        bank++;
    bool is_32k = *reg(dport, DPORT_CACHE_SIZE) & CACHE_SIZE_LOW_BANK;
    bool is_on = control & CACHE_READ_EN;
    if (is_on == dport->is_cache_on && bank == dport->cache_bank &&
        is_32k == dport->is_cache_32k)
        return;
    dport->cache_bank = bank;
    dport->is_cache_32k = is_32k;
    show(dport, is_on);
}

void dport_flash_changed(struct dport *dport, uint32_t address, uint32_t size)
{
    if (!dport->is_cache_on)
        return;
    uint32_t start = window_start(dport), end = start + window_size(dport);
    uint32_t from = address > start ? address : start;
    uint32_t to = address + size < end ? address + size : end;
    if (from >= to)
        return;
    if (!is_readable(dport->chip) && dport->rubbish)
        fill_rubbish(dport, from - start, to - from);
    bus_flash_changed(dport->chip->bus, from - start, to - from);
}

/* ---- registers ---------------------------------------------------------- */

static uint32_t dport_read(void *ctx, uint32_t offset)
{
    struct dport *dport = ctx;
    if (offset >= DPORT_EFUSE0 && offset <= DPORT_EFUSE3)
        return dport->efuse[(offset - DPORT_EFUSE0) / 4];
    uint32_t value = *reg(dport, offset);
    if (offset == DPORT_CACHE_CTRL && value & CACHE_FLUSH)
        value |= CACHE_FLUSH_DONE;
    return value;
}

static void dport_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct dport *dport = ctx;
    if (offset >= DPORT_EFUSE0 && offset <= DPORT_EFUSE3)
        return;
    *reg(dport, offset) = value;
    if (offset == DPORT_CACHE_CTRL || offset == DPORT_CACHE_SIZE)
        follow_cache_registers(dport);
    if (offset == DPORT_SWAP)
        dport->chip->uart[0].is_elsewhere = value & SWAP_UART0;
}

static uint32_t read_zero(void *ctx, uint32_t offset)
{
    (void)ctx, (void)offset;
    return 0;
}

static void take_write(void *ctx, uint32_t offset, uint32_t value)
{
    (void)ctx, (void)offset, (void)value;
}

static uint32_t read_random(void *ctx, uint32_t offset)
{
    (void)offset;
    return dport_random(ctx);
}

/* Which UART wants attention: bit 0 UART0, bit 2 UART1 (esp8266_peri.h). */
static uint32_t read_uart_status(void *ctx, uint32_t offset)
{
    (void)offset;
    const struct chip *chip = ((struct dport *)ctx)->chip;
    return (chip->uart[0].int_raw & chip->uart[0].int_ena ? 1u : 0) |
           (chip->uart[1].int_raw & chip->uart[1].int_ena ? 4u : 0);
}

/* clang-format off */
/* Ranges with nothing behind them; a later row covers an earlier one. */
static const struct {
    const char *name;
    uint32_t base, size;
    uint32_t (*read)(void *ctx, uint32_t offset);
} misc[] = {
    {"Wi-Fi MAC and PHY", 0x3FF00000u, 0x80000u, read_zero},
    {"UART status", 0x3FF20020u, 4, read_uart_status},
    {"random numbers", 0x3FF20E44u, 4, read_random},
    {"baseband, RF, I2C, I2S, SLC", 0x60000000u, 0x10000u, read_zero},
};
/* clang-format on */
_Static_assert(sizeof misc / sizeof misc[0] <= 16, "struct dport has 16");

static void attach_misc(struct dport *dport)
{
    for (size_t i = 0; i < sizeof misc / sizeof misc[0]; i++) {
        dport->misc[i] = (struct bus_device){
            .name = misc[i].name,
            .base = misc[i].base,
            .size = misc[i].size,
            .read = misc[i].read,
            .write = take_write,
            .ctx = dport,
        };
        bus_attach(dport->chip->bus, &dport->misc[i]);
    }
}

/* As chip.md A8 has esptool decode it. */
static void burn_efuse(struct dport *dport)
{
    const struct chip_config *config = &dport->chip->config;
    const uint8_t *mac = config->mac;
    uint32_t *efuse = dport->efuse;
    efuse[0] = (uint32_t)mac[5] << 24;
    efuse[1] = (uint32_t)mac[3] << 8 | mac[4];
    efuse[2] = 0;
    efuse[3] = (uint32_t)mac[0] << 16 | (uint32_t)mac[1] << 8 | mac[2];
    if (config->is_8285) {
        efuse[0] |= EFUSE0_8285;
        efuse[2] |= EFUSE2_8285;
        if (config->flash.size == 0x200000)
            efuse[3] |= EFUSE3_2MB;
    }
}

void dport_init(struct dport *dport, struct chip *chip)
{
    *dport = (struct dport){.chip = chip};
    dport->random = chip->config.seed ? chip->config.seed : 0x2545F491u;
    dport->device = (struct bus_device){
        .name = "DPORT",
        .base = 0x3FF00000u,
        .size = sizeof dport->reg,
        .read = dport_read,
        .write = dport_write,
        .ctx = dport,
    };
    burn_efuse(dport);
    attach_misc(dport);
}

void dport_free(struct dport *dport)
{
    free(dport->rubbish);
    dport->rubbish = NULL;
}

void dport_reset(struct dport *dport)
{
    show(dport, false);
    memset(dport->reg, 0, sizeof dport->reg);
    dport->cache_bank = 0;
    dport->is_cache_32k = false;
}
