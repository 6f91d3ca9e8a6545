/* Makes the file that is flashed at 0 of the two linked programs: the boot
 * sector, padded to 4 KB, and behind it slot A's image with its trailer. Or the
 * image and trailer alone, of either slot. Usage:
 *
 *     mkimage [--twin OTHER.elf] BOOT.elf SLOT_A.elf OUT.bin
 *     mkimage [--twin OTHER.elf] SLOT.elf OUT.bin
 *
 * OTHER is the same program for the other slot: images of twins have the same
 * checksum, as an OTA file needs it (scripts/slot_pair.h). The version is the
 * program's own (firmware/core/version.h); programs of tests without a twin may
 * have none, and get this tree's. */
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/image.h"
#include "format/ota_file.h"
#include "format/slot_trailer.h"
#include "format/version.h"
#include "scripts/slot_pair.h"

#define SIZE_1MB_FREQ_40M 0x20u

#define NO_VERSION 0u

struct program {
    uint8_t *file;
    uint32_t entry;
    uint32_t version;
    uint8_t *balanced; /* the mapped part with its balance words, or NULL */
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

/* A word of the program by its address. */
static uint32_t word_at(const struct program *program, uint64_t address)
{
    for (unsigned i = 0; i < program->count; i++) {
        const struct image_part *part = &program->part[i];
        if (address >= part->address &&
            address + 4 <= (uint64_t)part->address + part->size)
            return get_u32le(part->bytes + (address - part->address));
    }
    die("is in no segment", "version_number");
    return 0;
}

static uint32_t read_version(Elf *elf, const struct program *program)
{
    GElf_Shdr row;
    GElf_Sym symbol;
    for (Elf_Scn *part = elf_nextscn(elf, NULL); part;
         part = elf_nextscn(elf, part)) {
        Elf_Data *data = elf_getdata(part, NULL);
        if (!gelf_getshdr(part, &row) || row.sh_type != SHT_SYMTAB)
            continue;
        for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
            const char *name = elf_strptr(elf, row.sh_link, symbol.st_name);
            if (name && symbol.st_shndx != SHN_UNDEF &&
                strcmp(name, "version_number") == 0)
                return word_at(program, symbol.st_value);
        }
    }
    return NO_VERSION;
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
    program->version = read_version(elf, program);
    elf_end(elf);
    close(fd);
}

static void free_program(struct program *program)
{
    free(program->file);
    free(program->balanced);
}

/* Build into the room; returns the size. */
static size_t build(const struct program *program, const char *name,
                    uint8_t *out, size_t room)
{
    enum err e = image_build(IMAGE_DOUT, SIZE_1MB_FREQ_40M, program->entry,
                             program->part, program->count, out, room);
    if (e != ERR_NONE)
        die(err_text(e), name);
    return image_built_size(program->part, program->count);
}

/* ---- twins ---- */

/* Zeroes behind the mapped part, where the balance words will be. */
static void add_room(struct program *program, const char *name)
{
    struct image_part *part = &program->part[0];
    if (program->count == 0 || part->address < MAP_IROM_BASE)
        die("has no mapped segment", name);
    program->balanced = calloc(1, part->size + 4 * BALANCE_WORDS);
    if (!program->balanced)
        die("is too large for this computer", name);
    memcpy(program->balanced, part->bytes, part->size);
    part->bytes = program->balanced;
    part->size += 4 * BALANCE_WORDS;
}

static uint8_t checksum_of(const struct program *program, const char *name)
{
    static uint8_t image[MAP_SLOT_SIZE];
    return image[build(program, name, image, sizeof(image)) - 1];
}

/* So that both images have the same checksum, whichever of them this is. */
static void balance(struct program *program, const char *name, const char *twin)
{
    struct program other = {.count = 0};
    uint32_t words[BALANCE_WORDS];
    read_program(twin, &other);
    add_room(program, name);
    add_room(&other, twin);
    slot_balance(checksum_of(program, name) ^ checksum_of(&other, twin), words);
    bool is_b = program->part[0].address > other.part[0].address;
    uint32_t at = program->part[0].size - 4 * BALANCE_WORDS;
    for (unsigned i = 0; i < BALANCE_WORDS && words[i] != 0; i++)
        put_u32le(program->balanced + at + (size_t)4 * i,
                  ota_relocate(words[i], is_b ? SLOT_B : SLOT_A));
    free_program(&other);
}

/* ---- slots ---- */

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

/* Behind the image; returns the size of both. */
static size_t add_trailer(uint8_t *image, size_t size, size_t room,
                          uint32_t version)
{
    struct slot_trailer trailer = {(uint32_t)size, crc32_update(0, image, size),
                                   version};
    if (room - size < SLOT_TRAILER_SIZE)
        die(err_text(ERR_IMAGE_TOO_LARGE), "the slot's image");
    slot_trailer_put(&trailer, image + size);
    return size + SLOT_TRAILER_SIZE;
}

/* Image and trailer; returns the size of both. */
static size_t make_slot(const char *name, const char *twin, bool is_alone,
                        uint8_t *out)
{
    struct program program = {.count = 0};
    read_program(name, &program);
    if (twin) {
        if (program.version == NO_VERSION)
            die("has no version_number", name);
        balance(&program, name, twin);
    } else if (program.version == NO_VERSION) {
        program.version = OTA_VERSION(POGO_MAJOR, POGO_MINOR, POGO_PATCH);
    }
    size_t size = build(&program, name, out, MAP_SLOT_SIZE);
    check_mapped(out, size, is_alone);
    size = add_trailer(out, size, MAP_SLOT_SIZE, program.version);
    free_program(&program);
    return size;
}

static void make_boot(const char *name, uint8_t *out)
{
    struct program program = {.count = 0};
    read_program(name, &program);
    (void)build(&program, name, out, MAP_BOOT_SIZE);
    free_program(&program);
}

int main(int argc, char **argv)
{
    static uint8_t file[MAP_BOOT_SIZE + MAP_SLOT_SIZE];
    const char *twin = NULL;
    if (argc > 3 && strcmp(argv[1], "--twin") == 0) {
        twin = argv[2];
        argc -= 2;
        argv += 2;
    }
    bool is_alone = argc == 3;
    if (argc != 3 && argc != 4) {
        fputs("usage: mkimage [--twin OTHER.elf] [BOOT.elf] SLOT.elf OUT.bin\n",
              stderr);
        return 2;
    }
    elf_version(EV_CURRENT);
    memset(file, 0xFF, sizeof(file));
    uint8_t *slot = file + MAP_SLOT_A;
    size_t size = make_slot(argv[argc - 2], twin, is_alone, slot);
    if (!is_alone)
        make_boot(argv[1], file);
    const uint8_t *from = is_alone ? slot : file;
    size += (size_t)(slot - from);
    FILE *out = fopen(argv[argc - 1], "wb");
    if (!out || fwrite(from, 1, size, out) != size || fclose(out) != 0)
        die("can't be written", argv[argc - 1]);
    return 0;
}
