#include "test/differential/group.h"

#include <assert.h>
#include <string.h>

#include "format/bytes.h"

#define SPECIAL_SAR (3u << 8) /* where RSR and its kin hold the number */
#define J_MATCH 0x000006u
#define L32R_MATCH 0x000001u
#define MOVI_MATCH 0x00A002u
#define A0_IN 80u /* driver.S */
#define BACK 84u

/* Values that arithmetic goes wrong at. */
static const uint32_t edges[] = {
    0,          1,          2,          7,          8,          10,
    16,         31,         32,         33,         64,         0x7F,
    0x80,       0xFF,       0x100,      0x7FFF,     0x8000,     0xFFFF,
    0x10000,    0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFFE,
    0xFFFF8000, 0x55555555, 0xAAAAAAAA, 0x00FF00FF, 0xFFFFFF80, 0x40000000};

uint32_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 32);
}

static uint32_t below(uint64_t *random, uint32_t limit)
{
    return random_next(random) % limit;
}

static uint32_t random_value(uint64_t *random)
{
    if (below(random, 2))
        return edges[below(random, sizeof edges / sizeof edges[0])];
    uint32_t value = random_next(random);
    return value >> below(random, 32);
}

bool group_covers(enum isa_id id)
{
    return id < INSN_INVALID && (!(isa_rows[id].flags & ISA_PRIVILEGED) ||
                                 isa_rows[id].format == FMT_SR);
}

static uint32_t here(const struct group *g)
{
    return g->base + GROUP_LITERALS * 4 + g->size;
}

static void put(struct group *g, uint32_t bytes, unsigned size)
{
    assert(g->size + size <= GROUP_CODE);
    g->is_start[g->size] = size > 1;
    for (unsigned i = 0; i < size; i++)
        g->code[g->size++] = (uint8_t)(bytes >> (8 * i));
}

static unsigned add_literal(struct group *g, uint32_t value)
{
    assert(g->literals < GROUP_LITERALS);
    g->literal[g->literals] = value;
    return g->literals++;
}

static void put_l32r(struct group *g, unsigned reg, unsigned literal)
{
    uint32_t at = g->base + literal * 4;
    uint32_t words = (at - ((here(g) + 3) & ~3u)) >> 2;
    put(g, L32R_MATCH | reg << 4 | (words & 0xFFFF) << 8, 3);
    g->pointers &= (uint16_t) ~(1u << reg);
}

/* The register that a row writes, or -1. */
static int written_register(const struct insn *in)
{
    switch ((int)isa_rows[in->id].format) {
    case FMT_RRR:
    case FMT_RT:
    case FMT_RS:
    case FMT_SLLI:
    case FMT_SRAI:
    case FMT_SRLI:
    case FMT_EXTUI:
    case FMT_ADDI_N:
        return in->r;
    case FMT_TS:
    case FMT_ADDI:
    case FMT_ADDMI:
    case FMT_MOVI:
    case FMT_L32R:
        return in->t;
    case FMT_MOVI_N:
        return in->s;
    case FMT_SR:
        return in->id == INSN_WSR ? -1 : in->t;
    case FMT_OFFSET8:
    case FMT_OFFSET16:
    case FMT_OFFSET32:
    case FMT_OFFSET32_N:
        return in->id == INSN_S8I || in->id == INSN_S16I ||
                       in->id == INSN_S32I || in->id == INSN_S32I_N
                   ? -1
                   : in->t;
    default:
        return -1;
    }
}

/* Random operands for a row, none of them writing a1. */
static uint32_t random_operands(enum isa_id id, uint64_t *random)
{
    const struct isa_row *row = &isa_rows[id];
    for (;;) {
        uint32_t bytes = row->match | (random_next(random) & ~row->mask);
        bytes &= row->size == 2 ? 0xFFFF : 0xFFFFFF;
        if (row->format == FMT_SR)
            bytes = (bytes & ~0xFF00u) | SPECIAL_SAR;
        struct insn in = isa_decode(bytes, 0, 0);
        /* SLLI by 32 can be encoded but is defined nowhere. */
        bool is_defined = id != INSN_SLLI || in.imm < 32;
        if (in.id == id && is_defined && written_register(&in) != 1)
            return bytes;
    }
}

static void put_row(struct group *g, uint32_t bytes, bool is_counted)
{
    struct insn in = isa_decode(bytes, here(g), 0);
    int reg = written_register(&in);
    if (reg >= 0)
        g->pointers &= (uint16_t) ~(1u << reg);
    g->executed[in.id] += is_counted;
    put(g, bytes, isa_rows[in.id].size);
}

/* A register with a pointer into the scratch area; now and then, if it may be,
 * one that is not aligned. */
static unsigned pointer_register(struct group *g, bool may_be_odd,
                                 uint64_t *random)
{
    unsigned reg = below(random, 16);
    bool is_odd = may_be_odd && below(random, 8) == 0;
    while (g->pointers && !is_odd && !(g->pointers >> reg & 1))
        reg = (reg + 1) % 16;
    if (g->pointers >> reg & 1 && !is_odd)
        return reg;
    if (reg == 1)
        reg = 2;
    uint32_t to = SCRATCH_BASE + 4 * below(random, SCRATCH_POINTERS);
    put_l32r(g, reg, add_literal(g, to + (is_odd ? below(random, 4) : 0)));
    return reg;
}

static void put_memory(struct group *g, enum isa_id id, uint64_t *random,
                       bool is_counted)
{
    /* A fault is skipped by three bytes, so narrow forms must not give one. */
    unsigned reg = pointer_register(g, isa_rows[id].size == 3, random);
    put_row(g, (random_operands(id, random) & ~0xF00u) | reg << 8, is_counted);
}

/* SAR = 32 is left out for SRL and SRA, because qemu 7.2 goes wrong there. */
static void put_right_shift(struct group *g, enum isa_id id, uint64_t *random,
                            bool is_counted)
{
    enum isa_id set = below(random, 2)   ? INSN_SSAI
                      : below(random, 2) ? INSN_SSR
                                         : INSN_SSA8L;
    put_row(g, random_operands(set, random), is_counted);
    put_row(g, random_operands(id, random), is_counted);
}

/* SAR is written with 0 to 32: more is undefined. */
static void put_special(struct group *g, enum isa_id id, uint64_t *random,
                        bool is_counted)
{
    uint32_t bytes = random_operands(id, random);
    unsigned reg = bytes >> 4 & 15;
    if (id != INSN_RSR && reg == 1)
        reg = 2;
    bytes = (bytes & ~0xF0u) | reg << 4;
    if (id != INSN_RSR)
        put_row(g, MOVI_MATCH | reg << 4 | below(random, 33) << 16, is_counted);
    put_row(g, bytes, is_counted);
}

static void put_exception(struct group *g, enum isa_id id, uint64_t *random,
                          bool is_counted)
{
    put_row(g, random_operands(id, random), is_counted);
    if (isa_rows[id].size == 2)
        put(g, 0, 1); /* the handler goes on three bytes later */
}

static bool is_jumping(enum isa_id id)
{
    switch ((int)isa_rows[id].format) {
    case FMT_BRANCH:
    case FMT_BIT:
    case FMT_CONST:
    case FMT_CONSTU:
    case FMT_ZERO:
    case FMT_ZERO_N:
    case FMT_JUMP:
    case FMT_CALL:
        return true;
    default:
        return id == INSN_JX || id == INSN_CALLX0 || id == INSN_RET ||
               id == INSN_RET_N;
    }
}

/* A unit that goes straight on. */
static void put_plain(struct group *g, enum isa_id id, uint64_t *random,
                      bool is_counted)
{
    unsigned literal;
    switch ((int)id) {
    case INSN_SRL:
    case INSN_SRA:
        put_right_shift(g, id, random, is_counted);
        return;
    case INSN_L32R:
        literal = add_literal(g, random_value(random));
        put_l32r(g, (2 + below(random, 15)) % 16, literal);
        g->executed[INSN_L32R] += is_counted;
        return;
    case INSN_ILL:
    case INSN_ILL_N:
    case INSN_SYSCALL:
    case INSN_BREAK:
    case INSN_BREAK_N:
        put_exception(g, id, random, is_counted);
        return;
    default:
        break;
    }
    switch ((int)isa_rows[id].format) {
    case FMT_OFFSET8:
    case FMT_OFFSET16:
    case FMT_OFFSET32:
    case FMT_OFFSET32_N:
        put_memory(g, id, random, is_counted);
        break;
    case FMT_SR:
        put_special(g, id, random, is_counted);
        break;
    default:
        put_row(g, random_operands(id, random), is_counted);
        break;
    }
}

static enum isa_id random_row(uint64_t *random)
{
    for (;;) {
        enum isa_id id = (enum isa_id)below(random, INSN_INVALID);
        if (group_covers(id))
            return id;
    }
}

static void put_random_plain(struct group *g, uint64_t *random)
{
    enum isa_id id;
    do {
        id = random_row(random);
    } while (is_jumping(id));
    put_plain(g, id, random, false);
}

/* A branch at `from` to `to`, with the displacement field of its format. */
static uint32_t aim(uint32_t bytes, uint32_t from, uint32_t to)
{
    uint32_t gap = to - from - 4;
    switch ((int)isa_rows[isa_decode(bytes, 0, 0).id].format) {
    case FMT_ZERO:
        return (bytes & 0xFFF) | (gap & 0xFFF) << 12;
    case FMT_ZERO_N:
        return (bytes & 0x0FCF) | (gap & 15) << 12 | (gap >> 4 & 3) << 4;
    case FMT_JUMP:
        return (bytes & 0x3F) | (gap & 0x3FFFF) << 6;
    case FMT_CALL:
        gap = to - (from & ~3u) - 4;
        return (bytes & 0x3F) | (gap >> 2 & 0x3FFFF) << 6;
    default:
        return (bytes & 0xFFFF) | (gap & 0xFF) << 16;
    }
}

static void rewrite(struct group *g, unsigned at, uint32_t to)
{
    uint32_t bytes = 0;
    struct insn in;
    for (unsigned i = 0; i < 3; i++)
        bytes |= (uint32_t)g->code[at + i] << (8 * i);
    in = isa_decode(bytes, 0, 0);
    bytes = aim(bytes, g->base + GROUP_LITERALS * 4 + at, to);
    for (unsigned i = 0; i < in.size; i++)
        g->code[at + i] = (uint8_t)(bytes >> (8 * i));
}

static void align(struct group *g)
{
    while (here(g) & 3)
        put(g, 0, 1);
}

/* [branch to over] unit over: */
static void put_forward(struct group *g, enum isa_id id, uint64_t *random)
{
    unsigned at = g->size;
    put_row(g, random_operands(id, random), true);
    put_random_plain(g, random);
    if (id == INSN_CALL0)
        align(g);
    rewrite(g, at, here(g));
}

/* j over; back: unit; j end; over: [branch to back] end: */
static void put_backward(struct group *g, enum isa_id id, uint64_t *random)
{
    unsigned over = g->size;
    put(g, J_MATCH, 3);
    align(g);
    uint32_t back = here(g);
    put_random_plain(g, random);
    unsigned end = g->size;
    put(g, J_MATCH, 3);
    rewrite(g, over, here(g));
    unsigned at = g->size;
    put_row(g, random_operands(id, random), true);
    rewrite(g, at, back);
    rewrite(g, end, here(g));
}

/* l32r reg, over; [jump to reg] unit over: */
static void put_indirect(struct group *g, enum isa_id id, uint64_t *random)
{
    bool is_return = id == INSN_RET || id == INSN_RET_N;
    unsigned reg = is_return ? 0 : (2 + below(random, 15)) % 16;
    unsigned literal = add_literal(g, 0);
    put_l32r(g, reg, literal);
    uint32_t bytes = random_operands(id, random);
    put_row(g, is_return ? bytes : (bytes & ~0xF00u) | reg << 8, true);
    put_random_plain(g, random);
    g->literal[literal] = here(g);
}

static void put_unit(struct group *g, enum isa_id id, uint64_t *random)
{
    if (!is_jumping(id)) {
        put_plain(g, id, random, true);
    } else if (id == INSN_JX || id == INSN_CALLX0 || id == INSN_RET ||
               id == INSN_RET_N) {
        put_indirect(g, id, random);
    } else if (isa_rows[id].format != FMT_ZERO_N && below(random, 2)) {
        put_backward(g, id, random);
    } else {
        put_forward(g, id, random);
    }
}

void group_make(struct group *group, uint32_t base, enum isa_id first,
                uint64_t *random)
{
    memset(group, 0, sizeof *group);
    group->base = base;
    group->sar = below(random, 33);
    for (unsigned i = 0; i < 16; i++)
        group->a[i] = random_value(random);
    for (unsigned i = 12; i < 15; i++)
        group->a[i] = SCRATCH_BASE + 4 * below(random, SCRATCH_POINTERS);
    group->pointers = 7u << 12;
    /* l32i a0, a1, A0_IN */
    put(group, 0x002102u | (A0_IN / 4) << 16, 3);
    put_unit(group, first, random);
    for (unsigned i = 1; i < GROUP_UNITS; i++)
        put_unit(group, random_row(random), random);
    /* s32i a0, a1, 0; l32i a0, a1, BACK; jx a0 */
    put(group, 0x006102u, 3);
    put(group, 0x002102u | (BACK / 4) << 16, 3);
    put(group, 0x0000A0u, 3);
}
