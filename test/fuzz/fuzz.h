/* What a fuzz target in this folder offers. Built twice: with libFuzzer
 * (`make fuzz`), and with driver.c as a short test that always does the same.
 * A property that does not hold ends the program by abort(). */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's name for it. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The n-th input to begin with, from 0: its size, or 0 when there are no
 * more. */
size_t fuzz_seed(unsigned n, uint8_t *out, size_t room);

/* fuzz_seed's answer from an array of texts, each one input. */
static inline size_t fuzz_text_seed(const char *const *seeds, size_t count,
                                    unsigned n, uint8_t *out, size_t room)
{
    size_t size = n < count ? strlen(seeds[n]) : 0;
    if (size > room)
        abort();
    memcpy(out, n < count ? seeds[n] : "", size);
    return size;
}
#define FUZZ_TEXT_SEED(seeds, n, out, room)                                    \
    fuzz_text_seed(seeds, sizeof(seeds) / sizeof(*(seeds)), n, out, room)

/* The same from an array of FUZZ_BYTES, which may hold zeros. */
struct fuzz_bytes {
    const char *bytes;
    size_t size;
};
#define FUZZ_BYTES(bytes)                                                      \
    {                                                                          \
        bytes, sizeof(bytes) - 1                                               \
    }

static inline size_t fuzz_bytes_seed(const struct fuzz_bytes *seeds,
                                     size_t count, unsigned n, uint8_t *out,
                                     size_t room)
{
    size_t size = n < count ? seeds[n].size : 0;
    if (size > room)
        abort();
    memcpy(out, n < count ? seeds[n].bytes : "", size);
    return size;
}
#define FUZZ_BYTES_SEED(seeds, n, out, room)                                   \
    fuzz_bytes_seed(seeds, sizeof(seeds) / sizeof(*(seeds)), n, out, room)

/* Which ways a target saw its inputs take, counted: a fuzz test whose inputs
 * are all refused at the door tests little. Up to the first NULL. */
struct fuzz_way {
    const char *name;
    unsigned long count;
};
extern struct fuzz_way fuzz_ways[];

#define FUZZ_CHECK(claim)                                                      \
    do {                                                                       \
        if (!(claim)) {                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,         \
                    #claim);                                                   \
            abort();                                                           \
        }                                                                      \
    } while (0)

#endif
