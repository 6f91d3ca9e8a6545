/* What a program uses of memory: the stack's depth by pointer and by paint, the
 * heap's lowest, IRAM and DRAM; kept through resets. */
#include "test/emulator/chip_fixture.h"

#include <stdio.h>

#include "emulator/native.h"
#include "emulator/sdk_private.h"
#include "format/bytes.h"
#include "format/flash_map.h"

#define BSS_END 0x3FFE9000u
#define CODE 0x40100100u

static struct chip *chip;

static void start(void)
{
    static const uint32_t table[] = {SDK_START_MAGIC, BSS_END - 16, BSS_END,
                                     CODE, CODE};
    for (uint32_t i = 0; i < COUNT(table); i++)
        poke(chip, SDK_START_TABLE + 4 * i, table[i]);
    chip->cpu.pc = native_find_name("call_user_start")->address;
    assert_int_equal(native_call(chip, chip->cpu.pc), NATIVE_JUMP);
    chip->sdk.has_pre_init_ended = true; /* before, the stack is shorter */
}

/* An image with two segments in IRAM. */
static void put_image(uint32_t at, uint32_t entry)
{
    static const uint32_t rows[][2] = {
        {0x40201010, 32}, {0x40100000, 48}, {0x3FFE8000, 16}, {0x40104000, 20}};
    uint8_t *flash = chip->flash.data + at;
    flash[0] = 0xE9;
    flash[1] = COUNT(rows);
    put_u32le(flash + 4, entry);
    flash += 8;
    for (size_t i = 0; i < COUNT(rows); i++) {
        put_u32le(flash, rows[i][0]);
        put_u32le(flash + 4, rows[i][1]);
        flash += 8 + rows[i][1];
    }
}

static int make(void **state)
{
    (void)state;
    chip = chip_make();
    put_image(MAP_BOOT, 0x4010F000);
    put_image(MAP_SLOT_A, native_find_name("call_user_start")->address);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static const char *report(void)
{
    static char text[200];
    return sdk_usage_text(chip, text, sizeof(text)) ? text : "nothing";
}

static void nothing_is_reported_before_the_sdk_starts(void **state)
{
    (void)state;
    assert_string_equal(report(), "nothing");
    start();
    assert_string_not_equal(report(), "nothing");
}

static void static_memory_counts_with_the_archives_share(void **state)
{
    char expected[200];
    (void)state;
    start();
    uint32_t taken = BSS_END - DRAM_BASE + SDK_ARCHIVES_DRAM;
    uint32_t heap = 81920 - taken - 8;
    snprintf(expected, sizeof(expected),
             "stack 0 of 4096 bytes, heap lowest %u of %u free, largest block "
             "%u, IRAM %u of 32768, DRAM %u of 81920",
             heap, heap, heap - 8, 25629 + 68, taken);
    assert_string_equal(report(), expected);
}

static void the_pointer_tells_the_depth(void **state)
{
    (void)state;
    start();
    chip->cpu.a[1] = SDK_STACK - 300;
    assert_true(sdk_usage_check_pointer(chip));
    chip->cpu.a[1] = SDK_STACK - 100;
    assert_true(sdk_usage_check_pointer(chip));
    assert_int_equal(chip->usage.stack, 300);
    chip->cpu.a[1] = 0x3FFF0000; /* a stack of its own */
    assert_true(sdk_usage_check_pointer(chip));
    assert_int_equal(chip->usage.stack, 300);
    chip->cpu.a[1] = SDK_STACK - 4096;
    assert_true(sdk_usage_check_pointer(chip));
    chip->cpu.a[1] = SDK_STACK - 4097;
    assert_false(sdk_usage_check_pointer(chip));
    assert_non_null(strstr(chip->stop_reason, "rule stack: "));
    assert_non_null(strstr(chip->stop_reason, "4097 bytes"));
}

static void the_paint_tells_it_afterwards(void **state)
{
    (void)state;
    start();
    assert_true(sdk_usage_check_paint(chip));
    assert_int_equal(chip->usage.stack, 0);
    poke(chip, SDK_STACK - 2000, 0);
    assert_true(sdk_usage_check_paint(chip));
    assert_int_equal(chip->usage.stack, 2000);
    poke(chip, SDK_STACK - 4200, 0);
    assert_false(sdk_usage_check_paint(chip));
    assert_non_null(strstr(chip->stop_reason, "4200 bytes"));
}

static void the_worst_is_kept_through_a_reset(void **state)
{
    (void)state;
    start();
    poke(chip, SDK_STACK - 2000, 0);
    assert_true(sdk_usage_check_paint(chip));
    uint32_t total = chip->heap.total;
    assert_int_not_equal(sdk_heap_alloc(chip, 1000), 0);
    chip_reset(chip, RESET_SOFTWARE);
    start();
    assert_true(sdk_usage_check_paint(chip)); /* painted anew */
    assert_int_not_equal(sdk_heap_alloc(chip, 100), 0);
    assert_non_null(strstr(report(), "stack 2000 of"));
    assert_int_equal(chip->usage.heap_lowest, total - 1008);
    assert_int_equal(chip->usage.heap_largest, total - 112 - 8);
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nothing_is_reported_before_the_sdk_starts),
        T(static_memory_counts_with_the_archives_share),
        T(the_pointer_tells_the_depth),
        T(the_paint_tells_it_afterwards),
        T(the_worst_is_kept_through_a_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
