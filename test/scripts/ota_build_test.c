/* OTA files as the build makes them: a device gets both images out of them, and
 * whatever is wrong with their list is seen before they are written. */
#include "scripts/ota_build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "scripts/slot_pair.h"

#define SIZE 4096u
#define WORDS 5u

static uint8_t images[SLOT_COUNT][OTA_IMAGE_LIMIT + 16];
static uint8_t file[OTA_FILE_ROOM];
static uint32_t offsets[WORDS];
static struct ota_key key;

static struct ota_parts make_parts(void)
{
    static const uint32_t right[WORDS] = {8, 16, 1000, 1004, SIZE - 4};
    memset(images, 0x5A, sizeof(images));
    for (unsigned i = 0; i < WORDS; i++) {
        put_u32le(images[SLOT_A] + right[i], 0x40201010 + 4 * i);
        put_u32le(images[SLOT_B] + right[i],
                  0x40201010 + 4 * i + SLOT_DISTANCE);
    }
    memcpy(offsets, right, sizeof(offsets));
    return (struct ota_parts){.image = {images[SLOT_A], images[SLOT_B]},
                              .image_size = SIZE,
                              .offsets = offsets,
                              .count = WORDS,
                              .version = OTA_VERSION(1, 2, 3),
                              .board = OTA_BOARD_CHIP};
}

static int make_key(void **state)
{
    (void)state;
    char folder[] = "/tmp/ota_build_test.XXXXXX", path[64];
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/key.pem", folder);
    enum err e = ota_key_make(path);
    if (e == ERR_NONE)
        e = ota_key_read(path, &key);
    (void)remove(path);
    (void)rmdir(folder);
    return e == ERR_NONE ? 0 : -1;
}

static int drop_key(void **state)
{
    (void)state;
    ota_key_free(&key);
    return 0;
}

static void a_device_gets_both_images_out_of_it(void **state)
{
    (void)state;
    const struct ota_parts parts = make_parts();
    struct ota_header header;
    size_t size = 0;
    uint32_t at = 0;
    assert_int_equal(ota_build(&parts, &key, file, sizeof(file), &size),
                     ERR_NONE);
    assert_int_equal(ota_build_check(&parts, &key, file, size, &at), ERR_NONE);
    assert_int_equal(at, SIZE);
    assert_int_equal(ota_header_read(file, &header), ERR_NONE);
    assert_int_equal(header.version, 0x01020003);
    assert_int_equal(header.board, OTA_BOARD_CHIP);
    assert_int_equal(header.words, WORDS);
    assert_int_equal(header.key_id, key.id);
}

static void a_wrong_word_in_the_list_is_seen(void **state)
{
    (void)state;
    for (unsigned i = 0; i < WORDS - 1; i++) {
        const struct ota_parts parts = make_parts();
        size_t size = 0;
        uint32_t at = 0, place = offsets[i];
        offsets[i] = i == 2 ? place - 4 : place + 4; /* still ascending */
        if (i == 3)
            offsets[i] = place + 8;
        enum err e = ota_build(&parts, &key, file, sizeof(file), &size);
        assert_int_equal(e, ERR_NONE);
        assert_int_equal(ota_build_check(&parts, &key, file, size, &at),
                         ERR_MISMATCH);
        assert_in_range(at, place - 4, place + 12);
    }
}

static void a_missing_word_is_seen(void **state)
{
    (void)state;
    struct ota_parts parts = make_parts();
    size_t size = 0;
    uint32_t at = 0;
    parts.count--;
    assert_int_equal(ota_build(&parts, &key, file, sizeof(file), &size),
                     ERR_NONE);
    assert_int_equal(ota_build_check(&parts, &key, file, size, &at),
                     ERR_MISMATCH);
    assert_in_range(at, SIZE - 4, SIZE - 1);
}

static void any_changed_byte_is_seen(void **state)
{
    (void)state;
    const struct ota_parts parts = make_parts();
    size_t size = 0;
    uint32_t at = 0;
    assert_int_equal(ota_build(&parts, &key, file, sizeof(file), &size),
                     ERR_NONE);
    for (size_t i = 0; i < size; i += 7) {
        file[i] ^= 0x10;
        assert_int_not_equal(ota_build_check(&parts, &key, file, size, &at),
                             ERR_NONE);
        file[i] ^= 0x10;
    }
}

static void a_signature_by_another_key_is_seen(void **state)
{
    (void)state;
    const struct ota_parts parts = make_parts();
    struct ota_key other = key;
    uint32_t at = 0;
    size_t size = 0;
    other.id++;
    assert_int_equal(ota_build(&parts, &other, file, sizeof(file), &size),
                     ERR_NONE);
    assert_int_equal(ota_build_check(&parts, &key, file, size, &at),
                     ERR_OTA_KEY);
    assert_int_equal(ota_build_check(&parts, &other, file, size, &at),
                     ERR_NONE);
}

static void an_image_has_480_KB_at_most(void **state)
{
    (void)state;
    struct ota_parts parts = make_parts();
    size_t size = 0;
    uint32_t at = 0;
    parts.image_size = 480 * 1024;
    assert_int_equal(ota_build(&parts, &key, file, sizeof(file), &size),
                     ERR_NONE);
    assert_int_equal(ota_build_check(&parts, &key, file, size, &at), ERR_NONE);
    parts.image_size += 16;
    assert_int_equal(ota_build(&parts, &key, file, sizeof(file), &size),
                     ERR_IMAGE_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_gets_both_images_out_of_it),
        cmocka_unit_test(a_wrong_word_in_the_list_is_seen),
        cmocka_unit_test(a_missing_word_is_seen),
        cmocka_unit_test(any_changed_byte_is_seen),
        cmocka_unit_test(a_signature_by_another_key_is_seen),
        cmocka_unit_test(an_image_has_480_KB_at_most),
    };
    return cmocka_run_group_tests(tests, make_key, drop_key);
}
