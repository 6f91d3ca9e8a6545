/* Decoded code that many CPUs have in common: devices that run the same program
 * keep one copy of its decoded instructions instead of one each. This saves
 * memory and, with a hundred devices, the host's cache. What is in the pool
 * stays until its end. */
#ifndef EMULATOR_BLOCK_POOL_H
#define EMULATOR_BLOCK_POOL_H

struct block_pool;

struct block_pool *block_pool_new(void);       /* NULL: no memory */
void block_pool_free(struct block_pool *pool); /* after all its CPUs */

#endif
