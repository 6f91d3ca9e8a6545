/* Basic blocks: instructions decoded once, run many times. */
#include "emulator/cpu_private.h"

#include <stddef.h>

/* An empty slot holds a pc that is never looked for in it. */
static void clear_slot(struct cpu_block_cache *cache, uint32_t index)
{
    cache->slot[index] = (struct block){.pc = index == 0 ? 1 : 0};
}

void block_init(struct cpu_block_cache *cache)
{
    clear_slot(cache, 0);
}

/* Writes nothing that is empty already: memory that was never written is none
 * of the host's. */
void block_forget_all(struct cpu_block_cache *cache)
{
    for (uint32_t i = 0; cache->has_blocks && i < BLOCK_SLOTS; i++)
        if (cache->slot[i].ops)
            clear_slot(cache, i);
    cache->ops_used = 0;
    cache->has_blocks = false;
}

void block_forget(struct cpu_block_cache *cache, uint32_t address,
                  uint32_t size)
{
    if (size > BLOCK_SLOTS) {
        block_forget_all(cache);
        return;
    }
    /* Blocks that end in the range may begin before it. */
    for (uint32_t pc = address - BLOCK_BYTES; pc != address + size; pc++) {
        struct block *block = block_slot(cache, pc);
        if (block->pc == pc && block->end > address)
            clear_slot(cache, (uint32_t)(block - cache->slot));
    }
}

/* The three bytes at pc, of which the last may be missing (zero) at the end of
 * what can be fetched: a narrow instruction does not need it. */
static bool fetch(const struct bus *bus, uint32_t pc, uint32_t *bytes,
                  enum fault *fault)
{
    uint32_t size;
    const uint8_t *code = bus_code(bus, pc, &size, fault);
    if (!code)
        return false;
    *bytes = 0;
    for (uint32_t i = 0, from = 0; i < 3; i++) {
        if (i - from >= size) {
            code = bus_code(bus, pc + i, &size, fault);
            from = i;
        }
        if (!code)
            return i == 2 && *bytes & 8;
        *bytes |= (uint32_t)code[i - from] << (8 * i);
    }
    return true;
}

static struct op make_op(const struct cpu_block_cache *cache,
                         const struct insn *insn, uint32_t offset)
{
    return (struct op){.go = cache->labels[insn->id],
                       .r = insn->r,
                       .s = insn->s,
                       .t = insn->t,
                       .offset = (uint8_t)offset,
                       .imm = insn->imm};
}

/* A branch to a place in its own block need not look for a block. */
static void join(const struct cpu_block_cache *cache, struct op *first,
                 const uint8_t *id, uint32_t pc, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const void *near = cache->labels[LABEL_NEAR + id[i]];
        for (unsigned k = 0; near && k < count; k++) {
            if (first[k].offset == first[i].imm - pc) {
                first[i].go = near;
                first[i].imm = k - i;
                break;
            }
        }
    }
}

/* Where the instructions stay: in the pool, or where they are. */
static const struct op *keep(struct cpu *cpu, const struct op *first,
                             unsigned count)
{
    const struct op *kept =
        cpu->pool ? block_pool_keep(cpu->pool, first, count) : NULL;
    if (kept)
        return kept;
    cpu->cache->ops_used += count;
    return first;
}

const struct block *block_make(struct cpu *cpu, uint32_t pc, enum fault *fault)
{
    struct cpu_block_cache *cache = cpu->cache;
    if (cache->ops_used + BLOCK_MAX + 1 > BLOCK_OPS)
        block_forget_all(cache);
    struct op *first = &cache->ops[cache->ops_used], *op = first;
    uint32_t at = pc, bytes;
    uint8_t id[BLOCK_MAX] = {0};
    while (op < first + BLOCK_MAX && fetch(cpu->bus, at, &bytes, fault)) {
        struct insn insn = isa_decode(bytes, at, cpu->litbase);
        id[op - first] = (uint8_t)insn.id;
        *op++ = make_op(cache, &insn, at - pc);
        at += insn.size;
        if (isa_rows[insn.id].flags & ISA_ENDS || cpu_is_native(cpu, at))
            break;
    }
    if (op == first)
        return NULL;
    join(cache, first, id, pc, (unsigned)(op - first));
    /* The pseudo-op that leads on to the next block. */
    *op++ = (struct op){.go = cache->labels[LABEL_LEAD_ON],
                        .offset = (uint8_t)(at - pc),
                        .imm = at};
    bus_guard_code(cpu->bus, pc, at - pc);
    struct block *block = block_slot(cache, pc);
    *block = (struct block){
        .pc = pc, .end = at, .ops = keep(cpu, first, (unsigned)(op - first))};
    cache->has_blocks = true;
    return block;
}

/* ---- addresses that are not run ------------------------------------------ */

static bool add_hook(struct cpu_block_cache *cache, uint32_t address,
                     uint32_t size)
{
    if (cache->hooks == CPU_HOOKS + cache->fixed_hooks)
        return false;
    cache->hook[cache->hooks].address = address;
    cache->hook[cache->hooks++].size = size;
    block_forget(cache, address, size);
    return true;
}

bool cpu_hook(struct cpu *cpu, uint32_t address, uint32_t size)
{
    return add_hook(cpu->caches[0], address, size) &&
           add_hook(cpu->caches[1], address, size);
}

void cpu_unhook_all(struct cpu *cpu)
{
    for (unsigned i = 0; i < 2; i++)
        cpu->caches[i]->hooks = cpu->caches[i]->fixed_hooks;
}

void block_init_fenced(struct cpu_block_cache *cache)
{
    cache->hook[0].address = IROM_BASE;
    cache->hook[0].size = IROM_SIZE;
    cache->hooks = cache->fixed_hooks = 1;
}
