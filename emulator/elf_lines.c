/* Lines and frames of an ELF file's debug information. */
#include "emulator/elf_lines.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

/* As gcc for Xtensa writes .debug_frame: offsets count words, downwards. */
#define DATA_ALIGN (-4)
#define REGISTER_RETURN 0u /* a0 */
#define REGISTER_STACK 1u  /* a1 */

struct elf_lines {
    Dwarf *dwarf;
    Elf_Data *frames; /* .debug_frame; NULL: none */
    const unsigned char *ident;
};

static Elf_Data *section_named(Elf *elf, const char *wanted)
{
    size_t names;
    GElf_Shdr header;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return NULL;
    for (Elf_Scn *at = elf_nextscn(elf, NULL); at; at = elf_nextscn(elf, at)) {
        const char *name = gelf_getshdr(at, &header)
                               ? elf_strptr(elf, names, header.sh_name)
                               : NULL;
        if (name && strcmp(name, wanted) == 0)
            return elf_rawdata(at, NULL);
    }
    return NULL;
}

struct elf_lines *elf_lines_open(Elf *elf)
{
    struct elf_lines *lines = calloc(1, sizeof(*lines));
    if (!lines)
        return NULL;
    lines->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
    lines->frames = section_named(elf, ".debug_frame");
    lines->ident = (const unsigned char *)elf_getident(elf, NULL);
    if (lines->dwarf)
        return lines;
    free(lines);
    return NULL;
}

void elf_lines_close(struct elf_lines *lines)
{
    if (lines)
        dwarf_end(lines->dwarf);
    free(lines);
}

/* ---- lines --------------------------------------------------------------- */

/* The last row at or before the address in the same piece of code. The linker
 * leaves rows at 0 for what it threw away; dwarf_addrdie stumbles over those.
 */
static Dwarf_Line *find_in(Dwarf_Die *unit, uint32_t address)
{
    Dwarf_Lines *rows;
    size_t count;
    Dwarf_Line *before = NULL;
    if (dwarf_getsrclines(unit, &rows, &count) != 0)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        Dwarf_Line *row = dwarf_onesrcline(rows, i);
        Dwarf_Addr from = 0;
        bool is_end = false;
        (void)dwarf_lineaddr(row, &from);
        (void)dwarf_lineendsequence(row, &is_end);
        if (before && from > address)
            return before;
        before = from <= address && !is_end ? row : NULL;
    }
    return NULL;
}

bool elf_lines_find(const struct elf_lines *lines, uint32_t address,
                    const char **file, int *line)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    while (lines && dwarf_get_units(lines->dwarf, unit, &unit, NULL, NULL, &die,
                                    NULL) == 0) {
        Dwarf_Line *row = find_in(&die, address);
        *file = row ? dwarf_linesrc(row, NULL, NULL) : NULL;
        if (*file && dwarf_lineno(row, line) == 0)
            return true;
    }
    return false;
}

/* ---- frames -------------------------------------------------------------- */

struct program {
    const uint8_t *at, *end;
    uint32_t pc; /* that the rows reached so far are about */
    bool is_good;
};

static uint32_t take(struct program *p, unsigned bytes)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < bytes && p->at < p->end; i++)
        value |= (uint32_t)*p->at++ << (8 * i);
    return value;
}

static uint32_t take_uleb(struct program *p)
{
    uint32_t value = 0;
    for (unsigned shift = 0; p->at < p->end; shift += 7) {
        uint8_t byte = *p->at++;
        if (shift < 32)
            value |= (uint32_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return value;
    }
    p->is_good = false;
    return 0;
}

static void save(struct elf_frame *frame, uint32_t number, uint32_t words)
{
    if (number == REGISTER_RETURN)
        frame->return_at = 4 * words;
}

/* Instructions without an operand in their first byte. What gcc does not write
 * for plain functions makes the frame unknown. */
static void run_extended(struct program *p, uint8_t code,
                         struct elf_frame *frame)
{
    uint32_t number;
    switch (code) {
    case DW_CFA_nop:
        return;
    case DW_CFA_advance_loc1:
        p->pc += take(p, 1);
        return;
    case DW_CFA_advance_loc2:
        p->pc += take(p, 2);
        return;
    case DW_CFA_advance_loc4:
        p->pc += take(p, 4);
        return;
    case DW_CFA_def_cfa_offset:
        frame->size = take_uleb(p);
        return;
    case DW_CFA_offset_extended:
        number = take_uleb(p);
        save(frame, number, take_uleb(p));
        return;
    default:
        p->is_good = false;
    }
}

static void run(struct program *p, uint32_t address, struct elf_frame *frame)
{
    while (p->is_good && p->at < p->end) {
        struct elf_frame before = *frame;
        uint8_t code = *p->at++;
        if ((code & 0xC0) == DW_CFA_advance_loc)
            p->pc += code & 0x3Fu;
        else if ((code & 0xC0) == DW_CFA_offset)
            save(frame, code & 0x3Fu, take_uleb(p));
        else
            run_extended(p, code, frame);
        if (p->pc > address) {
            *frame = before;
            return;
        }
    }
}

static bool is_known(const Dwarf_CIE *cie)
{
    return cie->code_alignment_factor == 1 &&
           cie->data_alignment_factor == DATA_ALIGN &&
           cie->return_address_register == REGISTER_RETURN &&
           cie->augmentation[0] == '\0' &&
           cie->initial_instructions_end - cie->initial_instructions >= 3 &&
           cie->initial_instructions[0] == DW_CFA_def_cfa &&
           cie->initial_instructions[1] == REGISTER_STACK &&
           cie->initial_instructions[2] == 0;
}

bool elf_lines_frame(const struct elf_lines *lines, uint32_t address,
                     struct elf_frame *frame)
{
    Dwarf_CFI_Entry entry;
    Dwarf_Off at = 0, next = 0;
    *frame = (struct elf_frame){0, 0};
    if (!lines || !lines->frames)
        return false;
    for (; dwarf_next_cfi(lines->ident, lines->frames, false, at, &next,
                          &entry) == 0;
         at = next) {
        if (dwarf_cfi_cie_p(&entry)) {
            if (!is_known(&entry.cie))
                return false;
            continue;
        }
        struct program p = {entry.fde.start, entry.fde.end, 0, true};
        uint32_t from = take(&p, 4), size = take(&p, 4);
        if (address - from >= size)
            continue;
        p.pc = from;
        run(&p, address, frame);
        return p.is_good;
    }
    return false;
}
