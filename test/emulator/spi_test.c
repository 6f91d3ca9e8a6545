#include "test/emulator/chip_fixture.h"

#define SPI0 0x60000200u
#define SPI1 0x60000100u
#define CMD 0x00u
#define ADDR 0x04u
#define CTRL 0x08u
#define RD_STATUS 0x10u
#define USER 0x1Cu
#define USER1 0x20u
#define USER2 0x24u
#define W0 0x40u
#define EXT2 0xF8u

static struct chip *chip_attached(void)
{
    struct chip *chip = chip_make();
    chip->spi[0].is_attached = true;
    return chip;
}

static void settle(struct chip *chip)
{
    while (flash_chip_is_busy(&chip->flash))
        pass(chip, CYCLES_PER_MS);
}

/* Until the transfer is over; returns how many cycles that took. */
static uint64_t finish(struct chip *chip)
{
    uint64_t start = chip->clock.now;
    while (peek(chip, SPI0 + CMD) != 0) {
        assert_true(chip->clock.now - start < CYCLES_PER_MS);
        pass(chip, 1);
    }
    return chip->clock.now - start;
}

/* The order of register accesses of esptool's run_spiflash_command (chip.md
 * A9), with the register values it computes. */
static uint32_t user_command(struct chip *chip, uint8_t opcode,
                             uint32_t address, unsigned address_bits,
                             unsigned dummy_bits, uint32_t data,
                             unsigned data_bits, unsigned read_bits)
{
    uint32_t old_user = peek(chip, SPI0 + USER);
    uint32_t old_user2 = peek(chip, SPI0 + USER2);
    uint32_t flags = 1u << 31, lengths = 0;
    if (read_bits) {
        flags |= 1u << 28;
        lengths |= (read_bits - 1) << 8;
    }
    if (data_bits) {
        flags |= 1u << 27;
        lengths |= (data_bits - 1) << 17;
    }
    if (dummy_bits) {
        flags |= 1u << 29;
        lengths |= dummy_bits - 1;
    }
    if (address_bits) {
        flags |= 1u << 30;
        lengths |= (address_bits - 1) << 26;
    }
    poke(chip, SPI0 + USER1, lengths);
    poke(chip, SPI0 + USER, flags);
    poke(chip, SPI0 + USER2, 7u << 28 | opcode);
    if (address_bits)
        poke(chip, SPI0 + ADDR, address << (32 - address_bits));
    poke(chip, SPI0 + W0, data);
    poke(chip, SPI0 + CMD, 1u << 18);
    finish(chip);
    uint32_t answer = peek(chip, SPI0 + W0);
    poke(chip, SPI0 + USER, old_user);
    poke(chip, SPI0 + USER2, old_user2);
    return answer;
}

static void user_commands_answer_as_esptool_expects(void **state)
{
    (void)state;
    static const struct {
        uint8_t opcode;
        uint32_t address;
        unsigned address_bits, dummy_bits, read_bits;
        uint32_t answer;
    } rows[] = {
        {0x9F, 0, 0, 0, 24, 0x1440EF},
        {0x9F, 0, 0, 0, 8, 0x0000EF},
        {0x05, 0, 0, 0, 8, 0x00},
        {0x35, 0, 0, 0, 8, 0x00},
        {0x5A, 0x00, 24, 8, 32, 0x50444653}, /* SFDP */
        {0x5A, 0x10, 24, 8, 8, 0xFF},
        {0x90, 0, 24, 0, 16, 0x13EF},
        {0xAB, 0, 24, 0, 8, 0x13},
        {0x03, 0x1230, 24, 0, 32, 0x64636261},
        {0x0B, 0x1230, 24, 8, 32, 0x64636261},
        {0x0B, 0x123000, 32, 0, 32, 0x64636261}, /* dummy in the address */
        {0x0B, 0x1230, 24, 0, 32, 0x636261FF},   /* dummy forgotten */
        {0x9E, 0, 0, 0, 24, 0xFFFFFF},
    };
    struct chip *chip = chip_attached();
    memcpy(chip->flash.data + 0x1230, "abcd", 4);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(user_command(chip, rows[i].opcode, rows[i].address,
                                      rows[i].address_bits, rows[i].dummy_bits,
                                      0, 0, rows[i].read_bits),
                         rows[i].answer);
    chip_drop(chip);
}

static void user_commands_write_too(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    user_command(chip, 0x06, 0, 0, 0, 0, 0, 0);
    assert_int_equal(user_command(chip, 0x05, 0, 0, 0, 0, 0, 8), 0x02);
    user_command(chip, 0x02, 0x2345, 24, 0, 0x44332211, 32, 0);
    settle(chip);
    assert_memory_equal(chip->flash.data + 0x2345, "\x11\x22\x33\x44", 4);
    user_command(chip, 0x06, 0, 0, 0, 0, 0, 0);
    user_command(chip, 0x20, 0x2345, 24, 0, 0, 0, 0);
    assert_int_equal(chip->flash.data[0x2345], 0xFF);
    settle(chip);
    user_command(chip, 0x06, 0, 0, 0, 0, 0, 0);
    user_command(chip, 0x01, 0, 0, 0, 0x0204, 16, 0);
    settle(chip);
    assert_int_equal(user_command(chip, 0x05, 0, 0, 0, 0, 0, 8), 0x04);
    assert_int_equal(user_command(chip, 0x35, 0, 0, 0, 0, 0, 8), 0x02);
    chip_drop(chip);
}

static void an_address_may_go_as_data(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    memcpy(chip->flash.data + 0x10203, "xyz", 3);
    /* 03 with 24 data bits 01 02 03, then reading */
    assert_int_equal(user_command(chip, 0x03, 0, 0, 0, 0x030201, 24, 24),
                     0x7A7978);
    chip_drop(chip);
}

static void high_half_of_the_buffer_is_used_when_asked(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    memcpy(chip->flash.data, "HIGH", 4);
    poke(chip, SPI0 + W0, 0x11111111);
    poke(chip, SPI0 + USER, 1u << 31 | 1u << 30 | 1u << 28 | 1u << 24);
    poke(chip, SPI0 + USER1, 23u << 26 | 31u << 8);
    poke(chip, SPI0 + USER2, 7u << 28 | 0x03);
    poke(chip, SPI0 + ADDR, 0);
    poke(chip, SPI0 + CMD, 1u << 18);
    assert_int_equal(peek(chip, SPI0 + W0), 0x11111111);
    assert_int_equal(peek(chip, SPI0 + W0 + 32), 0x48474948);
    chip_drop(chip);
}

static void fixed_commands_do_what_the_rom_and_stubs_use_them_for(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    memset(chip->flash.data + 0x10000, 0, 0x20000);

    poke(chip, SPI0 + CMD, 1u << 28); /* RDID */
    assert_int_equal(peek(chip, SPI0 + W0), 0x1440EF);

    poke(chip, SPI0 + CMD, 1u << 30); /* WREN */
    poke(chip, SPI0 + CMD, 1u << 27); /* RDSR */
    assert_int_equal(peek(chip, SPI0 + RD_STATUS), 0x02);
    poke(chip, SPI0 + CMD, 1u << 29); /* WRDI */
    poke(chip, SPI0 + CMD, 1u << 27);
    assert_int_equal(peek(chip, SPI0 + RD_STATUS), 0x00);

    static const struct {
        uint32_t command, from, size;
    } erases[] = {{1u << 24, 0x11000, 0x1000}, {1u << 23, 0x10000, 0x10000}};
    for (size_t i = 0; i < COUNT(erases); i++) {
        poke(chip, SPI0 + CMD, 1u << 30);
        poke(chip, SPI0 + ADDR, erases[i].from);
        poke(chip, SPI0 + CMD, erases[i].command);
        finish(chip);
        poke(chip, SPI0 + CMD, 1u << 27);
        assert_int_equal(peek(chip, SPI0 + RD_STATUS) & 1, 1);
        assert_int_equal(chip->flash.data[erases[i].from], 0xFF);
        assert_int_equal(chip->flash.data[erases[i].from + erases[i].size - 1],
                         0xFF);
        assert_int_equal(chip->flash.data[erases[i].from + erases[i].size], 0);
        settle(chip);
        poke(chip, SPI0 + CMD, 1u << 27);
        assert_int_equal(peek(chip, SPI0 + RD_STATUS), 0);
    }
    poke(chip, SPI0 + CMD, 1u << 30);
    poke(chip, SPI0 + CMD, 1u << 22); /* CE */
    assert_int_equal(chip->flash.data[0x2FFFF], 0xFF);
    chip_drop(chip);
}

static void program_and_read_carry_their_length_in_the_address(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    for (unsigned i = 0; i < 16; i++)
        poke(chip, SPI0 + W0 + 4 * i, 0x03020100u + 0x04040404u * i);
    poke(chip, SPI0 + CMD, 1u << 30);
    poke(chip, SPI0 + ADDR, 0x4000 | 32u << 24);
    poke(chip, SPI0 + CMD, 1u << 25); /* PP */
    settle(chip);
    assert_int_equal(chip->flash.data[0x401F], 31);
    assert_int_equal(chip->flash.data[0x4020], 0xFF);

    for (unsigned i = 0; i < 16; i++)
        poke(chip, SPI0 + W0 + 4 * i, 0);
    poke(chip, SPI0 + ADDR, 0x4001 | 5u << 24);
    poke(chip, SPI0 + CMD, 1u << 31); /* READ */
    assert_int_equal(peek(chip, SPI0 + W0), 0x04030201);
    assert_int_equal(peek(chip, SPI0 + W0 + 4), 5);
    chip_drop(chip);
}

static void write_status_takes_one_or_two_bytes(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    poke(chip, SPI0 + CMD, 1u << 30);
    poke(chip, SPI0 + RD_STATUS, 0x0204);
    poke(chip, SPI0 + CMD, 1u << 26);
    settle(chip);
    assert_int_equal(chip->flash.status[0], 0x04);
    assert_int_equal(chip->flash.status[1], 0x00);
    poke(chip, SPI0 + CTRL, 1u << 22);
    poke(chip, SPI0 + CMD, 1u << 30);
    poke(chip, SPI0 + RD_STATUS, 0x0200);
    poke(chip, SPI0 + CMD, 1u << 26);
    settle(chip);
    assert_int_equal(chip->flash.status[0], 0x00);
    assert_int_equal(chip->flash.status[1], 0x02);
    chip_drop(chip);
}

static void nothing_answers_before_the_pins_are_attached(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    assert_int_equal(user_command(chip, 0x9F, 0, 0, 0, 0, 0, 24), 0xFFFFFF);
    /* by IO_MUX: clock, data, select to the SPI function */
    static const uint32_t pads[] = {0x6000081C, 0x60000820, 0x60000824,
                                    0x60000830};
    for (size_t i = 0; i < COUNT(pads); i++) {
        assert_int_equal(user_command(chip, 0x9F, 0, 0, 0, 0, 0, 24), 0xFFFFFF);
        poke(chip, pads[i], 1u << 4);
    }
    assert_int_equal(user_command(chip, 0x9F, 0, 0, 0, 0, 0, 24), 0x1440EF);
    poke(chip, pads[0], 3u << 4);
    assert_int_equal(user_command(chip, 0x9F, 0, 0, 0, 0, 0, 24), 0xFFFFFF);
    chip_drop(chip);
}

static void no_flash_hangs_on_spi1(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    poke(chip, SPI1 + CMD, 1u << 28);
    assert_int_equal(peek(chip, SPI1 + W0), 0xFFFFFF);
    chip_drop(chip);
}

static void the_state_machine_cannot_be_written(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    poke(chip, SPI0 + EXT2, 0xFFFFFFFF);
    assert_int_equal(peek(chip, SPI0 + EXT2) & 7, 0);
    poke(chip, SPI0 + CMD, 0xFFFFFFFF);
    finish(chip);
    assert_int_equal(peek(chip, SPI0 + EXT2) & 7, 0);
    chip_drop(chip);
}

/* Two cycles of 80 MHz for each clock of 40 MHz. */
static void a_transfer_takes_its_clocks(void **state)
{
    (void)state;
    static const struct {
        uint32_t mode, command, size;
        uint64_t clocks;
    } rows[] = {
        {SPI_MODE_SLOW, 1u << 31, 64, 8 + 24 + 512},
        {SPI_MODE_SLOW, 1u << 31, 4, 8 + 24 + 32},
        {MODE_DOUT, 1u << 31, 64, 8 + 32 + 256},
        {MODE_QIO, 1u << 31, 64, 8 + 48 + 128},
        {SPI_MODE_SLOW, 1u << 25, 32, 8 + 24 + 256},
        {SPI_MODE_SLOW, 1u << 27, 0, 8 + 8},
        {SPI_MODE_SLOW, 1u << 30, 0, 8},
    };
    struct chip *chip = chip_attached();
    for (size_t i = 0; i < COUNT(rows); i++) {
        spi_set_flash_mode(&chip->spi[0], rows[i].mode);
        poke(chip, SPI0 + ADDR, rows[i].size << 24);
        poke(chip, SPI0 + CMD, rows[i].command);
        assert_int_equal(peek(chip, SPI0 + CMD), rows[i].command);
        assert_int_not_equal(peek(chip, SPI0 + EXT2) & 7, 0);
        assert_int_equal(finish(chip), 2 * rows[i].clocks);
        assert_int_equal(peek(chip, SPI0 + EXT2) & 7, 0);
        settle(chip);
    }
    chip_drop(chip);
}

static void a_user_read_takes_its_clocks(void **state)
{
    (void)state;
    struct chip *chip = chip_attached();
    poke(chip, SPI0 + USER, 1u << 31 | 1u << 30 | 1u << 28);
    poke(chip, SPI0 + USER1, 23u << 26 | 511u << 8);
    poke(chip, SPI0 + USER2, 7u << 28 | 0x03);
    poke(chip, SPI0 + CMD, 1u << 18);
    assert_int_equal(finish(chip), 2 * (8 + 24 + 512));
    chip_drop(chip);
}

static void the_mode_is_in_ctrl(void **state)
{
    (void)state;
    static const struct {
        uint32_t ctrl;
        unsigned mode;
    } rows[] = {
        {1u << 24 | 1u << 13, MODE_QIO},
        {1u << 20 | 1u << 13, MODE_QOUT},
        {1u << 23 | 1u << 13, MODE_DIO},
        {1u << 14 | 1u << 13, MODE_DOUT},
        {0, SPI_MODE_SLOW},
    };
    struct chip *chip = chip_attached();
    for (size_t i = 0; i < COUNT(rows); i++) {
        spi_set_flash_mode(&chip->spi[0], rows[i].mode);
        assert_int_equal(spi_flash_mode(&chip->spi[0]), rows[i].mode);
        assert_int_equal(peek(chip, SPI0 + CTRL), rows[i].ctrl);
        spi_reset(&chip->spi[0]);
        poke(chip, SPI0 + CTRL, rows[i].ctrl);
        assert_int_equal(spi_flash_mode(&chip->spi[0]), rows[i].mode);
    }
    chip_drop(chip);
}

static void a_read_in_a_missing_mode_is_rubbish(void **state)
{
    (void)state;
    struct chip_config config = plain_config();
    config.flash.modes = 1u << MODE_DIO | 1u << MODE_DOUT;
    struct chip *chip = chip_with(&config);
    chip->spi[0].is_attached = true;
    static const struct {
        unsigned mode;
        bool is_right;
    } rows[] = {{MODE_QIO, false},
                {MODE_QOUT, false},
                {MODE_DIO, true},
                {MODE_DOUT, true},
                {SPI_MODE_SLOW, true}};
    memcpy(chip->flash.data, "\xE9\x01\x00\x20", 4);
    for (size_t i = 0; i < COUNT(rows); i++) {
        spi_set_flash_mode(&chip->spi[0], rows[i].mode);
        poke(chip, SPI0 + ADDR, 4u << 24);
        poke(chip, SPI0 + CMD, 1u << 31);
        assert_int_equal(peek(chip, SPI0 + W0) == 0x200001E9u,
                         rows[i].is_right);
    }
    chip_drop(chip);
}

#define GPIO_OUT_SET 0x60000304u
#define GPIO_OUT_CLEAR 0x60000308u
#define GPIO_ENABLE_SET 0x60000310u
#define MUX_SD_CMD 0x60000830u
#define SELECT_PIN (1u << 11)

/* 64 bytes of W0 to W15, behind a command or not. */
static void send_part(struct chip *chip, uint32_t flags, uint8_t first)
{
    for (uint32_t i = 0; i < 64; i += 4)
        poke(chip, SPI0 + W0 + i, 0x01010101u * (first + i / 4));
    poke(chip, SPI0 + USER, 1u << 27 | flags);
    poke(chip, SPI0 + USER1, 23u << 26 | 511u << 17);
    poke(chip, SPI0 + USER2, 7u << 28 | 0x02);
    poke(chip, SPI0 + ADDR, 0x3100u << 8);
    poke(chip, SPI0 + CMD, 1u << 18);
    finish(chip);
}

static void a_select_held_by_its_pin_makes_one_command(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    gpio_attach_flash(&chip->gpio);
    user_command(chip, 0x06, 0, 0, 0, 0, 0, 0);
    poke(chip, GPIO_OUT_SET, SELECT_PIN);
    poke(chip, GPIO_ENABLE_SET, SELECT_PIN);
    poke(chip, MUX_SD_CMD, 3u << 4);
    /* High: nobody hears it. */
    send_part(chip, 3u << 30, 0x77);
    poke(chip, GPIO_OUT_CLEAR, SELECT_PIN);
    for (unsigned part = 0; part < 4; part++)
        send_part(chip, part == 0 ? 3u << 30 : 0, (uint8_t)(part * 16));
    assert_int_equal(chip->flash.programs, 0);
    poke(chip, GPIO_OUT_SET, SELECT_PIN);
    assert_int_equal(chip->flash.programs, 1);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(chip->flash.data[0x3100 + i], i / 4);
    assert_int_equal(chip->flash.data[0x3200], 0xFF);
    settle(chip);
    /* And SPI0's again. */
    poke(chip, MUX_SD_CMD, 1u << 4);
    assert_int_equal(user_command(chip, 0x9F, 0, 0, 0, 0, 0, 24) & 0xFFFFFF,
                     WINBOND_1M);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(user_commands_answer_as_esptool_expects),
        cmocka_unit_test(user_commands_write_too),
        cmocka_unit_test(an_address_may_go_as_data),
        cmocka_unit_test(high_half_of_the_buffer_is_used_when_asked),
        cmocka_unit_test(fixed_commands_do_what_the_rom_and_stubs_use_them_for),
        cmocka_unit_test(program_and_read_carry_their_length_in_the_address),
        cmocka_unit_test(write_status_takes_one_or_two_bytes),
        cmocka_unit_test(nothing_answers_before_the_pins_are_attached),
        cmocka_unit_test(no_flash_hangs_on_spi1),
        cmocka_unit_test(the_state_machine_cannot_be_written),
        cmocka_unit_test(a_transfer_takes_its_clocks),
        cmocka_unit_test(a_user_read_takes_its_clocks),
        cmocka_unit_test(the_mode_is_in_ctrl),
        cmocka_unit_test(a_read_in_a_missing_mode_is_rubbish),
        cmocka_unit_test(a_select_held_by_its_pin_makes_one_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
