/* The ROM's flash functions as stubs and boot sectors call them. */
#include "test/emulator/rom_bench.h"

#define BUFFER (SCRATCH + 0x1000u)
#define SECTOR 0x1000u
#define BLOCK 0x10000u

static struct rom_bench *attached(void)
{
    struct rom_bench *b = bench_started();
    CALL(b, "spi_flash_attach", 0, 0);
    return b;
}

static void written_data_reads_back(void **state)
{
    static const struct {
        uint32_t address, size, programs;
    } rows[] = {
        {0x0000, 32, 1},    {0x0000, 33, 2}, {0x10F0, 32, 2},
        {0x20FC, 8, 2},     {0x3001, 1, 1},  {0x40F1, 0x200, 17},
        {0xFFFE0, 0x20, 1}, {0x5000, 0, 0},
    };
    uint8_t data[0x200], back[0x200];
    struct rom_bench *b = attached();
    (void)state;
    for (size_t k = 0; k < sizeof(data); k++)
        data[k] = (uint8_t)(k ^ 0x5A);
    bench_put(b, BUFFER, data, sizeof(data));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint64_t before = b->chip.flash.programs;
        assert_int_equal(
            CALL(b, "SPIWrite", rows[i].address, BUFFER, rows[i].size), 0);
        assert_int_equal(b->chip.flash.programs - before, rows[i].programs);
        assert_memory_equal(b->chip.flash.data + rows[i].address, data,
                            rows[i].size);
        assert_int_equal(
            CALL(b, "SPIRead", rows[i].address, BUFFER + 0x1000, rows[i].size),
            0);
        bench_get(b, BUFFER + 0x1000, back, rows[i].size);
        assert_memory_equal(back, data, rows[i].size);
    }
    bench_free(b);
}

static void erasing_erases_what_it_says_and_takes_time(void **state)
{
    static const struct {
        const char *name;
        uint32_t a2, a3, first, size;
        unsigned at_least_ms;
    } rows[] = {
        {"SPIEraseSector", 3, 0, 3 * SECTOR, SECTOR, 30},
        {"SPIEraseBlock", 2, 0, 2 * BLOCK, BLOCK, 100},
        {"SPIEraseChip", 0, 0, 0, 0x100000, 1000},
        {"SPIEraseArea", 5 * SECTOR, SECTOR, 5 * SECTOR, 2 * SECTOR, 60},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = attached();
        uint8_t *flash = b->chip.flash.data;
        uint64_t start = b->chip.clock.now;
        memset(flash, 0, 0x100000);
        assert_int_equal(CALL(b, rows[i].name, rows[i].a2, rows[i].a3), 0);
        assert_true(b->chip.clock.now - start >=
                    (uint64_t)rows[i].at_least_ms * CYCLES_PER_MS);
        assert_false(flash_chip_is_busy(&b->chip.flash));
        for (uint32_t at = 0; at < 0x100000; at += SECTOR) {
            bool is_in =
                at >= rows[i].first && at < rows[i].first + rows[i].size;
            assert_int_equal(flash[at], is_in ? 0xFF : 0);
            assert_int_equal(flash[at + SECTOR - 1], is_in ? 0xFF : 0);
        }
        bench_free(b);
    }
}

static void what_is_outside_the_flash_parameters_is_refused(void **state)
{
    static const struct {
        const char *name;
        uint32_t a2, a3, a4;
    } rows[] = {
        {"SPIRead", 0x100000, BUFFER, 1},
        {"SPIWrite", 0xFFFFF, BUFFER, 2},
        {"SPIRead", 0xFFFFFFF0, BUFFER, 0x20},
        {"SPIEraseSector", 256, 0, 0},
        {"SPIEraseBlock", 16, 0, 0},
        {"SPIEraseArea", 0xF0000, 0x10001, 0},
    };
    struct rom_bench *b = attached();
    (void)state;
    assert_int_equal(CALL(b, "SPIParamCfg", 0x1440C8, 0x100000, BLOCK, SECTOR,
                          0x100, 0xFFFF),
                     0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_int_equal(
            CALL(b, rows[i].name, rows[i].a2, rows[i].a3, rows[i].a4), 1);
    assert_int_equal(b->chip.flash.erases + b->chip.flash.programs, 0);
    bench_free(b);
}

static void unattached_flash_is_not_there(void **state)
{
    struct rom_bench *b = bench_started();
    (void)state;
    memset(b->chip.flash.data, 0, 64);
    assert_int_equal(CALL(b, "SPIRead", 0, BUFFER, 4), 0);
    assert_int_equal(bench_word(b, BUFFER), ~0u);
    CALL(b, "SPIEraseSector", 0);
    CALL(b, "SPIWrite", 0, BUFFER, 4);
    assert_int_equal(b->chip.flash.erases + b->chip.flash.programs, 0);
    CALL(b, "SelectSpiFunction", 0);
    CALL(b, "SPIRead", 0, BUFFER, 4);
    assert_int_equal(bench_word(b, BUFFER), 0);
    bench_free(b);
}

static void unlock_takes_protection_off(void **state)
{
    struct rom_bench *b = attached();
    (void)state;
    assert_int_equal(CALL(b, "SPI_write_status", 0x3fffc718, 0x1C), 0);
    assert_int_equal(CALL(b, "SPI_read_status", 0x3fffc718, BUFFER), 0);
    assert_int_equal(bench_word(b, BUFFER) & 0x7C, 0x1C);
    assert_int_equal(CALL(b, "SPIUnlock", 0), 0);
    CALL(b, "SPI_read_status", 0x3fffc718, BUFFER);
    assert_int_equal(bench_word(b, BUFFER) & 0x7C, 0);
    bench_free(b);
}

static void the_cache_shows_and_hides_flash(void **state)
{
    uint32_t word;
    struct rom_bench *b = attached();
    (void)state;
    put_u32le(b->chip.flash.data + 0x1000, 0x11223344);
    CALL(b, "Cache_Read_Enable", 0, 0, 1);
    assert_int_equal(bus_read32(b->chip.bus, 0x40201000, &word), FAULT_NONE);
    assert_int_equal(word, 0x11223344);
    CALL(b, "Cache_Read_Disable", 0);
    assert_true(bus_read32(b->chip.bus, 0x40201000, &word) != FAULT_NONE);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_data_reads_back),
        cmocka_unit_test(erasing_erases_what_it_says_and_takes_time),
        cmocka_unit_test(what_is_outside_the_flash_parameters_is_refused),
        cmocka_unit_test(unattached_flash_is_not_there),
        cmocka_unit_test(unlock_takes_protection_off),
        cmocka_unit_test(the_cache_shows_and_hides_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
