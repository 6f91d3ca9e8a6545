/* OTA files for tests. */
#include "test/format/ota_fixture.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define AT_DIGEST 48u
#define AT_SIGNATURE 80u
#define AT_CRC 144u

static void check(bool is_right)
{
    if (!is_right)
        abort();
}

void ota_make(struct ota_made *made, uint32_t image_size,
              const uint32_t *offsets, uint32_t count)
{
    made->image_size = image_size;
    made->offsets = offsets;
    made->count = count;
    for (uint32_t at = 0; at < image_size; at += 4)
        put_u32le(made->image + at, at * 0x9E3779B9u);
    for (uint32_t i = 0; i < count; i++)
        put_u32le(made->image + offsets[i],
                  MAP_IROM_BASE + MAP_SLOT_A + 0x10 + i);
}

static void sign(const uint8_t *digest, uint8_t *signature)
{
    for (unsigned i = 0; i < OTA_SIGNATURE; i++)
        signature[i] = (uint8_t)~digest[i % OTA_DIGEST];
}

bool ota_is_signed(const uint8_t *digest, const uint8_t *signature)
{
    uint8_t right[OTA_SIGNATURE];
    sign(digest, right);
    return memcmp(signature, right, sizeof(right)) == 0;
}

void ota_seal(uint8_t *file, size_t size)
{
    struct ota_sha sha = {NULL};
    const struct ota_hash hash = ota_sha256(&sha);
    hash.start(hash.ctx);
    hash.update(hash.ctx, file, OTA_SIGNED_SIZE);
    hash.update(hash.ctx, file + OTA_HEADER_SIZE, size - OTA_HEADER_SIZE);
    hash.end(hash.ctx, file + AT_DIGEST);
    sign(file + AT_DIGEST, file + AT_SIGNATURE);
    put_u32le(file + AT_CRC, crc32_update(0, file, AT_CRC));
}

/* As the second link would have it. */
static uint32_t crc_in_b(const struct ota_made *made)
{
    uint32_t crc = 0;
    for (uint32_t at = 0, i = 0; at < made->image_size; at += 4) {
        uint8_t word[4];
        memcpy(word, made->image + at, 4);
        if (i < made->count && made->offsets[i] == at) {
            put_u32le(word, get_u32le(word) + MAP_SLOT_B - MAP_SLOT_A);
            i++;
        }
        crc = crc32_update(crc, word, 4);
    }
    return crc;
}

size_t ota_write(const struct ota_made *made, uint8_t *file, size_t room)
{
    struct ota_header header = {.version = OTA_VERSION(1, 2, 3),
                                .board = OTA_BOARD_CHIP,
                                .image_size = made->image_size,
                                .words = made->count,
                                .key_id = 0xC0FFEE};
    size_t body = 0;
    check(ota_body_write(made->image, made->image_size, made->offsets,
                         made->count, file + OTA_HEADER_SIZE,
                         room - OTA_HEADER_SIZE, &body) == ERR_NONE);
    header.body_size = (uint32_t)body;
    header.image_crc[SLOT_A] = crc32_update(0, made->image, made->image_size);
    header.image_crc[SLOT_B] = crc_in_b(made);
    ota_header_write(&header, file);
    ota_seal(file, OTA_HEADER_SIZE + body);
    return OTA_HEADER_SIZE + body;
}

/* ---- SHA-256 by libcrypto ---- */

static void sha_start(void *ctx)
{
    struct ota_sha *sha = ctx;
    EVP_MD_CTX_free(sha->context);
    sha->context = EVP_MD_CTX_new();
    check(EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) == 1);
}

static void sha_update(void *ctx, const uint8_t *bytes, size_t size)
{
    struct ota_sha *sha = ctx;
    check(EVP_DigestUpdate(sha->context, bytes, size) == 1);
}

static void sha_end(void *ctx, uint8_t digest[OTA_DIGEST])
{
    struct ota_sha *sha = ctx;
    check(EVP_DigestFinal_ex(sha->context, digest, NULL) == 1);
    EVP_MD_CTX_free(sha->context);
    sha->context = NULL;
}

struct ota_hash ota_sha256(struct ota_sha *sha)
{
    return (struct ota_hash){sha_start, sha_update, sha_end, sha};
}
