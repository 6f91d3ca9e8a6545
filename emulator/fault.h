/* Chance that can be repeated: every fault on the bench (a torn word, a flipped
 * bit, a brown-out's length) is decided by numbers from here, and these follow
 * from the seed alone. The host's clock and rand() have no part in it. */
#ifndef EMULATOR_FAULT_H
#define EMULATOR_FAULT_H

#include <stdint.h>

/* A number that follows from the three and looks like no other's: for faults
 * that must not depend on how many came before. */
uint64_t fault_hash(uint64_t seed, uint64_t a, uint64_t b);

/* A sequence of numbers, one stream per kind of fault. */
struct fault_random {
    uint64_t state;
};

void fault_random_start(struct fault_random *random, uint64_t seed);
uint32_t fault_random_next(struct fault_random *random);
/* 0 to limit - 1; limit is not 0. */
uint32_t fault_random_below(struct fault_random *random, uint32_t limit);

#endif
