/* Corrupted flash on the real image: records of slots, settings and images with
 * wrong bytes, then a start on the bench. Whatever runs is an image that was
 * flashed, and is the one that the boot table asks for; nothing crashes;
 * settings are read right or are defaults; a change is kept. Usage:
 *
 *     device_fuzz_test [--count N] [--seed N]
 *
 * Speaks TAP. The same seed makes the same mutations. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/fault.h"
#include "firmware/boot/phy_data.h"
#include "firmware/core/settings.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/slot_trailer.h"
#include "test/power/leftovers.h"
#include "test/power/machine.h"

#define START_MS 4000u
#define SAVED_MS 2600u
#define CHANGED_EVERY 8u
#define TOLD 10u

enum way { STARTED_A, STARTED_B, NOTHING, RIGHT, DEFAULTS, CHANGED, WAYS };
static const char *const way_names[WAYS] = {
    "slot A runs",         "slot B runs",      "nothing is there to run",
    "settings read right", "settings default", "a change is kept"};

static struct machine machine;
static uint8_t *cells;
static uint8_t base[MAP_END];
static struct slot_image image[SLOT_COUNT]; /* the genuine ones */
static struct fault_random chance;
static unsigned long ways[WAYS], wrong;
static unsigned long number; /* of the input */

static uint32_t below(uint32_t limit)
{
    return fault_random_below(&chance, limit);
}

static void say_wrong(const char *what)
{
    if (wrong++ < TOLD)
        printf("# input %lu: %s\n", number, what);
}

/* ---- the flash before its mutation ---- */

static void make_base(void)
{
    struct slot_trailer trailer;
    memset(base, 0xFF, sizeof(base));
    size_t size = machine_file("pogo-bench.bin", base, MAP_SLOT_A_RECORD);
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        uint32_t at = slot_image_address((enum slot)slot);
        if (slot == SLOT_B)
            size = at + machine_file("slot-b.bin", base + at, MAP_SLOT_SIZE);
        if (!slot_trailer_get(base + size - SLOT_TRAILER_SIZE, &trailer))
            exit(1);
        image[slot] = (struct slot_image){5 + slot, trailer.length, trailer.crc,
                                          trailer.version};
    }
    put_u32le(base + MAP_INSTALL_WORD, INSTALL_DONE);
    memset(base + MAP_PHY_DATA, 0, PHY_DATA_SIZE);
    base[MAP_PHY_DATA] = PHY_DATA_FIRST; /* as phy_bench.c has it */
    leftovers_put_log(base);
}

/* A slot's record: none, or an image with some tries spent, or good. */
static void put_record(enum slot slot)
{
    if (below(7) > 0)
        leftovers_put_record(cells, slot, &image[slot], below(SLOT_TRIES + 1),
                             below(2));
}

/* ---- mutations ---- */

static void mutate(uint32_t at, uint32_t size)
{
    for (uint32_t n = 1 + below(5); n > 0; n--) {
        uint32_t k = at + below(size);
        switch (below(4)) {
        case 0:
            cells[k] ^= (uint8_t)(1u << below(8));
            break;
        case 1:
            cells[k] = (uint8_t)below(256);
            break;
        case 2:
            memset(cells + k, below(2) ? 0xFF : 0,
                   1 + below(16) % (at + size - k));
            break;
        default:
            cells[k] = cells[at + below(size)];
            break;
        }
    }
}

/* Half of them with a right CRC over wrong fields. */
static void mutate_record(enum slot slot)
{
    uint32_t at = slot_record_address(slot);
    mutate(at, SLOT_RECORD_SIZE);
    if (below(2) && get_u32le(cells + at) != 0xFFFFFFFF)
        put_u32le(cells + at + 20, crc32_update(0, cells + at, 20));
}

static void mutate_settings(void)
{
    uint32_t at = MAP_SETTINGS + below(4) * FLASH_SECTOR_SIZE;
    mutate(below(4) ? MAP_SETTINGS : at, below(8) ? 160 : FLASH_SECTOR_SIZE);
}

/* Of an image that is not good: that one was verified, and is believed. */
static void mutate_image(enum slot slot)
{
    uint32_t at = slot_image_address(slot);
    struct slot_record record;
    slot_record_parse(cells + slot_record_address(slot), &record);
    if (record.state != SLOT_GOOD)
        mutate(at, below(2) ? 64 : image[slot].length + SLOT_TRAILER_SIZE);
}

static void make_input(void)
{
    memcpy(cells, base, sizeof(base));
    if (below(8) == 0) {
        /* Just flashed: no record counts, A's trailer does. */
        memset(cells + MAP_INSTALL_WORD, 0xFF, 8);
    }
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        put_record((enum slot)slot);
        if (below(2))
            mutate_record((enum slot)slot);
    }
    if (below(2))
        mutate_settings();
    if (below(3) == 0)
        mutate_image((enum slot)below(SLOT_COUNT));
    struct flash_chip *flash = &bench_chip(machine.bench)->flash;
    if (flash->changed)
        flash->changed(flash->changed_ctx, 0, MAP_END);
}

/* ---- what must come of it ---- */

static bool is_genuine(enum slot slot)
{
    return memcmp(cells + slot_image_address(slot),
                  base + slot_image_address(slot), image[slot].length) == 0;
}

/* The slot by the boot table, or SLOT_COUNT: none. */
static enum slot expected(void)
{
    struct slot_record record[SLOT_COUNT];
    enum slot_crc crc[SLOT_COUNT];
    if (get_u32le(cells + MAP_INSTALL_WORD) == INSTALL_BLANK) {
        uint32_t end = MAP_SLOT_A + image[SLOT_A].length;
        bool is_whole = is_genuine(SLOT_A) &&
                        memcmp(cells + end, base + end, SLOT_TRAILER_SIZE) == 0;
        return is_whole ? SLOT_A : SLOT_COUNT;
    }
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        const uint8_t *from = cells + slot_image_address((enum slot)i);
        struct slot_record *here = &record[i];
        slot_record_parse(cells + slot_record_address((enum slot)i), here);
        bool has_image = here->state == SLOT_TRYING || here->state == SLOT_GOOD;
        crc[i] = has_image && crc32_update(0, from, here->image.length) ==
                                  here->image.crc
                     ? CRC_RIGHT
                     : CRC_WRONG;
    }
    struct boot_choice choice = boot_decide(record, crc);
    return choice.row == BOOT_NOTHING ? SLOT_COUNT : choice.slot;
}

static bool has_reply(const char *line, const char *words)
{
    return machine_ask(&machine, line, words, NULL, 0);
}

static void check_settings(void)
{
    char reply[200];
    if (!machine_ask(&machine, "FriendlyName1", "RESULT = ", reply,
                     sizeof(reply)))
        say_wrong("it does not answer");
    else if (strstr(reply, "\"" LEFTOVERS_NAME "\""))
        ways[RIGHT]++;
    else if (strstr(reply, "\"" LEFTOVERS_EARLIER "\"") ||
             strstr(reply, "\"Tasmota\""))
        ways[DEFAULTS]++;
    else
        say_wrong(reply);
    if (!has_reply("Status 0", "STATUS11 = {"))
        say_wrong("it does not answer to Status 0");
}

static void check_change(void)
{
    if (!has_reply("BlinkTime 77", "{\"BlinkTime\":77}"))
        say_wrong("no answer to a change");
    (void)machine_run(&machine, SAVED_MS);
    machine_off(&machine);
    machine_on(&machine);
    if (!machine_wait(&machine, "Module: ", START_MS) ||
        !has_reply("BlinkTime", "{\"BlinkTime\":77}"))
        say_wrong("a change is not kept");
    else
        ways[CHANGED]++;
}

static void start(void)
{
    struct machine *m = &machine;
    enum slot want = expected();
    bool is_genuine_there[SLOT_COUNT] = {is_genuine(SLOT_A),
                                         is_genuine(SLOT_B)};
    machine_on(m);
    for (unsigned i = 0; i < START_MS && !strstr(m->text, "Module: ") &&
                         !strstr(m->text, "  try: ");
         i += 10)
        (void)machine_run(m, 10);
    if (strstr(m->text, "no program to start")) {
        ways[NOTHING]++;
        if (want != SLOT_COUNT)
            say_wrong("it does not start what is right");
        return;
    }
    if (!strstr(m->text, "Module: ")) {
        say_wrong("it neither starts nor says why");
        return;
    }
    enum slot slot = machine_slot(m);
    ways[slot == SLOT_A ? STARTED_A : STARTED_B]++;
    if (slot != want || !is_genuine_there[slot])
        say_wrong("what runs is not what should");
    check_settings();
    if (number % CHANGED_EVERY == 0)
        check_change();
    if (m->restarts > 0)
        say_wrong("it restarts");
}

static void run(unsigned long count)
{
    for (number = 1; number <= count; number++) {
        make_input();
        start();
        if (machine.problem[0])
            say_wrong(machine.problem);
        machine.problem[0] = 0;
        machine_off(&machine);
    }
}

int main(int argc, char **argv)
{
    unsigned long count = 600;
    uint32_t seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--count") == 0)
            count = strtoul(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = (uint32_t)strtoul(argv[i + 1], NULL, 0);
    }
    fault_random_start(&chance, seed);
    machine_open(&machine, false, seed);
    cells = machine_cells(&machine);
    make_base();
    run(count);
    machine_close(&machine);
    printf("%sok 1 - %lu inputs, %lu wrong\n", wrong ? "not " : "", count,
           wrong);
    for (unsigned i = 0; i < WAYS; i++)
        printf("%sok %u - %s (%lu)\n", ways[i] > 0 ? "" : "not ", i + 2,
               way_names[i], ways[i]);
    printf("1..%u\n", (unsigned)WAYS + 1);
    return wrong > 0;
}
