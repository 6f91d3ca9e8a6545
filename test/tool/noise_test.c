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
#include "tool/flasher_private.h"

#define SIZE 0xC000u /* 48 KB that can't be packed */
#define AT 0x5000u
#define LIMIT_S 240u /* virtual seconds for all of one row */

static uint8_t data[SIZE], back[SIZE];
#define ROWS 18u /* kinds, sides, shares */

static struct flasher f;
static unsigned step = 7; /* through the rows */

static void make_data(uint32_t seed)
{
    for (uint32_t i = 0; i < SIZE; i++) {
        seed = seed * 1664525u + 1013904223u;
        data[i] = (uint8_t)(seed >> 24);
    }
}

static void say(void *ctx, const char *line)
{
    (void)ctx;
    print_message("#   %s\n", line);
}

static void control(const char *line)
{
    struct control c;
    assert_int_equal(control_parse(line, &c), ERR_NONE);
    assert_int_equal(bench_do(link_bench_device(f.link), &c), ERR_NONE);
}

static enum err open_port(const char *port, unsigned baud)
{
    return flasher_open(
        &f, &(struct flasher_config){.port = port, .baud = baud, .say = say});
}

static const struct flash_chip *flash(void)
{
    return &bench_chip(link_bench_device(f.link))->flash;
}

/* What is said must be what is so. Returns whether all went well. */
static bool write_and_read(void)
{
    enum err e = flasher_write(&f, AT, data, SIZE);
    bool is_there = memcmp(flash()->data + AT, data, SIZE) == 0;
    if (e != ERR_NONE) {
        print_message("#   write: %s: %s\n", err_name(e), f.detail);
        assert_true(f.is_incomplete);
        assert_true(f.detail[0] != '\0');
        return false;
    }
    assert_true(is_there);
    for (uint32_t i = 0; i < flash()->config.size; i++) {
        if (i < AT || i >= AT + SIZE)
            assert_int_equal(flash()->data[i], 0xFF);
    }
    e = flasher_read(&f, AT, back, SIZE);
    if (e == ERR_NONE)
        assert_memory_equal(back, data, SIZE);
    else
        print_message("#   read: %s: %s\n", err_name(e), f.detail);
    return e == ERR_NONE;
}

static const char *const kinds[] = {"lose", "double", "flip"};
static const char *const sides[] = {"to", "from", "both"};
static const char *const shares[] = {"0.1", "1"};

/* One of `kind side share`. Ends well, or says why not. */
static bool one(unsigned n, bool is_from_start)
{
    const char *kind = kinds[n / 6], *side = sides[n / 2 % 3];
    char port[128], line[64];
    snprintf(line, sizeof(line), "noise %s %s %s", kind, shares[n % 2], side);
    snprintf(port, sizeof(port), "bench:mini,seed=%u%s%s", n + 1,
             is_from_start ? ",do=" : "", is_from_start ? line : "");
    make_data(n);
    enum err e = open_port(port, 0);
    if (e != ERR_NONE) {
        print_message("# %s: %s: %s\n", line, err_name(e), f.detail);
        assert_true(f.detail[0] != '\0');
        return false;
    }
    if (!is_from_start)
        control(line);
    bool is_good = write_and_read();
    unsigned s = (unsigned)(f.link->ops->now_ms(f.link) / 1000);
    print_message("# %s: %s, %u s, %s\n", line, is_good ? "good" : "not", s,
                  f.path->name);
    assert_true(s < LIMIT_S);
    flasher_close(&f, ERR_NONE);
    return is_good;
}

static void noise_from_the_start_on_is_overcome(void **state)
{
    (void)state;
    for (unsigned n = 0; n < ROWS; n += step)
        assert_true(one(n, true));
}

static void noise_that_comes_later_is_overcome(void **state)
{
    (void)state;
    for (unsigned n = 0; n < ROWS; n += step)
        assert_true(one(n, false));
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
    unsigned tries = step == 1 ? 200 : 12;
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
        cmocka_unit_test(noise_from_the_start_on_is_overcome),
        cmocka_unit_test(noise_that_comes_later_is_overcome),
        cmocka_unit_test(pauses_are_waited_for),
        cmocka_unit_test(what_was_written_before_the_plug_is_not_sent_again),
        cmocka_unit_test(a_stub_that_does_not_start_is_done_without),
    };
    if (argc > 1 && strcmp(argv[1], "--all") == 0)
        step = 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
