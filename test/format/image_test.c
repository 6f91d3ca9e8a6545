#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "format/image.h"

static uint8_t data[100];

/* Two segments; returns the file's size. */
static size_t make(uint8_t *file, size_t room, uint32_t address)
{
    const struct image_part parts[] = {{address, data, 40},
                                       {0x3FFE8000, data, 100}};
    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7 + 1);
    assert_int_equal(
        image_build(IMAGE_DOUT, 0x20, 0x40100004, parts, 2, file, room),
        ERR_NONE);
    return image_built_size(parts, 2);
}

static void what_was_built_is_read(void **state)
{
    (void)state;
    uint8_t file[256];
    struct image image;
    size_t size = make(file, sizeof(file), 0x40100000);
    assert_int_equal(size % 16, 0);
    assert_int_equal(image_read(file, size, &image), ERR_NONE);
    assert_int_equal(image.version, 1);
    assert_int_equal(image.mode, IMAGE_DOUT);
    assert_int_equal(image.size_freq, 0x20);
    assert_int_equal(image.entry, 0x40100004);
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.segment[1].address, 0x3FFE8000);
    assert_int_equal(image.segment[1].size, 100);
    assert_memory_equal(file + image.segment[1].offset, data, 100);
    assert_int_equal(image.end, size);
    assert_false(image.has_mark);
}

static void an_image_cut_anywhere_is_cut_short(void **state)
{
    (void)state;
    uint8_t file[256];
    struct image image;
    size_t size = make(file, sizeof(file), 0x40100000);
    for (size_t n = 0; n < size; n++)
        assert_int_equal(image_read(file, n, &image), ERR_IMAGE_TRUNCATED);
}

static void a_changed_byte_is_found(void **state)
{
    (void)state;
    uint8_t file[256];
    struct image image;
    size_t size = make(file, sizeof(file), 0x40100000);
    file[image_built_size(NULL, 0) + 8] ^= 0x10;
    assert_int_equal(image_read(file, size, &image), ERR_IMAGE_CHECKSUM);
}

static void header_bytes_may_change_without_the_checksum(void **state)
{
    (void)state;
    uint8_t file[256];
    struct image image;
    size_t size = make(file, sizeof(file), 0x40100000);
    file[2] = IMAGE_QIO;
    file[3] = 0x4F;
    assert_int_equal(image_read(file, size, &image), ERR_NONE);
    assert_int_equal(image.mode, IMAGE_QIO);
}

static void other_files_are_no_images(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *text;
    } rows[] = {
        {"\x1F\x8B\x08 gzip", "a gzip file: unpack it first"},
        {"PK\x03\x04 zip   ", "a zip file: unpack it first"},
        {"\x7F"
         "ELF......",
         "an ELF file: make an image of it first"},
        {"<!DOCTYPE html>", "a web page: the download went wrong"},
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "blank flash"},
        {"hello, world", "not an ESP8266 image"},
        {"\xE9\x40 too many segments", "not an ESP8266 image"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct image image;
        char text[80];
        const uint8_t *file = (const uint8_t *)rows[i].bytes;
        size_t size = strlen(rows[i].bytes);
        assert_int_equal(image_read(file, size, &image), ERR_IMAGE_MAGIC);
        if (file[0] == IMAGE_MAGIC)
            continue;
        image_describe(file, size, &image, text, sizeof(text));
        assert_string_equal(text, rows[i].text);
    }
}

/* MicroPython's file is as large as many a flash, but no flash is so large. */
static void only_a_flash_s_size_is_a_whole_flash(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        bool is_whole;
    } sizes[] = {{0x80000, true},   {0x100000, true}, {0x400000, true},
                 {563680, false},   {0x40000, false}, {0x80001, false},
                 {0x180000, false}, {300, false}};
    const struct image image = {.version = 1, .segment_count = 1};
    static const uint8_t file[8] = {IMAGE_MAGIC, 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char text[80];
        image_describe(file, sizes[i].size, &image, text, sizeof(text));
        assert_string_equal(text, sizes[i].is_whole
                                      ? "a whole flash, perhaps a backup"
                                      : "an ESP8266 image");
    }
}

/* A file with Arduino's boot loader and its program at 0x1000. */
static void the_second_image_is_looked_at_too(void **state)
{
    (void)state;
    static uint8_t file[0x1200];
    struct image image;
    memset(file, 0xFF, sizeof(file));
    (void)make(file, 256, 0x4010F000);
    size_t second = make(file + 0x1000, 0x200, 0x40100000);
    assert_int_equal(image_check(file, 0x1000 + second, &image), ERR_NONE);
    assert_int_equal(image.segment[0].address, 0x4010F000);
    assert_int_equal(image_check(file, 0x1000 + second - 1, &image),
                     ERR_IMAGE_TRUNCATED);
    assert_int_equal(image_check(file, 0x1000, &image), ERR_IMAGE_TRUNCATED);
    file[0x1000] = 0;
    assert_int_equal(image_check(file, 0x1000 + second, &image),
                     ERR_IMAGE_MAGIC);
}

static void what_follows_the_images_is_counted(void **state)
{
    (void)state;
    static const struct {
        bool has_second;
        size_t more; /* bytes behind the images … */
        uint8_t fill;
        size_t trailing;
    } rows[] = {
        {false, 0, 0, 0},
        {false, 0x1000, 0, 0},
        {false, 0x1001, 0, 0x1001},
        {false, 0x2000, 0xFF, 0},
        {true, 0, 0, 0},
        {true, 0x1000, 0, 0},
        {true, 0x3000, 0, 0x3000},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static uint8_t file[0x8000];
        struct image image;
        memset(file, rows[i].fill, sizeof(file));
        size_t size =
            make(file, 0x800, rows[i].has_second ? 0x4010F000 : 0x40100000);
        if (rows[i].has_second)
            size = 0x1000 + make(file + 0x1000, 0x800, 0x40100000);
        size += rows[i].more;
        print_message("# row %zu\n", i);
        assert_int_equal(image_check(file, size, &image), ERR_NONE);
        assert_int_equal(image_trailing(file, size, &image), rows[i].trailing);
    }
}

static void version_2_has_a_crc(void **state)
{
    (void)state;
    uint8_t file[400] = {IMAGE_MAGIC_V2, 4, IMAGE_DIO, 0x40};
    struct image image;
    put_u32le(file + 4, 0x40100004);
    put_u32le(file + 12, 32); /* the irom segment: address 0, 32 bytes */
    size_t inner = make(file + 48, 300, 0x40100000);
    /* Its inner checksum is in a place that counts from the file's start, which
     * is the same here: 48 is a multiple of 16. */
    size_t size = 48 + inner + 4;
    assert_int_equal(image_read(file, size, &image), ERR_IMAGE_CHECKSUM);
    assert_int_equal(image.version, 2);
    assert_int_equal(image.segment_count, 3);
    put_u32le(file + size - 4, image.crc);
    assert_int_equal(image_read(file, size, &image), ERR_NONE);
    assert_int_equal(image_read(file, size - 1, &image), ERR_IMAGE_TRUNCATED);
}

static void names_go_both_ways(void **state)
{
    (void)state;
    uint8_t n;
    assert_string_equal(image_mode_name(3), "dout");
    assert_string_equal(image_mode_name(9), "?");
    assert_true(image_mode_find("DOUT", &n));
    assert_int_equal(n, 3);
    assert_true(image_size_find("1MB", &n));
    assert_int_equal(n, 2);
    assert_true(image_size_find("4mb-C1", &n));
    assert_int_equal(n, 6);
    assert_true(image_freq_find("80m", &n));
    assert_int_equal(n, 0xF);
    assert_false(image_size_find("1M", &n));
    assert_true(image_size_nibble(0x400000, &n));
    assert_int_equal(n, 4);
    assert_false(image_size_nibble(12345, &n));
    assert_int_equal(image_size_bytes(2), 0x100000);
    assert_int_equal(image_size_bytes(6), 0x400000); /* 4MB-c1 */
    assert_int_equal(image_size_bytes(7), 0);
}

static void a_build_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    uint8_t file[64];
    const struct image_part odd = {0x40100000, data, 5};
    const struct image_part large = {0x40100000, data, 60};
    assert_int_equal(image_build(0, 0, 0, &odd, 1, file, sizeof(file)),
                     ERR_FORMAT);
    assert_int_equal(image_build(0, 0, 0, &large, 1, file, sizeof(file)),
                     ERR_NO_ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_built_is_read),
        cmocka_unit_test(an_image_cut_anywhere_is_cut_short),
        cmocka_unit_test(a_changed_byte_is_found),
        cmocka_unit_test(header_bytes_may_change_without_the_checksum),
        cmocka_unit_test(other_files_are_no_images),
        cmocka_unit_test(only_a_flash_s_size_is_a_whole_flash),
        cmocka_unit_test(the_second_image_is_looked_at_too),
        cmocka_unit_test(what_follows_the_images_is_counted),
        cmocka_unit_test(version_2_has_a_crc),
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(a_build_that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
