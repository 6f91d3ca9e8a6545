#include "test/emulator/chip_fixture.h"

#define FIFO 0x60000000u
#define INT_RAW 0x60000004u
#define INT_ST 0x60000008u
#define INT_ENA 0x6000000Cu
#define INT_CLR 0x60000010u
#define CLKDIV 0x60000014u
#define AUTOBAUD 0x60000018u
#define STATUS 0x6000001Cu
#define CONF0 0x60000020u
#define CONF1 0x60000024u
#define LOWPULSE 0x60000028u
#define HIGHPULSE 0x6000002Cu
#define PULSE_NUM 0x60000030u
#define UART1 0xF00u

#define RX_FULL 0x001u
#define TX_EMPTY 0x002u
#define RX_OVF 0x010u
#define RX_TOUT 0x100u

#define DIV_115200 451u
#define BYTE_115200 6938u /* ten bits of 451 / 52 MHz, in cycles */

struct heard {
    uint8_t bytes[512];
    uint64_t when[512];
    unsigned baud;
    unsigned count;
    struct chip *chip;
};

static void hear(void *ctx, uint8_t byte, unsigned baud)
{
    struct heard *heard = ctx;
    if (heard->count == 512)
        return;
    heard->when[heard->count] = heard->chip->clock.now;
    heard->bytes[heard->count++] = byte;
    heard->baud = baud;
}

static void listen(struct chip *chip, unsigned index, struct heard *heard)
{
    memset(heard, 0, sizeof *heard);
    heard->chip = chip;
    chip->uart[index].line = (struct uart_line){hear, heard};
}

static void say(struct chip *chip, const char *text)
{
    assert_int_equal(
        uart_line_send(&chip->uart[0], (const uint8_t *)text, strlen(text)),
        strlen(text));
}

static void a_byte_takes_ten_bits(void **state)
{
    (void)state;
    static const struct {
        uint32_t divider;
        unsigned baud;
        uint64_t cycles;
    } rows[] = {
        {694, 74928, 10677}, {451, 115299, 6938}, {113, 460177, 1738},
        {56, 928571, 862},   {26, 2000000, 400},
    };
    struct chip *chip = chip_make();
    struct heard heard;
    for (size_t i = 0; i < COUNT(rows); i++) {
        listen(chip, 0, &heard);
        poke(chip, CLKDIV, rows[i].divider);
        uint64_t start = chip->clock.now;
        poke(chip, FIFO, 'a');
        poke(chip, FIFO, 'b');
        pass(chip, CYCLES_PER_MS);
        assert_int_equal(heard.count, 2);
        assert_memory_equal(heard.bytes, "ab", 2);
        assert_int_equal(heard.baud, rows[i].baud);
        assert_int_equal(heard.when[0] - start, rows[i].cycles);
        assert_int_equal(heard.when[1] - start, 2 * rows[i].cycles);
    }
    chip_drop(chip);
}

static void data_and_stop_bits_make_a_byte_longer_or_shorter(void **state)
{
    (void)state;
    static const struct {
        uint32_t conf0;
        unsigned bits;
    } rows[] = {{0x1C, 10}, {0x10, 7}, {0x1E, 11}, {0x3C, 11}, {0x18, 9}};
    struct chip *chip = chip_make();
    struct heard heard;
    poke(chip, CLKDIV, 26); /* 2 Mbaud: 40 cycles a bit */
    for (size_t i = 0; i < COUNT(rows); i++) {
        listen(chip, 0, &heard);
        poke(chip, CONF0, rows[i].conf0);
        uint64_t start = chip->clock.now;
        poke(chip, FIFO, 'x');
        pass(chip, CYCLES_PER_MS);
        assert_int_equal(heard.when[0] - start, rows[i].bits * 40);
    }
    chip_drop(chip);
}

static void status_says_what_waits_and_what_is_on_the_line(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct heard heard;
    listen(chip, 0, &heard);
    assert_int_equal(peek(chip, STATUS) & 0x80FF00FFu, 0);
    for (unsigned i = 0; i < 3; i++)
        poke(chip, FIFO, i);
    assert_int_equal(peek(chip, STATUS) >> 16 & 0xFF, 2);
    assert_int_equal(peek(chip, STATUS) >> 31, 1);
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(peek(chip, STATUS) & 0x80FF00FFu, 0);
    assert_true(uart_tx_is_idle(&chip->uart[0]));
    chip_drop(chip);
}

static void the_fifo_holds_128_and_loses_the_rest(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct heard heard;
    listen(chip, 0, &heard);
    for (unsigned i = 0; i < 140; i++)
        poke(chip, FIFO, i);
    assert_false(uart_tx_has_room(&chip->uart[0]));
    pass(chip, 100 * CYCLES_PER_MS);
    assert_int_equal(heard.count, 129); /* one had gone to the line */
    assert_int_equal(heard.bytes[128], 128);
    chip_drop(chip);
}

static void bytes_come_in_at_the_line_s_pace(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    uart_set_divider(&chip->uart[0], DIV_115200);
    uart_line_set_baud(&chip->uart[0], 115200);
    say(chip, "xyz");
    for (unsigned i = 1; i <= 3; i++) {
        pass(chip, 6944);
        assert_int_equal(peek(chip, STATUS) & 0xFF, i);
        assert_int_equal(uart_line_pending(&chip->uart[0]), 3 - i);
    }
    assert_int_equal(peek(chip, FIFO), 'x');
    assert_int_equal(peek(chip, FIFO), 'y');
    assert_int_equal(peek(chip, FIFO), 'z');
    assert_int_equal(peek(chip, STATUS) & 0xFF, 0);
    chip_drop(chip);
}

static void what_does_not_fit_is_lost_and_said(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    for (unsigned i = 0; i < 130; i++) {
        uint8_t byte = (uint8_t)i;
        assert_int_equal(uart_line_send(&chip->uart[0], &byte, 1), 1);
    }
    pass(chip, 128 * 10678);
    assert_int_equal(peek(chip, INT_RAW) & RX_OVF, 0);
    pass(chip, 4 * 10678);
    assert_int_equal(peek(chip, INT_RAW) & RX_OVF, RX_OVF);
    assert_int_equal(peek(chip, STATUS) & 0xFF, 128);
    for (unsigned i = 0; i < 128; i++)
        assert_int_equal(peek(chip, FIFO), i);
    chip_drop(chip);
}

static void the_line_takes_only_what_it_holds(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    uint8_t *many = calloc(1, UART_LINE + 10);
    assert_int_equal(uart_line_send(&chip->uart[0], many, UART_LINE + 10),
                     UART_LINE);
    assert_int_equal(uart_line_send(&chip->uart[0], many, 1), 0);
    free(many);
    chip_drop(chip);
}

static void what_the_line_drops_never_comes(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    uart_set_divider(&chip->uart[0], DIV_115200);
    uart_line_set_baud(&chip->uart[0], 115200);
    say(chip, "lost");
    pass(chip, 6944 + 3000); /* the second is under way */
    uart_line_drop(&chip->uart[0]);
    assert_int_equal(uart_line_pending(&chip->uart[0]), 0);
    pass(chip, 10 * 6944);
    say(chip, "ab");
    pass(chip, 10 * 6944);
    assert_int_equal(peek(chip, STATUS) & 0xFF, 3);
    assert_int_equal(peek(chip, FIFO), 'l');
    assert_int_equal(peek(chip, FIFO), 'a');
    assert_int_equal(peek(chip, FIFO), 'b');
    chip_drop(chip);
}

static void a_wrong_baud_makes_garbage(void **state)
{
    (void)state;
    static const struct {
        unsigned line;
        bool is_clear;
    } rows[] = {
        {115200, true},  {0, true},       {119500, true}, {111000, true},
        {120500, false}, {110000, false}, {74880, false}, {460800, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        uart_set_divider(&chip->uart[0], DIV_115200);
        uart_line_set_baud(&chip->uart[0], rows[i].line);
        unsigned wrong = 0;
        for (unsigned byte = 0; byte < 100; byte++) {
            uint8_t sent = (uint8_t)(byte * 37);
            uart_line_send(&chip->uart[0], &sent, 1);
            pass(chip, CYCLES_PER_MS);
            wrong += peek(chip, FIFO) != sent;
        }
        assert_int_equal(wrong, rows[i].is_clear ? 0 : 100);
        chip_drop(chip);
    }
}

static void a_filling_fifo_interrupts(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CONF1, 4);
    poke(chip, INT_CLR, 0x1FF);
    poke(chip, INT_ENA, RX_FULL);
    say(chip, "123");
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(peek(chip, INT_ST), 0);
    assert_false(has_irq(chip, IRQ_UART));
    say(chip, "4");
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(peek(chip, INT_ST), RX_FULL);
    assert_true(has_irq(chip, IRQ_UART));

    poke(chip, INT_CLR, RX_FULL); /* still four in there */
    assert_int_equal(peek(chip, INT_ST), RX_FULL);
    (void)peek(chip, FIFO);
    poke(chip, INT_CLR, RX_FULL);
    assert_int_equal(peek(chip, INT_ST), 0);
    assert_false(has_irq(chip, IRQ_UART));
    chip_drop(chip);
}

static void a_pause_interrupts_once(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CLKDIV, 26); /* 40 cycles a bit */
    poke(chip, CONF1, 1u << 31 | 10u << 24 | 32);
    poke(chip, INT_ENA, RX_TOUT);
    say(chip, "ab");
    pass(chip, 2 * 400 + 80 * 40 - 1);
    assert_int_equal(peek(chip, INT_ST), 0);
    pass(chip, 1);
    assert_int_equal(peek(chip, INT_ST), RX_TOUT);
    poke(chip, INT_CLR, RX_TOUT);
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(peek(chip, INT_ST), 0);
    chip_drop(chip);
}

static void an_emptying_fifo_interrupts(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CONF1, 3u << 8 | 32);
    for (unsigned i = 0; i < 5; i++)
        poke(chip, FIFO, i);
    poke(chip, INT_CLR, TX_EMPTY);
    poke(chip, INT_ENA, TX_EMPTY);
    assert_int_equal(peek(chip, INT_ST), 0); /* four wait */
    pass(chip, 2 * 10677 + 1);
    assert_int_equal(peek(chip, INT_ST), TX_EMPTY); /* two wait */
    chip_drop(chip);
}

static void both_uarts_share_the_interrupt(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, INT_ENA + UART1, TX_EMPTY);
    assert_true(has_irq(chip, IRQ_UART));
    assert_int_equal(peek(chip, 0x3FF20020u), 4);
    poke(chip, INT_ENA, 0); /* the other one has its say */
    assert_true(has_irq(chip, IRQ_UART));
    poke(chip, INT_ENA + UART1, 0);
    assert_false(has_irq(chip, IRQ_UART));
    chip_drop(chip);
}

static void autobaud_finds_the_line_s_rate(void **state)
{
    (void)state;
    static const struct {
        unsigned baud;
        uint32_t divider;
    } rows[] = {{9600, 5417},  {57600, 903}, {74880, 694}, {115200, 451},
                {460800, 113}, {921600, 56}, {0, 451}};
    static const uint8_t sync[] = {0xC0, 0x00, 0x08, 0x24, 0x00, 0x00,
                                   0x00, 0x00, 0x00, 0x07, 0x07, 0x12,
                                   0x20, 0x55, 0x55, 0x55, 0x55};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        struct uart *uart = &chip->uart[0];
        uart_line_set_baud(uart, rows[i].baud);
        poke(chip, AUTOBAUD, 0x801);
        assert_false(uart_autobaud_is_ready(uart));
        uart_line_send(uart, sync, sizeof sync);
        pass(chip, 30 * CYCLES_PER_MS);
        assert_true(peek(chip, PULSE_NUM) > 29);
        assert_true(uart_autobaud_is_ready(uart));
        uint32_t mean = (peek(chip, LOWPULSE) + peek(chip, HIGHPULSE)) >> 1;
        assert_int_equal(mean + 12, rows[i].divider);
        uart_autobaud(uart);
        assert_int_equal(peek(chip, CLKDIV), rows[i].divider);
        assert_true(uart_is_matched(uart));
        assert_int_equal(peek(chip, STATUS) & 0xFF, 0);
        chip_drop(chip);
    }
}

static void reset_bits_empty_the_fifos(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct heard heard;
    listen(chip, 0, &heard);
    say(chip, "abc");
    pass(chip, CYCLES_PER_MS);
    poke(chip, FIFO, 1);
    poke(chip, FIFO, 2);
    poke(chip, CONF0, 0x1C | 3u << 17);
    poke(chip, CONF0, 0x1C);
    assert_int_equal(peek(chip, STATUS) & 0x00FF00FFu, 0);
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(heard.count, 1); /* was on the line already */
    chip_drop(chip);
}

static void power_takes_the_bytes_with_it(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct heard heard;
    listen(chip, 0, &heard);
    poke(chip, FIFO, 'x');
    say(chip, "abc");
    chip_power(chip, false);
    pass(chip, 10 * CYCLES_PER_MS);
    assert_int_equal(heard.count, 0);
    assert_int_equal(uart_line_pending(&chip->uart[0]), 0);
    assert_int_equal(chip->uart[0].rx_count, 0);
    chip_power(chip, true);
    chip->cpu.is_stopped = true;
    poke(chip, FIFO, 'y');
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.bytes[0], 'y');
    chip_drop(chip);
}

static void loopback_hears_itself(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, CONF0, 0x1C | 1u << 14);
    poke(chip, FIFO, 'q');
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(peek(chip, FIFO), 'q');
    chip_drop(chip);
}

static void uart1_is_another_one(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    struct heard heard;
    listen(chip, 1, &heard);
    assert_int_equal(peek(chip, STATUS + UART1) & 0x00FF0000u, 0);
    poke(chip, FIFO + UART1, 'u');
    pass(chip, CYCLES_PER_MS);
    assert_int_equal(heard.count, 1);
    assert_int_equal(peek(chip, 0x60000078), 0x062000);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_takes_ten_bits),
        cmocka_unit_test(data_and_stop_bits_make_a_byte_longer_or_shorter),
        cmocka_unit_test(status_says_what_waits_and_what_is_on_the_line),
        cmocka_unit_test(the_fifo_holds_128_and_loses_the_rest),
        cmocka_unit_test(bytes_come_in_at_the_line_s_pace),
        cmocka_unit_test(what_does_not_fit_is_lost_and_said),
        cmocka_unit_test(the_line_takes_only_what_it_holds),
        cmocka_unit_test(what_the_line_drops_never_comes),
        cmocka_unit_test(a_wrong_baud_makes_garbage),
        cmocka_unit_test(a_filling_fifo_interrupts),
        cmocka_unit_test(a_pause_interrupts_once),
        cmocka_unit_test(an_emptying_fifo_interrupts),
        cmocka_unit_test(both_uarts_share_the_interrupt),
        cmocka_unit_test(autobaud_finds_the_line_s_rate),
        cmocka_unit_test(reset_bits_empty_the_fifos),
        cmocka_unit_test(power_takes_the_bytes_with_it),
        cmocka_unit_test(loopback_hears_itself),
        cmocka_unit_test(uart1_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
