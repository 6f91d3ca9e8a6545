/* A bad serial line: bytes lost, doubled, flipped. */
#include "emulator/line_noise.h"

#include <stdbool.h>
#include <string.h>

#define STREAM 0x4E4F4953u /* apart from the other chances of the seed */

void line_noise_init(struct line_noise *noise, uint32_t seed)
{
    line_noise_clear(noise);
    noise->hits = 0;
    for (unsigned side = 0; side < NOISE_SIDES; side++)
        fault_random_start(&noise->random[side],
                           fault_hash(seed, STREAM, side));
}

void line_noise_clear(struct line_noise *noise)
{
    memset(noise->share, 0, sizeof noise->share);
}

static bool is_hit(struct line_noise *noise, enum noise_side side,
                   enum noise_kind kind)
{
    uint32_t share = noise->share[side][kind];
    bool is_now = share > 0 &&
                  fault_random_below(&noise->random[side], NOISE_ALL) < share;
    noise->hits += is_now;
    return is_now;
}

unsigned line_noise_pass(struct line_noise *noise, enum noise_side side,
                         uint8_t byte, uint8_t out[2])
{
    if (is_hit(noise, side, NOISE_LOSE))
        return 0;
    if (is_hit(noise, side, NOISE_FLIP))
        byte ^= (uint8_t)(1u << fault_random_below(&noise->random[side], 8));
    out[0] = out[1] = byte;
    return is_hit(noise, side, NOISE_DOUBLE) ? 2 : 1;
}
