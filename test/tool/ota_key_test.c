/* Keys for updates: made once, kept, and what is signed with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/ota_key.h"

static char folder[] = "/tmp/ota_key_test.XXXXXX";

static const char *in(const char *name)
{
    static char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    static const char *const names[] = {
        "a/b/one.pem", "a/b", "a", "two.pem", "text.pem", "k1.pem", "kept"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)remove(in(names[i]));
    return rmdir(folder); /* nothing else was left */
}

static void make_and_read(const char *name, struct ota_key *out)
{
    assert_int_equal(ota_key_make(in(name)), ERR_NONE);
    assert_int_equal(ota_key_read(in(name), out), ERR_NONE);
}

static void a_key_is_made_for_its_owner_alone(void **state)
{
    (void)state;
    struct ota_key key;
    struct stat info;
    make_and_read("a/b/one.pem", &key);
    assert_true(key.is_private);
    assert_int_equal(stat(in("a/b/one.pem"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(stat(in("a"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    ota_key_free(&key);
}

static void what_is_there_is_never_overwritten(void **state)
{
    (void)state;
    char text[16] = "";
    write_text(in("kept"), "mine");
    assert_int_equal(ota_key_make(in("kept")), ERR_FILE_BUSY);
    FILE *file = fopen(in("kept"), "rb");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    assert_int_equal(fclose(file), 0);
    assert_string_equal(text, "mine");
}

static void what_is_no_such_key_is_refused(void **state)
{
    (void)state;
    struct ota_key key;
    write_text(in("text.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
    assert_int_equal(ota_key_read(in("text.pem"), &key), ERR_KEY_FILE);
    /* A right key on another curve, secp256k1, as long as ours. */
    write_text(
        in("k1.pem"),
        "-----BEGIN PUBLIC KEY-----\n"
        "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEYnCorahQQcT/bSjusI7ISvTs3yBtWVPc\n"
        "Z5rwZ5gbWQznkdw+Bc6nqWNcy/g5QgMT9Bxwslaj6ibU9sk8TsfA+A==\n"
        "-----END PUBLIC KEY-----\n");
    assert_int_equal(ota_key_read(in("k1.pem"), &key), ERR_KEY_FILE);
    assert_int_equal(ota_key_read(in("absent"), &key), ERR_FILE_OPEN);
}

/* RFC 6979, A.2.5: the public key of its P-256 examples, and the signature of
 * "sample" with SHA-256. */
static const char rfc6979_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7\n"
    "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END PUBLIC KEY-----\n";
static const uint8_t rfc6979_signature[OTA_SIGNATURE] = {
    0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD,
    0x9C, 0xD4, 0x5E, 0x81, 0xD6, 0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA,
    0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16, 0xF7,
    0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1,
    0xB6, 0xE2, 0x9F, 0x65, 0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4,
    0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8};

static void hash_of(const char *text, uint8_t digest[OTA_DIGEST])
{
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    hash.start(hash.ctx);
    hash.update(hash.ctx, (const uint8_t *)text, strlen(text));
    hash.end(hash.ctx, digest);
}

static void a_published_signature_is_right(void **state)
{
    (void)state;
    struct ota_key key;
    uint8_t digest[OTA_DIGEST];
    write_text(in("two.pem"), rfc6979_pem);
    assert_int_equal(ota_key_read(in("two.pem"), &key), ERR_NONE);
    assert_int_equal(remove(in("two.pem")), 0);
    assert_false(key.is_private);
    assert_int_equal(key.public[0], 0x60);
    assert_int_equal(key.public[63], 0x99);
    hash_of("sample", digest);
    const struct ota_verify v = ota_key_verify(&key);
    assert_int_equal(v.verify(v.ctx, key.id, digest, rfc6979_signature),
                     ERR_NONE);
    uint8_t signature[OTA_SIGNATURE];
    assert_int_equal(ota_key_sign(&key, digest, signature), ERR_KEY_FILE);
    ota_key_free(&key);
}

static void only_its_own_signature_is_right(void **state)
{
    (void)state;
    struct ota_key one, two;
    uint8_t digest[OTA_DIGEST], signature[OTA_SIGNATURE];
    assert_int_equal(ota_key_read(in("a/b/one.pem"), &one), ERR_NONE);
    make_and_read("two.pem", &two);
    assert_memory_not_equal(one.public, two.public, OTA_PUBLIC_KEY);
    hash_of("an image", digest);
    assert_int_equal(ota_key_sign(&one, digest, signature), ERR_NONE);
    const struct ota_verify right = ota_key_verify(&one);
    const struct ota_verify wrong = ota_key_verify(&two);
    assert_int_equal(right.verify(right.ctx, one.id, digest, signature),
                     ERR_NONE);
    assert_int_equal(right.verify(right.ctx, two.id, digest, signature),
                     ERR_OTA_KEY);
    assert_int_equal(wrong.verify(wrong.ctx, two.id, digest, signature),
                     ERR_OTA_SIGNATURE);
    for (size_t i = 0; i < OTA_SIGNATURE; i += 21) {
        signature[i] ^= 1;
        assert_int_equal(right.verify(right.ctx, one.id, digest, signature),
                         ERR_OTA_SIGNATURE);
        signature[i] ^= 1;
    }
    ota_key_free(&one);
    ota_key_free(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_made_for_its_owner_alone),
        cmocka_unit_test(what_is_there_is_never_overwritten),
        cmocka_unit_test(what_is_no_such_key_is_refused),
        cmocka_unit_test(a_published_signature_is_right),
        cmocka_unit_test(only_its_own_signature_is_right),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
