/* Our CPU beside qemu-system-xtensa -cpu lx106: random instruction groups run
 * in both, every register and the memory they wrote must agree.
 *
 *   differential [--seed N] [--count N] [--source DIR] [--keep DIR]
 *
 * --source is where driver.S lies (test/differential); --keep leaves the files
 * of the last batch in a folder that exists.
 *
 * Ends with 1 and the first group that differs, disassembled, or when a row of
 * the instruction table was not run often enough; with 0 and one line when all
 * is well. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/bus.h"
#include "format/bytes.h"
#include "test/differential/group.h"
#include "test/differential/run.h"

#define ENTRY_WORDS 17u /* driver.S: code, SAR, a0, a2..a15 */
#define SLOT (GROUP_LITERALS * 4 + GROUP_CODE)
#define SLOTS_BASE (GROUPS_BASE + 4 + BATCH_GROUPS * ENTRY_WORDS * 4)
/* Of a batch of 20,000 each row opens about 190 groups. */
#define GROUPS_PER_RUN 400u

_Static_assert(SLOTS_BASE + BATCH_GROUPS * SLOT <= IMAGE_BASE + 0x100000u,
               "a batch must fit into the flash window");

static struct group groups[BATCH_GROUPS];
static struct results theirs, ours;
static unsigned executed[INSN_COUNT];

static const char *const field_names[RECORD_WORDS] = {
    "a0",  "a1",  "a2",  "a3",       "a4",       "a5",    "a6",
    "a7",  "a8",  "a9",  "a10",      "a11",      "a12",   "a13",
    "a14", "a15", "sar", "exccause", "excvaddr", "memory"};

static void put_entry(uint8_t *to, const struct group *group)
{
    put_u32le(to, group->base + GROUP_LITERALS * 4);
    put_u32le(to + 4, group->sar);
    put_u32le(to + 8, group->a[0]);
    for (unsigned i = 2; i < 16; i++)
        put_u32le(to + 4 + 4 * i, group->a[i]);
}

static enum isa_id next_row(unsigned *row)
{
    do {
        *row = (*row + 1) % INSN_COUNT;
    } while (!group_covers((enum isa_id) * row));
    return (enum isa_id) * row;
}

/* Make `count` groups and lay them out as driver.S wants them. Returns how many
 * bytes. */
static size_t make_batch(uint8_t *to, unsigned count, unsigned *row,
                         uint64_t *random)
{
    put_u32le(to, count);
    for (unsigned i = 0; i < count; i++) {
        struct group *group = &groups[i];
        uint32_t base = SLOTS_BASE + i * SLOT;
        uint8_t *slot = to + (base - GROUPS_BASE);
        group_make(group, base, next_row(row), random);
        put_entry(to + 4 + i * ENTRY_WORDS * 4, group);
        for (unsigned k = 0; k < GROUP_LITERALS; k++)
            put_u32le(slot + 4 * k, group->literal[k]);
        memcpy(slot + GROUP_LITERALS * 4, group->code, GROUP_CODE);
        for (unsigned id = 0; id < INSN_COUNT; id++)
            executed[id] += group->executed[id];
    }
    return SLOTS_BASE + count * SLOT - GROUPS_BASE;
}

static void print_code(const struct group *group)
{
    uint32_t pc = group->base + GROUP_LITERALS * 4;
    for (unsigned at = 0; at < group->size;) {
        uint8_t bytes[4] = {0};
        char text[64];
        if (!group->is_start[at]) {
            at++;
            continue;
        }
        memcpy(bytes, group->code + at,
               group->size - at < 3 ? group->size - at : 3);
        struct insn insn = isa_decode(get_u32le(bytes), pc + at, 0);
        isa_print(&insn, text, sizeof text);
        printf(
            "  %08x: %06x  %s\n", (unsigned)(pc + at),
            (unsigned)(get_u32le(bytes) & (insn.size == 2 ? 0xFFFF : 0xFFFFFF)),
            text);
        at += insn.size;
    }
}

static void print_difference(const struct group *group, unsigned number,
                             const struct record *qemu,
                             const struct record *pogo)
{
    printf("group %u differs:\n", number);
    print_code(group);
    for (unsigned i = 0; i < GROUP_LITERALS; i++)
        printf("  literal %08x: %08x\n", (unsigned)(group->base + 4 * i),
               (unsigned)group->literal[i]);
    printf("  %-8s %8s %8s %8s\n", "", "before", "qemu", "pogo");
    for (unsigned i = 0; i < RECORD_WORDS; i++) {
        uint32_t before = i < 16 ? group->a[i] : i == 16 ? group->sar : 0;
        printf("  %-8s %08x %08x %08x%s\n", field_names[i], (unsigned)before,
               (unsigned)qemu->word[i], (unsigned)pogo->word[i],
               qemu->word[i] == pogo->word[i] ? "" : "  <--");
    }
}

static bool is_agreed(unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (i == theirs.count || i == ours.count) {
            printf("group %u was not reached: qemu ran %u, pogo %u of %u\n",
                   first + i, theirs.count, ours.count, count);
            print_code(&groups[i]);
            return false;
        }
        if (memcmp(&theirs.record[i], &ours.record[i], sizeof(struct record)) !=
            0) {
            print_difference(&groups[i], first + i, &theirs.record[i],
                             &ours.record[i]);
            return false;
        }
    }
    return true;
}

static bool is_covered(unsigned count)
{
    unsigned least = (unsigned)-1, rows = 0;
    bool is_enough = true;
    for (unsigned id = 0; id < INSN_COUNT; id++) {
        if (!group_covers((enum isa_id)id))
            continue;
        rows++;
        least = executed[id] < least ? executed[id] : least;
        if (executed[id] < 1 || executed[id] < count / GROUPS_PER_RUN) {
            printf("%s was run only %u times\n", isa_rows[id].mnemonic,
                   executed[id]);
            is_enough = false;
        }
    }
    if (is_enough)
        printf("ok: %u groups agree, %u rows, each run at least %u times\n",
               count, rows, least);
    return is_enough;
}

static bool run_batches(uint64_t seed, unsigned count, const char *source,
                        const char *folder)
{
    static uint8_t bytes[IROM_SIZE];
    uint64_t random = seed * 0x9E3779B97F4A7C15u + 1;
    unsigned row = 0;
    for (unsigned done = 0; done < count;) {
        unsigned now =
            count - done < BATCH_GROUPS ? count - done : BATCH_GROUPS;
        size_t size = make_batch(bytes, now, &row, &random);
        if (!image_build(folder, source, bytes, size) ||
            !run_qemu(folder, &theirs))
            return false;
        /* When ours strays, the group it strayed in is told below. */
        bool is_finished = run_ours(folder, &ours);
        if (!is_agreed(done, now) || !is_finished)
            return false;
        done += now;
    }
    return true;
}

static void remove_files(const char *folder)
{
    static const char *const names[] = {"groups.bin", "image.elf", "text.bin",
                                        "qemu.out"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

struct options {
    const char *seed, *count, *source, *keep;
};

static bool read_options(struct options *options, int argc, char **argv)
{
    const struct {
        const char *name;
        const char **value;
    } rows[] = {{"--seed", &options->seed},
                {"--count", &options->count},
                {"--source", &options->source},
                {"--keep", &options->keep}};
    for (int i = 1; i < argc; i += 2) {
        size_t row = 0;
        while (row < 4 && strcmp(argv[i], rows[row].name) != 0)
            row++;
        if (row == 4 || i + 1 == argc)
            return false;
        *rows[row].value = argv[i + 1];
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {"1", "20000", "test/differential", NULL};
    char made[] = "/tmp/pogo-differential-XXXXXX";
    if (!read_options(&options, argc, argv)) {
        fprintf(stderr, "use: differential [--seed N] [--count N] "
                        "[--source DIR] [--keep DIR]\n");
        return 2;
    }
    const char *folder = options.keep ? options.keep : mkdtemp(made);
    if (!folder) {
        perror("differential: /tmp");
        return 1;
    }
    uint64_t seed = strtoull(options.seed, NULL, 0);
    unsigned count = (unsigned)strtoul(options.count, NULL, 0);
    bool is_good =
        run_batches(seed, count, options.source, folder) && is_covered(count);
    if (!is_good)
        printf("not ok: seed %s, files in %s\n", options.seed, folder);
    else if (!options.keep)
        remove_files(folder);
    return is_good ? 0 : 1;
}
