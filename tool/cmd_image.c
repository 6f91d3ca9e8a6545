/* pogo image: what is this file? No chip needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/crc32.h"
#include "format/image.h"
#include "format/slot_trailer.h"
#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/image_ota.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/recognize.h"
#include "tool/unpack.h"

static const char *place(uint32_t address)
{
    if (address >= 0x40200000u && address < 0x40300000u)
        return "flash, mapped";
    if (address >= 0x40100000u && address < 0x40110000u)
        return "IRAM";
    if (address >= 0x3FFE8000u && address < 0x40000000u)
        return "DRAM";
    return address == 0 ? "flash" : "?";
}

static void print_segments(const struct image *image)
{
    for (unsigned i = 0; i < image->segment_count; i++) {
        const struct image_segment *s = &image->segment[i];
        printf("segment   %u: 0x%08x, %u bytes from file offset 0x%x (%s)\n",
               i + 1, (unsigned)s->address, (unsigned)s->size,
               (unsigned)s->offset, place(s->address));
    }
}

/* Right behind the image, in files for Pogo's slots; false when there is none.
 */
static bool find_trailer(const uint8_t *image, size_t size, size_t end,
                         struct slot_trailer *out)
{
    return end <= size && size - end >= SLOT_TRAILER_SIZE &&
           slot_trailer_get(image + end, out);
}

static void print_trailer(const uint8_t *image, size_t size, size_t end)
{
    struct slot_trailer trailer;
    if (!find_trailer(image, size, end, &trailer))
        return;
    bool is_right =
        trailer.length == end && trailer.crc == crc32_update(0, image, end);
    printf("trailer   version %u.%u.%u, %u bytes, CRC 0x%08x, %s\n",
           (unsigned)(trailer.version >> 24),
           (unsigned)(trailer.version >> 16) & 0xFFu,
           (unsigned)trailer.version & 0xFFFFu, (unsigned)trailer.length,
           (unsigned)trailer.crc, is_right ? "right" : "wrong");
}

/* Of Pogo's images the trailer knows the version: the mark at the start is the
 * boot sector's, and a slot's image alone has none. */
static void describe(const uint8_t *file, size_t size,
                     const struct image *image, char *what, size_t room)
{
    struct image second;
    struct slot_trailer trailer;
    const char *of = "one slot, without its boot sector";
    const uint8_t *slot = file;
    size_t end = image->end;
    struct recognized seen;
    recognize(file, size, image, &seen);
    snprintf(what, room, "%s", seen.text);
    if (image->version == 0)
        return;
    if (image->has_mark) {
        slot = image_second(file, size, image);
        of = image->mark.target == 'B' ? "the bench only" : "real devices";
        if (!slot ||
            image_read(slot, size - (size_t)(slot - file), &second) != ERR_NONE)
            return;
        end = second.end;
    }
    if (find_trailer(slot, size - (size_t)(slot - file), end, &trailer))
        snprintf(what, room, "Pogo %u.%u.%u for %s",
                 (unsigned)(trailer.version >> 24),
                 (unsigned)(trailer.version >> 16) & 0xFFu,
                 (unsigned)trailer.version & 0xFFFFu, of);
}

/* What the table says of a file that is no image does not help here. */
static const char *hint_of(const uint8_t *bytes, size_t size, enum err e)
{
    if (e == ERR_IMAGE_MAGIC && size >= 4 && memcmp(bytes, "\177ELF", 4) == 0)
        return "it is an ELF file, as the linker leaves it: give the image "
               "that "
               "was made of it, a .bin beside it";
    return err_hint(e);
}

/* The program behind the boot sector. */
static void print_second(const uint8_t *file, size_t size,
                         const struct image *first)
{
    struct image image;
    const uint8_t *second = image_second(file, size, first);
    if (!second)
        return;
    enum err e = image_read(second, size - (size_t)(second - file), &image);
    printf("second    image at 0x1000, entry 0x%08x, checksum %s\n",
           (unsigned)image.entry, e == ERR_NONE ? "right" : "wrong");
    for (unsigned i = 0; i < image.segment_count; i++)
        image.segment[i].offset += (uint32_t)(second - file);
    print_segments(&image);
    print_trailer(second, size - (size_t)(second - file), image.end);
}

/* What is right, and yet perhaps not what was meant. */
static void print_notes(const uint8_t *file, size_t size,
                        const struct image *image)
{
    size_t more = image_trailing(file, size, image);
    unsigned nibble = image->size_freq >> 4;
    uint32_t flash = image_size_bytes(nibble);
    if (image->mode == IMAGE_QIO || image->mode == IMAGE_QOUT)
        printf("note      with mode %s it does not start on an ESP8285 (Sonoff "
               "Mini, ...);\n          pogo flash sets DOUT there by itself\n",
               image_mode_name(image->mode));
    struct recognized seen;
    recognize(file, size, image, &seen);
    if (seen.warning)
        printf("note      %s\n", seen.warning);
    if (more > 0)
        printf(
            "note      %zu bytes follow the image's end; its checksum leaves "
            "them\n          out, pogo flash writes them, too\n",
            more);
    if (flash != 0 && size > flash)
        printf("note      the file is larger than the flash its header names, "
               "%s\n",
               image_size_name(nibble));
}

/* Version 2 has a CRC, too, which is looked at after the checksum was taken. */
static void print_sums(const struct image *image, enum err e)
{
    if (e != ERR_NONE && e != ERR_IMAGE_CHECKSUM)
        return;
    if (image->checksum == image->checksum_stored)
        printf("checksum  0x%02x, right\n", image->checksum);
    else
        printf("checksum  0x%02x, but 0x%02x is in the file\n", image->checksum,
               image->checksum_stored);
    if (image->version != 2)
        return;
    if (image->crc == image->crc_stored)
        printf("CRC       0x%08x, right\n", (unsigned)image->crc);
    else
        printf("CRC       0x%08x, but 0x%08x is in the file\n",
               (unsigned)image->crc, (unsigned)image->crc_stored);
}

static void print_text(const char *path, size_t size, const char *what,
                       const struct image *image, enum err e)
{
    printf("file      %s, %zu bytes\n", path, size);
    printf("is        %s\n", what);
    if (image->version == 0)
        return;
    printf("image     version %u, entry 0x%08x, ends at 0x%x\n", image->version,
           (unsigned)image->entry, (unsigned)image->end);
    print_segments(image);
    printf("flash     mode %s, size %s, frequency %s\n",
           image_mode_name(image->mode), image_size_name(image->size_freq >> 4),
           image_freq_name(image->size_freq & 0xFu));
    print_sums(image, e);
    if (image->has_mark)
        printf("mark      of the boot sector: Pogo %s, for %s\n",
               image->mark.version,
               image->mark.target == 'B' ? "the bench only" : "real devices");
}

static void print_json(const char *path, const uint8_t *bytes, size_t size,
                       const char *what, const struct image *image, enum err e,
                       const char *hint)
{
    printf("{\"file\":");
    message_json(path);
    printf(",\"size\":%zu,\"is\":", size);
    message_json(what);
    printf(",\"version\":%u,\"entry\":%u,\"mode\":\"%s\",\"flash_size\":\"%s\","
           "\"frequency\":\"%s\",\"segments\":[",
           image->version, (unsigned)image->entry, image_mode_name(image->mode),
           image_size_name(image->size_freq >> 4),
           image_freq_name(image->size_freq & 0xFu));
    for (unsigned i = 0; i < image->segment_count; i++)
        printf("%s{\"address\":%u,\"size\":%u,\"offset\":%u}", i ? "," : "",
               (unsigned)image->segment[i].address,
               (unsigned)image->segment[i].size,
               (unsigned)image->segment[i].offset);
    printf("],\"checksum\":%u,\"trailing\":%zu,\"mark\":", image->checksum,
           e == ERR_NONE ? image_trailing(bytes, size, image) : 0);
    if (image->has_mark)
        printf("{\"target\":\"%c\",\"version\":\"%s\"}", image->mark.target,
               image->mark.version);
    else
        printf("null");
    printf(",\"state\":\"%s\"", e == ERR_NONE ? "ok" : err_name(e));
    if (e != ERR_NONE) {
        putchar(',');
        message_json_error(e, path, hint);
    }
    printf("}\n");
}

int cmd_image(const struct args *args)
{
    struct image image;
    char what[96];
    uint8_t *bytes;
    size_t size;
    if (args->word_count != 1)
        return message_usage("image", "one file is meant");
    const char *path = args->word[0];
    enum err e = os_read_file(path, FIRMWARE_LIMIT, &bytes, &size);
    if (e != ERR_NONE)
        return message_fail(e, "%s", path);
    if (image_ota_is(bytes, size)) {
        int code = image_ota_show(args, path, bytes, size);
        free(bytes);
        return code;
    }
    if (unpack_is_gzip(bytes, size)) {
        e = unpack_gzip(&bytes, &size, FIRMWARE_LIMIT);
        if (e != ERR_NONE) {
            free(bytes);
            return message_fail(e, "%s", path);
        }
    }
    e = image_check(bytes, size, &image);
    if (recognize_other_chip(bytes, size))
        e = ERR_IMAGE_CHIP;
    describe(bytes, size, &image, what, sizeof(what));
    const char *hint = hint_of(bytes, size, e);
    message_json_errors(false); /* print_json tells it in its object */
    if (args->is_json)
        print_json(path, bytes, size, what, &image, e, hint);
    else
        print_text(path, size, what, &image, e);
    if (!args->is_json && e == ERR_NONE) {
        print_trailer(bytes, size, image.end);
        print_second(bytes, size, &image);
        print_notes(bytes, size, &image);
    }
    free(bytes);
    return e == ERR_NONE ? EXIT_DONE : message_fail_hint(e, hint, "%s", path);
}
