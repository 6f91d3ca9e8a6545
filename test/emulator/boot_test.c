/* The boot sector as machine code: first installs over anything, with the power
 * cut at every flash operation; slot B; images that somebody else has started.
 * Its portable half has tests of its own, test/firmware/boot/. */
#include "test/emulator/bench_fixture.h"

#include <stdlib.h>

#include "emulator/native.h"
#include "firmware/core/update.h"
#include "format/boot_token.h"
#include "format/bytes.h"
#include "format/flash_map.h"
#include "test/emulator/installed.h"

#define SLOT_B_CODE (MAP_IROM_BASE + MAP_SLOT_B)

/* ---- the flash ---- */

static void load_file(uint8_t *flash, uint32_t at, const char *name)
{
    char path[200];
    const char *b = getenv("B");
    snprintf(path, sizeof(path), "%s/%s", b ? b : "build", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(fread(flash + at, 1, MAP_END - at, file) > 1000);
    fclose(file);
}

static uint8_t *cells(struct fixture *f)
{
    return bench_chip(f->bench)->flash.data;
}

static struct slot_record record_of(struct fixture *f, enum slot slot)
{
    struct slot_record record;
    slot_record_parse(cells(f) + slot_record_address(slot), &record);
    return record;
}

enum leftovers { LEFT_NOISE, LEFT_OLD_POGO, LEFTOVERS };

/* The file, written over what was there; power is off. */
static void open_flashed(struct fixture *f, uint32_t seed, bool is_puya,
                         enum leftovers kind)
{
    open_config(f, "mini",
                (struct bench_config){
                    .seed = seed, .is_off = true, .is_puya = is_puya});
    uint8_t *to = cells(f);
    uint32_t noise = seed + 1;
    for (uint32_t at = 0; at < MAP_END; at += 4) {
        noise = noise * 1664525u + 1013904223u;
        put_u32le(to + at, noise);
    }
    load_file(to, 0, "pogo-bench.bin");
    if (kind == LEFT_OLD_POGO) {
        load_file(to, MAP_SLOT_B, "slot-b.bin");
        put_record(to, SLOT_A, 7, true);
        put_record(to, SLOT_B, 8, true);
    }
}

/* Both slots in use, B newer. */
static void open_used(struct fixture *f, bool is_b_good)
{
    open_config(f, "mini", (struct bench_config){.seed = 1, .is_off = true});
    load_file(cells(f), 0, "pogo-bench.bin");
    load_file(cells(f), MAP_SLOT_B, "slot-b.bin");
    put_installed(cells(f));
    put_record(cells(f), SLOT_B, 2, is_b_good);
}

/* ---- a start ---- */

#define STARTED "uart 00:00:00.000 Module:"

/* Until the firmware runs, it says that nothing is there, or power is gone. */
static void run(struct fixture *f)
{
    do_line(f, "power on");
    for (unsigned ms = 0; ms < 5000; ms++) {
        run_ms(f, 1);
        if (count(f, STARTED) || count(f, "power off") ||
            count(f, "uart   try:")) {
            return;
        }
    }
    fail_msg("it neither starts nor says why:\n%s", f->events);
}

static void run_again(struct fixture *f)
{
    forget(f);
    do_line(f, "power off");
    run_ms(f, 500);
    forget(f);
    run(f);
}

static void assert_runs(struct fixture *f, enum slot slot)
{
    uint32_t code = bench_chip(f->bench)->sdk.user_init;
    if (count(f, STARTED) != 1) {
        fail_msg("it does not run:\n%s", f->events);
    }
    assert_int_equal(code >= SLOT_B_CODE ? SLOT_B : SLOT_A, slot);
    assert_int_equal(count(f, "reset cause 3"), 0);
}

static void assert_blank(const uint8_t *flash, uint32_t from, uint32_t size)
{
    for (uint32_t at = from; at < from + size; at++) {
        if (flash[at] != 0xFF) {
            fail_msg("0x%06x is %02x", at, flash[at]);
        }
    }
}

/* No word is programmed twice, and all is as after a first start. */
static void assert_installed(struct fixture *f)
{
    const uint8_t *is = cells(f);
    struct slot_record a = record_of(f, SLOT_A);
    struct slot_image image = image_in(is, SLOT_A);
    assert_int_equal(a.state, SLOT_TRYING);
    assert_memory_equal(&a.image, &image, sizeof(image));
    assert_blank(is, MAP_SLOT_B_RECORD, FLASH_SECTOR_SIZE);
    assert_blank(is, MAP_RF_CAL, FLASH_SECTOR_SIZE);
    assert_blank(is, MAP_SDK_PARAMS, MAP_SDK_PARAMS_SIZE);
    assert_int_equal(is[MAP_PHY_DATA], 5);
    assert_blank(is, MAP_PHY_DATA + 128, FLASH_SECTOR_SIZE - 128);
    assert_true(get_u32le(is + MAP_INSTALL_WORD) == INSTALL_DONE ||
                get_u32le(is + MAP_INSTALL_WORD + 4) == INSTALL_DONE);
    assert_int_equal(bench_chip(f->bench)->flash.fault.rewrites, 0);
}

static unsigned operations(struct fixture *f)
{
    const struct flash_chip *flash = &bench_chip(f->bench)->flash;
    return (unsigned)(flash->programs + flash->erases);
}

/* ---- the first start ---- */

static void a_first_start_makes_a_fresh_pogo_of_anything(void **state)
{
    (void)state;
    for (int kind = 0; kind < LEFTOVERS; kind++) {
        struct fixture f;
        open_flashed(&f, 1, false, (enum leftovers)kind);
        run(&f);
        assert_runs(&f, SLOT_A);
        assert_installed(&f);
        assert_int_equal(record_of(&f, SLOT_A).tries_left, SLOT_TRIES);
        run_again(&f);
        assert_runs(&f, SLOT_A);
        bench_close(f.bench);
    }
}

/* Cut, then a start without one: it runs and all is in its place. */
static void cut(unsigned n, const char *how, bool is_puya, enum leftovers kind)
{
    struct fixture f;
    char line[64];
    open_flashed(&f, n, is_puya, kind);
    snprintf(line, sizeof(line), "cut after %u flash %s", n, how);
    do_line(&f, line);
    run(&f);
    snprintf(line, sizeof(line), "cut %s", how);
    if (!count(&f, line) || count(&f, STARTED)) {
        fail_msg("operation %u was not cut:\n%s", n, f.events);
    }
    forget(&f);
    run(&f);
    assert_runs(&f, SLOT_A);
    assert_installed(&f);
    bench_close(f.bench);
}

static void power_may_go_at_every_operation_of_a_first_start(void **state)
{
    (void)state;
    static const char *const how[] = {"before", "torn", "after"};
    struct fixture f;
    open_flashed(&f, 1, false, LEFT_OLD_POGO);
    do_line(&f, "power on");
    while (get_u32le(cells(&f) + MAP_INSTALL_WORD) == INSTALL_BLANK) {
        run_ms(&f, 1);
    }
    unsigned last = operations(&f);
    bench_close(f.bench);
    assert_in_range(last, 7 + 4 + 1 + 1, 40);
    for (unsigned n = 1; n <= last; n++) {
        for (unsigned i = 0; i < 3; i++) {
            cut(n, how[i], n % 2 == 0, (enum leftovers)(n / 2 % LEFTOVERS));
            cut(n, how[i], n % 2 != 0, LEFT_OLD_POGO);
        }
    }
}

static void a_damaged_image_is_not_started(void **state)
{
    (void)state;
    struct fixture f;
    open_flashed(&f, 1, false, LEFT_OLD_POGO);
    cells(&f)[MAP_SLOT_A + 5000] ^= 1;
    run(&f);
    assert_int_equal(count(&f, "uart pogo: no program to start: "
                               "slot A is damaged, slot B is empty"),
                     1);
    assert_int_equal(operations(&f), 0);
    forget(&f);
    run_ms(&f, 25000); /* the watchdog does not bite */
    assert_int_equal(count(&f, "uart   try:"), 2);
    assert_int_equal(count(&f, "boot"), 0);
    bench_close(f.bench);
}

/* ---- slots ---- */

static void slot_b_runs_when_it_is_newer_and_good(void **state)
{
    (void)state;
    struct fixture f;
    open_used(&f, true);
    cells(&f)[MAP_PHY_DATA + 7] = 1; /* the PHY sector is healed on the way */
    run(&f);
    assert_runs(&f, SLOT_B);
    assert_int_equal(cells(&f)[MAP_PHY_DATA], 5);
    assert_int_equal(cells(&f)[MAP_PHY_DATA + 7], 0);
    bench_close(f.bench);
}

static void three_tries_and_then_the_other_runs(void **state)
{
    (void)state;
    struct fixture f;
    open_used(&f, false);
    run(&f);
    for (unsigned i = 1; i <= SLOT_TRIES; i++) {
        assert_runs(&f, SLOT_B);
        assert_int_equal(record_of(&f, SLOT_B).tries_left, SLOT_TRIES - i);
        run_again(&f);
    }
    assert_runs(&f, SLOT_A);
    assert_int_equal(bench_chip(f.bench)->flash.fault.rewrites, 0);
    bench_close(f.bench);
}

static void a_wrong_crc_is_not_tried(void **state)
{
    (void)state;
    struct fixture f;
    open_used(&f, false);
    cells(&f)[MAP_SLOT_B + 20000] ^= 0x80;
    run(&f);
    assert_runs(&f, SLOT_A);
    /* A has noted it, so that B's CRC is not computed at each start. */
    struct slot_record record = record_of(&f, SLOT_B);
    assert_true(record.has_reason);
    assert_int_equal(record.reason, REASON_DAMAGED);
    run_again(&f);
    assert_runs(&f, SLOT_A);
    bench_close(f.bench);
}

/* A good record with something else in its slot, where no CRC is asked for. */
static void what_can_t_be_loaded_is_left_for_the_other(void **state)
{
    (void)state;
    struct fixture f;
    open_used(&f, true);
    memset(cells(&f) + MAP_SLOT_B, 0xFF, FLASH_SECTOR_SIZE);
    run(&f);
    assert_runs(&f, SLOT_A);
    bench_close(f.bench);
}

/* ---- larger chips ---- */

/* esptool --flash_size detect writes the chip's size into the header at 0,
 * which no checksum covers: 4 is 4 MB. */
static void a_size_nibble_of_any_chip_starts(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        uint8_t nibble;
    } rows[] = {{0x200000, 3}, {0x400000, 4}, {0x100000, 2}, {0x100000, 0}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct fixture f;
        open_config(
            &f, "basic",
            (struct bench_config){.is_off = true, .flash_size = rows[i].size});
        load_file(cells(&f), 0, "pogo-bench.bin");
        assert_int_equal(cells(&f)[3], 0x20); /* as the build makes it */
        cells(&f)[3] = (uint8_t)(rows[i].nibble << 4);
        run(&f);
        assert_runs(&f, SLOT_A);
        assert_installed(&f);
        run_again(&f);
        assert_runs(&f, SLOT_A);
        bench_close(f.bench);
    }
}

/* ---- started by another ---- */

/* As eboot does it: loads the image at 0x1000 and jumps. */
static void an_image_that_another_has_started_restarts(void **state)
{
    (void)state;
    struct fixture f;
    open_used(&f, true);
    run(&f);
    assert_runs(&f, SLOT_B);
    struct chip *chip = bench_chip(f.bench);
    uint32_t token = 1;
    assert_int_equal(bus_read32(chip->bus, BOOT_TOKEN_ADDRESS, &token),
                     FAULT_NONE);
    assert_int_equal(token, 0); /* it counts once */
    forget(&f);
    const struct native *start = native_find_name("call_user_start");
    assert_non_null(start);
    chip->cpu.pc = start->address;
    run_ms(&f, 1000);
    assert_int_equal(count(&f, "reset cause 3"), 1);
    assert_int_equal(count(&f, "boot cause 3"), 1);
    assert_int_equal(count(&f, STARTED), 1);
    bench_close(f.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_start_makes_a_fresh_pogo_of_anything),
        cmocka_unit_test(power_may_go_at_every_operation_of_a_first_start),
        cmocka_unit_test(a_damaged_image_is_not_started),
        cmocka_unit_test(slot_b_runs_when_it_is_newer_and_good),
        cmocka_unit_test(three_tries_and_then_the_other_runs),
        cmocka_unit_test(a_wrong_crc_is_not_tried),
        cmocka_unit_test(what_can_t_be_loaded_is_left_for_the_other),
        cmocka_unit_test(a_size_nibble_of_any_chip_starts),
        cmocka_unit_test(an_image_that_another_has_started_restarts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
