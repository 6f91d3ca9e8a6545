#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "emulator/bus.h"
#include "emulator/bus_private.h"
#include "format/bytes.h"

static struct bus *bus;
static uint8_t flash[IROM_SIZE];

/* A device of four words that remembers its last access. */
static struct {
    uint32_t word[4];
    unsigned reads, writes;
    uint32_t offset, value;
} registers;

static uint32_t read_register(void *ctx, uint32_t offset)
{
    (void)ctx;
    registers.reads++;
    registers.offset = offset;
    return registers.word[offset / 4];
}

static void write_register(void *ctx, uint32_t offset, uint32_t value)
{
    (void)ctx;
    registers.writes++;
    registers.offset = offset;
    registers.value = value;
}

static struct bus_device device;

static int open_bus(void **state)
{
    (void)state;
    memset(&registers, 0, sizeof registers);
    for (uint32_t at = 0; at < sizeof flash; at += 4)
        put_u32le(flash + at, at);
    device = (struct bus_device){.name = "registers",
                                 .base = 0x60000000u,
                                 .size = 16,
                                 .read = read_register,
                                 .write = write_register};
    bus = bus_new();
    assert_non_null(bus);
    bus_attach(bus, &device);
    return 0;
}

static int close_bus(void **state)
{
    (void)state;
    bus_free(bus);
    return 0;
}

static enum fault read_size(unsigned size, uint32_t address, uint32_t *out)
{
    return size == 1   ? bus_read8(bus, address, out)
           : size == 2 ? bus_read16(bus, address, out)
                       : bus_read32(bus, address, out);
}

static enum fault write_size(unsigned size, uint32_t address, uint32_t value)
{
    return size == 1   ? bus_write8(bus, address, value)
           : size == 2 ? bus_write16(bus, address, value)
                       : bus_write32(bus, address, value);
}

/* clang-format off */
static const struct access {
    uint32_t address;
    unsigned size;
    enum fault load, store;
} accesses[] = {
    {0x3FFE8000, 1, FAULT_NONE, FAULT_NONE},
    {0x3FFE8001, 1, FAULT_NONE, FAULT_NONE},
    {0x3FFE8002, 2, FAULT_NONE, FAULT_NONE},
    {0x3FFFFFFC, 4, FAULT_NONE, FAULT_NONE},
    {0x3FFE8001, 2, FAULT_UNALIGNED, FAULT_UNALIGNED},
    {0x3FFE8002, 4, FAULT_UNALIGNED, FAULT_UNALIGNED},
    {0x3FFE7FFC, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x40100000, 4, FAULT_NONE, FAULT_NONE},
    {0x4010FFFC, 4, FAULT_NONE, FAULT_NONE},
    {0x40100000, 1, FAULT_LOAD_STORE, FAULT_LOAD_STORE},
    {0x40100002, 2, FAULT_LOAD_STORE, FAULT_LOAD_STORE},
    {0x40100001, 4, FAULT_UNALIGNED, FAULT_UNALIGNED},
    {0x40200000, 4, FAULT_LOAD_STORE, FAULT_LOAD_STORE},
    {0x40001000, 4, FAULT_NONE, FAULT_LOAD_STORE},
    {0x40001000, 1, FAULT_LOAD_STORE, FAULT_LOAD_STORE},
    {0x00000000, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x00000001, 1, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x1FFFFFFF, 1, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x20000000, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x50000000, 4, FAULT_NONE, FAULT_NONE},
    {0x400C0000, 4, FAULT_NONE, FAULT_NONE},
    {0x400C0001, 1, FAULT_NONE, FAULT_NONE},
    {0x60000000, 4, FAULT_NONE, FAULT_NONE},
    {0x60000003, 1, FAULT_NONE, FAULT_NONE},
    {0x60000001, 4, FAULT_UNALIGNED, FAULT_UNALIGNED},
    {0x60000010, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0x3FF00000, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
    {0xFFFFFFFC, 4, FAULT_LOAD_PROHIBITED, FAULT_STORE_PROHIBITED},
};
/* clang-format on */

static void each_access_gives_the_chips_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accesses / sizeof accesses[0]; i++) {
        const struct access *a = &accesses[i];
        uint32_t value = 0xDEADBEEF;
        assert_int_equal(read_size(a->size, a->address, &value), a->load);
        if (a->load != FAULT_NONE)
            assert_int_equal(value, 0xDEADBEEF);
        assert_int_equal(write_size(a->size, a->address, 0), a->store);
    }
}

static void ram_keeps_bytes_in_little_endian_order(void **state)
{
    (void)state;
    uint32_t value;
    assert_int_equal(bus_write32(bus, 0x3FFE8010, 0x44332211), FAULT_NONE);
    assert_int_equal(bus_write8(bus, 0x3FFE8011, 0xFFAA), FAULT_NONE);
    assert_int_equal(bus_write16(bus, 0x3FFE8012, 0xFFFFBBCC), FAULT_NONE);
    assert_int_equal(bus_read32(bus, 0x3FFE8010, &value), FAULT_NONE);
    assert_int_equal(value, 0xBBCCAA11);
    assert_int_equal(bus_read8(bus, 0x3FFE8013, &value), FAULT_NONE);
    assert_int_equal(value, 0xBB);
    assert_int_equal(bus_read16(bus, 0x3FFE8012, &value), FAULT_NONE);
    assert_int_equal(value, 0xBBCC);
}

static void the_rom_shows_its_words_and_zero_elsewhere(void **state)
{
    (void)state;
    uint32_t value = 1;
    assert_int_equal(bus_read32(bus, 0x40001000, &value), FAULT_NONE);
    assert_int_equal(value, 0xFFF0C101);
    assert_int_equal(bus_read32(bus, 0x40001004, &value), FAULT_NONE);
    assert_int_equal(value, 0);
    bus_set_rom_word(bus, 0x4000FFF8, 0x4F474F50);
    assert_int_equal(bus_read32(bus, 0x4000FFF8, &value), FAULT_NONE);
    assert_int_equal(value, 0x4F474F50);
    bus_set_rom_word(bus, 0x4000FFF8, 0);
    assert_int_equal(bus_read32(bus, 0x4000FFF8, &value), FAULT_NONE);
    assert_int_equal(value, 0);
}

static void narrow_accesses_to_registers_are_widened(void **state)
{
    (void)state;
    uint32_t value;
    registers.word[1] = 0x44332211;
    assert_int_equal(bus_read8(bus, 0x60000006, &value), FAULT_NONE);
    assert_int_equal(value, 0x33);
    assert_int_equal(bus_read16(bus, 0x60000006, &value), FAULT_NONE);
    assert_int_equal(value, 0x4433);
    assert_int_equal(registers.offset, 4);
    registers.reads = 0;
    assert_int_equal(bus_write8(bus, 0x60000009, 0x1FF), FAULT_NONE);
    assert_int_equal(registers.value, 0xFF00);
    assert_int_equal(registers.offset, 8);
    assert_int_equal(registers.reads, 0); /* reading may have effects */
}

static void a_device_attached_later_answers_at_once(void **state)
{
    (void)state;
    struct bus_device later = device;
    uint32_t value;
    registers.word[1] = 5;
    assert_int_equal(bus_read32(bus, 0x60000004, &value), FAULT_NONE);
    assert_int_equal(bus_read32(bus, 0x60000104, &value),
                     FAULT_LOAD_PROHIBITED);
    later.base = 0x60000104;
    later.size = 4;
    bus_attach(bus, &later);
    registers.word[0] = 6;
    assert_int_equal(bus_read32(bus, 0x60000104, &value), FAULT_NONE);
    assert_int_equal(value, 6);
    assert_int_equal(bus_read32(bus, 0x60000004, &value), FAULT_NONE);
    assert_int_equal(value, 5);
}

static void mapped_flash_shows_and_takes_ram_for_its_cache(void **state)
{
    (void)state;
    static const struct {
        bool is_32k;
        enum fault at_8000, at_c000;
    } rows[] = {{false, FAULT_NONE, FAULT_LOAD_STORE},
                {true, FAULT_LOAD_STORE, FAULT_LOAD_STORE}};
    uint32_t value;
    for (size_t i = 0; i < 2; i++) {
        bus_map_flash(bus, flash, sizeof flash, rows[i].is_32k);
        assert_int_equal(bus_read32(bus, 0x402FFFFC, &value), FAULT_NONE);
        assert_int_equal(value, 0xFFFFC);
        assert_int_equal(bus_write32(bus, 0x40200000, 0), FAULT_LOAD_STORE);
        assert_int_equal(bus_read8(bus, 0x40200000, &value), FAULT_LOAD_STORE);
        assert_int_equal(bus_read32(bus, 0x40107FFC, &value), FAULT_NONE);
        assert_int_equal(bus_read32(bus, 0x40108000, &value), rows[i].at_8000);
        assert_int_equal(bus_read32(bus, 0x4010C000, &value), rows[i].at_c000);
    }
    bus_map_flash(bus, NULL, 0, false);
    assert_int_equal(bus_read32(bus, 0x40200000, &value), FAULT_LOAD_STORE);
    assert_int_equal(bus_write32(bus, 0x4010C000, 7), FAULT_NONE);
}

static void a_small_flash_shows_again_and_again(void **state)
{
    (void)state;
    uint32_t value;
    bus_map_flash(bus, flash, 0x80000, false);
    assert_int_equal(bus_read32(bus, 0x40280010, &value), FAULT_NONE);
    assert_int_equal(value, 0x10);
    uint8_t bytes[8];
    assert_true(bus_copy_out(bus, 0x4027FFFC, bytes, 8));
    assert_int_equal(get_u32le(bytes), 0x7FFFC);
    assert_int_equal(get_u32le(bytes + 4), 0);
}

static void fenced_flash_faults_as_a_narrow_load_does(void **state)
{
    (void)state;
    uint32_t value;
    uint8_t bytes[4];
    bus_map_flash(bus, flash, 0x80000, true);
    bus_fence_flash(bus, true);
    assert_int_equal(bus_read32(bus, 0x40200000, &value), FAULT_LOAD_STORE);
    assert_int_equal(bus_read32(bus, 0x402FFFFC, &value), FAULT_LOAD_STORE);
    assert_int_equal(bus_read32(bus, 0x40107FFC, &value), FAULT_NONE);
    assert_true(bus_copy_out(bus, 0x40200010, bytes, 4));
    assert_int_equal(get_u32le(bytes), 0x10);
    bus_fence_flash(bus, false);
    assert_int_equal(bus_read32(bus, 0x40280010, &value), FAULT_NONE);
    assert_int_equal(value, 0x10);
    bus_map_flash(bus, NULL, 0, false);
    bus_fence_flash(bus, true);
    bus_fence_flash(bus, false);
    assert_int_equal(bus_read32(bus, 0x40200000, &value), FAULT_LOAD_STORE);
}

static void copies_stay_within_memory(void **state)
{
    (void)state;
    uint8_t bytes[16] = {1, 2, 3, 4, 5};
    assert_true(bus_copy_in(bus, 0x3FFE8001, bytes, 5));
    assert_true(bus_copy_in(bus, 0x40100003, bytes, 5));
    uint8_t back[5];
    assert_true(bus_copy_out(bus, 0x3FFE8001, back, 5));
    assert_memory_equal(back, bytes, 5);
    assert_true(bus_copy_out(bus, 0x40100003, back, 5));
    assert_memory_equal(back, bytes, 5);
    static const uint32_t outside[] = {0x3FFFFFF8, 0x4010FFF8, 0x3FFE7FFF,
                                       0x60000000, 0x40000000, 0x40200000,
                                       0};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_false(bus_copy_in(bus, outside[i], bytes, sizeof bytes));
        assert_false(bus_copy_out(bus, outside[i], bytes, sizeof bytes));
    }
    assert_int_equal(bytes[0], 1);
    bus_map_flash(bus, flash, sizeof flash, false);
    assert_true(bus_copy_out(bus, 0x40200005, bytes, 3));
    assert_false(bus_copy_in(bus, 0x40200005, bytes, 3));
}

static void power_up_noise_is_repeatable(void **state)
{
    (void)state;
    uint32_t first, again, other;
    bus_power_up(bus, 7);
    assert_int_equal(bus_read32(bus, 0x4010FFFC, &first), FAULT_NONE);
    bus_power_up(bus, 7);
    assert_int_equal(bus_read32(bus, 0x4010FFFC, &again), FAULT_NONE);
    bus_power_up(bus, 8);
    assert_int_equal(bus_read32(bus, 0x4010FFFC, &other), FAULT_NONE);
    assert_int_equal(first, again);
    assert_int_not_equal(first, other);
}

static struct {
    unsigned calls;
    uint32_t address, size;
} forgotten;

static void note_forgotten(void *ctx, uint32_t address, uint32_t size)
{
    (void)ctx;
    forgotten.calls++;
    forgotten.address = address;
    forgotten.size = size;
}

static void only_writes_onto_code_forget_it(void **state)
{
    (void)state;
    bus->forget = note_forgotten;
    memset(&forgotten, 0, sizeof forgotten);
    bus_guard_code(bus, 0x40101102, 5); /* words 1100 and 1104 */
    static const struct {
        uint32_t address;
        unsigned calls;
    } rows[] = {
        {0x401010FC, 0}, {0x40101108, 0}, {0x40101104, 1}, {0x40101100, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        forgotten.calls = 0;
        assert_int_equal(bus_write32(bus, rows[i].address, 5), FAULT_NONE);
        assert_int_equal(forgotten.calls, rows[i].calls);
    }
    bus_guard_code(bus, 0x40101FFE, 3);
    forgotten.calls = 0;
    assert_true(bus_copy_in(bus, 0x40102000, "x", 1));
    assert_int_equal(forgotten.calls, 1);
    assert_int_equal(forgotten.address, 0x40102000);
    bus_map_flash(bus, flash, 0x80000, false);
    forgotten.calls = 0;
    bus_flash_changed(bus, 0x1000, 0x1000);
    assert_int_equal(forgotten.calls, 2);
    assert_int_equal(forgotten.address, 0x40281000);
    assert_int_equal(forgotten.size, 0x1000);
}

#define BUS_TEST(f) cmocka_unit_test_setup_teardown(f, open_bus, close_bus)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BUS_TEST(each_access_gives_the_chips_fault),
        BUS_TEST(ram_keeps_bytes_in_little_endian_order),
        BUS_TEST(the_rom_shows_its_words_and_zero_elsewhere),
        BUS_TEST(narrow_accesses_to_registers_are_widened),
        BUS_TEST(a_device_attached_later_answers_at_once),
        BUS_TEST(mapped_flash_shows_and_takes_ram_for_its_cache),
        BUS_TEST(a_small_flash_shows_again_and_again),
        BUS_TEST(fenced_flash_faults_as_a_narrow_load_does),
        BUS_TEST(copies_stay_within_memory),
        BUS_TEST(power_up_noise_is_repeatable),
        BUS_TEST(only_writes_onto_code_forget_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
