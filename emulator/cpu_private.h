/* What the CPU's own files share: decoded blocks, special registers, and how
 * they tell the run loop that something changed under it. */
#ifndef EMULATOR_CPU_PRIVATE_H
#define EMULATOR_CPU_PRIVATE_H

#include "emulator/block_pool.h"
#include "emulator/bus_private.h"
#include "emulator/cpu.h"
#include "emulator/isa.h"

#define BLOCK_MAX 64u                /* instructions */
#define BLOCK_BYTES (BLOCK_MAX * 3u) /* at most */
/* A power of two, and as much as a program's busy part has bytes: two blocks
 * that want the same slot are decoded again and again. */
#define BLOCK_SLOTS 32768u
#define BLOCK_OPS 32768u /* room for the instructions of all blocks */

/* An instruction ready to run: 16 bytes, so that four share a cache line. */
struct op {
    const void *go; /* label in cpu.c */
    uint8_t r, s, t;
    uint8_t offset; /* from the block's pc */
    uint32_t imm;
};

/* A run of instructions entered only at its first. Branches inside leave it
 * when taken; after the last stands a pseudo-op that leads on. */
struct block {
    uint32_t pc, end;
    const struct op *ops;
};

/* In the table of labels: the pseudo-op, and from LABEL_NEAR on, by isa_id, the
 * forms of branches to a place in their own block (NULL for all else), whose
 * imm is the distance in ops. */
#define LABEL_LEAD_ON INSN_COUNT
#define LABEL_NEAR (INSN_COUNT + 1)

/* A CPU has two: while flash is fenced off (cpu_fence_flash) the second is in
 * use, into which code in flash is never decoded, so that the fence costs
 * nothing where code runs. About 1 MB each, of which the host gives only what
 * is written: what the guest's code that has run needs. */
struct cpu_block_cache {
    struct block slot[BLOCK_SLOTS]; /* by pc; a newer block takes the place */
    struct op ops[BLOCK_OPS];
    unsigned ops_used;         /* when full, all blocks are forgotten */
    bool has_blocks;           /* since they were last forgotten */
    const void *const *labels; /* by isa_id; LABEL_... */
    struct {
        uint32_t address, size;
    } hook[CPU_HOOKS + 1]; /* cpu_hook; in the second cache flash, too */
    unsigned hooks, fixed_hooks;
    bool is_in_waiti; /* WAITI was run and no interrupt has come since */
    /* Set from inside a register access or native. */
    bool is_attention_due; /* an interrupt may have become possible */
    bool is_redirected;    /* pc was set by someone else */
};

static inline struct block *block_slot(struct cpu_block_cache *cache,
                                       uint32_t pc)
{
    return &cache->slot[pc % BLOCK_SLOTS];
}

/* The cache must be zeroed. */
void block_init(struct cpu_block_cache *cache);
/* Make it the second one: no block of code in flash gets into it. */
void block_init_fenced(struct cpu_block_cache *cache);
/* All blocks of both caches. */
void cpu_forget_all(struct cpu *cpu);
void block_forget_all(struct cpu_block_cache *cache);
void block_forget(struct cpu_block_cache *cache, uint32_t address,
                  uint32_t size);
/* The block at pc, decoded now. NULL: nothing to fetch there, *fault says why.
 */
const struct block *block_make(struct cpu *cpu, uint32_t pc, enum fault *fault);

/* The pool's own copy of these decoded instructions, which never changes; NULL
 * when it is full. What they do is in them and the block's pc alone. */
const struct op *block_pool_keep(struct block_pool *pool, const struct op *ops,
                                 unsigned count);

/* Natives stand here; nothing is fetched. */
static inline bool cpu_is_native(const struct cpu *cpu, uint32_t pc)
{
    const struct cpu_block_cache *cache = cpu->cache;
    if (pc - ROM_BASE < ROM_SIZE || pc - SDK_BASE < SDK_SIZE)
        return true;
    for (unsigned i = 0; i < cache->hooks; i++)
        if (pc - cache->hook[i].address < cache->hook[i].size)
            return true;
    return false;
}

/* Debug exceptions, level 2; DEBUGCAUSE bits. */
#define DEBUG_LEVEL 2u
#define DEBUG_BREAK 0x08u
#define DEBUG_BREAK_N 0x10u
/* Enter the debug vector, unless PS.INTLEVEL masks it: false. */
bool cpu_break(struct cpu *cpu, uint32_t debugcause);
/* Take the interrupt that cpu_has_interrupt told of. */
void cpu_take_interrupt(struct cpu *cpu);
/* (Re)arm the CCOMPARE event after CCOUNT or CCOMPARE changed. */
void cpu_arm_ccompare(struct cpu *cpu);
void cpu_ccompare_due(void *ctx);

/* Special registers, one row each. The decoder asks what may be done with one,
 * so that an instruction on none is illegal. */
#define SPECIAL_R 1u
#define SPECIAL_W 2u
#define SPECIAL_X 4u
/* Row of register `number`, if all of `access` may be done, or -1. */
int special_find(unsigned number, unsigned access);
const char *special_name(uint32_t row);
uint32_t special_read(const struct cpu *cpu, uint32_t row);
void special_write(struct cpu *cpu, uint32_t row, uint32_t value);

#endif
