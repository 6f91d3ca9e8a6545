/* The tables of natives check themselves. */
#include "test/emulator/rom_bench.h"

struct table {
    const char *name;
    const struct native *rows;
    size_t count;
    uint32_t base, size;
};

static void check_table(const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct native *row = &table->rows[i];
        assert_non_null(row->name);
        assert_true(row->name[0] != '\0');
        assert_in_range(row->address, table->base,
                        table->base + table->size - 1);
        if (i)
            assert_true(row[-1].address < row->address);
        assert_ptr_equal(native_find(row->address), row);
        assert_ptr_equal(native_find_name(row->name), row);
    }
}

static void rows_are_sorted_unique_and_found(void **state)
{
    const struct table tables[] = {
        {"rom", rom_natives, rom_native_count, ROM_BASE, ROM_SIZE},
        {"sdk", sdk_natives, sdk_native_count, SDK_BASE, SDK_SIZE},
    };
    (void)state;
    assert_true(rom_native_count > 300);
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
        check_table(&tables[i]);
}

/* What stubs, our boot sector and compiler-generated code call (chip.md B2). */
static void what_guests_call_has_a_function(void **state)
{
    static const struct {
        uint32_t address;
        const char *name;
    } needed[] = {
        {0x40000f88, "ets_isr_attach"},
        {0x40000f98, "ets_isr_mask"},
        {0x40000fa8, "ets_isr_unmask"},
        {0x40000fbc, "ets_set_user_start"},
        {0x4000264c, "software_reset"},
        {0x40002ecc, "ets_delay_us"},
        {0x40002f04, "ets_update_cpu_frequency"},
        {0x400039d8, "uart_div_modify"},
        {0x40003b30, "uart_tx_one_char (ROM)"},
        {0x40003b8c, "uart_rx_one_char"},
        {0x40003f58, "SelectSpiFunction"},
        {0x40004644, "spi_flash_attach"},
        {0x40004678, "Cache_Read_Enable"},
        {0x400047f0, "Cache_Read_Disable"},
        {0x40004878, "SPIUnlock"},
        {0x40004984, "SPIEraseChip"},
        {0x400049b4, "SPIEraseBlock"},
        {0x40004a00, "SPIEraseSector"},
        {0x40004a4c, "SPIWrite"},
        {0x40004b1c, "SPIRead"},
        {0x40004c2c, "SPIParamCfg"},
        {0x40009818, "MD5Init"},
        {0x40009834, "MD5Update"},
        {0x40009900, "MD5Final"},
        {0x4000df48, "memcpy"},
        {0x4000e04c, "memmove"},
        {0x4000e190, "memset"},
        {0x4000dea8, "memcmp"},
        {0x4000e21c, "__udivsi3"},
        {0x4000e268, "__umodsi3"},
        {0x4000dc88, "__divsi3"},
        {0x40000650, "__muldi3"},
        {0x400024cc, "ets_printf"},
        {0x40002be8, "ets_putc"},
        {0x400030f0, "ets_wdt_disable"},
        {0x40002fa0, "ets_wdt_enable"},
        {0x400010a8, "rom_boot_flash_entry"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
        const struct native *row = native_find(needed[i].address);
        assert_non_null(row);
        assert_string_equal(row->name, needed[i].name);
        assert_non_null(row->fn);
    }
}

static void an_unknown_address_stops_and_says_who_called(void **state)
{
    static const struct {
        uint32_t pc;
        const char *reason;
    } rows[] = {
        {0x40000600, "rand at 0x40000600 is not modelled (called from "
                     "0x40101234)"},
        {0x40004a04, "0x40004a04 is no known function, SPIEraseSector+0x4 (a0 "
                     "0x40101234)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = bench_started();
        b->chip.cpu.a[0] = 0x40101234;
        assert_int_equal(native_call(&b->chip, rows[i].pc), NATIVE_STOP);
        assert_string_equal(b->chip.stop_reason, rows[i].reason);
        bench_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted_unique_and_found),
        cmocka_unit_test(what_guests_call_has_a_function),
        cmocka_unit_test(an_unknown_address_stops_and_says_who_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
