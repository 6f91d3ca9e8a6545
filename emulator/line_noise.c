/* A bad serial line: bytes lost, doubled, flipped. */
#include "emulator/line_noise.h"

#include <string.h>

#define STREAM 0x4E4F4953u /* apart from the other chances of the seed */

void line_noise_init(struct line_noise *noise, uint32_t seed)
{
    line_noise_clear(noise);
    for (unsigned side = 0; side < NOISE_SIDES; side++)
        fault_random_start(&noise->random[side],
                           fault_hash(seed, STREAM, side));
}

void line_noise_clear(struct line_noise *noise)
{
    memset(noise->percent, 0, sizeof noise->percent);
}

static unsigned is_hit(struct fault_random *random, unsigned percent)
{
    return percent && fault_random_below(random, 100) < percent;
}

unsigned line_noise_pass(struct line_noise *noise, enum noise_side side,
                         uint8_t byte, uint8_t out[2])
{
    struct fault_random *random = &noise->random[side];
    const uint8_t *percent = noise->percent[side];
    if (is_hit(random, percent[NOISE_LOSE]))
        return 0;
    if (is_hit(random, percent[NOISE_FLIP]))
        byte = (uint8_t)(byte ^ 1u << fault_random_below(random, 8));
    out[0] = out[1] = byte;
    return 1 + is_hit(random, percent[NOISE_DOUBLE]);
}
