/* The worlds that the speed test measures in: one function each. */
#ifndef TEST_SPEED_WORLD_H
#define TEST_SPEED_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_TEXT 64u

/* One run of a guest program, start-up and all. */
struct world_run {
    double seconds;        /* of the wall clock */
    uint64_t instructions; /* 0 where nobody counts them */
    char text[WORLD_TEXT]; /* what the guest told */
};

/* The guest in the ELF file, from its start to its exit. False, with a line on
 * stderr, when it could not be run or did not end well. */
bool world_ours(const char *elf, struct world_run *out);
bool world_qemu(const char *elf, struct world_run *out);

/* The firmware on the bench: commands typed one by one, each as soon as the
 * answer to the one before is out, for about `seconds`. `instructions` are
 * those that were executed: waiting is skipped and not counted. `text` says how
 * many commands were answered. */
bool world_firmware(const char *image, double seconds, struct world_run *out);

/* Seconds of a clock that only goes forward. */
double world_now(void);

#endif
