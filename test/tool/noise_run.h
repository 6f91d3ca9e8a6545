/* One run of the flasher over a line that loses, doubles or flips bytes, for
 * noise_test.c and line_faults.c. The flash is full of something else before,
 * so that a byte that goes astray shows. All in virtual time. */
#ifndef TEST_TOOL_NOISE_RUN_H
#define TEST_TOOL_NOISE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/flasher.h"

#define NOISE_SIZE 0xC000u /* 48 KB that can't be packed */
#define NOISE_AT 0x5000u

struct noise_run {
    const char *kind;  /* "lose", "double", "flip" */
    const char *side;  /* "to", "from", "both" */
    const char *share; /* percent */
    unsigned seed;
    bool is_from_start; /* before the first SYNC; else from the write on */
    bool is_rom_only;
    void (*say)(void *ctx, const char *line); /* may be NULL */
};

enum noise_end {
    NOISE_DONE, /* written, and read right */
    NOISE_SAID, /* failed, and what is said of the flash is so */
    NOISE_LIED, /* not so */
    NOISE_ENDS
};

struct noise_result {
    enum noise_end end;
    const char *where; /* it failed: "open", "write", "read"; what was a lie */
    enum err err;
    char detail[FLASHER_DETAIL];
    unsigned seconds; /* virtual */
    uint64_t hits;    /* bytes that the line has changed */
};

/* Bytes that LZMA can't make smaller, others for each seed. */
void noise_fill(uint8_t *out, uint32_t size, uint32_t seed);
struct noise_result noise_run(const struct noise_run *run);

#endif
