/* Reset, banner and the load of the image at flash 0, byte for byte. */
#include "test/emulator/rom_bench.h"

/* Prints "Hi" with uart_tx_one_char and returns; entry at +4. */
static const uint8_t hello[36] = {
    0x30, 0x3b, 0x00, 0x40, 0x12, 0xc1, 0xf0, 0x09, 0x01, 0x4c, 0x82,
    0x31, 0xfd, 0xff, 0xc0, 0x03, 0x00, 0x22, 0xa0, 0x69, 0x31, 0xfb,
    0xff, 0xc0, 0x03, 0x00, 0x08, 0x01, 0x12, 0xc1, 0x10, 0x0d, 0xf0,
};
#define HELLO_AT 0x40100000u

#define BANNER "\r\n ets Jan  8 2013,rst cause:%u, boot mode:(%u,6)\r\n\r\n"

struct segment {
    uint32_t address, size;
    const uint8_t *data; /* NULL: zeroes */
};

/* An image as A10 says; returns its checksum. */
static uint8_t put_image(struct rom_bench *b, uint8_t mode, uint8_t bad,
                         size_t count, const struct segment *segments)
{
    uint8_t *flash = b->chip.flash.data;
    uint8_t sum = 0xEF;
    size_t at = 8;
    const uint8_t header[8] = {0xE9, (uint8_t)count, mode, 0x20};
    memcpy(flash, header, sizeof(header));
    put_u32le(flash + 4, HELLO_AT + 4);
    for (size_t i = 0; i < count; i++) {
        put_u32le(flash + at, segments[i].address);
        put_u32le(flash + at + 4, segments[i].size);
        memset(flash + at + 8, 0, segments[i].size);
        if (segments[i].data)
            memcpy(flash + at + 8, segments[i].data, segments[i].size);
        for (size_t k = 0; k < segments[i].size; k++)
            sum ^= flash[at + 8 + k];
        at += 8 + segments[i].size;
    }
    flash[at | 15] = sum ^ bad;
    return sum;
}

static const struct segment only_hello[] = {{HELLO_AT, sizeof(hello), hello}};

static struct rom_bench *boot(uint8_t modes, uint8_t mode, uint8_t bad,
                              unsigned ms)
{
    struct rom_bench *b = bench_new(STRAP_FLASH, modes);
    put_image(b, mode, bad, 1, only_hello);
    chip_power(&b->chip, true);
    bench_run_ms(b, ms);
    return b;
}

static void an_image_is_loaded_and_entered(void **state)
{
    struct rom_bench *b = boot(ALL_MODES, MODE_QIO, 0, 200);
    char expected[400];
    uint8_t sum = put_image(b, MODE_QIO, 0, 1, only_hello);
    (void)state;
    snprintf(expected, sizeof(expected),
             BANNER "load 0x40100000, len 36, room 16 \r\n"
                    "tail 4\r\nchksum 0x%02x\r\ncsum 0x%02x\r\n"
                    "Hiuser code done\r\n",
             1, 3, sum, sum);
    assert_string_equal((const char *)b->sent, expected);
    assert_in_range(b->last_baud, 74880 - 750, 74880 + 750);
    assert_non_null(strstr(b->events, "boot cause 1 mode (3,6)\n"));
    bench_free(b);
}

static void a_wrong_checksum_does_not_start(void **state)
{
    struct rom_bench *b = boot(ALL_MODES, MODE_DOUT, 1, 200);
    (void)state;
    assert_non_null(strstr((char *)b->sent, "\r\ncsum err\r\nets_main.c \r\n"));
    assert_null(strstr((char *)b->sent, "Hi"));
    bench_free(b);
}

/* The watchdog bites after 8.2 s, and again. */
static void what_cannot_start_is_reset_again_and_again(void **state)
{
    static const struct {
        const char *what, *text;
        uint8_t modes, mode, bad;
        bool is_blank;
    } rows[] = {
        {"blank", "ets_main.c 181 \r\n", ALL_MODES, MODE_DOUT, 0, true},
        {"checksum", "csum err", ALL_MODES, MODE_DOUT, 1, false},
        {"QIO", "load 0x40100000, len 36, room 16 \r\n", DOUT_ONLY, MODE_QIO, 0,
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = bench_new(STRAP_FLASH, rows[i].modes);
        if (!rows[i].is_blank)
            put_image(b, rows[i].mode, rows[i].bad, 1, only_hello);
        chip_power(&b->chip, true);
        bench_run_ms(b, 26000);
        const char *again = "rst cause:4, boot mode:(3,6)\r\n\r\nwdt reset\r\n";
        char *first = strstr((char *)b->sent, again);
        assert_non_null(first);
        assert_non_null(strstr(first + 1, again));
        assert_non_null(strstr((char *)b->sent, rows[i].text));
        assert_null(strstr((char *)b->sent, "Hi"));
        bench_free(b);
    }
}

/* The same wiring starts the image that says what it can do. */
static void dout_starts_where_qio_does_not(void **state)
{
    struct rom_bench *b = boot(DOUT_ONLY, MODE_DOUT, 0, 200);
    (void)state;
    assert_non_null(strstr((char *)b->sent, "Hiuser code done"));
    bench_free(b);
}

/* Lines of real boot logs (Arduino #435, #8240, NONOS_SDK #304). */
static void load_lines_count_room_and_tail_as_the_rom_does(void **state)
{
    static const struct segment two[] = {{HELLO_AT, 28780, NULL},
                                         {0x3ffe8000, 1580, NULL},
                                         {0x3ffe8630, 36588, NULL}};
    static const struct segment aligned[] = {
        {HELLO_AT, 1856, NULL}, {0x3ffe8000, 0, NULL}, {0x3ffe8000, 0, NULL}};
    static const struct segment eight[] = {{HELLO_AT, 31320, NULL},
                                           {0x3ffe8000, 0, NULL}};
    static const struct {
        const struct segment *segments;
        size_t count;
        const char *text;
    } rows[] = {
        {two, 3,
         "load 0x40100000, len 28780, room 16 \r\ntail 12\r\nchksum 0xef\r\n"
         "ho 0 tail 12 room 4\r\n"
         "load 0x3ffe8000, len 1580, room 12 \r\ntail 0\r\nchksum 0xef\r\n"
         "load 0x3ffe8630, len 36588, room 8 \r\ntail 4\r\nchksum 0xef\r\n"
         "csum 0xef\r\n"},
        {aligned, 3,
         "load 0x40100000, len 1856, room 16 \r\ntail 0\r\nchksum 0xef\r\n"
         "load 0x3ffe8000, len 0, room 8 \r\ntail 0\r\nchksum 0xef\r\n"
         "load 0x3ffe8000, len 0, room 0 \r\ntail 0\r\nchksum 0xef\r\n"
         "csum 0xef\r\n"},
        {eight, 2,
         "load 0x40100000, len 31320, room 16 \r\ntail 8\r\nchksum 0xef\r\n"
         "load 0x3ffe8000, len 0, room 0 \r\ntail 0\r\nchksum 0xef\r\n"
         "csum 0xef\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = bench_new(STRAP_FLASH, ALL_MODES);
        put_image(b, MODE_DIO, 0, rows[i].count, rows[i].segments);
        chip_power(&b->chip, true);
        bench_run_ms(b, 200);
        assert_memory_equal(strstr((char *)b->sent, "load"), rows[i].text,
                            strlen(rows[i].text));
        bench_free(b);
    }
}

static void a_segment_outside_ram_is_a_fatal_exception(void **state)
{
    static const struct segment nowhere[] = {{0x00000000, 16, NULL}};
    struct rom_bench *b = bench_new(STRAP_FLASH, ALL_MODES);
    (void)state;
    put_image(b, MODE_DIO, 0, 1, nowhere);
    chip_power(&b->chip, true);
    bench_run_ms(b, 100);
    assert_non_null(strstr((char *)b->sent, "Fatal exception (29): \r\nepc1="));
    bench_free(b);
}

static void the_strap_decides(void **state)
{
    static const struct {
        unsigned strap;
        const char *text;
    } rows[] = {
        {STRAP_DOWNLOAD, "\r\n ets Jan  8 2013,rst cause:1, boot mode:(1,6)"
                         "\r\n\r\n"},
        {4, "\r\n ets Jan  8 2013,rst cause:1, boot mode:(4,6)\r\n\r\n"
            "waiting for host\r\n"},
        {STRAP_SDIO, "\r\n ets Jan  8 2013,rst cause:1, boot mode:(7,6)\r\n\r\n"
                     "waiting for host\r\n"},
        {0, "\r\n ets Jan  8 2013,rst cause:1, boot mode:(0,6)\r\n\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = bench_new(rows[i].strap, ALL_MODES);
        put_image(b, MODE_DIO, 0, 1, only_hello);
        chip_power(&b->chip, true);
        bench_run_ms(b, 20000);
        assert_string_equal((const char *)b->sent, rows[i].text);
        bench_free(b);
    }
}

/* After wired flashing: the button is released, software restarts, and the
 * chip is in download mode again, until power is cycled. */
static void a_software_restart_keeps_the_latched_strap(void **state)
{
    struct rom_bench *b = bench_new(STRAP_DOWNLOAD, ALL_MODES);
    (void)state;
    put_image(b, MODE_DIO, 0, 1, only_hello);
    chip_power(&b->chip, true);
    bench_run_ms(b, 100);
    bench_strap(b, STRAP_FLASH);
    bench_forget(b);
    assert_int_equal(native_find_name("software_reset")->fn(&b->chip),
                     NATIVE_JUMP);
    bench_run_ms(b, 200);
    assert_string_equal((const char *)b->sent,
                        "\r\n ets Jan  8 2013,rst cause:3, boot mode:(1,6)"
                        "\r\n\r\n");
    chip_power(&b->chip, false);
    bench_run_ms(b, 10);
    chip_power(&b->chip, true);
    bench_run_ms(b, 200);
    assert_non_null(strstr((char *)b->sent, "Hiuser code done"));
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_loaded_and_entered),
        cmocka_unit_test(a_wrong_checksum_does_not_start),
        cmocka_unit_test(what_cannot_start_is_reset_again_and_again),
        cmocka_unit_test(dout_starts_where_qio_does_not),
        cmocka_unit_test(load_lines_count_room_and_tail_as_the_rom_does),
        cmocka_unit_test(a_segment_outside_ram_is_a_fatal_exception),
        cmocka_unit_test(the_strap_decides),
        cmocka_unit_test(a_software_restart_keeps_the_latched_strap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
