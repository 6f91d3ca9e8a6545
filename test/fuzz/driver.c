/* A fuzz target without libFuzzer: its seeds, and mutations of them that are
 * the same every time. Speaks TAP. Usage:
 *
 *     NAME_fuzz_test [--count N] [--seed N]
 *     NAME_fuzz_test --seeds FOLDER      writes the seeds as files
 *
 * An input that breaks a property is left in NAME_fuzz_test.input beside the
 * program. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "test/fuzz/fuzz.h"

#define ROOM 16384u

static uint8_t input[ROOM];
static size_t input_size;
static char left_name[4096];

static uint64_t state = 1;

/* xorshift64* (Vigna, 2016) */
static uint32_t below(uint32_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(((state * 0x2545F4914F6CDD1Du >> 32) * limit) >> 32);
}

/* ---- mutations ---- */

static void flip(size_t at)
{
    input[at] ^= (uint8_t)(1u << below(8));
}

static void set_byte(size_t at)
{
    static const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
    input[at] = below(2) ? values[below(6)] : (uint8_t)below(256);
}

static void add_to_byte(size_t at)
{
    input[at] = (uint8_t)(input[at] + below(33) - 16);
}

static void fill(size_t at)
{
    size_t size = 1 + below(64);
    if (size > input_size - at)
        size = input_size - at;
    memset(input + at, below(2) ? 0xFF : 0, size);
}

static void copy(size_t at)
{
    size_t from = below((uint32_t)input_size), size = 1 + below(64);
    if (size > input_size - at)
        size = input_size - at;
    if (size > input_size - from)
        size = input_size - from;
    memmove(input + at, input + from, size);
}

static void cut(size_t at)
{
    if (at > 0 && below(4) == 0)
        input_size = at;
}

static void insert(size_t at)
{
    size_t size = 1 + below(8);
    if (input_size + size > ROOM)
        return;
    memmove(input + at + size, input + at, input_size - at);
    for (size_t i = 0; i < size; i++)
        input[at + i] = (uint8_t)below(256);
    input_size += size;
}

static void (*const mutations[])(size_t at) = {
    flip, flip, set_byte, set_byte, add_to_byte, fill, copy, cut, insert};

/* Half of them near the beginning, where the heads are. */
static void mutate(void)
{
    for (uint32_t n = 1 + below(6); n > 0; n--) {
        uint32_t limit = (uint32_t)input_size;
        if (below(2) && limit > 64)
            limit = 64;
        mutations[below(sizeof(mutations) / sizeof(mutations[0]))](
            below(limit));
    }
}

/* ---- life ---- */

static void write_file(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "%s: can't be written\n", name);
        exit(1);
    }
}

static void leave_input(int number)
{
    signal(number, SIG_DFL);
    write_file(left_name, input, input_size);
    fprintf(stderr, "the input is in %s\n", left_name);
    raise(number);
}

static int write_seeds(const char *folder)
{
    char name[4096];
    unsigned n = 0;
    for (; (input_size = fuzz_seed(n, input, ROOM)) > 0; n++) {
        snprintf(name, sizeof(name), "%s/seed-%u", folder, n);
        write_file(name, input, input_size);
    }
    return n > 0 ? 0 : 1;
}

static void run(unsigned long count)
{
    unsigned seeds = 0;
    for (; (input_size = fuzz_seed(seeds, input, ROOM)) > 0; seeds++)
        (void)LLVMFuzzerTestOneInput(input, input_size);
    FUZZ_CHECK(seeds > 0);
    for (unsigned long i = 0; i < count; i++) {
        input_size = fuzz_seed((unsigned)(i % seeds), input, ROOM);
        mutate();
        (void)LLVMFuzzerTestOneInput(input, input_size);
    }
}

int main(int argc, char **argv)
{
    unsigned long count = 34000;
    if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
        return write_seeds(argv[2]);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--count") == 0)
            count = strtoul(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            state = strtoul(argv[i + 1], NULL, 0) * 2 + 1;
    }
    snprintf(left_name, sizeof(left_name), "%s.input", argv[0]);
    signal(SIGABRT, leave_input);
    signal(SIGSEGV, leave_input);
    run(count);
    unsigned number = 1;
    printf("ok 1 - %lu mutations\n", count);
    for (const struct fuzz_way *way = fuzz_ways; way->name; way++)
        printf("%sok %u - %s (%lu)\n", way->count > 0 ? "" : "not ", ++number,
               way->name, way->count);
    printf("1..%u\n", number);
    return 0;
}
