/* Whose firmware is it, and what would not start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "format/bytes.h"
#include "tool/recognize.h"
#include "tool/unpack.h"

#define ROOM 0x3000u

/* An image that loads words to address; with eboot before it when asked. */
static size_t make(uint8_t *file, const char *words, size_t size,
                   uint32_t address, bool has_eboot)
{
    static uint8_t data[0x800];
    const struct image_part part = {address, data, sizeof(data)};
    const struct image_part boot = {0x4010F000, data, 16};
    memset(file, 0xFF, ROOM);
    memset(data, 0, sizeof(data));
    size_t at = has_eboot ? 0x1000 : 0;
    if (has_eboot)
        assert_int_equal(
            image_build(2, 0x20, 0x4010F000, &boot, 1, file, 0x1000), ERR_NONE);
    memcpy(data + 100, words, size);
    assert_int_equal(
        image_build(2, 0x20, 0x40100000, &part, 1, file + at, ROOM - at),
        ERR_NONE);
    return at + image_built_size(&part, 1);
}

#define W(text) text, sizeof(text) - 1

static const struct row {
    const char *words;
    size_t size;
    bool has_eboot;
    enum firmware_kind kind;
    const char *text;
} rows[] = {
    {W("6.4.1(sonoff)"), true, FIRMWARE_ARDUINO,
     "an Arduino program for ESP8266"},
    {W("6.4.1(sonoff)\0Tasmota"), true, FIRMWARE_TASMOTA,
     "Tasmota 6.4.1(sonoff)"},
    {W("9.5.0(tasmota-DE) Tasmota"), true, FIRMWARE_TASMOTA,
     "Tasmota 9.5.0(tasmota-DE)"},
    {W("(tasmota) Tasmota"), true, FIRMWARE_TASMOTA, "Tasmota"},
    {W("Tasmota\0tasmota-lite\0"), true, FIRMWARE_TASMOTA,
     "Tasmota (tasmota-lite)"},
    {W("Tasmota\0tasmota-lite.bin\0"), true, FIRMWARE_TASMOTA, "Tasmota"},
    {W("\xA5\x5A\xA5\x5A\xFF\xFF\xFF\xFF\x5A\xA5\x5A\xA5"), true,
     FIRMWARE_TASMOTA, "Tasmota"},
    {W("\xA5\x5A\xA5\x5A\xFF\xFF\xFF\xFF\x5A\xA5\x5A\xA5"
       "ESPHome version 2023.5.1 compiled on"),
     true, FIRMWARE_ESPHOME, "ESPHome 2023.5.1"},
    {W("the esphome"), true, FIRMWARE_ESPHOME, "ESPHome"},
    {W("ESP Easy Mega"), true, FIRMWARE_ESPEASY, "ESP Easy"},
    {W("eu-disp.coolkit.cc"), false, FIRMWARE_VENDOR,
     "the vendor's firmware of a Sonoff"},
    {W("nothing"), true, FIRMWARE_ARDUINO, "an Arduino program for ESP8266"},
    {W("nothing"), false, FIRMWARE_UNKNOWN, "an ESP8266 image"},
};

static void firmware_is_known_by_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        static uint8_t file[ROOM];
        const struct row *r = &rows[i];
        struct image image;
        struct recognized seen;
        size_t size = make(file, r->words, r->size, 0x40100000, r->has_eboot);
        print_message("# %s\n", r->words);
        assert_int_equal(image_check(file, size, &image), ERR_NONE);
        recognize(file, size, &image, &seen);
        assert_int_equal(seen.kind, r->kind);
        assert_string_equal(seen.text, r->text);
        assert_null(seen.warning);
    }
}

static void an_image_for_no_memory_is_warned_of(void **state)
{
    (void)state;
    static uint8_t file[ROOM];
    struct image image;
    struct recognized seen;
    size_t size = make(file, W("x"), 0x40300000, false);
    assert_int_equal(image_check(file, size, &image), ERR_NONE);
    recognize(file, size, &image, &seen);
    assert_non_null(seen.warning);
    assert_non_null(strstr(seen.warning, "no memory"));
}

/* Headers as Espressif documents them: E9, segments, mode, size, entry, then
 * the id of the chip at 12. */
static void images_for_other_chips_are_told(void **state)
{
    (void)state;
    static const struct {
        uint32_t entry;
        uint16_t id;
        const char *name; /* NULL: it may be ours */
    } chips[] = {
        {0x400806B4, 0, "an ESP32"},
        {0x403CC700, 5, "an ESP32-C3"},
        {0x403C9900, 9, "an ESP32-S3"},
        {0x403C9900, 0x123, "another chip than the ESP8266"},
        {0x40100004, 0, NULL},
        {0x4010F480, 0x10, NULL},
        {0x00000000, 0, NULL},
    };
    for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
        uint8_t file[64] = {0xE9, 3, 2, 0x20};
        struct image image;
        struct recognized seen;
        put_u32le(file + 4, chips[i].entry);
        file[12] = (uint8_t)chips[i].id;
        file[13] = (uint8_t)(chips[i].id >> 8);
        const char *name = recognize_other_chip(file, sizeof(file));
        if (!chips[i].name) {
            assert_null(name);
            continue;
        }
        assert_string_equal(name, chips[i].name);
        (void)!image_check(file, sizeof(file), &image);
        recognize(file, sizeof(file), &image, &seen);
        assert_non_null(strstr(seen.text, chips[i].name));
        assert_null(recognize_other_chip(file, 20));
    }
}

static size_t pack(const uint8_t *bytes, size_t size, uint8_t *out, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, 0),
                     Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)size;
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

/* Every length that it can be cut to, and a limit that is one too low. */
static void what_is_packed_comes_out_whole_or_not(void **state)
{
    (void)state;
    static uint8_t plain[200000], packed[1000];
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)(i >> 12);
    size_t n = pack(plain, sizeof(plain), packed, sizeof(packed));
    for (size_t cut = 3; cut <= n; cut++) {
        size_t size = cut;
        uint8_t *bytes = malloc(cut);
        assert_non_null(bytes);
        memcpy(bytes, packed, cut);
        assert_true(unpack_is_gzip(bytes, size));
        enum err e = unpack_gzip(&bytes, &size, sizeof(plain));
        assert_int_equal(e, cut == n ? ERR_NONE : ERR_PACKED);
        assert_int_equal(size, cut == n ? sizeof(plain) : cut);
        if (cut == n)
            assert_memory_equal(bytes, plain, sizeof(plain));
        free(bytes);
    }
    size_t size = n;
    uint8_t *bytes = malloc(n);
    assert_non_null(bytes);
    memcpy(bytes, packed, n);
    assert_int_equal(unpack_gzip(&bytes, &size, sizeof(plain) - 1),
                     ERR_NO_ROOM);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_is_known_by_its_words),
        cmocka_unit_test(an_image_for_no_memory_is_warned_of),
        cmocka_unit_test(images_for_other_chips_are_told),
        cmocka_unit_test(what_is_packed_comes_out_whole_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
