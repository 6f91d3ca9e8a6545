/* The flash chip as a table of functions, because several stand side by side
 * in one program: the chip's, a file, a test's that loses power. The records
 * and logs of this folder are kept through it. */
#ifndef FORMAT_FLASH_H
#define FORMAT_FLASH_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

struct flash {
    /* address, size and the memory at data are multiples of 4. Writing clears
     * bits only and touches each word once between erases. */
    MUST_USE enum err (*read)(const struct flash *flash, uint32_t address,
                              void *data, size_t size);
    MUST_USE enum err (*write)(const struct flash *flash, uint32_t address,
                               const void *data, size_t size);
    /* One 4 KB sector; address is its first byte. */
    MUST_USE enum err (*erase)(const struct flash *flash, uint32_t address);
    void *ctx;
};

#endif
