/* Keys for updates on a computer, by libcrypto: P-256 keys in PEM files, what
 * is signed with them, and the hash of OTA files (format/ota_file.h).
 *
 * Called by the build (scripts/mkkey.c, mkota.c), by `pogo image` and by tests.
 * It asks for no passphrase: a file that has one is not a key here. */
#ifndef TOOL_OTA_KEY_H
#define TOOL_OTA_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "format/ota_file.h"

#define OTA_PUBLIC_KEY 64u /* X and Y, big-endian */

struct ota_key {
    void *pkey;                     /* libcrypto's; freed by ota_key_free */
    uint8_t public[OTA_PUBLIC_KEY]; /* as the firmware has it */
    uint32_t id; /* as in the file's header: SHA-256's first four bytes, read
                    little-endian */
    bool is_private;
};

/* A PEM file with a P-256 key, private or public. ERR_FILE_OPEN, or
 * ERR_KEY_FILE when it holds anything else. */
MUST_USE enum err ota_key_read(const char *path, struct ota_key *out);

/* Make a key and its file, for the owner alone (mode 0600), with the folders
 * that are missing. Of several at once one makes it. ERR_FILE_BUSY when there
 * is a file of this name by now, which is never overwritten; ERR_FILE_OPEN,
 * ERR_DISK_FULL, ERR_MEMORY. */
MUST_USE enum err ota_key_make(const char *path);

void ota_key_free(struct ota_key *key);

/* The signature of a digest; of a private key only: ERR_KEY_FILE. */
MUST_USE enum err ota_key_sign(const struct ota_key *key,
                               const uint8_t digest[OTA_DIGEST],
                               uint8_t signature[OTA_SIGNATURE]);

/* Whose id is in the header, and is it this key's signature? ERR_NONE,
 * ERR_OTA_KEY, ERR_OTA_SIGNATURE. The callback of the reader, with the key. */
struct ota_verify ota_key_verify(struct ota_key *key);

/* SHA-256. */
struct ota_key_sha {
    void *context; /* libcrypto's; NULL at first, and after the hash's end */
};
struct ota_hash ota_key_hash(struct ota_key_sha *sha);
void ota_key_hash_free(
    struct ota_key_sha *sha); /* of a hash that was not ended */

#endif
