/* The boot ROM: what its natives remember between calls. What the ROM does is
 * in rom_boot.c (reset, banner, exits), rom_image.c (load from flash),
 * rom_loader.c (serial loader), rom_spi.c, rom_uart.c, rom_printf.c, rom_lib.c,
 * rom_math.c, rom_md5.c, rom_isr.c, rom_system.c; rom.c is their table.
 *
 * Functions that guest code calls keep their place in the guest's registers or
 * stack, so that interrupts may come between two steps. Only reset, image load
 * and serial loader, which no guest code interrupts, use struct rom. */
#ifndef EMULATOR_ROM_H
#define EMULATOR_ROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/clock.h"
#include "emulator/cpu.h"
#include "format/slip.h"

struct chip;

#define ROM_PACKET_ROOM 0x2000u
#define ROM_HANDLERS 4u /* whose lines are remembered */

/* Private to rom_loader*.c. */
struct rom_loader {
    struct slip_decoder decoder;
    uint8_t frame[ROM_PACKET_ROOM]; /* mirrored to guest 0x3fffa000 */
    uint32_t val;                   /* stale "value" of replies */
    uint8_t op;                     /* as replied; unknown ones keep the last */
    uint8_t error;                  /* of the reply being sent */
    uint32_t next_seq, block_count, block_size, offset, size, written;
    uint32_t position, count, head; /* of the multi-step operation going on */
    uint32_t entry;
    bool is_delayed;
    uint64_t delay_until;
};

/* Private to rom_image.c. */
struct rom_image {
    uint8_t chunk[16];
    uint32_t position; /* in flash, of the next byte to take */
    uint32_t segments_left, address, left, entry, tail;
    uint8_t checksum;
};

struct rom {
    struct rom_loader loader;
    struct rom_image image;
    /* What reset, image load and loader do once `text` is out. */
    enum native_result (*next)(struct chip *chip);
    uint32_t gpio_handler, gpio_argument; /* gpio_intr_handler_register */
    /* How many interrupt handlers run, and their lines: more than one are
     * nested, the innermost is the last. */
    unsigned handlers;
    uint8_t lines[ROM_HANDLERS];
    unsigned text_size, text_sent; /* waiting to be sent from UART0 */
    char text[512];
};

/* Called by chip_reset after registers are reset: pc at the reset native. */
void rom_reset(struct chip *chip);

/* Around every interrupt handler of the guest, by whoever calls it. */
void rom_handler_begins(struct chip *chip, unsigned line);
void rom_handler_ended(struct chip *chip);
/* The innermost one's line, and whose it is: "UART". */
unsigned rom_handler_line(const struct chip *chip);
const char *rom_handler_name(const struct chip *chip);

#endif
