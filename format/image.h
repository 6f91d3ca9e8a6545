/* ESP8266 firmware images (chip.md A10): read, check, build. An image file may
 * hold more than the image that the ROM starts: Pogo's and Arduino's have a
 * second one at 0x1000. Used by the pogo command and by the build. No
 * allocation; the file's bytes stay the caller's. */
#ifndef FORMAT_IMAGE_H
#define FORMAT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "format/mark.h"

#define IMAGE_MAGIC 0xE9u
#define IMAGE_MAGIC_V2 0xEAu
#define IMAGE_SEGMENTS 16u
#define IMAGE_HEADER 8u

/* Byte 2 of the header. */
#define IMAGE_QIO 0u
#define IMAGE_QOUT 1u
#define IMAGE_DIO 2u
#define IMAGE_DOUT 3u
/* High half of byte 3. */
#define IMAGE_1MB 2u

struct image_segment {
    uint32_t address; /* where it is loaded; 0: the irom part of version 2 */
    uint32_t size;
    uint32_t offset; /* of its bytes in the file */
};

struct image {
    unsigned version;        /* 1 (E9) or 2 (EA) */
    uint8_t mode, size_freq; /* header bytes 2 and 3 */
    uint32_t entry;
    unsigned segment_count;
    struct image_segment segment[IMAGE_SEGMENTS + 1];
    uint8_t checksum, checksum_stored;
    uint32_t crc, crc_stored; /* version 2 only */
    uint32_t end;             /* first byte after the image */
    bool has_mark;
    struct mark mark;
};

/* Parse the image at the start of the file. ERR_IMAGE_MAGIC, or
 * ERR_IMAGE_TRUNCATED when the file ends within it (out holds what was read),
 * or ERR_IMAGE_CHECKSUM (out is complete). */
MUST_USE enum err image_read(const uint8_t *file, size_t size,
                             struct image *out);

/* The same for a whole file that is to be written at flash offset 0: also the
 * second image at 0x1000, if the file is of a kind that has one. */
MUST_USE enum err image_check(const uint8_t *file, size_t size,
                              struct image *out);

/* The image at 0x1000 of a file of such a kind: its bytes, or NULL. */
const uint8_t *image_second(const uint8_t *file, size_t size,
                            const struct image *first);

/* How many bytes follow the file's images up to its last one that is not FF. 0
 * for up to 4 KB: trailers, CRCs and signatures. */
size_t image_trailing(const uint8_t *file, size_t size,
                      const struct image *first);

/* What the file seems to be, for people: "Pogo 0.1.0 for the bench". */
const char *image_describe(const uint8_t *file, size_t size,
                           const struct image *image, char *text, size_t room);

/* ---- header bytes and their names ---- */

const char *image_mode_name(unsigned mode);        /* "dout"; "?" */
const char *image_size_name(unsigned size_nibble); /* "1MB"; "?" */
const char *image_freq_name(unsigned freq_nibble); /* "40m"; "?" */
/* By esptool's names, any case; false when there is none. */
bool image_mode_find(const char *name, uint8_t *out);
bool image_size_find(const char *name, uint8_t *nibble);
bool image_freq_find(const char *name, uint8_t *nibble);
/* The nibble for a flash of so many bytes; false when none fits. */
bool image_size_nibble(uint32_t bytes, uint8_t *nibble);
uint32_t image_size_bytes(unsigned size_nibble); /* 0: unknown */

/* ---- building ---- */

struct image_part {
    uint32_t address;
    const uint8_t *bytes;
    uint32_t size; /* a multiple of 4 */
};

/* Bytes that image_build writes for these parts. */
size_t image_built_size(const struct image_part *parts, unsigned count);
/* A version 1 image with its checksum; ERR_NO_ROOM when room is too small or
 * there are more than 16 parts, ERR_FORMAT when a size is not a multiple of 4.
 */
MUST_USE enum err image_build(uint8_t mode, uint8_t size_freq, uint32_t entry,
                              const struct image_part *parts, unsigned count,
                              uint8_t *out, size_t room);

#endif
