/* Between flash_chip.c (cells and times), flash_command.c (SPI commands) and
 * flash_file.c (where the content lives). */
#ifndef EMULATOR_FLASH_CHIP_PRIVATE_H
#define EMULATOR_FLASH_CHIP_PRIVATE_H

#include "emulator/flash_chip.h"

/* Status register 0..2 as RDSR reads it now. */
uint8_t flash_chip_status(const struct flash_chip *flash, unsigned index);
/* Write `count` registers from `index` on. False: not write-enabled. */
bool flash_chip_write_status(struct flash_chip *flash, unsigned index,
                             const uint8_t *values, size_t count);

#endif
