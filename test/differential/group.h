/* Random groups of instructions for the differential test: machine code made
 * from the emulator's own instruction rows, framed so that driver.S can run one
 * after the other and no group can run away. */
#ifndef TEST_DIFFERENTIAL_GROUP_H
#define TEST_DIFFERENTIAL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/isa.h"

#define GROUP_LITERALS 12u
#define GROUP_CODE 220u
#define GROUP_UNITS 5u

#define SCRATCH_BASE 0x3FFEA000u /* driver.S */
#define SCRATCH_POINTERS 16u     /* words that a pointer may lie above it */

struct group {
    uint32_t base; /* address of the literals; the code follows them */
    uint32_t sar;
    uint32_t a[16]; /* a[1] is the driver's */
    uint32_t literal[GROUP_LITERALS];
    uint8_t code[GROUP_CODE];
    bool is_start[GROUP_CODE]; /* an instruction begins here; else filler */
    unsigned literals, size;
    uint16_t pointers; /* registers that still point into the scratch area */
    unsigned executed[INSN_COUNT];
};

/* xorshift; state is not zero. */
uint32_t random_next(uint64_t *state);

/* Rows the test covers: all but the privileged ones; RSR, WSR and XSR of SAR.
 */
bool group_covers(enum isa_id id);
/* Make a group at base whose first unit is row `first`. */
void group_make(struct group *group, uint32_t base, enum isa_id first,
                uint64_t *random);

#endif
