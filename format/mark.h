/* Pogo's mark: 32 bytes at file offset 0x10 of every Pogo image, the first
 * bytes of the boot sector's first segment (after the 8-byte ESP image header
 * and the 8-byte segment header). It tells tools what the file is, and keeps
 * images for the bench off real devices.
 *
 *   offset  size  field
 *   0       4     "POGO"
 *   4       1     format of this mark, 1
 *   5       1     target: 'C' a real chip, 'B' the bench only
 *   6       2     reserved, 0
 *   8       16    version, text, padded with NUL, always ends with NUL
 *   24      8     reserved, FFFFFFFF FFFFFFFF
 */
#ifndef FORMAT_MARK_H
#define FORMAT_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARK_OFFSET 0x10u
#define MARK_SIZE 32u

/* What the bench's ROM area holds and no real boot ROM does: two words read
 * with READ_REG tell a bench from hardware. Reading boot ROM is harmless on
 * the chip (esptool reads 0x40001000). */
#define BENCH_MARK_ADDRESS 0x4000FFF8u
#define BENCH_MARK_WORD0 0x4F474F50u /* "POGO" */
#define BENCH_MARK_WORD1 0x48434E42u /* "BNCH" */

struct mark {
    char target; /* 'C' or 'B' */
    char version[16];
};

/* Read the mark of a whole image file. False when there is none. */
bool mark_read(const uint8_t *file, size_t size, struct mark *out);

#endif
