/* Makes the OTA file of one program linked for both slots, as mkimage wrote
 * them: the image for slot A, the list of words that hold slot addresses, and
 * the builder's signature. Nothing is written unless a device would get both
 * images out of it, byte for byte. Usage:
 *
 *     mkota --board bench|chip [--version X.Y.Z] KEY.pem A.bin B.bin OUT.ota
 *
 * The version is that of the images; another one is for tests only. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/crc32.h"
#include "format/image.h"
#include "format/slot_trailer.h"
#include "scripts/ota_build.h"
#include "scripts/slot_pair.h"

struct slot_file {
    uint8_t bytes[MAP_SLOT_SIZE];
    struct slot_trailer trailer;
};

__attribute__((format(printf, 1, 2), noreturn)) static void
die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("mkota: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

static void usage(void)
{
    fputs("usage: mkota --board bench|chip [--version X.Y.Z] KEY.pem A.bin "
          "B.bin OUT.ota\n",
          stderr);
    exit(2);
}

/* An image and the trailer behind it, both whole. */
static void read_slot(const char *name, struct slot_file *out)
{
    struct image image;
    FILE *file = fopen(name, "rb");
    if (!file)
        die("%s: can't be opened", name);
    size_t size = fread(out->bytes, 1, sizeof(out->bytes), file);
    (void)fclose(file);
    enum err e = image_read(out->bytes, size, &image);
    if (e != ERR_NONE)
        die("%s: %s", name, err_text(e));
    if (size - image.end < SLOT_TRAILER_SIZE ||
        !slot_trailer_get(out->bytes + image.end, &out->trailer) ||
        out->trailer.length != image.end ||
        out->trailer.crc != crc32_update(0, out->bytes, image.end))
        die("%s: its trailer is missing or wrong", name);
    if (image.end > OTA_IMAGE_LIMIT)
        die("%s: %u bytes are more than %u\n  try: find what grew with "
            "xtensa-lx106-elf-nm -S --size-sort",
            name, (unsigned)image.end, OTA_IMAGE_LIMIT);
}

/* Of the words in the list those that are not in the mapped segment. */
static unsigned count_in_ram(const struct ota_parts *parts)
{
    struct image image;
    unsigned count = 0;
    if (image_read(parts->image[SLOT_A], parts->image_size, &image) != ERR_NONE)
        return 0;
    for (uint32_t i = 0; i < parts->count; i++)
        count += parts->offsets[i] >=
                 image.segment[0].offset + image.segment[0].size;
    return count;
}

/* The list, or the end. */
static void compare(const struct slot_file *a, const struct slot_file *b,
                    struct slot_pair *pair)
{
    if (a->trailer.length != b->trailer.length)
        die("the links for the two slots differ in size: A has %u bytes, B %u",
            (unsigned)a->trailer.length, (unsigned)b->trailer.length);
    if (a->trailer.version != b->trailer.version)
        die("the two slots have different versions");
    if (!slot_pair_compare(a->bytes, b->bytes, a->trailer.length, pair))
        die("the links for the two slots differ: %s\n  try: only words that "
            "hold addresses in the slot may differ, by 0x%x",
            pair->problem, SLOT_DISTANCE);
}

static uint32_t read_version(const char *text)
{
    unsigned major = 0, minor = 0, patch = 0;
    char end;
    if (sscanf(text, "%u.%u.%u%c", &major, &minor, &patch, &end) != 3 ||
        major > 255 || minor > 255 || patch > 65535)
        die("%s: not a version as 1.2.3", text);
    return OTA_VERSION(major, minor, patch);
}

static void make(const struct ota_parts *parts, const char *key_name,
                 const char *name)
{
    static uint8_t file[OTA_FILE_ROOM];
    struct ota_key key;
    size_t size = 0;
    uint32_t at = 0;
    enum err e = ota_key_read(key_name, &key);
    if (e != ERR_NONE)
        die("%s: %s", key_name, err_text(e));
    e = ota_build(parts, &key, file, sizeof(file), &size);
    if (e != ERR_NONE)
        die("%s: %s", name, err_text(e));
    e = ota_build_check(parts, &key, file, size, &at);
    ota_key_free(&key);
    if (e != ERR_NONE)
        die("%s: read again, it is wrong at 0x%x of the image: %s", name,
            (unsigned)at, err_text(e));
    FILE *out = fopen(name, "wb");
    if (!out || fwrite(file, 1, size, out) != size || fclose(out) != 0)
        die("%s: can't be written", name);
    printf("%s: %zu bytes, %u of them the image; %u words hold slot "
           "addresses, %u of them in RAM\n",
           name, size, (unsigned)parts->image_size, (unsigned)parts->count,
           count_in_ram(parts));
}

int main(int argc, char **argv)
{
    static struct slot_file a, b;
    static uint32_t offsets[MAP_SLOT_SIZE / 4];
    struct slot_pair pair = {.offsets = offsets, .room = MAP_SLOT_SIZE / 4};
    const char *board = NULL, *version = NULL;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        if (strcmp(argv[i], "--board") == 0)
            board = argv[i + 1];
        else if (strcmp(argv[i], "--version") == 0)
            version = argv[i + 1];
        else
            usage();
    }
    if (argc - i != 4 || !board ||
        (strcmp(board, "bench") != 0 && strcmp(board, "chip") != 0))
        usage();
    read_slot(argv[i + 1], &a);
    read_slot(argv[i + 2], &b);
    compare(&a, &b, &pair);
    const struct ota_parts parts = {
        .image = {a.bytes, b.bytes},
        .image_size = a.trailer.length,
        .offsets = offsets,
        .count = pair.count,
        .version = version ? read_version(version) : a.trailer.version,
        .board = board[0] == 'c' ? OTA_BOARD_CHIP : OTA_BOARD_BENCH,
    };
    make(&parts, argv[i], argv[i + 3]);
    return 0;
}
