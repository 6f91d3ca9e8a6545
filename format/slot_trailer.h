/* The trailer of an image: what the build says about it, right behind its last
 * byte. The boot sector believes it when an image was just flashed and has no
 * record yet; afterwards the record counts (format/slot_record.h).
 *
 *   offset  size  field
 *   0       4     "PGT1"
 *   4       4     length of the image before it, a multiple of 4
 *   8       4     CRC-32 of these bytes
 *   12      4     version, as in the record
 *   16      4     CRC-32 of these four fields
 */
#ifndef FORMAT_SLOT_TRAILER_H
#define FORMAT_SLOT_TRAILER_H

#include <stdbool.h>
#include <stdint.h>

#define SLOT_TRAILER_SIZE 20u

struct slot_trailer {
    uint32_t length;
    uint32_t crc;
    uint32_t version;
};

void slot_trailer_put(const struct slot_trailer *trailer,
                      uint8_t bytes[SLOT_TRAILER_SIZE]);
/* False when this is none, or damaged. Reading any bytes is safe. */
bool slot_trailer_get(const uint8_t bytes[SLOT_TRAILER_SIZE],
                      struct slot_trailer *out);

#endif
