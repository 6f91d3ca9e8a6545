/* What an update needs to be believed: SHA-256, and whether a signature is
 * right. Bound at link time by a port, each with a well-kept library: BearSSL
 * on the chip, libcrypto on a computer. */
#ifndef FIRMWARE_HAL_CRYPTO_H
#define FIRMWARE_HAL_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define HAL_SHA256_SIZE 32u
#define HAL_KEY_SIZE 64u       /* P-256 public key: X and Y, big-endian */
#define HAL_SIGNATURE_SIZE 64u /* ECDSA: r and s, big-endian */

/* A hash that goes on; the words are the port's own. May be copied. */
struct hal_sha256 {
    uint64_t own[16];
};

void hal_sha256_start(struct hal_sha256 *hash);
void hal_sha256_update(struct hal_sha256 *hash, const void *bytes, size_t size);
/* The hash may go on afterwards. */
void hal_sha256_end(const struct hal_sha256 *hash,
                    uint8_t digest[HAL_SHA256_SIZE]);

/* Has the owner of this key signed the digest (ECDSA over P-256)? The answer is
 * an EVENT_VERIFIED, never from inside of this call: on the chip it takes up to
 * a second and most of the stack. All three are copied. One at a time. A key
 * that is no point of the curve has signed nothing. */
void hal_verify_start(const uint8_t key[HAL_KEY_SIZE],
                      const uint8_t digest[HAL_SHA256_SIZE],
                      const uint8_t signature[HAL_SIGNATURE_SIZE]);

#endif
