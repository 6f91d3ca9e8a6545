/* A powered chip whose CPU stands still, for tests of the peripherals at
 * register level: time passes, events happen, no code runs. */
#ifndef TEST_EMULATOR_CHIP_FIXTURE_H
#define TEST_EMULATOR_CHIP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/chip.h"

#define ALL_MODES 0x0Fu
#define WINBOND_1M 0x1440EFu
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline struct chip_config plain_config(void)
{
    return (struct chip_config){
        .flash = {.size = 0x100000, .jedec = WINBOND_1M, .modes = ALL_MODES},
        .mac = {0x5C, 0xCF, 0x7F, 0x12, 0x34, 0x56},
        .seed = 1,
    };
}

/* The resistors of every board: run mode. */
static inline void solder(struct chip *chip)
{
    wire_drive(&chip->pin[15], SIDE_BOARD, DRIVE_WEAK_LOW);
    wire_drive(&chip->pin[2], SIDE_BOARD, DRIVE_WEAK_HIGH);
}

static inline struct chip *chip_with(const struct chip_config *config)
{
    struct chip *chip = malloc(sizeof *chip);
    assert_non_null(chip);
    assert_int_equal(chip_init(chip, config), ERR_NONE);
    solder(chip);
    chip_power(chip, true);
    chip->cpu.is_stopped = true;
    return chip;
}

static inline struct chip *chip_make(void)
{
    struct chip_config config = plain_config();
    return chip_with(&config);
}

static inline void chip_drop(struct chip *chip)
{
    chip_free(chip);
    free(chip);
}

static inline void pass(struct chip *chip, uint64_t cycles)
{
    chip_run(chip, chip->clock.now + cycles);
}

static inline uint32_t peek(struct chip *chip, uint32_t address)
{
    uint32_t value = 0;
    assert_int_equal(bus_read32(chip->bus, address, &value), FAULT_NONE);
    return value;
}

static inline void poke(struct chip *chip, uint32_t address, uint32_t value)
{
    assert_int_equal(bus_write32(chip->bus, address, value), FAULT_NONE);
}

/* The CPU's latch of an interrupt. */
static inline bool has_irq(const struct chip *chip, enum cpu_irq irq)
{
    return (chip->cpu.interrupt | chip->cpu.irq_lines) >> irq & 1;
}

#endif
