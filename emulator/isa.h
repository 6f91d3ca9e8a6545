/* The lx106's instructions as rows (isa.def), the decoder that finds a row and
 * its operands, and their text. Pure functions: no CPU in here. */
#ifndef EMULATOR_ISA_H
#define EMULATOR_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
/* X(id, operands as text). Letters: r s t registers; R S T the same fields as
 * numbers; i the immediate; x an address; w the width of a mask; b u a branch
 * constant by r; z the special register's name after the mnemonic. */
#define FORMAT_TABLE(X) \
    X(FMT_NONE, "") \
    X(FMT_RRR, "rst") X(FMT_RT, "rt") X(FMT_RS, "rs") X(FMT_TS, "ts") \
    X(FMT_T, "t") X(FMT_S, "s") \
    X(FMT_TEXT_S, "S") X(FMT_TEXT_ST, "ST") X(FMT_RSIL, "tS") \
    X(FMT_SSAI, "i") X(FMT_SLLI, "rsi") X(FMT_SRAI, "rti") \
    X(FMT_SRLI, "rti") X(FMT_EXTUI, "rtSw") \
    X(FMT_OFFSET8, "tsi") X(FMT_OFFSET16, "tsi") X(FMT_OFFSET32, "tsi") \
    X(FMT_ADDI, "tsi") X(FMT_ADDMI, "tsi") X(FMT_MOVI, "ti") \
    X(FMT_BRANCH, "stx") X(FMT_BIT, "sTx") \
    X(FMT_CONST, "sbx") X(FMT_CONSTU, "sux") X(FMT_ZERO, "sx") \
    X(FMT_JUMP, "x") X(FMT_CALL, "x") X(FMT_L32R, "tx") X(FMT_SR, "zt") \
    X(FMT_OFFSET32_N, "tsi") X(FMT_ADDI_N, "rsi") X(FMT_MOVI_N, "si") \
    X(FMT_ZERO_N, "sx")
/* clang-format on */

enum isa_format {
#define FORMAT_ENUM(id, text) id,
    FORMAT_TABLE(FORMAT_ENUM)
#undef FORMAT_ENUM
};

/* Whether a program without rights may run it, and what it does to a block. */
#define ISA_ENDS 1u       /* the last instruction of a block */
#define ISA_PRIVILEGED 2u /* touches state that only the system may */

enum isa_id {
#define INSN(id, mnemonic, match, mask, size, format, flags, body) INSN_##id,
#include "emulator/isa.def"
#undef INSN
    INSN_COUNT
};

struct isa_row {
    const char *mnemonic;
    uint32_t match, mask; /* of the 16 or 24 bits */
    unsigned size;        /* bytes */
    enum isa_format format;
    unsigned flags;
};

extern const struct isa_row isa_rows[INSN_COUNT];

/* One instruction with its operands taken out. */
struct insn {
    enum isa_id id;
    unsigned size;
    uint8_t r, s, t;
    uint32_t imm; /* by format: constant, address or special register row */
};

/* Values of the B4CONST and B4CONSTU fields. */
extern const int32_t isa_branch_const[16];
extern const uint32_t isa_branch_constu[16];

/* Decode the instruction at pc from its first three bytes (little-endian; the
 * third is not looked at for a narrow one). What is none is INSN_INVALID.
 * litbase: the register, for L32R. */
struct insn isa_decode(uint32_t bytes, uint32_t pc, uint32_t litbase);

/* "add.n a2, a3, a4" into text. */
void isa_print(const struct insn *insn, char *text, size_t size);

#endif
