/* How long the stub's work takes, in the virtual time of a bench in this
 * process, beside what the line and the flash chip need; and which speed is
 * taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/bench.h"
#include "emulator/chip.h"
#include "tool/flasher_private.h"

#define SIZE 0x40000u
#define BAUD 921600u
#define BITS 6u /* of entropy in a byte */
/* emulator/flash_chip.c: a page in four programs of 64 bytes. */
#define PAGE_US (4u * (30u + 63u * 26u / 10u))
#define BLOCK_US 200000u
#define SLOW_MOST 1065u /* thousandths of the line's time */

static struct flasher f;
static uint8_t old[SIZE], bytes[SIZE];

static void fill(uint8_t *to, uint32_t seed)
{
    for (uint32_t i = 0; i < SIZE; i++) {
        seed = seed * 1664525u + 1013904223u;
        to[i] = (uint8_t)(seed >> 24 & ((1u << BITS) - 1));
    }
}

static void open_bench(unsigned baud)
{
    assert_int_equal(
        flasher_open(
            &f, &(struct flasher_config){.port = "bench:basic", .baud = baud}),
        ERR_NONE);
}

static uint64_t now_ms(void)
{
    return f.link->ops->now_ms(f.link);
}

static uint64_t write_ms(const uint8_t *what)
{
    uint64_t start = now_ms();
    assert_int_equal(flasher_write(&f, 0, what, SIZE), ERR_NONE);
    return now_ms() - start;
}

static void a_write_takes_little_more_than_line_or_flash(void **state)
{
    (void)state;
    uint64_t line_ms = (uint64_t)SIZE * BITS / 8u * 10000u / BAUD;
    uint64_t flash_ms =
        (SIZE / 0x10000u * BLOCK_US + SIZE / 0x100u * PAGE_US) / 1000u;
    uint64_t limit = line_ms > flash_ms ? line_ms : flash_ms;
    fill(old, 1);
    fill(bytes, 2);
    open_bench(BAUD);
    assert_true(write_ms(old) >= line_ms);
    uint64_t ms = write_ms(bytes);
    print_message("# %u ms; line %u, flash %u\n", (unsigned)ms,
                  (unsigned)line_ms, (unsigned)flash_ms);
    assert_true(ms >= limit);
    assert_true(ms * 100 <= limit * 112);
    flasher_close(&f, ERR_NONE);
}

/* As a frame is sent while the one before is answered: with frames as large as
 * what may be on its way the line rests, and this takes 2 % more. */
static void a_slow_line_never_rests(void **state)
{
    (void)state;
    uint64_t line_ms = (uint64_t)SIZE * BITS / 8u * 10000u / 115200u;
    fill(bytes, 2);
    open_bench(115200);
    uint64_t ms = write_ms(bytes);
    print_message("# %u ms; line %u\n", (unsigned)ms, (unsigned)line_ms);
    assert_true(ms >= line_ms);
    assert_true(ms * 1000 <= line_ms * SLOW_MOST);
    flasher_close(&f, ERR_NONE);
}

/* Eight sectors one by one would take 400 ms alone. */
static void half_a_block_is_erased_at_once(void **state)
{
    (void)state;
    fill(old, 1);
    fill(bytes, 2);
    open_bench(BAUD);
    assert_true(write_ms(old) > 0);
    uint64_t start = now_ms();
    assert_int_equal(flasher_write(&f, 0x8000, bytes, 0x8000), ERR_NONE);
    uint64_t ms = now_ms() - start;
    print_message("# %u ms\n", (unsigned)ms);
    assert_true(ms > 120 + 0x80 * PAGE_US / 1000u);
    assert_true(ms < 400);
    flasher_close(&f, ERR_NONE);
}

/* ---- Puya: a program takes 2 ms, whatever its size ---- */

#define PUYA_PROGRAM_MS 2u
#define PAGES (SIZE / 0x100u)

static uint64_t puya_write_ms(void (*prepare)(struct chip *chip))
{
    const struct flasher_config config = {.port = "bench:basic,puya",
                                          .baud = BAUD};
    assert_int_equal(flasher_open(&f, &config), ERR_NONE);
    struct chip *chip = bench_chip(link_bench_device(f.link));
    if (prepare)
        prepare(chip);
    uint64_t programs = chip->flash.programs;
    uint64_t ms = write_ms(bytes);
    assert_memory_equal(chip->flash.data, bytes, SIZE);
    print_message("# %u ms, %u programs for %u pages\n", (unsigned)ms,
                  (unsigned)(chip->flash.programs - programs), PAGES);
    flasher_close(&f, ERR_NONE);
    return ms;
}

static void (*gpio_write)(void *ctx, uint32_t offset, uint32_t value);

/* Register 0x08 takes pins down; this chip's GPIO11 stays. */
static void write_but_gpio11(void *ctx, uint32_t offset, uint32_t value)
{
    gpio_write(ctx, offset, offset == 0x08 ? value & ~(1u << 11) : value);
}

static void leave_select_high(struct chip *chip)
{
    gpio_write = chip->gpio.device.write;
    chip->gpio.device.write = write_but_gpio11;
}

static void a_puya_takes_one_program_for_a_page(void **state)
{
    (void)state;
    fill(bytes, 2);
    assert_true(puya_write_ms(NULL) < PAGES * PUYA_PROGRAM_MS * 125 / 100);
    /* Where that does not work: as before, four for a page. */
    uint64_t ms = puya_write_ms(leave_select_high);
    assert_true(ms > 4 * PAGES * PUYA_PROGRAM_MS);
    assert_true(ms < 4 * PAGES * PUYA_PROGRAM_MS * 115 / 100);
}

static void what_is_there_already_is_only_looked_at(void **state)
{
    (void)state;
    fill(bytes, 2);
    open_bench(BAUD);
    uint64_t ms = write_ms(bytes);
    assert_true(write_ms(bytes) * 10 <= ms);
    assert_int_equal(f.same_sectors, f.sectors);
    flasher_close(&f, ERR_NONE);
}

static void connecting_takes_less_than_half_a_second(void **state)
{
    (void)state;
    fill(bytes, 2);
    const struct flasher_config config = {.port = "bench:basic,hold-button",
                                          .before = BEFORE_NO_RESET,
                                          .baud = BAUD};
    assert_int_equal(flasher_open(&f, &config), ERR_NONE);
    print_message("# %u ms\n", (unsigned)now_ms());
    assert_true(now_ms() < 450);
    flasher_close(&f, ERR_NONE);
}

/* ---- reading ---- */

static void random_bytes(uint8_t *to)
{
    for (uint32_t i = 0, seed = 3; i < SIZE; i++) {
        seed = seed * 1664525u + 1013904223u;
        to[i] = (uint8_t)(seed >> 24);
    }
}

static void blank(uint8_t *to)
{
    memset(to, 0xFF, SIZE);
}

/* Our firmware, as often as there is room for it. */
static void firmware(uint8_t *to)
{
    char path[256];
    const char *b = getenv("B");
    snprintf(path, sizeof(path), "%s/pogo-bench.bin", b ? b : "build");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(to, 1, SIZE, file);
    fclose(file);
    assert_true(size > 100000);
    for (size_t i = size; i < SIZE; i++)
        to[i] = to[i - size];
}

/* In thousandths of the time that the bytes take on the line as they are. */
static const struct {
    const char *name;
    void (*make)(uint8_t *to);
    unsigned baud, least, most;
} reads[] = {
    {"random at 115200", random_bytes, 115200, 1000, 1040},
    {"random at 921600", random_bytes, 921600, 1000, 1040},
    {"firmware at 115200", firmware, 115200, 600, 750},
    {"firmware at 460800", firmware, 460800, 600, 750},
    {"firmware at 921600", firmware, 921600, 600, 750},
    {"blank at 115200", blank, 115200, 1, 15},
    {"blank at 921600", blank, 921600, 1, 90},
};

static void a_read_is_packed_and_keeps_the_line_busy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
        open_bench(reads[i].baud);
        reads[i].make(old);
        memset(bytes, 0, SIZE);
        memcpy(bench_chip(link_bench_device(f.link))->flash.data, old, SIZE);
        uint64_t start = now_ms();
        assert_int_equal(flasher_read(&f, 0, bytes, SIZE), ERR_NONE);
        uint64_t ms = now_ms() - start;
        uint64_t line_ms = (uint64_t)SIZE * 10000u / reads[i].baud;
        print_message("# %s: %u ms, %u of it\n", reads[i].name, (unsigned)ms,
                      (unsigned)line_ms);
        assert_memory_equal(bytes, old, SIZE);
        assert_in_range(ms * 1000 / line_ms, reads[i].least, reads[i].most);
        flasher_close(&f, ERR_NONE);
    }
}

/* ---- which speed ---- */

static unsigned carried; /* by the line */
static struct link_ops slow_ops;
static enum err (*set_baud)(struct link *link, unsigned baud);

static enum err set_baud_if_carried(struct link *link, unsigned baud)
{
    return set_baud(link, baud <= carried ? baud : baud * 2);
}

static void the_speed_steps_down_to_what_the_line_carries(void **state)
{
    (void)state;
    static const struct {
        unsigned wanted, carried, result;
    } rows[] = {
        {921600, 921600, 921600}, {921600, 500000, 460800},
        {921600, 300000, 230400}, {921600, 115200, 115200},
        {460800, 300000, 230400}, {1500000, 1000000, 921600},
        {200000, 115200, 115200},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t crc;
        open_bench(115200);
        slow_ops = *f.link->ops;
        set_baud = slow_ops.set_baud;
        slow_ops.set_baud = set_baud_if_carried;
        f.link->ops = &slow_ops;
        carried = rows[i].carried;
        assert_int_equal(flasher_set_baud(&f, rows[i].wanted), ERR_NONE);
        assert_int_equal(f.baud, rows[i].result);
        assert_int_equal(f.path->digests(&f, 0, 4096, &crc), ERR_NONE);
        flasher_close(&f, ERR_NONE);
    }
}

static void the_speed_is_921600_if_nobody_says_another(void **state)
{
    (void)state;
    open_bench(0);
    assert_int_equal(f.baud, 921600);
    flasher_close(&f, ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_takes_little_more_than_line_or_flash),
        cmocka_unit_test(a_slow_line_never_rests),
        cmocka_unit_test(half_a_block_is_erased_at_once),
        cmocka_unit_test(a_puya_takes_one_program_for_a_page),
        cmocka_unit_test(what_is_there_already_is_only_looked_at),
        cmocka_unit_test(a_read_is_packed_and_keeps_the_line_busy),
        cmocka_unit_test(connecting_takes_less_than_half_a_second),
        cmocka_unit_test(the_speed_steps_down_to_what_the_line_carries),
        cmocka_unit_test(the_speed_is_921600_if_nobody_says_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
