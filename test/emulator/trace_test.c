#include "emulator/trace.h"

#include <stdio.h>
#include <unistd.h>

#include "emulator/uart_private.h"
#include "test/emulator/chip_fixture.h"

#define UART0_CLKDIV 0x60000014u
#define UART0_CONF0 0x60000020u

static struct {
    struct chip *chip;
    struct trace *trace;
    char path[64];
    char *text;
} f;

/* A Sonoff Mini whose CPU stands still. */
static void start(void)
{
    strcpy(f.path, "/tmp/trace_test.XXXXXX");
    int fd = mkstemp(f.path);
    assert_true(fd >= 0);
    close(fd);
    f.chip = chip_make();
    pass(f.chip, 1000);
    assert_int_equal(trace_open(f.path, &f.trace), ERR_NONE);
    trace_attach(f.trace, f.chip, board_find("mini"));
}

static void read_dump(void)
{
    trace_detach(f.trace, f.chip);
    assert_int_equal(trace_close(f.trace), ERR_NONE);
    FILE *file = fopen(f.path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    f.text = calloc(1, size + 1);
    assert_non_null(f.text);
    assert_int_equal(fread(f.text, 1, size, file), size);
    fclose(file);
}

static void end(void)
{
    chip_drop(f.chip);
    free(f.text);
    unlink(f.path);
}

/* The level of a one-bit signal at a cycle; '?' before its first. */
static char at(const char *name, uint64_t cycle)
{
    char words[64], level = '?', code;
    snprintf(words, sizeof(words), " %s $end", name);
    const char *var = strstr(f.text, words);
    assert_non_null(var);
    code = var[-1];
    const char *line = strstr(f.text, "$enddefinitions $end\n");
    while ((line = strchr(line, '\n')) != NULL) {
        line++;
        if (*line == '#' && strtoull(line + 1, NULL, 10) > cycle * 125)
            break;
        if (*line && strchr("01xz", *line) && line[1] == code &&
            line[2] == '\n')
            level = *line;
    }
    return level;
}

static unsigned number_at(const char *name, unsigned bits, uint64_t cycle)
{
    unsigned value = 0;
    for (unsigned bit = bits; bit-- > 0;) {
        char word[32];
        snprintf(word, sizeof(word), "%s [%u]", name, bit);
        char level = at(word, cycle);
        assert_true(level == '0' || level == '1');
        value = value << 1 | (level == '1');
    }
    return value;
}

static uint64_t now(void)
{
    return f.chip->clock.now;
}

static void pins_and_parts_follow_their_wires(void **state)
{
    (void)state;
    start();
    uint64_t zero = now();
    pass(f.chip, 100);
    uint64_t closed = now();
    wire_drive(&f.chip->pin[0], SIDE_CONTACT, DRIVE_LOW);
    wire_drive(&f.chip->pin[4], SIDE_CONTACT, DRIVE_LOW);
    wire_drive(&f.chip->pin[12], SIDE_CHIP, DRIVE_HIGH);
    wire_drive(&f.chip->pin[13], SIDE_CHIP, DRIVE_LOW);
    pass(f.chip, 100);
    uint64_t open = now();
    wire_drive(&f.chip->pin[0], SIDE_CONTACT, DRIVE_NONE);
    wire_drive(&f.chip->pin[4], SIDE_CONTACT, DRIVE_NONE);
    wire_drive(&f.chip->pin[12], SIDE_CHIP, DRIVE_LOW);
    wire_drive(&f.chip->pin[13], SIDE_CHIP, DRIVE_NONE);
    pass(f.chip, 100);
    read_dump();
    static const struct {
        const char *name, *want; /* at first, closed, open again */
    } rows[] = {
        {"gpio0", "101"},   {"button0", "010"}, {"gpio4", "z0z"},
        {"switch1", "010"}, {"gpio12", "110"},  {"relay1", "110"},
        {"gpio13", "10z"},  {"led1", "011"},    {"gpio16", "zzz"},
        {"en", "111"},      {"supply", "111"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *want = rows[i].want;
        assert_int_equal(at(rows[i].name, zero), want[0]);
        assert_int_equal(at(rows[i].name, closed - 1), want[0]);
        assert_int_equal(at(rows[i].name, closed), want[1]);
        assert_int_equal(at(rows[i].name, open), want[2]);
    }
    end();
}

static void without_power_nothing_is_known(void **state)
{
    (void)state;
    start();
    wire_drive(&f.chip->pin[12], SIDE_CHIP, DRIVE_HIGH);
    pass(f.chip, 100);
    uint64_t off = now();
    chip_power(f.chip, false);
    pass(f.chip, 100);
    uint64_t held = now();
    wire_drive(&f.chip->en, SIDE_ADAPTER, DRIVE_LOW);
    chip_power(f.chip, true);
    pass(f.chip, 100);
    uint64_t runs = now();
    wire_drive(&f.chip->en, SIDE_ADAPTER, DRIVE_NONE);
    f.chip->cpu.is_stopped = true;
    pass(f.chip, 100);
    uint64_t stopped = now();
    chip_stop(f.chip, "that was enough");
    pass(f.chip, 100);
    read_dump();
    static const struct {
        const char *name, *want; /* before, off, held in reset, running */
    } rows[] = {
        {"supply", "1011"},   {"en", "1x01"},       {"gpio2", "1x11"},
        {"gpio15", "0x0."},   {"uart0_tx", "1xz1"}, {"uart1_tx", "1xz1"},
        {"uart0_rx", "1111"}, {"stopped", "0000"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char seen[] = {at(rows[i].name, off - 1), at(rows[i].name, off),
                             at(rows[i].name, held), at(rows[i].name, runs)};
        for (size_t k = 0; k < sizeof(seen); k++)
            if (rows[i].want[k] != '.')
                assert_int_equal(seen[k], rows[i].want[k]);
    }
    assert_int_equal(number_at("reset_cause", 3, off - 1), RESET_POWER_ON);
    assert_int_equal(at("reset_cause [0]", off), 'x');
    assert_int_equal(at("reset_cause [0]", held), 'x');
    assert_int_equal(number_at("reset_cause", 3, runs), RESET_POWER_ON);
    assert_int_equal(at("stopped", stopped), '1');
    end();
}

/* clang-format off */
static const struct {
    uint32_t conf0;
    uint32_t clkdiv; /* of 52 MHz */
    uint8_t byte;
    const char *levels; /* start, data from its lowest bit, parity, stop */
} formats[] = {
    {0x1C, 694, 0x41, "0100000101"},   /* 8N1, 74880 */
    {0x1C, 451, 0xFF, "0111111111"},   /* 8N1, 115200 */
    {0x1C, 451, 0x00, "0000000001"},
    {0x1A, 451, 0x41, "0100000101"},   /* 7E1 */
    {0x1B, 451, 0x41, "0100000111"},   /* 7O1 */
    {0x1B, 451, 0x07, "0111000001"},
    {0x3E, 5417, 0x07, "011100000111"}, /* 8E2, 9600 */
    {0x10, 451, 0x15, "0101011"},      /* 5N1 */
};
/* clang-format on */

static void a_byte_goes_out_bit_by_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        start();
        poke(f.chip, UART0_CLKDIV, formats[i].clkdiv);
        poke(f.chip, UART0_CONF0, formats[i].conf0);
        pass(f.chip, 10);
        uint64_t from = now();
        uart_tx_push(&f.chip->uart[0], formats[i].byte);
        pass(f.chip, CYCLES_PER_MS * 3);
        read_dump();
        double bit = (double)formats[i].clkdiv * 80 / 52;
        assert_int_equal(at("uart0_tx", from - 1), '1');
        for (size_t k = 0; formats[i].levels[k]; k++) {
            uint64_t begin = from + (uint64_t)(bit * (double)k + 1.0);
            uint64_t last = from + (uint64_t)(bit * (double)(k + 1) - 2.0);
            assert_int_equal(at("uart0_tx", begin), formats[i].levels[k]);
            assert_int_equal(at("uart0_tx", last), formats[i].levels[k]);
        }
        assert_int_equal(at("uart0_tx", now()), '1');
        assert_int_equal(at("uart1_tx", from + 1), '1');
        end();
    }
}

/* 55: every bit of it is an edge. */
static void what_is_broken_off_ends(void **state)
{
    (void)state;
    start();
    uart_line_set_baud(&f.chip->uart[0], 9600);
    uint64_t from = now();
    uart_tx_push(&f.chip->uart[0], 0x55);
    (void)uart_line_send(&f.chip->uart[0], (const uint8_t *)"UU", 2);
    /* A bit is 1068 cycles one way and 8333 the other. */
    pass(f.chip, 2500);
    uint64_t reset = now();
    chip_reset(f.chip, RESET_SOFTWARE);
    f.chip->cpu.is_stopped = true;
    pass(f.chip, 13 * 8333);
    uint64_t drop = now();
    uart_line_drop(&f.chip->uart[0]);
    pass(f.chip, CYCLES_PER_MS * 3);
    read_dump();
    assert_int_equal(at("uart0_tx", from), '0');
    assert_int_equal(at("uart0_tx", from + 1500), '1');
    assert_int_equal(at("uart0_tx", reset - 1), '0');
    for (uint64_t cycle = reset; cycle < now(); cycle += 500)
        assert_int_equal(at("uart0_tx", cycle), '1');
    assert_int_equal(number_at("reset_cause", 3, reset - 1), RESET_POWER_ON);
    assert_int_equal(number_at("reset_cause", 3, reset), RESET_SOFTWARE);
    /* The other side goes on, until it is gone: ten bits of the first byte,
     * and some of the second. */
    for (unsigned bit = 0; bit < 13; bit++)
        assert_int_equal(at("uart0_rx", from + bit * 8333 + 4000),
                         "0101010101"[bit % 10]);
    for (uint64_t cycle = drop; cycle < now(); cycle += 4000)
        assert_int_equal(at("uart0_rx", cycle), '1');
    end();
}

static void the_flash_shows_what_it_does(void **state)
{
    static const uint8_t data[2] = {1, 2};
    uint8_t in[4];
    struct flash_chip *flash;
    (void)state;
    start();
    flash = &f.chip->flash;
    uint64_t read = now();
    flash_chip_command(flash, 0x03, 0xF7010, NULL, 0, in, sizeof(in));
    pass(f.chip, 100);
    /* Read and programmed in one cycle: the read's end is not the other's. */
    flash_chip_command(flash, 0x03, 0xF7010, NULL, 0, in, sizeof(in));
    flash_chip_command(flash, 0x06, 0, NULL, 0, NULL, 0);
    uint64_t program = now();
    flash_chip_command(flash, 0x02, 0xF8004, data, 2, NULL, 0);
    uint64_t programmed = flash->busy_until;
    pass(f.chip, CYCLES_PER_MS);
    flash_chip_command(flash, 0x06, 0, NULL, 0, NULL, 0);
    uint64_t status = now();
    flash_chip_command(flash, 0x01, 0, data, 1, NULL, 0);
    pass(f.chip, 20 * CYCLES_PER_MS);
    flash_chip_command(flash, 0x06, 0, NULL, 0, NULL, 0);
    uint64_t erase = now();
    flash_chip_command(flash, 0x20, 0xF9123, NULL, 0, NULL, 0);
    pass(f.chip, CYCLES_PER_MS);
    flash_chip_command(flash, 0x03, 0, NULL, 0, in, sizeof(in)); /* busy */
    uint64_t cut = now();
    chip_power(f.chip, false);
    pass(f.chip, 100 * CYCLES_PER_MS);
    read_dump();
    const struct {
        uint64_t cycle;
        enum flash_work work;
        unsigned address;
    } rows[] = {
        {read - 1, FLASH_IDLE, 0},
        {read, FLASH_READ, 0xF7010},
        {read + 1, FLASH_IDLE, 0xF7010},
        {program, FLASH_PROGRAM, 0xF8004},
        {programmed - 1, FLASH_PROGRAM, 0xF8004},
        {programmed, FLASH_IDLE, 0xF8004},
        {status, FLASH_WRITE_STATUS, 0},
        {status + 11 * CYCLES_PER_MS, FLASH_IDLE, 0},
        {erase, FLASH_ERASE, 0xF9000},
        {cut - 1, FLASH_ERASE, 0xF9000},
        {cut, FLASH_IDLE, 0xF9000},
        {now(), FLASH_IDLE, 0xF9000},
    };
    for (size_t i = 1; i < COUNT(rows); i++) {
        assert_int_equal(number_at("work", 3, rows[i].cycle), rows[i].work);
        assert_int_equal(number_at("address", 22, rows[i].cycle),
                         rows[i].address);
    }
    end();
}

/* Another chip's trace is not touched, and after the end nobody listens. */
static void it_listens_to_one_chip_until_the_end(void **state)
{
    (void)state;
    start();
    struct chip *other = chip_make();
    trace_attach(f.trace, other, board_find("basic"));
    trace_detach(f.trace, other);
    assert_null(other->pin[12].probe);
    pass(f.chip, 100);
    uint64_t seen = now();
    wire_drive(&f.chip->pin[12], SIDE_CHIP, DRIVE_LOW);
    pass(f.chip, 77);
    read_dump();
    assert_int_equal(at("gpio12", seen), '0');
    char last[32];
    snprintf(last, sizeof(last), "\n#%llu\n", (unsigned long long)now() * 125);
    assert_string_equal(strrchr(f.text, '#') - 1, last);
    wire_drive(&f.chip->pin[12], SIDE_CHIP, DRIVE_HIGH);
    uart_tx_push(&f.chip->uart[0], 'x');
    chip_power(f.chip, false);
    assert_null(f.chip->pin[12].probe);
    assert_null(f.chip->en.probe);
    chip_drop(other);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins_and_parts_follow_their_wires),
        cmocka_unit_test(without_power_nothing_is_known),
        cmocka_unit_test(a_byte_goes_out_bit_by_bit),
        cmocka_unit_test(what_is_broken_off_ends),
        cmocka_unit_test(the_flash_shows_what_it_does),
        cmocka_unit_test(it_listens_to_one_chip_until_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
