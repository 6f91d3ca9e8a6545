/* The trailer of an image, to bytes and from them. */
#include "format/slot_trailer.h"

#include "format/bytes.h"
#include "format/crc32.h"

#define MAGIC 0x31544750u /* "PGT1" */
#define FIELDS 16u

void slot_trailer_put(const struct slot_trailer *trailer,
                      uint8_t bytes[SLOT_TRAILER_SIZE])
{
    put_u32le(bytes, MAGIC);
    put_u32le(bytes + 4, trailer->length);
    put_u32le(bytes + 8, trailer->crc);
    put_u32le(bytes + 12, trailer->version);
    put_u32le(bytes + FIELDS, crc32_update(0, bytes, FIELDS));
}

bool slot_trailer_get(const uint8_t bytes[SLOT_TRAILER_SIZE],
                      struct slot_trailer *out)
{
    out->length = get_u32le(bytes + 4);
    out->crc = get_u32le(bytes + 8);
    out->version = get_u32le(bytes + 12);
    return get_u32le(bytes) == MAGIC &&
           get_u32le(bytes + FIELDS) == crc32_update(0, bytes, FIELDS);
}
