/* CRC-32 (IEEE 802.3, reflected, as in zlib and ESP images v2). */
#ifndef FORMAT_CRC32_H
#define FORMAT_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Continue a CRC over more bytes; start with crc = 0. Same values as zlib's
 * crc32(). A table of 16 words: small enough for the boot sector and the stub,
 * and about 20 of the chip's instructions a byte, so that a full slot is
 * checked within promise 5's time. */
uint32_t crc32_update(uint32_t crc, const void *data, size_t size);

#endif
