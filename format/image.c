#include "format/image.h"

#include <stdio.h>
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define CHECKSUM_START 0xEFu
#define CHECKSUM_ALIGN 16u
#define SEGMENT_HEADER 8u
/* Version 2: EA 04, its irom segment, then an ordinary image. */
#define V2_SEGMENTS 4u
#define TRAILER 0x1000u
#define EBOOT_ADDRESS 0x4010F000u /* where Arduino's boot loader is linked */

struct name_row {
    uint8_t value;
    const char *name;
    uint32_t bytes; /* sizes: what such a flash holds */
};

/* clang-format off */
static const struct name_row modes[] = {
    {IMAGE_QIO, "qio", 0}, {IMAGE_QOUT, "qout", 0},
    {IMAGE_DIO, "dio", 0}, {IMAGE_DOUT, "dout", 0},
};
static const struct name_row sizes[] = {
    {0, "512KB", 0x80000},  {1, "256KB", 0x40000},  {2, "1MB", 0x100000},
    {3, "2MB", 0x200000},   {4, "4MB", 0x400000},   {5, "2MB-c1", 0x200000},
    {6, "4MB-c1", 0x400000}, {8, "8MB", 0x800000},  {9, "16MB", 0x1000000},
};
static const struct name_row freqs[] = {
    {0x0, "40m", 0}, {0x1, "26m", 0}, {0x2, "20m", 0}, {0xF, "80m", 0},
};
/* clang-format on */
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *name_of(const struct name_row *rows, size_t count,
                           unsigned value)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].value == value)
            return rows[i].name;
    }
    return "?";
}

static bool is_same(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
        char y = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;
        if (x != y)
            return false;
    }
    return *a == *b;
}

static bool find(const struct name_row *rows, size_t count, const char *name,
                 uint8_t *out)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(rows[i].name, name)) {
            *out = rows[i].value;
            return true;
        }
    }
    return false;
}

const char *image_mode_name(unsigned mode)
{
    return name_of(modes, COUNT(modes), mode);
}

const char *image_size_name(unsigned size_nibble)
{
    return name_of(sizes, COUNT(sizes), size_nibble);
}

const char *image_freq_name(unsigned freq_nibble)
{
    return name_of(freqs, COUNT(freqs), freq_nibble);
}

bool image_mode_find(const char *name, uint8_t *out)
{
    return find(modes, COUNT(modes), name, out);
}

bool image_size_find(const char *name, uint8_t *nibble)
{
    return find(sizes, COUNT(sizes), name, nibble);
}

bool image_freq_find(const char *name, uint8_t *nibble)
{
    return find(freqs, COUNT(freqs), name, nibble);
}

bool image_size_nibble(uint32_t bytes, uint8_t *nibble)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        if (sizes[i].bytes != 0 && sizes[i].bytes == bytes) {
            *nibble = sizes[i].value;
            return true;
        }
    }
    return false;
}

uint32_t image_size_bytes(unsigned size_nibble)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        if (sizes[i].value == size_nibble)
            return sizes[i].bytes;
    }
    return 0;
}

/* ---- reading ---- */

struct cursor {
    const uint8_t *file;
    size_t size;
    size_t at;
};

static bool has(const struct cursor *c, size_t n)
{
    return c->at <= c->size && n <= c->size - c->at;
}

/* One segment header and its bytes; sums them when asked to. */
static bool read_segment(struct cursor *c, struct image *out, bool is_summed)
{
    struct image_segment *s = &out->segment[out->segment_count];
    if (!has(c, SEGMENT_HEADER))
        return false;
    s->address = get_u32le(c->file + c->at);
    s->size = get_u32le(c->file + c->at + 4);
    c->at += SEGMENT_HEADER;
    s->offset = (uint32_t)c->at;
    if (!has(c, s->size))
        return false;
    for (size_t i = 0; is_summed && i < s->size; i++)
        out->checksum ^= c->file[c->at + i];
    c->at += s->size;
    out->segment_count++;
    return true;
}

static bool read_segments(struct cursor *c, struct image *out, unsigned count)
{
    out->checksum = CHECKSUM_START;
    for (unsigned i = 0; i < count; i++) {
        if (!read_segment(c, out, true))
            return false;
    }
    /* The checksum is the last byte of a multiple of 16. */
    c->at = (c->at | (CHECKSUM_ALIGN - 1)) + 1;
    if (c->at > c->size)
        return false;
    out->checksum_stored = c->file[c->at - 1];
    return true;
}

static void read_header(const struct cursor *c, struct image *out)
{
    const uint8_t *p = c->file + c->at;
    out->mode = p[2];
    out->size_freq = p[3];
    out->entry = get_u32le(p + 4);
}

/* EA 04 …, the irom segment, then E9 …; then a CRC-32 of all before it, which
 * is stored in the SDK's own manner (chip.md A10). */
static enum err read_v2(struct cursor *c, struct image *out)
{
    out->version = 2;
    read_header(c, out);
    c->at += IMAGE_HEADER;
    if (!read_segment(c, out, false) || !has(c, IMAGE_HEADER))
        return ERR_IMAGE_TRUNCATED;
    const uint8_t *inner = c->file + c->at;
    if (inner[0] != IMAGE_MAGIC || inner[1] > IMAGE_SEGMENTS)
        return ERR_IMAGE_MAGIC;
    c->at += IMAGE_HEADER;
    if (!read_segments(c, out, inner[1]) || !has(c, 4))
        return ERR_IMAGE_TRUNCATED;
    uint32_t crc = crc32_update(0, c->file, c->at);
    out->crc = (crc & 0x80000000u) ? crc ^ 0xFFFFFFFFu : crc + 1u;
    out->crc_stored = get_u32le(c->file + c->at);
    c->at += 4;
    return out->crc == out->crc_stored ? ERR_NONE : ERR_IMAGE_CHECKSUM;
}

static enum err read_v1(struct cursor *c, struct image *out)
{
    unsigned count = c->file[1];
    out->version = 1;
    read_header(c, out);
    if (count == 0 || count > IMAGE_SEGMENTS)
        return ERR_IMAGE_MAGIC;
    c->at += IMAGE_HEADER;
    return read_segments(c, out, count) ? ERR_NONE : ERR_IMAGE_TRUNCATED;
}

enum err image_read(const uint8_t *file, size_t size, struct image *out)
{
    struct cursor c = {file, size, 0};
    memset(out, 0, sizeof(*out));
    if (size == 0)
        return ERR_IMAGE_TRUNCATED;
    bool is_v2 = file[0] == IMAGE_MAGIC_V2;
    if (file[0] != IMAGE_MAGIC && !is_v2)
        return ERR_IMAGE_MAGIC;
    if (size < IMAGE_HEADER)
        return ERR_IMAGE_TRUNCATED;
    if (is_v2 && file[1] != V2_SEGMENTS)
        return ERR_IMAGE_MAGIC;
    out->has_mark = mark_read(file, size, &out->mark);
    enum err e = is_v2 ? read_v2(&c, out) : read_v1(&c, out);
    out->end = (uint32_t)(c.at < size ? c.at : size);
    if (e == ERR_NONE && out->checksum != out->checksum_stored)
        e = ERR_IMAGE_CHECKSUM;
    return e;
}

static bool is_eboot(const struct image *image)
{
    return image->version == 1 && image->segment_count > 0 &&
           image->segment[0].address == EBOOT_ADDRESS;
}

static bool has_second(const struct image *image)
{
    return image->has_mark || is_eboot(image);
}

const uint8_t *image_second(const uint8_t *file, size_t size,
                            const struct image *first)
{
    return has_second(first) && size > MAP_SLOT_A ? file + MAP_SLOT_A : NULL;
}

enum err image_check(const uint8_t *file, size_t size, struct image *out)
{
    struct image second;
    enum err e = image_read(file, size, out);
    if (e != ERR_NONE || !has_second(out))
        return e;
    if (size <= MAP_SLOT_A)
        return ERR_IMAGE_TRUNCATED;
    return image_read(file + MAP_SLOT_A, size - MAP_SLOT_A, &second);
}

size_t image_trailing(const uint8_t *file, size_t size,
                      const struct image *first)
{
    struct image second;
    size_t end = first->end;
    if (has_second(first) && size > MAP_SLOT_A &&
        image_read(file + MAP_SLOT_A, size - MAP_SLOT_A, &second) == ERR_NONE)
        end = MAP_SLOT_A + second.end;
    while (size > end && file[size - 1] == 0xFF)
        size--;
    return size > end + TRAILER ? size - end : 0;
}

/* ---- what it seems to be ---- */

struct guess {
    size_t at;
    unsigned size;
    uint8_t bytes[4];
    const char *name;
};

static const struct guess guesses[] = {
    {0, 2, {0x1F, 0x8B}, "a gzip file: unpack it first"},
    {0, 2, {'P', 'K'}, "a zip file: unpack it first"},
    {0, 4, {0x7F, 'E', 'L', 'F'}, "an ELF file: make an image of it first"},
    {0, 2, {'<', '!'}, "a web page: the download went wrong"},
    {0, 4, {0xFF, 0xFF, 0xFF, 0xFF}, "blank flash"},
};

static bool is_flash_size(size_t size)
{
    uint8_t nibble;
    return size >= 0x80000 && size <= UINT32_MAX &&
           image_size_nibble((uint32_t)size, &nibble);
}

static const char *describe_esp(size_t size, const struct image *image)
{
    if (is_eboot(image))
        return "an Arduino program for ESP8266";
    if (image->version == 2)
        return "an image for Espressif's boot loader, not to be started from 0";
    if (is_flash_size(size))
        return "a whole flash, perhaps a backup";
    return "an ESP8266 image";
}

const char *image_describe(const uint8_t *file, size_t size,
                           const struct image *image, char *text, size_t room)
{
    const char *name = "not an ESP8266 image";
    if (image->has_mark) {
        snprintf(text, room, "Pogo %s for %s", image->mark.version,
                 image->mark.target == 'B' ? "the bench only" : "real devices");
        return text;
    }
    if (size == 0)
        name = "an empty file";
    for (size_t i = 0; i < COUNT(guesses); i++) {
        const struct guess *g = &guesses[i];
        if (size >= g->at + g->size &&
            memcmp(file + g->at, g->bytes, g->size) == 0)
            name = g->name;
    }
    if (image->version != 0)
        name = describe_esp(size, image);
    snprintf(text, room, "%s", name);
    return text;
}

/* ---- building ---- */

size_t image_built_size(const struct image_part *parts, unsigned count)
{
    size_t size = IMAGE_HEADER;
    for (unsigned i = 0; i < count; i++)
        size += SEGMENT_HEADER + parts[i].size;
    return (size | (CHECKSUM_ALIGN - 1)) + 1;
}

enum err image_build(uint8_t mode, uint8_t size_freq, uint32_t entry,
                     const struct image_part *parts, unsigned count,
                     uint8_t *out, size_t room)
{
    size_t total = image_built_size(parts, count);
    size_t at = IMAGE_HEADER;
    uint8_t checksum = CHECKSUM_START;
    if (count > IMAGE_SEGMENTS || room < total)
        return ERR_NO_ROOM;
    memset(out, 0, total);
    out[0] = IMAGE_MAGIC;
    out[1] = (uint8_t)count;
    out[2] = mode;
    out[3] = size_freq;
    put_u32le(out + 4, entry);
    for (unsigned i = 0; i < count; i++) {
        if (parts[i].size % 4 != 0)
            return ERR_FORMAT;
        put_u32le(out + at, parts[i].address);
        put_u32le(out + at + 4, parts[i].size);
        at += SEGMENT_HEADER;
        memcpy(out + at, parts[i].bytes, parts[i].size);
        for (uint32_t k = 0; k < parts[i].size; k++)
            checksum ^= parts[i].bytes[k];
        at += parts[i].size;
    }
    out[total - 1] = checksum;
    return ERR_NONE;
}
