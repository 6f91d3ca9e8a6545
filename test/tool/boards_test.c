/* Flash chips of all sizes and makers, protected ones, and ones with a bad
 * sector: our stub and the ROM alone pass the same rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/bench.h"
#include "emulator/chip.h"
#include "tool/flasher.h"

#define AT 0x4000u
#define SIZE 0x2345u

/* clang-format off */
static const struct row {
    const char *options, *maker;
    uint32_t size;
    uint8_t status[2]; /* of the flash chip, when the write begins */
    enum err result;
    const char *detail; /* a part of what is said of it */
} rows[] = {
    {"size=512KB,flash-id=40EF", "Winbond", 0x80000, {0, 0}, ERR_NONE, ""},
    {"size=1MB,flash-id=40EF", "Winbond", 0x100000, {0, 0}, ERR_NONE, ""},
    {"size=1MB,flash-id=40C8", "GigaDevice", 0x100000, {0, 0}, ERR_NONE, ""},
    {"size=1MB,puya", "Puya", 0x100000, {0, 0}, ERR_NONE, ""},
    {"size=2MB,flash-id=4020", "XMC", 0x200000, {0, 0}, ERR_NONE, ""},
    {"size=4MB,flash-id=40EF", "Winbond", 0x400000, {0, 0}, ERR_NONE, ""},
    /* Blocks protected (BP), from the bottom (TB), the rest of it (CMP). */
    {"size=1MB", "", 0x100000, {0x1C, 0}, ERR_NONE, "status 0x1c 0x00"},
    {"size=1MB", "", 0x100000, {0x24, 0x02}, ERR_NONE, "status 0x24 0x02"},
    {"size=1MB", "", 0x100000, {0x00, 0x40}, ERR_NONE, "status 0x00 0x40"},
    /* Locked until power goes (SRP1): can't be lifted. */
    {"size=1MB", "", 0x100000, {0x1C, 0x01}, ERR_FLASH_FAILED, "protected (status 0x1c 0x01) and locked until"},
    {"size=1MB,do=stuck 5", "", 0x100000, {0, 0}, ERR_FLASH_FAILED, "0x05000 to 0x05fff does not change"},
    {"size=1MB,do=worn 5", "", 0x100000, {0, 0}, ERR_FLASH_FAILED, "0x05000 to 0x05fff is worn out"},
};
/* clang-format on */

static struct flasher f;
static char said[2048];
static uint8_t data[SIZE];

static void say(void *ctx, const char *line)
{
    (void)ctx;
    strncat(said, line, sizeof(said) - strlen(said) - 1);
}

static struct flash_chip *flash(void)
{
    return &bench_chip(link_bench_device(f.link))->flash;
}

static void run(const struct row *row, bool is_rom_only)
{
    char port[128];
    snprintf(port, sizeof(port), "bench:basic,%s", row->options);
    print_message("# %s, %s\n", row->options, is_rom_only ? "ROM" : "stub");
    said[0] = '\0';
    assert_int_equal(
        flasher_open(&f, &(struct flasher_config){.port = port,
                                                  .is_rom_only = is_rom_only,
                                                  .say = say}),
        ERR_NONE);
    assert_int_equal(f.chip.flash_size, row->size);
    assert_non_null(strstr(f.chip.maker, row->maker));
    memset(flash()->data, 0x5A, flash()->config.size);
    memcpy(flash()->status, row->status, 2);
    enum err e = flasher_write(&f, AT, data, SIZE);
    if (e != ERR_NONE)
        print_message("#   %s: %s\n", err_name(e), f.detail);
    assert_int_equal(e, row->result);
    assert_int_equal(f.is_incomplete, e != ERR_NONE);
    assert_non_null(strstr(e == ERR_NONE ? said : f.detail, row->detail));
    if (e == ERR_NONE)
        assert_memory_equal(flash()->data + AT, data, SIZE);
    flasher_close(&f, e);
}

static void each_flash_is_written_or_named(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(i * 37 + (i >> 8));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        run(&rows[i], false);
        run(&rows[i], true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_flash_is_written_or_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
