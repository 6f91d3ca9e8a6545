/* OTA files: made, signed, and read again. */
#include "scripts/ota_build.h"

#include <string.h>

#include "format/crc32.h"

enum err ota_build(const struct ota_parts *parts, const struct ota_key *key,
                   uint8_t *out, size_t room, size_t *size)
{
    struct ota_header header = {
        .version = parts->version,
        .board = parts->board,
        .image_size = parts->image_size,
        .words = parts->count,
        .key_id = key->id,
    };
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    size_t body = 0;
    if (parts->image_size > OTA_IMAGE_LIMIT)
        return ERR_IMAGE_TOO_LARGE;
    if (room < OTA_HEADER_SIZE)
        return ERR_NO_ROOM;
    enum err e = ota_body_write(
        parts->image[SLOT_A], parts->image_size, parts->offsets, parts->count,
        out + OTA_HEADER_SIZE, room - OTA_HEADER_SIZE, &body);
    if (e != ERR_NONE)
        return e;
    header.body_size = (uint32_t)body;
    for (enum slot slot = SLOT_A; slot < SLOT_COUNT; slot++)
        header.image_crc[slot] =
            crc32_update(0, parts->image[slot], parts->image_size);
    ota_header_write(&header, out); /* the first part of it is signed */
    hash.start(hash.ctx);
    hash.update(hash.ctx, out, OTA_SIGNED_SIZE);
    hash.update(hash.ctx, out + OTA_HEADER_SIZE, body);
    hash.end(hash.ctx, header.digest);
    e = ota_key_sign(key, header.digest, header.signature);
    ota_header_write(&header, out);
    *size = OTA_HEADER_SIZE + body;
    return e;
}

/* ---- check ---- */

struct check {
    const uint8_t *want;
    uint32_t size, at;
};

static enum err on_header(void *ctx, const struct ota_header *header)
{
    const struct check *check = ctx;
    return header->image_size == check->size ? ERR_NONE : ERR_MISMATCH;
}

static enum err on_image(void *ctx, const uint8_t *bytes, size_t size)
{
    struct check *check = ctx;
    for (size_t i = 0; i < size; i++, check->at++) {
        if (check->at >= check->size || bytes[i] != check->want[check->at])
            return ERR_MISMATCH;
    }
    return ERR_NONE;
}

static enum err check_slot(const struct ota_parts *parts, enum slot slot,
                           struct ota_key *key, const uint8_t *file,
                           size_t size, uint32_t *at)
{
    struct check check = {parts->image[slot], parts->image_size, 0};
    const struct ota_sink sink = {on_header, on_image, &check};
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    const struct ota_verify verify = ota_key_verify(key);
    struct ota_reader reader;
    ota_reader_start(&reader, slot, &sink, &hash);
    enum err e = ota_reader_feed(&reader, file, size);
    if (e == ERR_NONE)
        e = ota_reader_verify(&reader, &verify);
    ota_key_hash_free(&sha);
    *at = check.at;
    return e;
}

enum err ota_build_check(const struct ota_parts *parts, struct ota_key *key,
                         const uint8_t *file, size_t size, uint32_t *at)
{
    enum err e = check_slot(parts, SLOT_A, key, file, size, at);
    return e == ERR_NONE ? check_slot(parts, SLOT_B, key, file, size, at) : e;
}
