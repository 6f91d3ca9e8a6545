#include "emulator/block_pool.h"

#include <stdlib.h>
#include <string.h>

#include "emulator/cpu_private.h"

#define POOL_OPS 0x20000u  /* room: 2 MB, of which the used part is taken */
#define POOL_ROWS 0x10000u /* a power of two, more than there will be runs */

struct run {
    const struct op *ops; /* NULL: an empty row */
    unsigned count;
    uint32_t hash;
};

struct block_pool {
    struct op ops[POOL_OPS];
    unsigned used;
    struct run row[POOL_ROWS]; /* by hash, then the next empty one */
    unsigned rows;
};

struct block_pool *block_pool_new(void)
{
    return calloc(1, sizeof(struct block_pool));
}

void block_pool_free(struct block_pool *pool)
{
    free(pool);
}

static uint32_t hash_of(const struct op *ops, unsigned count)
{
    uint32_t hash = count;
    for (unsigned i = 0; i < count; i++) {
        hash = (hash ^ (uint32_t)(uintptr_t)ops[i].go) * 2654435761u;
        hash = (hash ^ ops[i].imm ^ (uint32_t)ops[i].r << 24 ^
                (uint32_t)ops[i].s << 16 ^ (uint32_t)ops[i].t << 8) *
               2654435761u;
        hash ^= hash >> 15;
    }
    return hash;
}

static bool is_same(const struct run *run, uint32_t hash, const struct op *ops,
                    unsigned count)
{
    return run->hash == hash && run->count == count &&
           memcmp(run->ops, ops, count * sizeof *ops) == 0;
}

const struct op *block_pool_keep(struct block_pool *pool, const struct op *ops,
                                 unsigned count)
{
    uint32_t hash = hash_of(ops, count), at = hash % POOL_ROWS;
    while (pool->row[at].ops && !is_same(&pool->row[at], hash, ops, count))
        at = (at + 1) % POOL_ROWS;
    struct run *run = &pool->row[at];
    if (run->ops)
        return run->ops;
    if (pool->used + count > POOL_OPS || pool->rows + 1 == POOL_ROWS)
        return NULL;
    struct op *kept = &pool->ops[pool->used];
    memcpy(kept, ops, count * sizeof *ops);
    *run = (struct run){.ops = kept, .count = count, .hash = hash};
    pool->used += count;
    pool->rows++;
    return kept;
}
