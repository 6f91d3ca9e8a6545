/* Makes the file that is flashed at 0 of the two linked programs: the boot
 * sector, padded to 4 KB, and behind it slot A's image with its trailer. Or the
 * image and trailer alone, of either slot. Usage:
 *
 *     mkimage BOOT.elf SLOT_A.elf OUT.bin
 *     mkimage SLOT.elf OUT.bin */
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/image.h"
#include "format/ota_file.h"
#include "format/slot_trailer.h"
#include "format/version.h"

#define SIZE_1MB_FREQ_40M 0x20u

struct program {
    uint8_t *file;
    uint32_t entry;
    struct image_part part[IMAGE_SEGMENTS];
    unsigned count;
};

static void die(const char *what, const char *name)
{
    fprintf(stderr, "mkimage: %s: %s\n", what, name);
    exit(1);
}

/* What the cache shows comes first: its bytes must be where they were linked
 * to. The rest by address. */
static bool is_before(uint32_t a, uint32_t b)
{
    bool a_mapped = a >= MAP_IROM_BASE, b_mapped = b >= MAP_IROM_BASE;
    return a_mapped != b_mapped ? a_mapped : a < b;
}

static void add_part(struct program *program, const GElf_Phdr *row)
{
    struct image_part part = {(uint32_t)row->p_vaddr,
                              program->file + row->p_offset,
                              (uint32_t)row->p_filesz};
    unsigned at = program->count++;
    for (; at > 0 && is_before(part.address, program->part[at - 1].address);
         at--)
        program->part[at] = program->part[at - 1];
    program->part[at] = part;
}

static void read_program(const char *name, struct program *program)
{
    int fd = open(name, O_RDONLY);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    size_t count = 0, size = 0;
    GElf_Ehdr header;
    if (!elf || !gelf_getehdr(elf, &header) || elf_getphdrnum(elf, &count) != 0)
        die("not an ELF file", name);
    const char *raw = elf_rawfile(elf, &size);
    program->file = malloc(size);
    if (!raw || !program->file)
        die("can't be read", name);
    memcpy(program->file, raw, size);
    program->entry = (uint32_t)header.e_entry;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr row;
        if (!gelf_getphdr(elf, (int)i, &row) || row.p_type != PT_LOAD ||
            row.p_filesz == 0)
            continue;
        if (program->count == IMAGE_SEGMENTS)
            die("too many segments", name);
        add_part(program, &row);
    }
    elf_end(elf);
    close(fd);
}

/* Build into the room; returns the size. */
static size_t build(const char *name, uint8_t *out, size_t room)
{
    struct program program = {.count = 0};
    read_program(name, &program);
    enum err e = image_build(IMAGE_DOUT, SIZE_1MB_FREQ_40M, program.entry,
                             program.part, program.count, out, room);
    if (e != ERR_NONE)
        die(err_text(e), name);
    size_t size = image_built_size(program.part, program.count);
    free(program.file);
    return size;
}

/* What is mapped must be where it was linked to, in one of the slots. */
static void check_mapped(const uint8_t *file, size_t size, bool is_alone)
{
    struct image image;
    enum err e = image_read(file, size, &image);
    if (e != ERR_NONE)
        die(err_text(e), "the slot's image");
    for (unsigned i = 0; i < image.segment_count; i++) {
        uint32_t address = image.segment[i].address;
        uint32_t slot = address - MAP_IROM_BASE - image.segment[i].offset;
        if (address >= MAP_IROM_BASE && slot != MAP_SLOT_A &&
            !(is_alone && slot == MAP_SLOT_B))
            die("is not where it was linked to", "the slot's irom segment");
    }
}

static uint32_t version(void)
{
    unsigned major = 0, minor = 0, patch = 0;
    if (sscanf(POGO_VERSION, "%u.%u.%u", &major, &minor, &patch) != 3)
        die("is not MAJOR.MINOR.PATCH", POGO_VERSION);
    return OTA_VERSION(major, minor, patch);
}

/* Behind the image; returns the size of both. */
static size_t add_trailer(uint8_t *image, size_t size, size_t room)
{
    struct slot_trailer trailer = {(uint32_t)size, crc32_update(0, image, size),
                                   version()};
    if (room - size < SLOT_TRAILER_SIZE)
        die(err_text(ERR_IMAGE_TOO_LARGE), "the slot's image");
    slot_trailer_put(&trailer, image + size);
    return size + SLOT_TRAILER_SIZE;
}

int main(int argc, char **argv)
{
    static uint8_t file[MAP_BOOT_SIZE + MAP_SLOT_SIZE];
    bool is_alone = argc == 3;
    if (argc != 3 && argc != 4) {
        fputs("usage: mkimage [BOOT.elf] SLOT.elf OUT.bin\n", stderr);
        return 2;
    }
    elf_version(EV_CURRENT);
    memset(file, 0xFF, sizeof(file));
    uint8_t *slot = file + MAP_SLOT_A;
    size_t size = build(argv[argc - 2], slot, MAP_SLOT_SIZE);
    check_mapped(slot, size, is_alone);
    size = add_trailer(slot, size, MAP_SLOT_SIZE);
    if (!is_alone)
        (void)build(argv[1], file, MAP_BOOT_SIZE);
    const uint8_t *from = is_alone ? slot : file;
    size += (size_t)(slot - from);
    FILE *out = fopen(argv[argc - 1], "wb");
    if (!out || fwrite(from, 1, size, out) != size || fclose(out) != 0)
        die("can't be written", argv[argc - 1]);
    return 0;
}
