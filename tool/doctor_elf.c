/* The symbols of an ELF file, read with every offset checked. */
#include "tool/doctor_elf.h"

#include <stdio.h>
#include <string.h>

#include "format/bytes.h"

/* Offsets and sizes of the standard's 32-bit structures. */
#define HEADER 52u
#define SECTIONS_AT 32u
#define SECTION_COUNT 48u
#define SECTION 40u
#define SECTION_TYPE 4u
#define SECTION_OFFSET 16u
#define SECTION_SIZE 20u
#define SECTION_LINK 24u
#define TYPE_SYMBOLS 2u
#define SYMBOL 16u
#define SYMBOL_INFO 12u
#define SYMBOL_FUNCTION 2u

struct piece {
    const uint8_t *bytes;
    size_t size;
};

/* Section n's header, or NULL. */
static const uint8_t *section(const uint8_t *file, size_t size, uint32_t n)
{
    uint64_t at = get_u32le(file + SECTIONS_AT) + (uint64_t)n * SECTION;
    if (n >= get_u16le(file + SECTION_COUNT) || at + SECTION > size)
        return NULL;
    return file + at;
}

static bool content(const uint8_t *file, size_t size, const uint8_t *header,
                    struct piece *out)
{
    if (!header)
        return false;
    uint32_t at = get_u32le(header + SECTION_OFFSET);
    out->size = get_u32le(header + SECTION_SIZE);
    out->bytes = file + at;
    return at <= size && out->size <= size - at;
}

static bool find_symbols(const uint8_t *file, size_t size,
                         struct piece *symbols, struct piece *names)
{
    const uint8_t *header = NULL;
    for (uint32_t i = 0; (header = section(file, size, i)) != NULL; i++) {
        if (get_u32le(header + SECTION_TYPE) != TYPE_SYMBOLS)
            continue;
        uint32_t link = get_u32le(header + SECTION_LINK);
        return content(file, size, header, symbols) &&
               content(file, size, section(file, size, link), names) &&
               names->size > 0 && names->bytes[names->size - 1] == '\0';
    }
    return false;
}

bool doctor_elf_is(const uint8_t *file, size_t size)
{
    struct piece symbols, names;
    return size >= HEADER && memcmp(file, "\177ELF\1\1", 6) == 0 &&
           find_symbols(file, size, &symbols, &names);
}

bool doctor_elf_place(const uint8_t *file, size_t size, uint32_t address,
                      char *out, size_t room)
{
    struct piece symbols, names;
    if (!doctor_elf_is(file, size) ||
        !find_symbols(file, size, &symbols, &names))
        return false;
    for (size_t i = 0; i + SYMBOL <= symbols.size; i += SYMBOL) {
        const uint8_t *s = symbols.bytes + i;
        uint32_t name = get_u32le(s), from = get_u32le(s + 4);
        uint32_t length = get_u32le(s + 8);
        if ((s[SYMBOL_INFO] & 0xFu) != SYMBOL_FUNCTION || address < from ||
            address - from >= length || name >= names.size)
            continue;
        snprintf(out, room, "%s+0x%x", (const char *)names.bytes + name,
                 (unsigned)(address - from));
        return true;
    }
    return false;
}
