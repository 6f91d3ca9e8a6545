/* The OTA file: one file that updates either slot. A signed header, and the
 * image as it is linked for slot A, cut into pieces by the list of words that
 * hold slot addresses. docs/flash.md has every byte.
 *
 * Called by the firmware's update, which feeds it bytes as they come, and by
 * the build and the pogo command, which write and check such files. It holds no
 * image, keeps no list, and computes neither hash nor signature: the caller
 * brings both. Reading any bytes is safe. */
#ifndef FORMAT_OTA_FILE_H
#define FORMAT_OTA_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "format/slot_record.h"

#define OTA_HEADER_SIZE 148u
#define OTA_SIGNED_SIZE 48u /* of the header, what the hash begins with */
#define OTA_DIGEST 32u      /* SHA-256 */
#define OTA_SIGNATURE 64u   /* ECDSA P-256, r and s as they are, big-endian */

/* Version numbers: 1.2.3 is 0x01020003, so that newer is greater. */
#define OTA_VERSION(major, minor, patch)                                       \
    ((uint32_t)(major) << 24 | (uint32_t)(minor) << 16 | (uint32_t)(patch))

/* What an image runs on. Numbers are in files: never change one. */
enum ota_board {
    OTA_BOARD_CHIP = 1, /* ESP8266 or ESP8285 with Pogo's flash map */
    OTA_BOARD_BENCH = 2 /* the bench only */
};

struct ota_header {
    uint32_t version;
    uint32_t board;                 /* enum ota_board */
    uint32_t image_size;            /* bytes, a multiple of 4 */
    uint32_t image_crc[SLOT_COUNT]; /* as it is in slot A and in slot B */
    uint32_t body_size;             /* bytes after the header */
    uint32_t words;                 /* how many hold slot addresses */
    uint32_t key_id; /* the first 4 bytes of the SHA-256 of the public key */
    uint8_t digest[OTA_DIGEST];
    uint8_t signature[OTA_SIGNATURE];
};

/* ---- the header ---- */

/* From OTA_HEADER_SIZE bytes. ERR_OTA_MAGIC, ERR_OTA_FORMAT (newer than this),
 * ERR_OTA_HEADER (its CRC), ERR_OTA_LENGTH (sizes that no file has). */
MUST_USE enum err ota_header_read(const uint8_t *bytes, struct ota_header *out);
void ota_header_write(const struct ota_header *header, uint8_t *bytes);

/* May it run here? ERR_OTA_BOARD, or ERR_OTA_OLDER than version oldest. That
 * is for a quick answer: only the signature makes it true. */
MUST_USE enum err ota_header_check(const struct ota_header *header,
                                   uint32_t board, uint32_t oldest);

/* ---- reading ---- */

/* What the reader tells. An error of theirs ends the reading and is returned
 * by ota_reader_feed. */
struct ota_sink {
    /* The header is read: ota_header_check belongs here. Once, first. */
    MUST_USE enum err (*header)(void *ctx, const struct ota_header *header);
    /* The image's next bytes as they belong into the slot; size is 1 or more.
     * Nothing is verified yet. */
    MUST_USE enum err (*image)(void *ctx, const uint8_t *bytes, size_t size);
    void *ctx;
};

/* SHA-256 over all updates since start. */
struct ota_hash {
    void (*start)(void *ctx);
    void (*update)(void *ctx, const uint8_t *bytes, size_t size);
    void (*end)(void *ctx, uint8_t digest[OTA_DIGEST]);
    void *ctx;
};

/* Is this the signature of the digest by a trusted key with this id? ERR_NONE,
 * ERR_OTA_KEY or ERR_OTA_SIGNATURE. */
struct ota_verify {
    MUST_USE enum err (*verify)(void *ctx, uint32_t key_id,
                                const uint8_t digest[OTA_DIGEST],
                                const uint8_t signature[OTA_SIGNATURE]);
    void *ctx;
};

enum ota_state {
    OTA_HEADER,   /* its bytes are being collected */
    OTA_COUNT,    /* how many words follow unchanged */
    OTA_PLAIN,    /* these words */
    OTA_WORD,     /* one that holds a slot address */
    OTA_END,      /* the image is complete */
    OTA_WHOLE,    /* ... and what the digest says */
    OTA_VERIFIED, /* ... and signed by a trusted key */
    OTA_FAILED
};

/* The fields are the reader's own; header is there for the caller once
 * sink.header was called, state says how far it is. */
struct ota_reader {
    enum ota_state state;
    enum err error; /* of OTA_FAILED */
    enum slot slot;
    struct ota_sink sink;
    struct ota_hash hash;
    struct ota_header header;
    uint8_t bytes[OTA_HEADER_SIZE]; /* the header, then a word */
    uint32_t have;                  /* of bytes */
    uint32_t taken;                 /* of the body */
    uint32_t plain;                 /* bytes to pass on unchanged */
    uint32_t count, shift;          /* a number that is being read */
    uint32_t words;                 /* that hold addresses and are to come */
    uint32_t left;                  /* bytes of the image to come */
    uint32_t crc;                   /* of the image so far */
};

/* Begin to read a file for this slot. */
void ota_reader_start(struct ota_reader *reader, enum slot slot,
                      const struct ota_sink *sink, const struct ota_hash *hash);

/* The file's next bytes, as few or as many as there are. Errors: those of
 * ota_header_read and of the sink, and ERR_OTA_LENGTH when the body contradicts
 * the header or goes on behind its end. After an error it stays the same. */
MUST_USE enum err ota_reader_feed(struct ota_reader *reader,
                                  const uint8_t *bytes, size_t size);

/* No more bytes come. Without an error the file arrived as it was made:
 * OTA_WHOLE. ERR_OTA_TRUNCATED, ERR_OTA_DAMAGED, or what feed said. */
MUST_USE enum err ota_reader_end(struct ota_reader *reader);

/* Only after this may the image run: OTA_VERIFIED. A call of its own, because
 * it may take a second and a task of its own. ERR_OTA_KEY, ERR_OTA_SIGNATURE,
 * or why it is not whole. */
MUST_USE enum err ota_reader_verify(struct ota_reader *reader,
                                    const struct ota_verify *verify);

/* ---- writing ---- */

/* Make the body out of slot A's image and the list of its words that hold slot
 * addresses: offsets, multiples of 4, ascending. *size is its size, also when
 * out is NULL. ERR_OTA_LENGTH for sizes or offsets that can't be, ERR_NO_ROOM.
 */
MUST_USE enum err ota_body_write(const uint8_t *image, uint32_t image_size,
                                 const uint32_t *offsets, uint32_t count,
                                 uint8_t *out, size_t room, size_t *size);

/* What a word of slot A's image is in a slot. */
uint32_t ota_relocate(uint32_t word, enum slot slot);

#endif
