/* The OTA file.
 *
 * Header:
 *   0    4   "PGOT"
 *   4    2   format, 1
 *   6    2   size of the header, 148
 *   8    4   version
 *   12   4   board
 *   16   4   image size
 *   20   4   CRC-32 of the image in slot A
 *   24   4   CRC-32 of the image in slot B
 *   28   4   body size
 *   32   4   number of words that hold slot addresses
 *   36   4   key id
 *   40   8   zero
 *   48   32  SHA-256 of the 48 bytes before and of the body
 *   80   64  signature of this digest
 *   144  4   CRC-32 of the 144 bytes before
 * Body, as often as there are words that hold slot addresses:
 *   how many words follow that do not: 7 bits a byte, the lowest first, bit 7
 *   says that there are more (LEB128); these words; the word, as in slot A
 * and then the rest of the image.
 *
 * So the list of words to relocate is their distances, each where it is needed:
 * a device keeps neither list nor image in memory, and none is too long. */
#include "format/ota_file.h"

#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define MAGIC 0x544F4750u /* "PGOT" */
#define FORMAT 1u
#define AT_DIGEST 48u
#define AT_SIGNATURE 80u
#define AT_CRC 144u
#define COUNT_BYTES 5u /* of a number, at most */
#define IMAGE_LEAST 16u

uint32_t ota_relocate(uint32_t word, enum slot slot)
{
    return slot == SLOT_B ? word + (MAP_SLOT_B - MAP_SLOT_A) : word;
}

/* ---- the header ---- */

/* Each word that holds an address costs 1 to 5 bytes besides the image. */
static bool are_sizes(const struct ota_header *header)
{
    uint32_t size = header->image_size, words = header->words;
    return size >= IMAGE_LEAST && size % 4 == 0 && size <= MAP_SLOT_SIZE &&
           words <= size / 4 && header->body_size >= size + words &&
           header->body_size <= size + words * COUNT_BYTES;
}

enum err ota_header_read(const uint8_t *bytes, struct ota_header *out)
{
    if (get_u32le(bytes) != MAGIC)
        return ERR_OTA_MAGIC;
    if (get_u16le(bytes + 4) != FORMAT ||
        get_u16le(bytes + 6) != OTA_HEADER_SIZE)
        return ERR_OTA_FORMAT;
    if (get_u32le(bytes + AT_CRC) != crc32_update(0, bytes, AT_CRC))
        return ERR_OTA_HEADER;
    out->version = get_u32le(bytes + 8);
    out->board = get_u32le(bytes + 12);
    out->image_size = get_u32le(bytes + 16);
    out->image_crc[SLOT_A] = get_u32le(bytes + 20);
    out->image_crc[SLOT_B] = get_u32le(bytes + 24);
    out->body_size = get_u32le(bytes + 28);
    out->words = get_u32le(bytes + 32);
    out->key_id = get_u32le(bytes + 36);
    memcpy(out->digest, bytes + AT_DIGEST, OTA_DIGEST);
    memcpy(out->signature, bytes + AT_SIGNATURE, OTA_SIGNATURE);
    return are_sizes(out) ? ERR_NONE : ERR_OTA_LENGTH;
}

void ota_header_write(const struct ota_header *header, uint8_t *bytes)
{
    put_u32le(bytes, MAGIC);
    put_u16le(bytes + 4, FORMAT);
    put_u16le(bytes + 6, OTA_HEADER_SIZE);
    put_u32le(bytes + 8, header->version);
    put_u32le(bytes + 12, header->board);
    put_u32le(bytes + 16, header->image_size);
    put_u32le(bytes + 20, header->image_crc[SLOT_A]);
    put_u32le(bytes + 24, header->image_crc[SLOT_B]);
    put_u32le(bytes + 28, header->body_size);
    put_u32le(bytes + 32, header->words);
    put_u32le(bytes + 36, header->key_id);
    memset(bytes + 40, 0, AT_DIGEST - 40);
    memcpy(bytes + AT_DIGEST, header->digest, OTA_DIGEST);
    memcpy(bytes + AT_SIGNATURE, header->signature, OTA_SIGNATURE);
    put_u32le(bytes + AT_CRC, crc32_update(0, bytes, AT_CRC));
}

enum err ota_header_check(const struct ota_header *header, uint32_t board,
                          uint32_t oldest)
{
    if (header->board != board)
        return ERR_OTA_BOARD;
    return header->version < oldest ? ERR_OTA_OLDER : ERR_NONE;
}

/* ---- reading ---- */

/* After the header, and after each word that holds an address. */
static void go_on(struct ota_reader *reader)
{
    reader->plain = reader->words > 0 ? 0 : reader->left;
    reader->state = reader->words > 0  ? OTA_COUNT
                    : reader->left > 0 ? OTA_PLAIN
                                       : OTA_END;
}

static enum err pass_on(struct ota_reader *reader, const uint8_t *bytes,
                        uint32_t size)
{
    reader->crc = crc32_update(reader->crc, bytes, size);
    reader->left -= size;
    return reader->sink.image(reader->sink.ctx, bytes, size);
}

/* The header is complete. */
static enum err begin_body(struct ota_reader *reader)
{
    enum err e = ota_header_read(reader->bytes, &reader->header);
    if (e == ERR_NONE)
        e = reader->sink.header(reader->sink.ctx, &reader->header);
    if (e != ERR_NONE)
        return e;
    reader->hash.start(reader->hash.ctx);
    reader->hash.update(reader->hash.ctx, reader->bytes, OTA_SIGNED_SIZE);
    reader->left = reader->header.image_size;
    reader->words = reader->header.words;
    reader->have = 0;
    go_on(reader);
    return ERR_NONE;
}

/* Each word that is to come needs its own four bytes. */
static enum err end_count(struct ota_reader *reader)
{
    if (reader->count > reader->left / 4 - reader->words)
        return ERR_OTA_LENGTH;
    reader->plain = 4 * reader->count;
    reader->count = reader->shift = 0;
    reader->state = reader->plain > 0 ? OTA_PLAIN : OTA_WORD;
    return ERR_NONE;
}

static enum err take_count(struct ota_reader *reader, uint8_t byte)
{
    if (reader->shift == 7 * (COUNT_BYTES - 1) && byte > 0x0F)
        return ERR_OTA_LENGTH;
    reader->count |= (uint32_t)(byte & 0x7F) << reader->shift;
    reader->shift += 7;
    return byte & 0x80 ? ERR_NONE : end_count(reader);
}

static enum err take_word(struct ota_reader *reader, uint8_t byte)
{
    reader->bytes[reader->have++] = byte;
    if (reader->have < 4)
        return ERR_NONE;
    uint32_t word = ota_relocate(get_u32le(reader->bytes), reader->slot);
    put_u32le(reader->bytes, word);
    reader->have = 0;
    reader->words--;
    enum err e = pass_on(reader, reader->bytes, 4);
    go_on(reader);
    return e;
}

static enum err take_plain(struct ota_reader *reader, const uint8_t *bytes,
                           uint32_t size)
{
    reader->plain -= size;
    enum err e = pass_on(reader, bytes, size);
    if (reader->plain == 0)
        reader->state = reader->words > 0 ? OTA_WORD : OTA_END;
    return e;
}

/* Bytes of the body; *used says how many were taken. */
static enum err take_body(struct ota_reader *reader, const uint8_t *bytes,
                          size_t size, size_t *used)
{
    *used = 1;
    if (reader->state == OTA_PLAIN)
        *used = size < reader->plain ? size : reader->plain;
    if (reader->state == OTA_END)
        return ERR_OTA_LENGTH;
    reader->taken += (uint32_t)*used;
    reader->hash.update(reader->hash.ctx, bytes, *used);
    if (reader->state == OTA_COUNT)
        return take_count(reader, *bytes);
    if (reader->state == OTA_WORD)
        return take_word(reader, *bytes);
    return take_plain(reader, bytes, (uint32_t)*used);
}

static enum err take_header(struct ota_reader *reader, const uint8_t *bytes,
                            size_t size, size_t *used)
{
    size_t room = OTA_HEADER_SIZE - reader->have;
    *used = size < room ? size : room;
    memcpy(reader->bytes + reader->have, bytes, *used);
    reader->have += (uint32_t)*used;
    /* What is no update file at all is told at once. */
    if (reader->have >= 4 && get_u32le(reader->bytes) != MAGIC)
        return ERR_OTA_MAGIC;
    return reader->have == OTA_HEADER_SIZE ? begin_body(reader) : ERR_NONE;
}

static enum err fail(struct ota_reader *reader, enum err error)
{
    reader->state = OTA_FAILED;
    reader->error = error;
    return error;
}

void ota_reader_start(struct ota_reader *reader, enum slot slot,
                      const struct ota_sink *sink, const struct ota_hash *hash)
{
    memset(reader, 0, sizeof(*reader));
    reader->slot = slot;
    reader->sink = *sink;
    reader->hash = *hash;
}

enum err ota_reader_feed(struct ota_reader *reader, const uint8_t *bytes,
                         size_t size)
{
    while (size > 0) {
        size_t used = 0;
        enum err e = reader->error;
        if (reader->state == OTA_HEADER)
            e = take_header(reader, bytes, size, &used);
        else if (reader->state <= OTA_END)
            e = take_body(reader, bytes, size, &used);
        else if (reader->state != OTA_FAILED)
            e = ERR_OTA_LENGTH;
        if (e != ERR_NONE)
            return fail(reader, e);
        bytes += used;
        size -= used;
    }
    return reader->error;
}

enum err ota_reader_end(struct ota_reader *reader)
{
    uint8_t digest[OTA_DIGEST];
    if (reader->state == OTA_FAILED || reader->state == OTA_WHOLE ||
        reader->state == OTA_VERIFIED)
        return reader->error;
    if (reader->state != OTA_END)
        return fail(reader, ERR_OTA_TRUNCATED);
    if (reader->taken != reader->header.body_size)
        return fail(reader, ERR_OTA_LENGTH);
    reader->hash.end(reader->hash.ctx, digest);
    if (memcmp(digest, reader->header.digest, OTA_DIGEST) != 0 ||
        reader->crc != reader->header.image_crc[reader->slot])
        return fail(reader, ERR_OTA_DAMAGED);
    reader->state = OTA_WHOLE;
    return ERR_NONE;
}

enum err ota_reader_verify(struct ota_reader *reader,
                           const struct ota_verify *verify)
{
    enum err e = ota_reader_end(reader);
    if (e != ERR_NONE)
        return e;
    const struct ota_header *header = &reader->header;
    e = verify->verify(verify->ctx, header->key_id, header->digest,
                       header->signature);
    if (e != ERR_NONE)
        return fail(reader, e);
    reader->state = OTA_VERIFIED;
    return ERR_NONE;
}

/* ---- writing ---- */

/* Bytes to a buffer that may be absent or too small. */
struct out {
    uint8_t *bytes;
    size_t room, size;
};

static void add(struct out *out, const uint8_t *bytes, size_t size)
{
    if (out->bytes && out->size + size <= out->room && size > 0)
        memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static void add_count(struct out *out, uint32_t count)
{
    do {
        uint8_t byte = (uint8_t)((count & 0x7F) | (count > 0x7F ? 0x80 : 0));
        add(out, &byte, 1);
        count >>= 7;
    } while (count > 0);
}

enum err ota_body_write(const uint8_t *image, uint32_t image_size,
                        const uint32_t *offsets, uint32_t count, uint8_t *out,
                        size_t room, size_t *size)
{
    struct out body = {out, room, 0};
    uint32_t at = 0;
    if (image_size < IMAGE_LEAST || image_size % 4 != 0 ||
        image_size > MAP_SLOT_SIZE)
        return ERR_OTA_LENGTH;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t offset = offsets[i];
        if (offset % 4 != 0 || offset < at || offset >= image_size)
            return ERR_OTA_LENGTH;
        add_count(&body, (offset - at) / 4);
        add(&body, image + at, offset - at + 4);
        at = offset + 4;
    }
    add(&body, image + at, image_size - at);
    *size = body.size;
    return out && body.size > room ? ERR_NO_ROOM : ERR_NONE;
}
