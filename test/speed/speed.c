/* How fast our CPU is, as ratios measured in one run: beside qemu's translated
 * code on two programs, and beside the chip's 80 MHz on our firmware.
 *
 *   speed [--check] FOLDER IMAGE
 *
 * FOLDER has the guests (crc-short.elf ... mixed-long.elf), IMAGE is the file
 * that is flashed at 0. Each guest runs in a short and a long form; the
 * difference of the two times is what the work took, without start-up. All is
 * repeated, one world after the other, and of each the shortest time counts:
 * whatever else the machine does can only make a run longer.
 *
 * Ends with 1 when a program gave another result in one world than in the
 * other; a missed goal is only said. --check runs the short forms for their
 * results and tells no times. */
#include <stdio.h>
#include <string.h>

#include "emulator/clock.h"
#include "test/speed/world.h"

#define REPEATS 3u
#define FIRMWARE_REPEATS 5u
#define FIRMWARE_SECONDS 0.6
#define CHECK_SECONDS 0.1

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

enum form { SHORT, LONG, FORMS };
static const char *const form_names[FORMS] = {"short", "long"};

/* The shortest times so far, of one guest in both worlds. */
struct best {
    double ours[FORMS], qemu[FORMS];
    uint64_t instructions[FORMS];
};

static double shorter(double a, double b)
{
    return a == 0 || b < a ? b : a;
}

/* One form of the guest in both worlds. */
static bool measure(const struct guest *guest, const char *folder,
                    enum form form, struct best *best)
{
    char elf[256];
    struct world_run ours, qemu;
    snprintf(elf, sizeof elf, "%s/%s-%s.elf", folder, guest->name,
             form_names[form]);
    if (!world_qemu(elf, &qemu) || !world_ours(elf, &ours))
        return false;
    if (ours.text[0] == '\0' || strcmp(ours.text, qemu.text) != 0) {
        printf("%s: the results differ: qemu %s, pogo %s\n", elf, qemu.text,
               ours.text);
        return false;
    }
    best->ours[form] = shorter(best->ours[form], ours.seconds);
    best->qemu[form] = shorter(best->qemu[form], qemu.seconds);
    best->instructions[form] = ours.instructions;
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
    struct best best = {0};
    for (unsigned i = 0; i < REPEATS; i++)
        if (!measure(guest, folder, SHORT, &best) ||
            !measure(guest, folder, LONG, &best))
            return false;
    double ours = best.ours[LONG] - best.ours[SHORT];
    double qemu = best.qemu[LONG] - best.qemu[SHORT];
    double millions =
        (double)(best.instructions[LONG] - best.instructions[SHORT]) * 1e-6;
    print_ratio(guest->what, qemu / ours, guest->goal, "of qemu");
    printf("  %.0f million instructions: pogo %.3f s (%.0f MIPS), qemu %.3f s "
           "(%.0f MIPS)\n",
           millions, ours, millions / ours, qemu, millions / qemu);
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

static bool check(const char *folder, const char *image)
{
    bool is_good = true;
    struct world_run run;
    for (size_t i = 0; i < GUESTS; i++) {
        struct best best = {0};
        is_good = measure(&guests[i], folder, SHORT, &best) && is_good;
    }
    return world_firmware(image, CHECK_SECONDS, &run) && is_good;
}

static bool race(const char *folder, const char *image)
{
    bool is_good = true;
    printf("speed: ratios of one run; of each world the best of %u, of the "
           "firmware of %u\n",
           REPEATS, FIRMWARE_REPEATS);
    for (size_t i = 0; i < GUESTS; i++)
        is_good = run_guest(&guests[i], folder) && is_good;
    return run_firmware(image) && is_good;
}

int main(int argc, char **argv)
{
    bool is_check = argc > 1 && strcmp(argv[1], "--check") == 0;
    if (argc != (is_check ? 4 : 3)) {
        fprintf(stderr, "use: speed [--check] FOLDER IMAGE\n");
        return 2;
    }
    bool is_good = is_check ? check(argv[2], argv[3]) : race(argv[1], argv[2]);
    return is_good ? 0 : 1;
}
