/* Tells firmware by the words in it. */
#include "tool/recognize.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "format/bytes.h"
#include "format/slot_trailer.h"

#define EBOOT_ADDRESS 0x4010F000u /* where Arduino's boot loader is linked */
#define LONG_HEADER 24u
#define CHIP_ID 12u

static const uint8_t tasmota_marker[12] = {0xA5, 0x5A, 0xA5, 0x5A, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0x5A, 0xA5, 0x5A, 0xA5};

/* The first row whose words are there. ESPHome stands before Tasmota because
 * it carries Tasmota's marker, so that Tasmota lets itself be replaced. */
static const struct words {
    enum firmware_kind kind;
    const void *bytes;
    size_t size;
} words[] = {
    {FIRMWARE_ESPHOME, "ESPHome version ", 16},
    {FIRMWARE_ESPHOME, "esphome", 7},
    {FIRMWARE_TASMOTA, "Tasmota", 7},
    {FIRMWARE_TASMOTA, "TASMOTA", 7},
    {FIRMWARE_TASMOTA, "tasmota", 7},
    {FIRMWARE_TASMOTA, tasmota_marker, sizeof(tasmota_marker)},
    {FIRMWARE_ESPHOME, "ESPHome", 7},
    {FIRMWARE_ESPEASY, "ESPEasy", 7},
    {FIRMWARE_ESPEASY, "ESP Easy", 8},
    {FIRMWARE_VENDOR, "coolkit", 7},
    {FIRMWARE_VENDOR, "ITEAD-", 6},
};

enum firmware_kind recognize_words(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (memmem(bytes, size, words[i].bytes, words[i].size))
            return words[i].kind;
    }
    return FIRMWARE_UNKNOWN;
}

const char *recognize_name(enum firmware_kind kind)
{
    static const char *const names[] = {
        [FIRMWARE_UNKNOWN] = "an unknown firmware",
        [FIRMWARE_POGO] = "Pogo",
        [FIRMWARE_TASMOTA] = "Tasmota",
        [FIRMWARE_ESPHOME] = "ESPHome",
        [FIRMWARE_ESPEASY] = "ESP Easy",
        [FIRMWARE_VENDOR] = "the vendor's firmware of a Sonoff",
        [FIRMWARE_ARDUINO] = "an Arduino program for ESP8266",
    };
    return names[kind];
}

/* ---- versions and variants ---- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '.' || c == '-' || c == '_';
}

/* How many characters of a word stand at at. */
static size_t word_size(const uint8_t *bytes, size_t size, size_t at)
{
    size_t n = 0;
    while (at + n < size && is_word(bytes[at + n]))
        n++;
    return n;
}

/* "6.4.1(sonoff)": the name in brackets with a number before it. */
static bool find_version(const uint8_t *bytes, size_t size, const char *name,
                         char *out, size_t room)
{
    for (size_t at = 0; at < size;) {
        const uint8_t *p = memmem(bytes + at, size - at, name, strlen(name));
        if (!p)
            return false;
        size_t from = (size_t)(p - bytes);
        at = from + 1;
        while (from > 0 &&
               (is_digit(bytes[from - 1]) || bytes[from - 1] == '.'))
            from--;
        if (at - 1 - from < strlen("1.2.3"))
            continue;
        size_t end = at + word_size(bytes, size, at);
        int all = (int)(end - from);
        if (end < size && bytes[end] == ')' && (size_t)all + 2 < room) {
            snprintf(out, room, "%.*s)", all, (const char *)bytes + from);
            return true;
        }
    }
    return false;
}

/* "tasmota-lite" between bytes 0, as the image is called in itself. */
static bool find_variant(const uint8_t *bytes, size_t size, char *out,
                         size_t room)
{
    static const char name[] = "\0tasmota-";
    for (size_t at = 0; at < size;) {
        const uint8_t *p =
            memmem(bytes + at, size - at, name, sizeof(name) - 1);
        if (!p)
            return false;
        at = (size_t)(p - bytes) + 1;
        size_t n = word_size(bytes, size, at);
        if (at + n < size && bytes[at + n] == '\0' && n < 24 && n + 1 < room &&
            !memchr(bytes + at, '.', n)) {
            snprintf(out, room, "%.*s", (int)n, (const char *)bytes + at);
            return true;
        }
    }
    return false;
}

static void name_tasmota(const uint8_t *file, size_t size, char *text,
                         size_t room)
{
    char more[64];
    if (find_version(file, size, "(tasmota", more, sizeof(more)) ||
        find_version(file, size, "(sonoff", more, sizeof(more)))
        snprintf(text, room, "Tasmota %s", more);
    else if (find_variant(file, size, more, sizeof(more)))
        snprintf(text, room, "Tasmota (%s)", more);
    else
        snprintf(text, room, "Tasmota");
}

static void name_esphome(const uint8_t *file, size_t size, char *text,
                         size_t room)
{
    static const char before[] = "ESPHome version ";
    const uint8_t *p = memmem(file, size, before, sizeof(before) - 1);
    size_t at = p ? (size_t)(p - file) + sizeof(before) - 1 : size;
    size_t n = word_size(file, size, at);
    snprintf(text, room, "ESPHome%s%.*s", n > 0 ? " " : "",
             (int)(n < 32 ? n : 32), n > 0 ? (const char *)file + at : "");
}

/* ---- what starts ---- */

static bool has_memory(uint32_t address)
{
    return (address >= 0x40100000u && address < 0x40110000u) ||
           (address >= 0x3FFE8000u && address < 0x40000000u) ||
           (address >= 0x40200000u && address < 0x40300000u);
}

const char *recognize_other_chip(const uint8_t *file, size_t size)
{
    static const struct {
        uint16_t id;
        const char *name;
    } chips[] = {
        {0, "an ESP32"},     {2, "an ESP32-S2"},  {5, "an ESP32-C3"},
        {9, "an ESP32-S3"},  {12, "an ESP32-C2"}, {13, "an ESP32-C6"},
        {16, "an ESP32-H2"}, {18, "an ESP32-P4"},
    };
    /* An entry elsewhere, and no segment where the ESP8266's first one begins:
     * a bench image's entry is nowhere, too. */
    if (size < LONG_HEADER || file[0] != IMAGE_MAGIC ||
        has_memory(get_u32le(file + 4)) || has_memory(get_u32le(file + 8)) ||
        file[7] >> 4 != 0x4u)
        return NULL;
    for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
        if (chips[i].id == (file[CHIP_ID] | file[CHIP_ID + 1] << 8))
            return chips[i].name;
    }
    return "another chip than the ESP8266";
}

static const char *find_warning(const uint8_t *file, size_t size,
                                const struct image *image)
{
    struct slot_trailer trailer;
    if (image->version == 2)
        return "Espressif's boot loader would have to stand at 0: alone it "
               "does not start";
    if (!image->has_mark && image->end <= size &&
        size - image->end >= SLOT_TRAILER_SIZE &&
        slot_trailer_get(file + image->end, &trailer))
        return "a slot of Pogo's without its boot sector does not start";
    for (unsigned i = 0; i < image->segment_count; i++) {
        if (!has_memory(image->segment[i].address))
            return "it loads to where an ESP8266 has no memory: it does not "
                   "start";
    }
    return NULL;
}

void recognize(const uint8_t *file, size_t size, const struct image *image,
               struct recognized *out)
{
    const char *chip = recognize_other_chip(file, size);
    *out = (struct recognized){.kind = FIRMWARE_UNKNOWN};
    image_describe(file, size, image, out->text, sizeof(out->text));
    if (chip)
        snprintf(out->text, sizeof(out->text), "an image for %s", chip);
    if (chip || image->version == 0)
        return;
    out->warning = find_warning(file, size, image);
    if (image->has_mark) {
        out->kind = FIRMWARE_POGO;
        return;
    }
    out->kind = recognize_words(file, size);
    if (out->kind == FIRMWARE_UNKNOWN && image->segment_count > 0 &&
        image->segment[0].address == EBOOT_ADDRESS)
        out->kind = FIRMWARE_ARDUINO;
    if (out->kind == FIRMWARE_TASMOTA)
        name_tasmota(file, size, out->text, sizeof(out->text));
    else if (out->kind == FIRMWARE_ESPHOME)
        name_esphome(file, size, out->text, sizeof(out->text));
    else if (out->kind != FIRMWARE_UNKNOWN)
        snprintf(out->text, sizeof(out->text), "%s", recognize_name(out->kind));
}
