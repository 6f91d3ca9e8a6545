/* The flasher over lines that lose, double and flip bytes, and over pauses: it
 * ends right, or says what is on the flash. It never calls a flash written that
 * holds another byte. All in virtual time, and each with a limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/bench.h"
#include "emulator/chip.h"
#include "test/tool/faulty_link.h"
#include "test/tool/noise_run.h"
#include "tool/flasher_private.h"

#define SIZE NOISE_SIZE
#define AT NOISE_AT
#define LIMIT_S 600u /* virtual seconds */

static uint8_t data[SIZE];
static struct flasher f;
static bool is_all; /* --all: 200 bytes after which the port goes */

static void make_data(uint32_t seed)
{
    noise_fill(data, SIZE, seed);
}

static void say(void *ctx, const char *line)
{
    (void)ctx;
    print_message("#   %s\n", line);
}

/* A part of what line_faults runs through; of those that are overcome always.
 */
static const struct noise_run runs[] = {
    {"lose", "to", "1", 1, true, false, NULL},
    {"double", "to", "1", 2, false, false, NULL},
    {"flip", "from", "1", 37, true, false, NULL},
    {"flip", "both", "0.1", 4, true, false, NULL},
    {"flip", "both", "1", 8, true, false, NULL},
    {"lose", "from", "0.1", 1, true, true, NULL},
    {"double", "from", "0.1", 1, false, true, NULL},
    {"flip", "from", "0.1", 1, false, true, NULL},
    {"flip", "to", "0.004", 1, false, true, NULL},
};

static void noise_is_overcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        const struct noise_run *run = &runs[i];
        struct noise_result r = noise_run(run);
        print_message("# %s %s %% %s, %s: %s %s, %u s\n", run->kind, run->share,
                      run->side, run->is_rom_only ? "ROM" : "stub", r.where,
                      err_name(r.err), r.seconds);
        assert_int_equal(r.end, NOISE_DONE);
        assert_true(r.hits > 0);
        assert_true(r.seconds < LIMIT_S);
    }
}

/* What the boot ROM is told has no check: hopeless, and said. */
static void noise_that_stops_the_rom_is_said(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 4; seed++) {
        const struct noise_run run = {"lose", "to", "1", seed,
                                      false,  true, NULL};
        struct noise_result r = noise_run(&run);
        assert_int_equal(r.end, NOISE_SAID);
        assert_non_null(strstr(r.detail, "the line loses or changes bytes"));
    }
}

/* ---- pauses, and a port that goes away ---- */

static void pauses_are_waited_for(void **state)
{
    (void)state;
    for (unsigned is_rom = 0; is_rom <= 1; is_rom++) {
        struct faulty_link faulty;
        make_data(7);
        assert_int_equal(faulty_open(&faulty, "bench:mini"), ERR_NONE);
        faulty.pause_every = 9000;
        assert_int_equal(
            flasher_open(&f, &(struct flasher_config){.port = "bench:mini",
                                                      .is_rom_only = is_rom,
                                                      .say = say,
                                                      .link = &faulty.link}),
            ERR_NONE);
        assert_int_equal(flasher_write(&f, AT, data, SIZE), ERR_NONE);
        struct bench *b = link_bench_device(faulty.inner);
        assert_memory_equal(bench_chip(b)->flash.data + AT, data, SIZE);
        assert_true(faulty_now(&faulty.link) > 2000u * (SIZE / 9000u));
        assert_true(faulty_now(&faulty.link) < LIMIT_S * 1000u);
        flasher_close(&f, ERR_NONE);
        link_close(&faulty.link);
    }
}

/* An answer that comes after it was asked for a second time: then there are
 * two, and the next question has another one. */
static void a_late_answer_is_not_taken_for_the_next_one(void **state)
{
    (void)state;
    static uint8_t all[0x100000];
    struct faulty_link faulty;
    assert_int_equal(faulty_open(&faulty, "bench:mini"), ERR_NONE);
    assert_int_equal(
        flasher_open(&f, &(struct flasher_config){.port = "bench:mini",
                                                  .say = say,
                                                  .link = &faulty.link}),
        ERR_NONE);
    uint8_t *flash = bench_chip(link_bench_device(faulty.inner))->flash.data;
    noise_fill(all, sizeof(all), 17);
    memcpy(flash, all, sizeof(all));
    for (unsigned ms = 600; ms <= 2000; ms += 200) {
        faulty.deaf_until = faulty_now(&faulty.link) + ms;
        assert_int_equal(flasher_verify(&f, 0, all, sizeof(all)), ERR_NONE);
    }
    flasher_close(&f, ERR_NONE);
    link_close(&faulty.link);
}

static uint32_t told_done;

static void note_done(void *ctx, const char *what, uint32_t done,
                      uint32_t total)
{
    (void)ctx, (void)total;
    if (strcmp(what, "write") == 0)
        told_done = done;
}

/* Open, write with the port gone after so many bytes of it (0: not). */
static enum err write_until(const char *port, size_t gone_after, size_t *sent)
{
    struct faulty_link faulty;
    assert_int_equal(faulty_open(&faulty, port), ERR_NONE);
    enum err e = flasher_open(
        &f, &(struct flasher_config){
                .port = port, .progress = note_done, .link = &faulty.link});
    assert_int_equal(e, ERR_NONE);
    size_t before = faulty.sent;
    if (gone_after)
        faulty.gone_after = before + gone_after;
    e = flasher_write(&f, AT, data, SIZE);
    *sent = faulty.sent - before;
    flasher_close(&f, e);
    link_close(&faulty.link);
    return e;
}

static void what_was_written_before_the_plug_is_not_sent_again(void **state)
{
    (void)state;
    char file[] = "/tmp/pogo_unplug_XXXXXX", port[64];
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    snprintf(port, sizeof(port), "bench:mini,flash=%s", file);
    unsigned tries = is_all ? 200 : 12;
    uint32_t chance = 12345;
    make_data(3);
    for (unsigned i = 0; i < tries; i++) {
        size_t sent, rest;
        chance = chance * 1664525u + 1013904223u;
        size_t at = 1 + (chance >> 8) % 49000u;
        told_done = 0;
        assert_int_equal(truncate(file, 0), 0);
        assert_int_equal(write_until(port, at, &sent), ERR_PORT_GONE);
        uint32_t done = told_done;
        assert_int_equal(write_until(port, 0, &rest), ERR_NONE);
        unsigned left = f.sectors - f.same_sectors;
        if (i < 12)
            print_message("# unplugged after %zu bytes: 0x%x are done, %zu "
                          "bytes and %u sectors for the rest\n",
                          at, (unsigned)done, rest, left);
        assert_true(f.same_sectors * 0x1000u >= done);
        /* What was not done, with its frames, and a few questions. */
        assert_true(rest < left * 4300u + 700u);
        assert_true(rest > left * 4096u);
    }
    unlink(file);
}

/* ---- a stub that does not start ---- */

static bool has_said;

static void listen(void *ctx, const char *line)
{
    has_said |= strstr(line, "boot ROM alone") != NULL;
    say(ctx, line);
}

static void a_stub_that_does_not_start_is_done_without(void **state)
{
    (void)state;
    static const char *const ports[] = {"bench:mini", "bench:mini,no-lines"};
    for (unsigned i = 0; i < 2; i++) {
        struct faulty_link faulty;
        has_said = false;
        make_data(11);
        assert_int_equal(faulty_open(&faulty, ports[i]), ERR_NONE);
        faulty.is_spoiling = true;
        assert_int_equal(
            flasher_open(&f, &(struct flasher_config){.port = ports[i],
                                                      .wait_ms = 10000,
                                                      .say = listen,
                                                      .link = &faulty.link}),
            ERR_NONE);
        assert_ptr_equal(f.path, &rom_path);
        assert_true(has_said);
        assert_int_equal(flasher_write(&f, AT, data, 0x3000), ERR_NONE);
        assert_memory_equal(
            bench_chip(link_bench_device(faulty.inner))->flash.data + AT, data,
            0x3000);
        flasher_close(&f, ERR_NONE);
        link_close(&faulty.link);
    }
}

/* --all: all rows, and all 200 bytes after which the port goes. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_overcome),
        cmocka_unit_test(noise_that_stops_the_rom_is_said),
        cmocka_unit_test(pauses_are_waited_for),
        cmocka_unit_test(a_late_answer_is_not_taken_for_the_next_one),
        cmocka_unit_test(what_was_written_before_the_plug_is_not_sent_again),
        cmocka_unit_test(a_stub_that_does_not_start_is_done_without),
    };
    if (argc > 1 && strcmp(argv[1], "--all") == 0)
        is_all = true;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
