/* A flash chip on a clock of its own, ordered about by SPI commands: for the
 * tests of what it does and of the files behind it. */
#ifndef TEST_EMULATOR_FLASH_CHIP_FIXTURE_H
#define TEST_EMULATOR_FLASH_CHIP_FIXTURE_H

#include "test/emulator/chip_fixture.h"

#define MB 0x100000u

struct fixture {
    struct clock clock;
    struct flash_chip flash;
    uint32_t changed_at, changed_size;
    unsigned changes;
};

static inline void order(struct fixture *f, uint8_t opcode, uint32_t address)
{
    flash_chip_command(&f->flash, opcode, address, NULL, 0, NULL, 0);
}

static inline void settle(struct fixture *f)
{
    if (f->clock.now < f->flash.busy_until)
        f->clock.now = f->flash.busy_until;
}

static inline void put(struct fixture *f, uint32_t address, const char *text)
{
    order(f, 0x06, 0);
    flash_chip_command(&f->flash, 0x02, address, (const uint8_t *)text,
                       strlen(text), NULL, 0);
    settle(f);
}

#endif
