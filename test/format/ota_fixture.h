/* OTA files for tests: made with the same functions as the build's, hashed by
 * libcrypto, and "signed" by a stand-in: twice the digest, inverted. */
#ifndef TEST_FORMAT_OTA_FIXTURE_H
#define TEST_FORMAT_OTA_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/ota_file.h"

#define OTA_MADE_ROOM 4096u

struct ota_made {
    uint8_t image[OTA_MADE_ROOM];
    uint32_t image_size, count;
    const uint32_t *offsets;
};

/* Zero before its first use. */
struct ota_sha {
    void *context;
};

/* An image of words that differ; those at the offsets are slot A addresses. */
void ota_make(struct ota_made *made, uint32_t image_size,
              const uint32_t *offsets, uint32_t count);
/* Its file: version 1.2.3 for the chip, key id C0FFEE. The file's size. */
size_t ota_write(const struct ota_made *made, uint8_t *file, size_t room);
/* Digest, signature and CRC of a file that was changed. */
void ota_seal(uint8_t *file, size_t size);

struct ota_hash ota_sha256(struct ota_sha *sha);
bool ota_is_signed(const uint8_t *digest, const uint8_t *signature);

#endif
