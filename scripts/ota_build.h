/* An OTA file (format/ota_file.h) out of its parts, and the proof that a device
 * makes the right images of it. Called by mkota and by tests; no files here. */
#ifndef SCRIPTS_OTA_BUILD_H
#define SCRIPTS_OTA_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "format/ota_file.h"
#include "tool/ota_key.h"

/* 480 of a slot's 488 KB: what is left is for a later, larger trailer. */
#define OTA_IMAGE_LIMIT 491520u
/* No file is larger: each word costs up to 5 bytes besides the image. */
#define OTA_FILE_ROOM (OTA_HEADER_SIZE + OTA_IMAGE_LIMIT / 4 * 9)

struct ota_parts {
    const uint8_t *image[SLOT_COUNT]; /* both of this size */
    uint32_t image_size;
    const uint32_t *offsets; /* of the words that hold slot addresses */
    uint32_t count;
    uint32_t version;
    enum ota_board board;
};

/* Make the file and sign it. ERR_IMAGE_TOO_LARGE above OTA_IMAGE_LIMIT; errors
 * of ota_body_write and ota_key_sign. */
MUST_USE enum err ota_build(const struct ota_parts *parts,
                            const struct ota_key *key, uint8_t *out,
                            size_t room, size_t *size);

/* Read the file as a device does, for slot A and for slot B: each image comes
 * out byte for byte, and the signature is right. ERR_MISMATCH with the image's
 * offset in *at, or what the reader says. */
MUST_USE enum err ota_build_check(const struct ota_parts *parts,
                                  struct ota_key *key, const uint8_t *file,
                                  size_t size, uint32_t *at);

#endif
