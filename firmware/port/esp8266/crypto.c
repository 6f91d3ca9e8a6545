/* hal/crypto.h on the chip, by BearSSL. A verification needs most of the stack,
 * so it runs in a task of its own, which the SDK calls with the stack empty. */
#include "firmware/port/esp8266/crypto.h"

#include <bearssl_ec.h>
#include <bearssl_hash.h>
#include <string.h>

#include "firmware/hal/crypto.h"
#include "user_interface.h"

#define PRIORITY 1u
#define UNCOMPRESSED 4u /* SEC 1: a point as X and Y */

_Static_assert(sizeof(br_sha256_context) <= sizeof(struct hal_sha256),
               "the hash has no room for BearSSL's");

static struct {
    void (*on_answer)(bool is_right);
    os_event_t queue[1];
    uint8_t point[1 + HAL_KEY_SIZE], digest[HAL_SHA256_SIZE],
        signature[HAL_SIGNATURE_SIZE];
} crypto;

/* ---- SHA-256 ------------------------------------------------------------- */

void hal_sha256_start(struct hal_sha256 *hash)
{
    br_sha256_context own;
    br_sha256_init(&own);
    memcpy(hash->own, &own, sizeof(own));
}

void hal_sha256_update(struct hal_sha256 *hash, const void *bytes, size_t size)
{
    br_sha256_context own;
    memcpy(&own, hash->own, sizeof(own));
    br_sha256_update(&own, bytes, size);
    memcpy(hash->own, &own, sizeof(own));
}

void hal_sha256_end(const struct hal_sha256 *hash,
                    uint8_t digest[HAL_SHA256_SIZE])
{
    br_sha256_context own;
    memcpy(&own, hash->own, sizeof(own));
    br_sha256_out(&own, digest);
}

/* ---- a signature --------------------------------------------------------- */

/* BearSSL takes r = 0 for right where digest and r are both 0 modulo the
 * curve's order; the standard wants r to be at least 1. */
static bool has_r(void)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < HAL_SIGNATURE_SIZE / 2; i++)
        bits |= crypto.signature[i];
    return bits != 0;
}

static void on_task(os_event_t *post)
{
    const br_ec_public_key key = {.curve = BR_EC_secp256r1,
                                  .q = crypto.point,
                                  .qlen = sizeof(crypto.point)};
    (void)post;
    bool is_right = br_ecdsa_i31_vrfy_raw(
                        &br_ec_p256_m31, crypto.digest, sizeof(crypto.digest),
                        &key, crypto.signature, sizeof(crypto.signature)) == 1;
    crypto.on_answer(is_right && has_r());
}

void crypto_start(void (*on_answer)(bool is_right))
{
    crypto.on_answer = on_answer;
    (void)system_os_task(on_task, PRIORITY, crypto.queue, 1);
}

void hal_verify_start(const uint8_t key[HAL_KEY_SIZE],
                      const uint8_t digest[HAL_SHA256_SIZE],
                      const uint8_t signature[HAL_SIGNATURE_SIZE])
{
    crypto.point[0] = UNCOMPRESSED;
    memcpy(crypto.point + 1, key, HAL_KEY_SIZE);
    memcpy(crypto.digest, digest, sizeof(crypto.digest));
    memcpy(crypto.signature, signature, sizeof(crypto.signature));
    (void)system_os_post(PRIORITY, 0, 0);
}
