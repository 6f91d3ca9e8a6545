/* The chip's smaller peripherals, one C file each. Register numbers and bits
 * are private to the files; here is only what the rest of the emulator needs.
 */
#ifndef EMULATOR_PERIPHERALS_H
#define EMULATOR_PERIPHERALS_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/bus.h"
#include "emulator/clock.h"
#include "emulator/cpu.h"
#include "emulator/wire.h"

struct chip;

#define SPI_HELD_MAX 512u /* more than a page with its command */

/* SPI flash controller (0x60000200 SPI0, 0x60000100 SPI1): spi.c */
struct spi {
    struct bus_device device;
    struct chip *chip;
    unsigned index;
    uint32_t reg[64];
    bool is_attached; /* pins muxed to the flash (spi_flash_attach) */
    /* Bits of SPI_CMD that still read as set: what was asked for is done at
     * once, but the clock line needs until then. */
    uint32_t running;
    uint64_t busy_until;
    /* Software holds the flash's select low by its pin (GPIO11): what user
     * commands send meanwhile is one command, carried out at its end. */
    bool is_held;
    uint8_t held[SPI_HELD_MAX];
    size_t held_size;
};

/* What spi_flash_mode gives besides the four modes of the image header: plain
 * reads (command 03), which every wiring can do. */
#define SPI_MODE_SLOW 4u

/* GPIO 0-15 (0x60000300) and IO_MUX (0x60000800): gpio.c */
struct gpio {
    struct bus_device device, mux_device;
    struct chip *chip;
    uint32_t out, enable, status, pin[16], mux[16];
    uint32_t levels; /* of the pins, when interrupts were last looked at */
    struct wire_watch watch[17];
};

/* FRC1 and FRC2 (0x60000600, 0x60000620): frc.c */
struct frc {
    struct bus_device device;
    struct chip *chip;
    unsigned index;
    uint32_t load, ctrl, alarm, base_count;
    uint64_t base_time;
    struct clock_event event;
};

/* The RTC's slow clock is an RC oscillator, about 150 kHz (Espressif's API
 * guide: one count is 5 to 7 us). */
#define RTC_SLOW_CYCLES (CYCLES_PER_S / 150000u)

/* RTC (0x60000700), GPIO16, RTC memory (0x60001000-0x600013FF): rtc.c */
struct rtc {
    struct bus_device device, memory_device;
    struct chip *chip;
    uint32_t reg[64];
    uint32_t memory[256]; /* [128..191+] user part at 0x60001200 */
    uint64_t base_time;   /* power-on: the slow counter was 0 */
};

/* DPORT with eFuse and cache control (0x3FF00000): dport.c */
struct dport {
    struct bus_device device;
    struct chip *chip;
    uint32_t reg[64];
    uint32_t efuse[4]; /* 0x3FF00050..5C */
    bool is_cache_on;
    unsigned cache_bank; /* which MB is shown at 0x40200000 */
    bool is_cache_32k;
    uint32_t random;  /* state of the random number register */
    uint8_t *rubbish; /* what the cache shows in a mode the wiring can't do */
    struct bus_device misc[16]; /* ranges that only read as zero */
};

/* Watchdogs (0x60000900): wdt.c. The hardware one bites after two stages. */
struct wdt {
    struct bus_device device;
    struct chip *chip;
    uint32_t ctl, op, op_nd;
    unsigned stage;
    struct clock_event event;
};

/* Other register ranges that read as zero and take writes (Wi-Fi MAC and PHY,
 * I2C of the RF part): dport.c attaches them. */

void spi_init(struct spi *spi, struct chip *chip, unsigned index);
void spi_reset(struct spi *spi);
/* The flash's select line, when it is a pin's. Answers to commands of which
 * only parts were sent are not modelled: all that is read meanwhile is FF. */
void spi_hold(struct spi *spi, bool is_held);
void gpio_init(struct gpio *gpio, struct chip *chip);
void gpio_reset(struct gpio *gpio);
/* Drive all pins as registers, mux and power say (chip.c, after power or EN
 * changed). */
void gpio_update(struct gpio *gpio);
/* The flash's four pads become SPI0's, as the ROM makes them. */
void gpio_attach_flash(struct gpio *gpio);
void frc_init(struct frc *frc, struct chip *chip, unsigned index);
void frc_reset(struct frc *frc);
void rtc_init(struct rtc *rtc, struct chip *chip);
void rtc_reset(struct rtc *rtc);      /* registers; memory stays */
void rtc_power_up(struct rtc *rtc);   /* memory to noise */
void rtc_update_pin(struct rtc *rtc); /* drive GPIO16 */
void dport_init(struct dport *dport, struct chip *chip);
void dport_reset(struct dport *dport);
void dport_free(struct dport *dport);
/* The mode flash is read in has changed: so does what the cache shows. */
void dport_refresh(struct dport *dport);
/* The flash's content changed: the mapped window follows. */
void dport_flash_changed(struct dport *dport, uint32_t address, uint32_t size);
/* The CPU's FRC1 or watchdog interrupt passes its edge enable (0x3FF00004). */
bool dport_has_edge(const struct dport *dport, enum cpu_irq irq);
/* FRC1 is the NMI (0x3FF00000). */
bool dport_has_nmi(const struct dport *dport);
/* The hardware random number register's next word. */
uint32_t dport_random(struct dport *dport);
/* Cache_Read_Enable / Cache_Read_Disable: show or hide flash at 0x40200000,
 * read in the mode the ROM set from the image header. */
void dport_cache(struct dport *dport, bool is_on, unsigned bank, bool is_32k);
void wdt_init(struct wdt *wdt, struct chip *chip);
void wdt_reset(struct wdt *wdt);
void wdt_enable(struct wdt *wdt); /* as after ROM start: about 8 s at most */
void wdt_disable(struct wdt *wdt);
void wdt_feed(struct wdt *wdt);
/* Mode the ROM reads flash in: byte 2 of the image header; slow SPI before. */
unsigned spi_flash_mode(const struct spi *spi);
void spi_set_flash_mode(struct spi *spi, unsigned mode);

#endif
