#include "test/emulator/chip_fixture.h"

#define EFUSE(n) (0x3FF00050u + 4 * (n))
#define CPU_SPEED 0x3FF00014u
#define CACHE_CTRL 0x3FF0000Cu
#define CACHE_SIZE 0x3FF00024u
#define RANDOM 0x3FF20E44u
#define WINDOW 0x40200000u

/* As esptool decodes it (chip.md A8). */
static void the_mac_decodes_to_what_was_configured(void **state)
{
    (void)state;
    static const uint8_t macs[][6] = {
        {0x18, 0xFE, 0x34, 1, 2, 3},
        {0xAC, 0xD0, 0x74, 0xFF, 0xFE, 0xFD},
        {0x5C, 0xCF, 0x7F, 0x00, 0x80, 0xFF},
        {0xDC, 0x4F, 0x22, 0xAA, 0xBB, 0xCC},
    };
    for (size_t i = 0; i < COUNT(macs); i++) {
        struct chip_config config = plain_config();
        memcpy(config.mac, macs[i], 6);
        struct chip *chip = chip_with(&config);
        uint32_t mac0 = peek(chip, EFUSE(0)), mac1 = peek(chip, EFUSE(1));
        uint32_t mac3 = peek(chip, EFUSE(3));
        assert_int_not_equal(mac3 & 0xFFFFFF, 0);
        uint8_t decoded[6] = {(uint8_t)(mac3 >> 16), (uint8_t)(mac3 >> 8),
                              (uint8_t)mac3,         (uint8_t)(mac1 >> 8),
                              (uint8_t)mac1,         (uint8_t)(mac0 >> 24)};
        assert_memory_equal(decoded, macs[i], 6);
        uint32_t id = mac0 >> 24 | (mac1 & 0xFFFFFF) << 8;
        assert_int_equal(id, (uint32_t)macs[i][3] << 16 |
                                 (uint32_t)macs[i][4] << 8 | macs[i][5]);
        chip_drop(chip);
    }
}

static bool efuse_bit(struct chip *chip, unsigned bit)
{
    return peek(chip, EFUSE(bit / 32)) >> bit % 32 & 1;
}

static void the_8285_says_so_and_its_flash_size(void **state)
{
    (void)state;
    static const struct {
        bool is_8285;
        uint32_t size;
        bool b4, b80, b121, b122, b123;
    } rows[] = {
        {false, 0x100000, false, false, false, false, false},
        {true, 0x100000, true, true, false, false, false},
        {true, 0x200000, true, true, false, true, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip_config config = plain_config();
        config.is_8285 = rows[i].is_8285;
        config.flash.size = rows[i].size;
        struct chip *chip = chip_with(&config);
        assert_int_equal(efuse_bit(chip, 4), rows[i].b4);
        assert_int_equal(efuse_bit(chip, 80), rows[i].b80);
        assert_int_equal(efuse_bit(chip, 121), rows[i].b121);
        assert_int_equal(efuse_bit(chip, 122), rows[i].b122);
        assert_int_equal(efuse_bit(chip, 123), rows[i].b123);
        assert_false(efuse_bit(chip, 5)); /* N08, not H08 */
        chip_drop(chip);
    }
}

static void efuse_can_t_be_written(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    uint32_t before = peek(chip, EFUSE(0));
    poke(chip, EFUSE(0), ~before);
    assert_int_equal(peek(chip, EFUSE(0)), before);
    chip_drop(chip);
}

static void the_cache_shows_its_bank(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        unsigned bank;
        uint32_t shown; /* flash address at the window's start */
    } rows[] = {
        {0x100000, 0, 0},        {0x400000, 0, 0}, {0x400000, 1, 0x100000},
        {0x400000, 3, 0x300000}, {0x100000, 1, 0}, {0x80000, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip_config config = plain_config();
        config.flash.size = rows[i].size;
        struct chip *chip = chip_with(&config);
        for (uint32_t at = 0; at < rows[i].size; at += 0x1000)
            chip->flash.data[at] = (uint8_t)(at >> 16);
        dport_cache(&chip->dport, true, rows[i].bank, false);
        for (uint32_t at = 0; at < 0x100000; at += 0x8000)
            assert_int_equal(peek(chip, WINDOW + at) & 0xFF,
                             ((rows[i].shown + at) & (rows[i].size - 1)) >> 16);
        uint32_t value;
        dport_cache(&chip->dport, false, 0, false);
        assert_int_not_equal(bus_read32(chip->bus, WINDOW, &value), FAULT_NONE);
        chip_drop(chip);
    }
}

static void registers_switch_the_cache_too(void **state)
{
    (void)state;
    struct chip_config config = plain_config();
    config.flash.size = 0x400000;
    struct chip *chip = chip_with(&config);
    for (unsigned bank = 0; bank < 4; bank++)
        chip->flash.data[bank << 20] = (uint8_t)(0x10 + bank);
    for (uint32_t bank = 0; bank < 4; bank++) {
        poke(chip, CACHE_CTRL, (bank & 1) << 25 | (bank >> 1) << 16 | 1u << 8);
        assert_int_equal(peek(chip, WINDOW) & 0xFF, 0x10 + bank);
    }
    uint32_t value;
    poke(chip, CACHE_CTRL, 0);
    assert_int_not_equal(bus_read32(chip->bus, WINDOW, &value), FAULT_NONE);
    dport_cache(&chip->dport, true, 3, true);
    assert_int_equal(peek(chip, CACHE_CTRL) & 0x02030100, 0x02010100);
    poke(chip, CACHE_CTRL, peek(chip, CACHE_CTRL) & ~(1u << 8));
    assert_false(chip->dport.is_cache_on);
    chip_drop(chip);
}

static void the_cache_takes_its_banks_of_iram(void **state)
{
    (void)state;
    static const struct {
        bool is_on, is_32k;
        bool has_low, has_high; /* still RAM */
    } rows[] = {
        {false, false, true, true},
        {true, false, true, false},
        {true, true, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        dport_cache(&chip->dport, rows[i].is_on, 0, rows[i].is_32k);
        assert_int_equal(bus_write32(chip->bus, 0x40108000, 1) == FAULT_NONE,
                         rows[i].has_low);
        assert_int_equal(bus_write32(chip->bus, 0x4010C000, 1) == FAULT_NONE,
                         rows[i].has_high);
        chip_drop(chip);
    }
}

static void a_missing_mode_shows_rubbish_until_it_changes(void **state)
{
    (void)state;
    struct chip_config config = plain_config();
    config.flash.modes = 1u << MODE_DIO | 1u << MODE_DOUT;
    struct chip *chip = chip_with(&config);
    memcpy(chip->flash.data, "\x01\x02\x03\x04", 4);
    static const struct {
        unsigned mode;
        bool is_right;
    } rows[] = {{MODE_QIO, false},
                {MODE_DOUT, true},
                {MODE_QOUT, false},
                {MODE_DIO, true},
                {SPI_MODE_SLOW, true}};
    dport_cache(&chip->dport, true, 0, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        spi_set_flash_mode(&chip->spi[0], rows[i].mode);
        assert_int_equal(peek(chip, WINDOW) == 0x04030201, rows[i].is_right);
    }
    spi_set_flash_mode(&chip->spi[0], MODE_QIO);
    uint32_t before = peek(chip, WINDOW + 0x1000);
    chip->flash.is_write_enabled = true;
    assert_true(flash_chip_program(&chip->flash, 0x1000, "\0", 1));
    pass(chip, CYCLES_PER_MS);
    assert_int_not_equal(peek(chip, WINDOW + 0x1000), before);
    chip_drop(chip);
}

/* A loop that the CPU has decoded and runs: "movi.n a2, 3; j" becomes
 * "movi.n a2, 1; j" by programming one byte. */
static void programmed_flash_is_what_runs_next(void **state)
{
    (void)state;
    static const uint8_t code[] = {0x0C, 0x32, 0x86, 0xFE, 0xFF};
    struct chip *chip = chip_make();
    memcpy(chip->flash.data + 0x100, code, sizeof code);
    dport_cache(&chip->dport, true, 0, false);
    chip->cpu.is_stopped = false;
    chip->cpu.pc = WINDOW + 0x100;
    pass(chip, 1000);
    assert_int_equal(chip->cpu.a[2], 3);
    chip->flash.is_write_enabled = true;
    assert_true(flash_chip_program(&chip->flash, 0x101, "\x12", 1));
    pass(chip, 1000);
    assert_int_equal(chip->cpu.a[2], 1);
    assert_in_range(chip->cpu.pc, WINDOW + 0x100, WINDOW + 0x102);
    chip_drop(chip);
}

static void random_numbers_differ_and_repeat_by_seed(void **state)
{
    (void)state;
    uint32_t first[8], again[8];
    for (unsigned run = 0; run < 2; run++) {
        struct chip *chip = chip_make();
        for (unsigned i = 0; i < 8; i++)
            (run ? again : first)[i] = peek(chip, RANDOM);
        chip_drop(chip);
    }
    assert_memory_equal(first, again, sizeof first);
    for (unsigned i = 1; i < 8; i++)
        assert_int_not_equal(first[i], first[i - 1]);
    struct chip_config config = plain_config();
    config.seed = 2;
    struct chip *chip = chip_with(&config);
    assert_int_not_equal(peek(chip, RANDOM), first[0]);
    chip_drop(chip);
}

static void empty_ranges_read_zero_and_take_writes(void **state)
{
    (void)state;
    static const uint32_t addresses[] = {
        0x3FF20A00, 0x3FF20000, 0x3FF2FFFC, 0x60009A00, 0x60009BFC,
        0x60000C00, 0x60000D00, 0x60000500, 0x60000A34, 0x60000E08,
    };
    struct chip *chip = chip_make();
    for (size_t i = 0; i < COUNT(addresses); i++) {
        assert_int_equal(peek(chip, addresses[i]), 0);
        poke(chip, addresses[i], 0xFFFFFFFF);
        assert_int_equal(peek(chip, addresses[i]), 0);
    }
    chip_drop(chip);
}

static void plain_registers_keep_what_is_written_until_reset(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CPU_SPEED, 1);
    assert_int_equal(peek(chip, CPU_SPEED), 1);
    chip_reset(chip, RESET_SOFTWARE);
    assert_int_equal(peek(chip, CPU_SPEED), 0);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mac_decodes_to_what_was_configured),
        cmocka_unit_test(the_8285_says_so_and_its_flash_size),
        cmocka_unit_test(efuse_can_t_be_written),
        cmocka_unit_test(the_cache_shows_its_bank),
        cmocka_unit_test(registers_switch_the_cache_too),
        cmocka_unit_test(the_cache_takes_its_banks_of_iram),
        cmocka_unit_test(a_missing_mode_shows_rubbish_until_it_changes),
        cmocka_unit_test(programmed_flash_is_what_runs_next),
        cmocka_unit_test(random_numbers_differ_and_repeat_by_seed),
        cmocka_unit_test(empty_ranges_read_zero_and_take_writes),
        cmocka_unit_test(plain_registers_keep_what_is_written_until_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
