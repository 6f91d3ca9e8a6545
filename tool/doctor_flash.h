/* What is wrong with what is on a flash: the chip, the image's header and sums,
 * Pogo's slots and settings, the radio's data. Bytes in, findings out; no input
 * or output here. Images: chip.md A10; ours: docs/flash.md. */
#ifndef TOOL_DOCTOR_FLASH_H
#define TOOL_DOCTOR_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/doctor_rows.h"

struct doctor_flash {
    const uint8_t *bytes; /* the whole flash */
    uint32_t size;        /* a multiple of 4096, at least 256 KB */
    uint32_t jedec;       /* as in struct chip_info */
    bool is_8285;
    bool is_protected; /* by its status bits */
};

void doctor_flash_read(const struct doctor_flash *flash,
                       struct doctor_findings *out);

#endif
