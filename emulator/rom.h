/* The boot ROM: what its natives remember between calls. What the ROM does is
 * in rom_boot.c (reset, banner, image load), rom_loader.c (serial loader),
 * rom_spi.c, rom_uart.c, rom_printf.c, rom_lib.c, rom_isr.c. */
#ifndef EMULATOR_ROM_H
#define EMULATOR_ROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/slip.h"

struct chip;

/* Private to rom_*.c, here so that struct chip can hold it by value. */
struct rom_loader {
    struct slip_decoder decoder;
    uint8_t frame[0x2000]; /* mirrored to guest 0x3fffa000 as bytes arrive */
    uint32_t val;          /* stale "value" of replies */
    uint8_t last_op;
    uint32_t next_seq, block_count, block_size, offset, size, written;
    unsigned state;
    bool is_synced;
};

struct rom {
    struct rom_loader loader;
    uint32_t state[16]; /* boot sequence scratch */
    uint8_t header[16];
    uint32_t file_position, segments_left, entry;
    uint8_t checksum;
    unsigned line_size;  /* text waiting to be sent by the printf natives */
    unsigned line_sent;
    char line[512];
};

/* Called by chip_reset after registers are reset: pc at the reset native. */
void rom_reset(struct chip *chip);

#endif
