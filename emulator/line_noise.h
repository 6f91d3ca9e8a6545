/* A bad serial line between adapter and chip: bytes get lost, come twice or
 * have a bit flipped. Each direction has its own chance, so what happens to the
 * n-th byte of one does not depend on the other. The bench passes every byte
 * through here; a line without faults costs nothing and draws nothing. */
#ifndef EMULATOR_LINE_NOISE_H
#define EMULATOR_LINE_NOISE_H

#include <stdint.h>

#include "emulator/fault.h"

#define NOISE_ALL 100000u /* thousandths of a percent */

enum noise_kind { NOISE_LOSE, NOISE_DOUBLE, NOISE_FLIP, NOISE_KINDS };
enum noise_side { NOISE_TO, NOISE_FROM, NOISE_SIDES }; /* the chip */

struct line_noise {
    struct fault_random random[NOISE_SIDES];
    uint32_t share[NOISE_SIDES][NOISE_KINDS]; /* of NOISE_ALL bytes */
    uint64_t hits;                            /* bytes it has changed so far */
};

void line_noise_init(struct line_noise *noise, uint32_t seed);
/* No faults on either side. The chance goes on where it was. */
void line_noise_clear(struct line_noise *noise);
/* What arrives for one byte that was sent: 0, 1 or 2 bytes in out. */
unsigned line_noise_pass(struct line_noise *noise, enum noise_side side,
                         uint8_t byte, uint8_t out[2]);

#endif
