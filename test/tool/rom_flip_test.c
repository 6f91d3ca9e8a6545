/* One bit is turned on its way to the boot ROM, whose packets have no check of
 * addresses and sizes: what pogo then says of the flash is so. It never says
 * done where another byte has changed, in the place or elsewhere. */
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
#include "test/tool/faulty_link.h"
#include "test/tool/noise_run.h"
#include "tool/flasher.h"

#define FLASH 0x100000u
#define AT 0x2D000u
#define SIZE 0x1F00u /* two sectors, and a rest that stays blank */
#define END 0x2F000u
#define RUNS 120u

static struct flasher f;
static uint8_t old[FLASH], want[FLASH], data[SIZE];
static unsigned done, said, astray;

static uint8_t *open_board(struct faulty_link *faulty)
{
    assert_int_equal(faulty_open(faulty, "bench:mini"), ERR_NONE);
    uint8_t *flash = bench_chip(link_bench_device(faulty->inner))->flash.data;
    noise_fill(old, FLASH, 1);
    noise_fill(data, SIZE, 2);
    memcpy(want, old, FLASH);
    memset(want + AT, 0xFF, END - AT);
    memcpy(want + AT, data, SIZE);
    memcpy(flash, old, FLASH);
    return flash;
}

static bool is_outside_same(const uint8_t *flash)
{
    return memcmp(flash, old, AT) == 0 &&
           memcmp(flash + END, old + END, FLASH - END) == 0;
}

static void judge(enum err e, const uint8_t *flash)
{
    if (e == ERR_NONE) {
        done++;
        assert_memory_equal(flash, want, FLASH);
        return;
    }
    said++;
    assert_true(f.is_incomplete);
    assert_true(f.detail[0] != '\0');
    assert_memory_equal(flash + f.good_from, want + f.good_from,
                        f.good_until - f.good_from);
    astray += !is_outside_same(flash);
    assert_true(is_outside_same(flash) || f.may_be_astray);
}

/* Bytes sent by a write, with the bit turned that is asked for. */
static size_t write_with(const struct faulty_link *wish, enum err *result)
{
    struct faulty_link faulty;
    uint8_t *flash = open_board(&faulty);
    assert_int_equal(
        flasher_open(&f, &(struct flasher_config){.port = "bench:mini",
                                                  .is_rom_only = true,
                                                  .link = &faulty.link}),
        ERR_NONE);
    size_t before = faulty.sent;
    faulty.flip = wish->flip;
    if (faulty.flip.at > 0 && faulty.flip.op == 0)
        faulty.flip.at += before;
    *result = flasher_write(&f, AT, data, SIZE);
    size_t sent = faulty.sent - before;
    assert_true(faulty.has_flipped || wish->flip.at == 0);
    judge(*result, flash);
    flasher_close(&f, *result);
    link_close(&faulty.link);
    return sent;
}

static void a_turned_bit_anywhere_is_made_up_for_or_said(void **state)
{
    (void)state;
    struct faulty_link wish = {.flip = {.at = 0}};
    uint32_t chance = 99;
    enum err e;
    size_t size = write_with(&wish, &e);
    assert_int_equal(e, ERR_NONE);
    for (unsigned i = 0; i < RUNS && size > 0; i++) {
        chance = chance * 1664525u + 1013904223u;
        wish.flip.at = 1 + (chance >> 8) % size;
        wish.flip.bit = chance >> 29;
        write_with(&wish, &e);
    }
    print_message("# %u times done, %u times said, %u of them elsewhere, too\n",
                  done, said, astray);
    assert_true(done > RUNS / 2);
}

/* Those that tell where. WRITE_REG's records are of 16 bytes: address, value,
 * mask, delay; an erase's are WRDI, USR1, USR, USR2, ADDR, W0; USR's value has
 * a C0, so that all behind it stands a byte later. */
/* clang-format off */
static const struct row {
    const char *what;
    uint8_t op;
    size_t at;
    unsigned bit;
    enum err result;
    bool is_elsewhere;
} rows[] = {
    {"the address of a write, lower", ROM_FLASH_BEGIN, 1 + 14, 1, ERR_MISMATCH, true},
    {"the address of a write, higher", ROM_FLASH_BEGIN, 1 + 14, 3, ERR_MISMATCH, true},
    {"the address of a write, outside", ROM_FLASH_BEGIN, 1 + 14, 6, ERR_NONE, false},
    {"the address of a write, within", ROM_FLASH_BEGIN, 1 + 13, 2, ERR_MISMATCH, true},
    {"its erase size: 8 KB", ROM_FLASH_BEGIN, 1 + 1, 5, ERR_MISMATCH, true},
    {"its erase size: 128 KB", ROM_FLASH_BEGIN, 1 + 2, 1, ERR_MISMATCH, true},
    {"its erase size: beyond the flash", ROM_FLASH_BEGIN, 1 + 3, 4, ERR_NONE, false},
    {"the address of an erase", ROM_WRITE_REG, 2 + 64 + 4 + 3, 2, ERR_NONE, false},
    {"an erase that becomes a chip erase", ROM_WRITE_REG, 2 + 48 + 4, 6, ERR_NONE, false},
    {"its address where the command is", ROM_WRITE_REG, 2 + 64, 2, ERR_NONE, false},
};
/* clang-format on */

static void an_address_that_is_turned_does_no_harm_or_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct faulty_link wish = {
            .flip = {.op = row->op, .at = row->at, .bit = row->bit}};
        enum err e;
        if (row->op == ROM_WRITE_REG) { /* the one with an erase in USR2 */
            wish.flip.mark_at = 2 + 48 + 4;
            wish.flip.mark = 0x20;
        }
        unsigned before = astray;
        write_with(&wish, &e);
        print_message("# %s: %s: %s\n", row->what, err_name(e), f.detail);
        assert_int_equal(e, row->result);
        assert_int_equal(astray - before, row->is_elsewhere);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_is_turned_does_no_harm_or_is_named),
        cmocka_unit_test(a_turned_bit_anywhere_is_made_up_for_or_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
