/* Keys for updates, and SHA-256, by libcrypto. */
#include "tool/ota_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "format/bytes.h"

#define HALF (OTA_SIGNATURE / 2)
#define DER_ROOM 80u /* of a P-256 signature: 72 at most */
#define POINT_PLAIN 4u

/* ---- reading ---- */

/* Called instead of a question on the terminal. */
static int no_passphrase(char *out, int room, int is_written, void *ctx)
{
    (void)out;
    (void)room;
    (void)is_written;
    (void)ctx;
    return -1;
}

static bool is_p256(EVP_PKEY *pkey)
{
    char group[32];
    size_t size = 0;
    return EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_group_name(pkey, group, sizeof(group), &size) == 1 &&
           strcmp(group, "prime256v1") == 0;
}

/* The point as 04 X Y, whatever form the file has it in. */
static bool take_public(struct ota_key *key)
{
    uint8_t point[1 + OTA_PUBLIC_KEY], digest[EVP_MAX_MD_SIZE];
    size_t size = 0;
    if (!is_p256(key->pkey) ||
        EVP_PKEY_set_utf8_string_param(
            key->pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
            OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1 ||
        EVP_PKEY_get_octet_string_param(key->pkey, OSSL_PKEY_PARAM_PUB_KEY,
                                        point, sizeof(point), &size) != 1 ||
        size != sizeof(point) || point[0] != POINT_PLAIN)
        return false;
    memcpy(key->public, point + 1, OTA_PUBLIC_KEY);
    if (EVP_Digest(key->public, OTA_PUBLIC_KEY, digest, NULL, EVP_sha256(),
                   NULL) != 1)
        return false;
    key->id = get_u32le(digest);
    return true;
}

enum err ota_key_read(const char *path, struct ota_key *out)
{
    FILE *file = fopen(path, "rb");
    memset(out, 0, sizeof(*out));
    if (!file)
        return ERR_FILE_OPEN;
    out->pkey = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
    out->is_private = out->pkey != NULL;
    if (!out->pkey) {
        rewind(file);
        out->pkey = PEM_read_PUBKEY(file, NULL, no_passphrase, NULL);
    }
    (void)fclose(file);
    if (out->pkey && take_public(out))
        return ERR_NONE;
    ota_key_free(out);
    return ERR_KEY_FILE;
}

void ota_key_free(struct ota_key *key)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = NULL;
}

/* ---- signatures: libcrypto has them as DER, the file as r and s ---- */

static bool to_plain(const uint8_t *der, size_t size,
                     uint8_t signature[OTA_SIGNATURE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool is_done =
        pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, HALF) == HALF &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + HALF, HALF) == HALF;
    ECDSA_SIG_free(pair);
    return is_done;
}

static size_t to_der(const uint8_t signature[OTA_SIGNATURE],
                     uint8_t der[DER_ROOM])
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
    int size = 0;
    if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
        size = i2d_ECDSA_SIG(pair, &der);
    } else {
        BN_free(r);
        BN_free(s);
    }
    ECDSA_SIG_free(pair);
    return size > 0 ? (size_t)size : 0;
}

enum err ota_key_sign(const struct ota_key *key,
                      const uint8_t digest[OTA_DIGEST],
                      uint8_t signature[OTA_SIGNATURE])
{
    uint8_t der[DER_ROOM];
    size_t size = sizeof(der);
    if (!key->is_private)
        return ERR_KEY_FILE;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
    bool is_done = ctx && EVP_PKEY_sign_init(ctx) == 1 &&
                   EVP_PKEY_sign(ctx, der, &size, digest, OTA_DIGEST) == 1 &&
                   to_plain(der, size, signature);
    EVP_PKEY_CTX_free(ctx);
    return is_done ? ERR_NONE : ERR_MEMORY;
}

static enum err verify(void *key_ctx, uint32_t key_id,
                       const uint8_t digest[OTA_DIGEST],
                       const uint8_t signature[OTA_SIGNATURE])
{
    const struct ota_key *key = key_ctx;
    uint8_t der[DER_ROOM];
    if (key_id != key->id)
        return ERR_OTA_KEY;
    size_t size = to_der(signature, der);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
    bool is_right = size > 0 && ctx && EVP_PKEY_verify_init(ctx) == 1 &&
                    EVP_PKEY_verify(ctx, der, size, digest, OTA_DIGEST) == 1;
    EVP_PKEY_CTX_free(ctx);
    return is_right ? ERR_NONE : ERR_OTA_SIGNATURE;
}

struct ota_verify ota_key_verify(struct ota_key *key)
{
    return (struct ota_verify){verify, key};
}

/* ---- SHA-256: what fails leaves a digest of zeroes, which no file has ---- */

static void hash_start(void *ctx)
{
    struct ota_key_sha *sha = ctx;
    ota_key_hash_free(sha);
    sha->context = EVP_MD_CTX_new();
    if (sha->context &&
        EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) != 1)
        ota_key_hash_free(sha);
}

static void hash_update(void *ctx, const uint8_t *bytes, size_t size)
{
    struct ota_key_sha *sha = ctx;
    if (sha->context && EVP_DigestUpdate(sha->context, bytes, size) != 1)
        ota_key_hash_free(sha);
}

static void hash_end(void *ctx, uint8_t digest[OTA_DIGEST])
{
    struct ota_key_sha *sha = ctx;
    memset(digest, 0, OTA_DIGEST);
    if (sha->context)
        (void)EVP_DigestFinal_ex(sha->context, digest, NULL);
    ota_key_hash_free(sha);
}

struct ota_hash ota_key_hash(struct ota_key_sha *sha)
{
    return (struct ota_hash){hash_start, hash_update, hash_end, sha};
}

void ota_key_hash_free(struct ota_key_sha *sha)
{
    EVP_MD_CTX_free(sha->context);
    sha->context = NULL;
}
