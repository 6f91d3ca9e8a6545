/* The SDK's heap: what is handed out never overlaps, what is given back joins,
 * figures are right, and every misuse is told. */
#include "test/emulator/chip_fixture.h"

#include <stdio.h>

#include "emulator/native.h"
#include "emulator/sdk_private.h"

#define START 0x3FFF0000u
#define TOTAL (SDK_HEAP_END - SDK_HEAP_HEADER - START)
#define CALLER 0x40201234u
#define HELD 200u

static struct chip *chip;
static char events[400];

static void note(void *ctx, const char *line)
{
    (void)ctx;
    snprintf(events, sizeof(events), "%s", line);
}

static int make(void **state)
{
    (void)state;
    chip = chip_make();
    chip->events = (struct chip_events){note, NULL};
    chip->cpu.a[0] = CALLER;
    sdk_heap_init(chip, START);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    chip_drop(chip);
    return 0;
}

static uint32_t call(const char *name, uint32_t a, uint32_t b)
{
    const struct native *row = native_find_name(name);
    assert_non_null(row);
    chip->cpu.a[2] = a;
    chip->cpu.a[3] = b;
    chip->cpu.pc = row->address;
    (void)row->fn(chip);
    return chip->cpu.a[2];
}

static void set8(uint32_t address, uint8_t value)
{
    assert_true(bus_copy_in(chip->bus, address, &value, 1));
}

static uint8_t get8(uint32_t address)
{
    uint8_t value;
    assert_true(bus_copy_out(chip->bus, address, &value, 1));
    return value;
}

static void sizes_are_those_of_the_linked_image(void **state)
{
    (void)state;
    /* nonos-sdk.md: an image with nothing of its own in DRAM. */
    assert_int_equal(SDK_HEAP_END - (DRAM_BASE + SDK_ARCHIVES_DRAM), 49856);
    assert_int_equal(call("system_get_free_heap_size", 0, 0), TOTAL);
    assert_int_equal(sdk_heap_largest(chip), TOTAL - 8);
}

static void a_block_costs_its_size_rounded_up_and_a_header(void **state)
{
    static const uint32_t rows[][2] = {{1, 16},  {8, 16},  {9, 24},
                                       {16, 24}, {17, 32}, {1000, 1008}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t block = sdk_heap_alloc(chip, rows[i][0]);
        assert_int_equal(block % 8, 0);
        assert_int_equal(chip->heap.free, TOTAL - rows[i][1]);
        sdk_heap_free(chip, block);
        assert_int_equal(chip->heap.free, TOTAL);
    }
    assert_int_equal(chip->heap.lowest, TOTAL - 1008);
    assert_int_equal(sdk_heap_alloc(chip, 0), 0);
    sdk_heap_free(chip, 0);
    assert_string_equal(chip->stop_reason, "");
}

static void the_first_that_fits_is_taken(void **state)
{
    (void)state;
    uint32_t a = sdk_heap_alloc(chip, 100), b = sdk_heap_alloc(chip, 100);
    uint32_t c = sdk_heap_alloc(chip, 100);
    sdk_heap_free(chip, a);
    assert_int_equal(sdk_heap_alloc(chip, 200), c + 112);
    assert_int_equal(sdk_heap_alloc(chip, 40), a);
    sdk_heap_free(chip, b); /* joins what is left of a */
    assert_int_equal(sdk_heap_alloc(chip, 112), a + 48);
}

static void full_is_null_and_told(void **state)
{
    (void)state;
    assert_int_equal(sdk_heap_alloc(chip, TOTAL - 7), 0);
    assert_int_equal(sdk_heap_alloc(chip, UINT32_MAX), 0);
    assert_int_equal(chip->heap.failures, 2);
    assert_non_null(strstr(events, "sdk no memory for 4294967295 bytes"));
    assert_int_equal(call("pvPortCalloc", 0x10000, 0x10000), 0);
    assert_int_not_equal(sdk_heap_alloc(chip, TOTAL - 8), 0);
    assert_int_equal(chip->heap.free, 0);
    assert_int_equal(sdk_heap_largest(chip), 0);
    assert_string_equal(chip->stop_reason, "");
}

static void fragments_are_counted(void **state)
{
    uint32_t block[8];
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        block[i] = sdk_heap_alloc(chip, TOTAL / 8 - 16);
    for (unsigned i = 0; i < 8; i += 2)
        sdk_heap_free(chip, block[i]);
    assert_true(chip->heap.free >= TOTAL / 2 - 64);
    assert_in_range(sdk_heap_largest(chip), TOTAL / 8 - 24, TOTAL / 8 + 100);
    for (unsigned i = 1; i < 8; i += 2)
        sdk_heap_free(chip, block[i]);
    assert_int_equal(sdk_heap_largest(chip), TOTAL - 8);
    assert_int_equal(chip->heap.count, 1);
}

/* Whatever comes and goes: blocks keep their bytes, and nothing is lost. */
static void thousands_come_and_go(void **state)
{
    struct {
        uint32_t address, size;
    } held[HELD] = {{0, 0}};
    uint32_t random = 1;
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned n = (random >> 16) % HELD;
        if (held[n].address) {
            assert_int_equal(get8(held[n].address), n);
            assert_int_equal(get8(held[n].address + held[n].size - 1), n);
            sdk_heap_free(chip, held[n].address);
            held[n].address = 0;
        } else {
            held[n].size = 1 + random % 300;
            held[n].address = sdk_heap_alloc(chip, held[n].size);
            for (uint32_t k = 0; held[n].address && k < held[n].size; k++)
                set8(held[n].address + k, (uint8_t)n);
        }
        assert_true(i % 100 || sdk_heap_check(chip));
    }
    for (unsigned n = 0; n < HELD; n++)
        sdk_heap_free(chip, held[n].address);
    assert_int_equal(chip->heap.free, TOTAL);
    assert_int_equal(chip->heap.count, 1);
    assert_true(chip->heap.lowest < TOTAL);
    assert_true(sdk_heap_check(chip));
}

static void zeroed_and_moved_blocks(void **state)
{
    (void)state;
    uint32_t block = call("pvPortZalloc", 100, 0);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(get8(block + i), 0);
    for (uint32_t i = 0; i < 100; i++)
        set8(block + i, (uint8_t)i);
    uint32_t moved = call("pvPortRealloc", block, 300);
    assert_int_not_equal(moved, block);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(get8(moved + i), i);
    assert_int_equal(call("pvPortRealloc", moved, TOTAL), 0);
    assert_int_equal(get8(moved + 99), 99); /* it stays */
    assert_int_equal(call("pvPortRealloc", moved, 0), 0);
    assert_int_equal(chip->heap.free, TOTAL);
    assert_int_not_equal(call("pvPortRealloc", 0, 5), 0);
    assert_string_equal(chip->stop_reason, "");
}

static void told(const char *rule, const char *detail)
{
    char words[40];
    snprintf(words, sizeof(words), "rule %s: ", rule);
    assert_ptr_equal(strstr(chip->stop_reason, words), chip->stop_reason);
    assert_non_null(strstr(chip->stop_reason, detail));
    chip->stop_reason[0] = '\0';
}

static void wrong_frees_are_told(void **state)
{
    (void)state;
    uint32_t block = call("pvPortMalloc", 100, 0);
    (void)call("vPortFree", block + 8, 0);
    told("heap-foreign-free", "40201234");
    (void)call("vPortFree", DRAM_BASE, 0);
    told("heap-foreign-free", "3ffe8000");
    (void)call("vPortFree", SDK_HEAP_END, 0);
    told("heap-foreign-free", "3fffc000");
    (void)call("pvPortRealloc", block - 8, 10);
    told("heap-foreign-free", "");
    (void)call("vPortFree", block, 0);
    (void)call("vPortFree", block, 0);
    told("heap-double-free", "the last free near it was at 0x40201234");
}

static void writes_around_a_block_are_told(void **state)
{
    static const int32_t rows[] = {13, 15, 16, 23, -1, -8};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        sdk_heap_init(chip, START);
        uint32_t block = call("pvPortMalloc", 13, 0);
        (void)call("pvPortMalloc", 13, 0);
        set8(block + 12, 1);
        assert_true(sdk_heap_check(chip));
        set8(block + (uint32_t)rows[i], 0x55);
        assert_false(sdk_heap_check(chip));
        told("heap-overrun", "13 bytes");
    }
}

static void writes_after_free_are_told(void **state)
{
    (void)state;
    uint32_t a = call("malloc", 40, 0), b = call("malloc", 40, 0);
    (void)call("free", a, 0);
    set8(a + 39, 1);
    assert_int_equal(sdk_heap_alloc(chip, 16), a); /* not that part */
    assert_int_equal(sdk_heap_alloc(chip, 64), b + 48);
    assert_string_equal(chip->stop_reason, "");
    assert_int_equal(sdk_heap_alloc(chip, 16), 0);
    told("heap-freed", "3fff002f");
}

static void an_image_that_fills_dram_has_no_heap(void **state)
{
    static const uint32_t rows[] = {SDK_HEAP_END - 16, SDK_HEAP_END,
                                    SDK_HEAP_END + 0x2000, 0};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        sdk_heap_init(chip, rows[i]);
        assert_int_equal(sdk_heap_alloc(chip, 1), 0);
        assert_int_equal(chip->heap.free, 0);
        sdk_heap_free(chip, SDK_HEAP_END - 8);
        told("heap-foreign-free", "");
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(sizes_are_those_of_the_linked_image),
        T(a_block_costs_its_size_rounded_up_and_a_header),
        T(the_first_that_fits_is_taken),
        T(full_is_null_and_told),
        T(fragments_are_counted),
        T(thousands_come_and_go),
        T(zeroed_and_moved_blocks),
        T(wrong_frees_are_told),
        T(writes_around_a_block_are_told),
        T(writes_after_free_are_told),
        T(an_image_that_fills_dram_has_no_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
