/* hal/crypto.h by libcrypto, for the posix device and for tests. SHA-256 uses
 * the low-level interface: its state is plain bytes, so a hash may be copied,
 * and nothing has to be freed. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "firmware/hal/crypto.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "firmware/port/posix/crypto.h"

#define HALF 32u     /* of a key, of a signature */
#define DER_ROOM 80u /* two numbers of 33 bytes, three heads of 2 */

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct hal_sha256),
               "the hash has no room for libcrypto's");

/* The HAL has no context argument; ports may keep one. */
static struct {
    bool is_there, is_right;
} answer;

/* ---- SHA-256 ------------------------------------------------------------- */

void hal_sha256_start(struct hal_sha256 *hash)
{
    SHA256_CTX own;
    SHA256_Init(&own);
    memcpy(hash->own, &own, sizeof(own));
}

void hal_sha256_update(struct hal_sha256 *hash, const void *bytes, size_t size)
{
    SHA256_CTX own;
    memcpy(&own, hash->own, sizeof(own));
    SHA256_Update(&own, bytes, size);
    memcpy(hash->own, &own, sizeof(own));
}

void hal_sha256_end(const struct hal_sha256 *hash,
                    uint8_t digest[HAL_SHA256_SIZE])
{
    SHA256_CTX own;
    memcpy(&own, hash->own, sizeof(own));
    SHA256_Final(digest, &own);
}

/* ---- a signature --------------------------------------------------------- */

/* NULL: no point of the curve. The caller frees it. */
static EVP_PKEY *key_of(const uint8_t key[HAL_KEY_SIZE])
{
    uint8_t point[1 + HAL_KEY_SIZE] = {POINT_CONVERSION_UNCOMPRESSED};
    char curve[] = "prime256v1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve,
                               sizeof(curve) - 1),
        OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
        OSSL_PARAM_END,
    };
    EVP_PKEY *out = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    memcpy(point + 1, key, HAL_KEY_SIZE);
    assert(ctx && EVP_PKEY_fromdata_init(ctx) == 1);
    if (EVP_PKEY_fromdata(ctx, &out, EVP_PKEY_PUBLIC_KEY, params) != 1)
        out = NULL;
    EVP_PKEY_CTX_free(ctx);
    return out;
}

/* The two numbers as libcrypto wants them. Returns the size. */
static size_t der_of(const uint8_t signature[HAL_SIGNATURE_SIZE],
                     uint8_t out[DER_ROOM])
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
    assert(pair && r && s);
    ECDSA_SIG_set0(pair, r, s); /* owns them from here on */
    int size = i2d_ECDSA_SIG(pair, &out);
    ECDSA_SIG_free(pair);
    assert(size > 0 && (size_t)size <= DER_ROOM);
    return (size_t)size;
}

static bool is_signed(const uint8_t key[HAL_KEY_SIZE],
                      const uint8_t digest[HAL_SHA256_SIZE],
                      const uint8_t signature[HAL_SIGNATURE_SIZE])
{
    uint8_t der[DER_ROOM];
    size_t size = der_of(signature, der);
    EVP_PKEY *owner = key_of(key);
    if (!owner)
        return false;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(owner, NULL);
    assert(ctx && EVP_PKEY_verify_init(ctx) == 1);
    bool is_right =
        EVP_PKEY_verify(ctx, der, size, digest, HAL_SHA256_SIZE) == 1;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(owner);
    return is_right;
}

void hal_verify_start(const uint8_t key[HAL_KEY_SIZE],
                      const uint8_t digest[HAL_SHA256_SIZE],
                      const uint8_t signature[HAL_SIGNATURE_SIZE])
{
    assert(!answer.is_there); /* one at a time */
    answer.is_right = is_signed(key, digest, signature);
    answer.is_there = true;
}

bool crypto_answer(bool *is_right)
{
    bool is_there = answer.is_there;
    *is_right = answer.is_right;
    answer.is_there = false;
    return is_there;
}

void crypto_forget(void)
{
    answer.is_there = false;
}
