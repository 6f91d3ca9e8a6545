/* How long a start takes, in the bench's time: from the boot ROM's entry to the
 * SDK's, which calls user_pre_init, and to the relay, which is on at power-on;
 * for our image and for one that fills its slot. `make boot-times` prints it.
 * More than promise 5 allows, or the radio before the relay, is a failure. */
#include "test/emulator/bench_fixture.h"

#include <stdlib.h>

#include "emulator/sdk_private.h"
#include "format/image.h"
#include "test/emulator/installed.h"

#define STEP (CYCLES_PER_MS / 100)
#define PROMISE_MS 300.0 /* promise 5, to the relay */

static uint8_t file[MAP_END];

static size_t load(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(1);
    }
    size_t size = fread(file, 1, sizeof(file), in);
    fclose(in);
    memset(file + size, 0xFF, sizeof(file) - size);
    return size;
}

/* Slot A's image, its code filled up until no more fits; the trailer anew. */
static void fill_slot(void)
{
    static uint8_t code[MAP_SLOT_SIZE], out[MAP_SLOT_SIZE];
    struct image image;
    struct image_part part[IMAGE_SEGMENTS];
    uint8_t *slot = file + MAP_SLOT_A;
    assert_int_equal(image_read(slot, MAP_SLOT_SIZE, &image), ERR_NONE);
    for (unsigned i = 0; i < image.segment_count; i++) {
        part[i] = (struct image_part){image.segment[i].address,
                                      slot + image.segment[i].offset,
                                      image.segment[i].size};
    }
    for (uint32_t i = 0; i < sizeof(code); i++) {
        code[i] = (uint8_t)(i * 2654435761u >> 24);
    }
    memcpy(code, part[0].bytes, part[0].size);
    part[0].bytes = code;
    part[0].size += (uint32_t)(MAP_SLOT_SIZE - image.end - 64) & ~15u;
    uint32_t size = (uint32_t)image_built_size(part, image.segment_count);
    assert_int_equal(image_build(image.mode, image.size_freq, image.entry, part,
                                 image.segment_count, out, sizeof(out)),
                     ERR_NONE);
    struct slot_trailer trailer = {size, crc32_update(0, out, size), 1};
    memcpy(slot, out, size);
    slot_trailer_put(&trailer, slot + size);
}

enum start { START_GOOD, START_CRC, START_FIRST, STARTS };

/* From the ROM's entry, in ms. */
struct times {
    double sdk, relay;
};

/* Settings whose relay is on when power comes: made by the device itself. */
static void set_up(void)
{
    struct fixture f;
    open_config(&f, "mini", (struct bench_config){.is_off = true});
    struct chip *chip = bench_chip(f.bench);
    memcpy(chip->flash.data, file, sizeof(file));
    do_line(&f, "power on");
    bench_run(f.bench, bench_now(f.bench) + 3000 * CYCLES_PER_MS);
    do_line(&f, "console PowerOnState 1");
    bench_run(f.bench, bench_now(f.bench) + 3000 * CYCLES_PER_MS);
    memcpy(file + MAP_SETTINGS, chip->flash.data + MAP_SETTINGS,
           MAP_SETTINGS_SIZE);
    bench_close(f.bench);
}

static double since(const struct fixture *f, uint64_t from)
{
    return (double)(bench_now(f->bench) - from) / (double)CYCLES_PER_MS;
}

static struct times time_of(enum start start)
{
    struct fixture f;
    struct times times = {0};
    open_config(&f, "mini", (struct bench_config){.is_off = true});
    struct chip *chip = bench_chip(f.bench);
    memcpy(chip->flash.data, file, sizeof(file));
    if (start != START_FIRST) {
        put_installed(chip->flash.data);
        put_record(chip->flash.data, SLOT_A, 1, start == START_GOOD);
    }
    do_line(&f, "power on");
    uint64_t from = bench_now(f.bench);
    for (unsigned i = 0; i < 500000 && times.relay == 0; i++) {
        bench_run(f.bench, bench_now(f.bench) + STEP);
        if (times.sdk == 0 && chip->sdk.is_running)
            times.sdk = since(&f, from);
        if (strstr(f.events, "relay 1 on"))
            times.relay = since(&f, from);
    }
    if (times.relay == 0 || chip->sdk.has_pre_init_ended) {
        fprintf(stderr, "no relay, or the radio started before it:\n%s",
                f.events);
        exit(1);
    }
    /* The bench gives the SDK a stack; the chip goes on with this one. */
    if (chip->sdk.entry_stack < SDK_STACK) {
        fprintf(stderr, "the boot sector has left the stack at 0x%08x\n",
                (unsigned)chip->sdk.entry_stack);
        exit(1);
    }
    bench_close(f.bench);
    return times;
}

/* The time to the relay with CRC check. */
static double print_times(void)
{
    struct times times[STARTS];
    for (int start = 0; start < STARTS; start++)
        times[start] = time_of((enum start)start);
    printf("image of %-6u to the SDK %8.1f ms%8.1f ms%8.1f ms\n",
           (unsigned)image_in(file, SLOT_A).length, times[START_GOOD].sdk,
           times[START_CRC].sdk, times[START_FIRST].sdk);
    printf("                to the relay%7.1f ms%8.1f ms%8.1f ms\n",
           times[START_GOOD].relay, times[START_CRC].relay,
           times[START_FIRST].relay);
    return times[START_CRC].relay;
}

int main(int argc, char **argv)
{
    struct image boot;
    if (argc != 2) {
        fputs("usage: boot_times IMAGE\n", stderr);
        return 2;
    }
    size_t size = load(argv[1]);
    assert_int_equal(image_read(file, size, &boot), ERR_NONE);
    printf("boot sector: %u of %u bytes before the install word's page\n",
           (unsigned)boot.end, MAP_INSTALL_PAGE);
    set_up();
    printf("from the ROM's entry               good   CRC check first start\n");
    (void)print_times();
    fill_slot();
    double most = print_times();
    printf("(the bench's time: its ROM's and flash's speed are assumptions)\n");
    return most < PROMISE_MS ? 0 : 1;
}
