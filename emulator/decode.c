/* From bytes to an instruction's row and operands, and its text. */
#include "emulator/isa.h"

#include <stdio.h>

#include "emulator/cpu_private.h"

const struct isa_row isa_rows[INSN_COUNT] = {
#define INSN(id, mnemonic, match, mask, size, format, flags, body)             \
    [INSN_##id] = {mnemonic, match, mask, size, format, flags},
#include "emulator/isa.def"
#undef INSN
};

static const char *const format_text[] = {
#define FORMAT_TEXT(id, text) [id] = text,
    FORMAT_TABLE(FORMAT_TEXT)
#undef FORMAT_TEXT
};

const int32_t isa_branch_const[16] = {-1, 1,  2,  3,  4,  5,  6,   7,
                                      8,  10, 12, 16, 32, 64, 128, 256};
const uint32_t isa_branch_constu[16] = {32768, 65536, 2,  3,  4,  5,  6,   7,
                                        8,     10,    12, 16, 32, 64, 128, 256};

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1u << (bits - 1);
    return ((value & (sign | (sign - 1))) ^ sign) - sign;
}

/* Where a branch with this displacement goes. */
static uint32_t target(uint32_t pc, uint32_t value, unsigned bits)
{
    return pc + 4 + sign_extend(value, bits);
}

static uint32_t literal(uint32_t bytes, uint32_t pc, uint32_t litbase)
{
    uint32_t offset = 0xFFFC0000u | (bytes >> 8 & 0xFFFF) << 2;
    /* Bit 0 of LITBASE: literals lie below that address, not below pc. */
    return (litbase & 1 ? litbase & ~0xFFFu : (pc + 3) & ~3u) + offset;
}

static uint32_t narrow_constant(uint32_t seven)
{
    return seven >= 96 ? seven - 128 : seven; /* -32 to 95 */
}

/* The immediate of plain data formats. */
static uint32_t data_immediate(const struct insn *in, enum isa_format format,
                               uint32_t bytes)
{
    uint32_t imm8 = bytes >> 16 & 0xFF;
    uint32_t op2_bit = bytes >> 20 & 1;
    switch ((int)format) {
    case FMT_SSAI:
        return in->s | (in->t & 1u) << 4;
    case FMT_SLLI:
        return 32 - (in->t | op2_bit << 4);
    case FMT_SRAI:
        return in->s | op2_bit << 4;
    case FMT_SRLI:
        return in->s;
    case FMT_EXTUI:
        return (2u << (bytes >> 20 & 15)) - 1;
    case FMT_OFFSET8:
        return imm8;
    case FMT_OFFSET16:
        return imm8 * 2;
    case FMT_OFFSET32:
        return imm8 * 4;
    case FMT_ADDI:
        return sign_extend(imm8, 8);
    case FMT_ADDMI:
        return sign_extend(imm8, 8) << 8;
    case FMT_MOVI:
        return sign_extend(imm8 | (uint32_t)in->s << 8, 12);
    case FMT_OFFSET32_N:
        return in->r * 4u;
    case FMT_ADDI_N:
        return in->t ? in->t : 0xFFFFFFFFu;
    case FMT_MOVI_N:
        return narrow_constant(in->r | (in->t & 7u) << 4);
    default:
        return 0;
    }
}

/* The address in branches, jumps and L32R. */
static uint32_t address_immediate(const struct insn *in, enum isa_format format,
                                  uint32_t bytes, uint32_t pc)
{
    switch ((int)format) {
    case FMT_BRANCH:
    case FMT_BIT:
    case FMT_CONST:
    case FMT_CONSTU:
        return target(pc, bytes >> 16, 8);
    case FMT_ZERO:
        return target(pc, bytes >> 12, 12);
    case FMT_ZERO_N:
        return pc + 4 + (in->r | (in->t & 3u) << 4);
    case FMT_JUMP:
        return target(pc, bytes >> 6, 18);
    case FMT_CALL:
        return (pc & ~3u) + 4 + (sign_extend(bytes >> 6, 18) << 2);
    default:
        return 0;
    }
}

/* Fields that do not stand where r, s and t do. */
static void odd_fields(struct insn *in, enum isa_format format, uint32_t bytes)
{
    if (format == FMT_BIT)
        in->t = (uint8_t)(in->t | (in->r & 1) << 4);
    if (format == FMT_EXTUI)
        in->s = (uint8_t)(in->s | (bytes >> 16 & 1) << 4);
    if (format != FMT_SR)
        return;
    unsigned access = in->id == INSN_RSR   ? SPECIAL_R
                      : in->id == INSN_WSR ? SPECIAL_W
                                           : SPECIAL_X;
    int row = special_find(bytes >> 8 & 0xFF, access);
    in->imm = (uint32_t)row;
    if (row < 0)
        in->id = INSN_INVALID;
}

static enum isa_id find_row(uint32_t bytes)
{
    unsigned id = 0;
    while ((bytes & isa_rows[id].mask) != isa_rows[id].match)
        id++;
    return (enum isa_id)id;
}

struct insn isa_decode(uint32_t bytes, uint32_t pc, uint32_t litbase)
{
    bytes &= 0xFFFFFFu;
    struct insn in = {.id = find_row(bytes),
                      .size = bytes & 8 ? 2 : 3,
                      .r = bytes >> 12 & 15,
                      .s = bytes >> 8 & 15,
                      .t = bytes >> 4 & 15};
    enum isa_format format = isa_rows[in.id].format;
    in.imm = format == FMT_L32R ? literal(bytes, pc, litbase)
                                : data_immediate(&in, format, bytes) |
                                      address_immediate(&in, format, bytes, pc);
    odd_fields(&in, format, bytes);
    return in;
}

/* One operand by its letter in the format's text. */
static int print_operand(const struct insn *in, char letter, char *text,
                         size_t size)
{
    switch (letter) {
    case 'r':
        return snprintf(text, size, "a%u", in->r);
    case 's':
        return snprintf(text, size, "a%u", in->s);
    case 't':
        return snprintf(text, size, "a%u", in->t);
    case 'S':
        return snprintf(text, size, "%u", in->s);
    case 'T':
        return snprintf(text, size, "%u", in->t);
    case 'i':
        return snprintf(text, size, "%d", (int)in->imm);
    case 'w':
        return snprintf(text, size, "%d", __builtin_popcount(in->imm));
    case 'b':
        return snprintf(text, size, "%d", (int)isa_branch_const[in->r]);
    case 'u':
        return snprintf(text, size, "%u", (unsigned)isa_branch_constu[in->r]);
    case 'x':
        return snprintf(text, size, "0x%x", (unsigned)in->imm);
    default:
        return snprintf(text, size, "%s", special_name(in->imm));
    }
}

void isa_print(const struct insn *insn, char *text, size_t size)
{
    const struct isa_row *row = &isa_rows[insn->id];
    size_t used = (size_t)snprintf(text, size, "%s", row->mnemonic);
    const char *before = " ";
    for (const char *p = format_text[row->format]; *p && used < size; p++) {
        /* The special register is part of the mnemonic: rsr.sar a2 */
        used += (size_t)snprintf(text + used, size - used, "%s",
                                 *p == 'z' ? "" : before);
        if (used >= size)
            return;
        used += (size_t)print_operand(insn, *p, text + used, size - used);
        before = *p == 'z' ? " " : ", ";
    }
}
