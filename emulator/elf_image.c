/* ELF files of images: whose code is where, and names for addresses. */
#include "emulator/elf_image.h"

#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/native.h"

#define FILE_MAX (64u << 20) /* with debug information: a few MB */
#define SEGMENTS 8u
#define ARCHIVES 3u

struct function {
    uint32_t address;
    const char *name;
    const struct native *native; /* NULL: our own, or it has none */
};

struct range {
    uint32_t from, to;
};

/* Addresses of symbols that the linker script sets or needs. */
struct layout {
    struct elf_start start;
    struct range irom, own_irom, iram, own_iram;
};

struct elf_image {
    char *file; /* names and segments point into it */
    size_t size;
    Elf *elf;
    struct elf_lines *lines; /* NULL: no debug information */
    bool has_archives;
    struct layout layout;
    struct function *function; /* by address */
    size_t functions;
    struct range archive[ARCHIVES];
    GElf_Phdr segment[SEGMENTS];
    size_t segments;
};

#define ADDRESS(name, field)                                                   \
    {                                                                          \
        name, offsetof(struct layout, field)                                   \
    }
static const struct {
    const char *name;
    size_t offset;
} wanted[] = {
    ADDRESS("call_user_start", start.entry),
    ADDRESS("_bss_start", start.bss_start),
    ADDRESS("_bss_end", start.bss_end),
    ADDRESS("user_pre_init", start.user_pre_init),
    ADDRESS("user_init", start.user_init),
    ADDRESS("_irom0_text_start", irom.from),
    ADDRESS("_irom0_text_end", irom.to),
    ADDRESS("_own_irom_start", own_irom.from),
    ADDRESS("_own_irom_end", own_irom.to),
    ADDRESS("_text_start", iram.from),
    ADDRESS("_text_end", iram.to),
    ADDRESS("_own_iram_start", own_iram.from),
    ADDRESS("_own_iram_end", own_iram.to),
};
#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

/* ---- reading ------------------------------------------------------------- */

static enum err read_file(const char *path, struct elf_image *image)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return ERR_FILE_OPEN;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    enum err e = size < 0 ? ERR_IO : size > (long)FILE_MAX ? ERR_ELF : ERR_NONE;
    if (e == ERR_NONE) {
        image->size = (size_t)size;
        image->file = malloc(image->size + 1);
        rewind(file);
        if (!image->file)
            e = ERR_MEMORY;
        else if (fread(image->file, 1, image->size, file) != image->size)
            e = ERR_IO;
    }
    fclose(file);
    return e;
}

static bool take_segments(struct elf_image *image, Elf *elf)
{
    size_t count = 0;
    if (elf_getphdrnum(elf, &count) != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr row;
        if (!gelf_getphdr(elf, (int)i, &row))
            return false;
        if (row.p_type != PT_LOAD || row.p_filesz == 0)
            continue;
        if (image->segments == SEGMENTS || row.p_offset > image->size ||
            row.p_filesz > image->size - row.p_offset)
            return false;
        image->segment[image->segments++] = row;
    }
    return image->segments > 0;
}

static void take_wanted(struct elf_image *image, const char *name,
                        uint32_t address)
{
    for (size_t i = 0; i < WANTED; i++)
        if (strcmp(name, wanted[i].name) == 0)
            memcpy((char *)&image->layout + wanted[i].offset, &address,
                   sizeof(address));
}

/* Labels of assembler files have no type. */
static bool is_function(Elf *elf, const GElf_Sym *symbol)
{
    GElf_Shdr header;
    int type = GELF_ST_TYPE(symbol->st_info);
    Elf_Scn *section = elf_getscn(elf, symbol->st_shndx);
    return (type == STT_FUNC || type == STT_NOTYPE) &&
           symbol->st_shndx < SHN_LORESERVE && section &&
           gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR;
}

static bool take_symbols(struct elf_image *image, Elf *elf, Elf_Scn *section)
{
    GElf_Shdr header;
    Elf_Data *data = elf_getdata(section, NULL);
    if (!data || !gelf_getshdr(section, &header) || header.sh_entsize == 0)
        return false;
    size_t count = header.sh_size / header.sh_entsize;
    image->function = calloc(count, sizeof(*image->function));
    for (size_t i = 0; image->function && i < count; i++) {
        GElf_Sym symbol;
        const char *name = NULL;
        if (gelf_getsym(data, (int)i, &symbol))
            name = elf_strptr(elf, header.sh_link, symbol.st_name);
        if (!name)
            return false;
        take_wanted(image, name, (uint32_t)symbol.st_value);
        if (strcmp(name, "__wrap_SPIRead") == 0)
            image->layout.start.shows_1mb = true;
        if (is_function(elf, &symbol))
            image->function[image->functions++] =
                (struct function){(uint32_t)symbol.st_value, name,
                                  GELF_ST_BIND(symbol.st_info) == STB_LOCAL
                                      ? NULL
                                      : native_find_name(name)};
    }
    return image->function;
}

static bool take_symbol_table(struct elf_image *image, Elf *elf)
{
    GElf_Shdr header;
    for (Elf_Scn *at = elf_nextscn(elf, NULL); at; at = elf_nextscn(elf, at))
        if (gelf_getshdr(at, &header) && header.sh_type == SHT_SYMTAB)
            return take_symbols(image, elf, at);
    return false;
}

/* ---- order --------------------------------------------------------------- */

/* Of several names for one address that with a native comes last. */
static int by_address(const void *a, const void *b)
{
    const struct function *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return (x->native != NULL) - (y->native != NULL);
}

static bool is_inside(struct range inner, struct range outer)
{
    return outer.from <= inner.from && inner.from <= inner.to &&
           inner.to <= outer.to;
}

static bool is_in(struct range range, uint32_t address)
{
    return address >= range.from && address < range.to;
}

static bool is_archive(const struct elf_image *image, uint32_t address)
{
    for (unsigned i = 0; i < ARCHIVES; i++)
        if (is_in(image->archive[i], address))
            return true;
    return false;
}

/* Without archives the symbol is one of natives.ld, or there is none. */
static bool has_archives(const struct elf_image *image)
{
    uint32_t entry = image->layout.start.entry;
    return entry != 0 && entry - SDK_BASE >= SDK_SIZE;
}

/* Our own code may have names that natives have, too. */
static bool divide(struct elf_image *image)
{
    const struct layout *l = &image->layout;
    for (size_t i = 0; i < WANTED; i++) {
        uint32_t address;
        memcpy(&address, (const char *)l + wanted[i].offset, sizeof(address));
        if (address == 0)
            return false;
    }
    if (!is_inside(l->own_irom, l->irom) || !is_inside(l->own_iram, l->iram) ||
        l->irom.from != l->own_irom.from)
        return false;
    image->archive[0] = (struct range){l->own_irom.to, l->irom.to};
    image->archive[1] = (struct range){l->iram.from, l->own_iram.from};
    image->archive[2] = (struct range){l->own_iram.to, l->iram.to};
    return is_archive(image, l->start.entry);
}

static void sort(struct elf_image *image)
{
    for (size_t i = 0; i < image->functions; i++)
        if (!is_archive(image, image->function[i].address))
            image->function[i].native = NULL;
    qsort(image->function, image->functions, sizeof(*image->function),
          by_address);
}

static enum err read_elf(struct elf_image *image)
{
    elf_version(EV_CURRENT);
    Elf *elf = elf_memory(image->file, image->size);
    GElf_Ehdr header;
    image->elf = elf;
    if (!elf || !gelf_getehdr(elf, &header) || header.e_machine != EM_XTENSA ||
        !take_segments(image, elf) || !take_symbol_table(image, elf))
        return ERR_ELF;
    image->has_archives = has_archives(image);
    if (image->has_archives && !divide(image))
        return ERR_ELF;
    sort(image);
    image->lines = elf_lines_open(elf);
    return ERR_NONE;
}

enum err elf_image_open(const char *path, struct elf_image **out)
{
    struct elf_image *image = calloc(1, sizeof(*image));
    *out = NULL;
    if (!image)
        return ERR_MEMORY;
    enum err e = read_file(path, image);
    if (e == ERR_NONE)
        e = read_elf(image);
    if (e == ERR_NONE)
        *out = image;
    else
        elf_image_close(image);
    return e;
}

void elf_image_close(struct elf_image *image)
{
    if (image) {
        elf_lines_close(image->lines);
        if (image->elf)
            elf_end(image->elf);
        free(image->function);
        free(image->file);
        free(image);
    }
}

/* ---- use ----------------------------------------------------------------- */

bool elf_image_has_archives(const struct elf_image *image)
{
    return image->has_archives;
}

const struct elf_start *elf_image_start(const struct elf_image *image)
{
    return &image->layout.start;
}

bool elf_image_is_loaded(const struct elf_image *image, struct bus *bus)
{
    for (size_t i = 0; i < image->segments; i++) {
        const GElf_Phdr *row = &image->segment[i];
        const char *from = image->file + row->p_offset;
        for (size_t done = 0; done < row->p_filesz;) {
            uint8_t piece[1024];
            size_t n = row->p_filesz - done;
            n = n < sizeof(piece) ? n : sizeof(piece);
            if (!bus_copy_out(bus, (uint32_t)(row->p_vaddr + done), piece, n) ||
                memcmp(piece, from + done, n) != 0)
                return false;
            done += n;
        }
    }
    return true;
}

void elf_image_hook(const struct elf_image *image, struct cpu *cpu)
{
    cpu_unhook_all(cpu);
    for (unsigned i = 0; i < ARCHIVES; i++)
        (void)cpu_hook(cpu, image->archive[i].from,
                       image->archive[i].to - image->archive[i].from);
}

/* The last function at or before the address. */
static const struct function *nearest(const struct elf_image *image,
                                      uint32_t address)
{
    size_t low = 0, high = image->functions;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (image->function[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &image->function[low - 1] : NULL;
}

const struct native *elf_image_native(const struct elf_image *image,
                                      uint32_t address)
{
    const struct function *f = nearest(image, address);
    return f && f->address == address ? f->native : NULL;
}

void elf_image_place(const struct elf_image *image, uint32_t address, char *out,
                     size_t room)
{
    const struct function *f = nearest(image, address);
    if (!f)
        snprintf(out, room, "0x%08x", address);
    else if (f->address == address)
        snprintf(out, room, "%s", f->name);
    else
        snprintf(out, room, "%s+0x%x", f->name, address - f->address);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* gcc calls its variants of a function NAME$constprop$0. */
static int plain_size(const char *name)
{
    return (int)strcspn(name, "$.");
}

void elf_image_site(const struct elf_image *image, uint32_t address, char *out,
                    size_t room)
{
    const struct function *f = nearest(image, address);
    const char *file = NULL;
    int line = 0;
    if (f && elf_lines_find(image->lines, address, &file, &line))
        snprintf(out, room, "%.*s %s:%d", plain_size(f->name), f->name,
                 base_name(file), line);
    else
        elf_image_place(image, address, out, room);
}

bool elf_image_frame(const struct elf_image *image, uint32_t address,
                     struct elf_frame *frame)
{
    return elf_lines_frame(image->lines, address, frame);
}
