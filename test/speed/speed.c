/* How fast our CPU is, as ratios measured in one run: beside qemu's translated
 * code on two programs, and beside the chip's 80 MHz on our firmware.
 *
 *   speed FOLDER IMAGE
 *
 * FOLDER has the guests (crc-short.elf ... mixed-long.elf), IMAGE is the file
 * that is flashed at 0. Each guest runs in a short and a long form; the
 * difference of the two times is what the work took, without start-up. All is
 * repeated, one world after the other, and of each the shortest time counts:
 * whatever else the machine does can only make a run longer.
 *
 * Ends with 1 when a program gave another result than it should; a missed goal
 * is only said. */
#include <stdio.h>
#include <string.h>

#include "emulator/clock.h"
#include "test/speed/world.h"

#define REPEATS 3u
#define FIRMWARE_REPEATS 5u
#define FIRMWARE_SECONDS 0.6

struct guest {
    const char *name, *what;
    double goal;
};

static const struct guest guests[] = {
    {"crc", "table CRC-32", 0.25},
    {"mixed", "mixed C workload", 0.42},
};
#define GUESTS (sizeof guests / sizeof guests[0])
#define FIRMWARE_GOAL 3.0

/* The shortest times so far, of one world. */
struct best {
    double brief, full;
    uint64_t instructions; /* of the full form less the brief one */
};

typedef bool world(const char *elf, struct world_run *out);

static double shorter(double a, double b)
{
    return a == 0 || b < a ? b : a;
}

/* Both forms of the guest in one world. The full form's text is kept. */
static bool measure(world *run, const char *folder, const char *name,
                    struct best *best, char *text)
{
    char elf[256];
    struct world_run brief, full;
    snprintf(elf, sizeof elf, "%s/%s-short.elf", folder, name);
    if (!run(elf, &brief))
        return false;
    snprintf(elf, sizeof elf, "%s/%s-long.elf", folder, name);
    if (!run(elf, &full))
        return false;
    best->brief = shorter(best->brief, brief.seconds);
    best->full = shorter(best->full, full.seconds);
    best->instructions = full.instructions - brief.instructions;
    memcpy(text, full.text, WORLD_TEXT);
    return true;
}

static void print_ratio(const char *what, double ratio, double goal,
                        const char *unit)
{
    printf("%-18s %5.2f %-15s goal %.2f%s\n", what, ratio, unit, goal,
           ratio < goal ? "  MISS" : "");
}

static bool run_guest(const struct guest *guest, const char *folder)
{
    struct best ours = {0}, qemu = {0};
    for (unsigned i = 0; i < REPEATS; i++) {
        char our_text[WORLD_TEXT], qemu_text[WORLD_TEXT];
        if (!measure(world_qemu, folder, guest->name, &qemu, qemu_text) ||
            !measure(world_ours, folder, guest->name, &ours, our_text))
            return false;
        if (our_text[0] == '\0' || strcmp(our_text, qemu_text) != 0) {
            printf("%s: the results differ: qemu %s, pogo %s\n", guest->name,
                   qemu_text, our_text);
            return false;
        }
    }
    double our_time = ours.full - ours.brief,
           qemu_time = qemu.full - qemu.brief;
    double millions = (double)ours.instructions * 1e-6;
    print_ratio(guest->what, qemu_time / our_time, guest->goal, "of qemu");
    printf("  %.0f million instructions: pogo %.3f s (%.0f MIPS), qemu %.3f s "
           "(%.0f MIPS)\n",
           millions, our_time, millions / our_time, qemu_time,
           millions / qemu_time);
    return true;
}

static bool run_firmware(const char *image)
{
    double best = 0;
    struct world_run run = {0};
    for (unsigned i = 0; i < FIRMWARE_REPEATS; i++) {
        if (!world_firmware(image, FIRMWARE_SECONDS, &run))
            return false;
        double rate = (double)run.instructions / run.seconds;
        best = rate > best ? rate : best;
    }
    print_ratio("firmware", best / CYCLES_PER_S, FIRMWARE_GOAL, "x 80 MHz");
    printf("  %.0f MIPS while busy; in the last %.1f s %s\n", best * 1e-6,
           run.seconds, run.text);
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "use: speed FOLDER IMAGE\n");
        return 2;
    }
    printf("speed: ratios of one run; of each world the best of %u, of the "
           "firmware of %u\n",
           REPEATS, FIRMWARE_REPEATS);
    bool is_good = true;
    for (size_t i = 0; i < GUESTS; i++)
        is_good = run_guest(&guests[i], argv[1]) && is_good;
    is_good = run_firmware(argv[2]) && is_good;
    return is_good ? 0 : 1;
}
