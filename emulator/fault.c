/* Chance that can be repeated. The generator is SplitMix64 (Steele, Lea and
 * Flood 2014): a counter with a mixing function behind it. */
#include "emulator/fault.h"

#define STEP 0x9E3779B97F4A7C15u

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t fault_hash(uint64_t seed, uint64_t a, uint64_t b)
{
    return mix(mix(mix(seed + STEP) + a + STEP) + b + STEP);
}

void fault_random_start(struct fault_random *random, uint64_t seed)
{
    random->state = mix(seed + STEP);
}

uint32_t fault_random_next(struct fault_random *random)
{
    random->state += STEP;
    return (uint32_t)(mix(random->state) >> 32);
}

uint32_t fault_random_below(struct fault_random *random, uint32_t limit)
{
    return (uint32_t)(((uint64_t)fault_random_next(random) * limit) >> 32);
}
