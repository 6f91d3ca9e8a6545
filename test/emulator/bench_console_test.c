/* What the chip says on its serial line, as the bench's event lines. */
#include "test/emulator/bench_fixture.h"

static const uint8_t sync_frame[] = {
    0xC0, 0x00, 0x08, 0x24, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x07, 0x12,
    0x20, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
    0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
    0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xC0};

static void a_loader_s_frames_are_counted_not_printed(void **state)
{
    (void)state;
    struct fixture f;
    open_config(&f, "mini", (struct bench_config){.is_holding_button = true});
    run_ms(&f, 200);
    bench_serial_baud(f.bench, 115200);
    forget(&f);
    for (int i = 0; i < 4; i++) {
        bench_serial_send(f.bench, sync_frame, sizeof(sync_frame));
        run_ms(&f, 900);
    }
    assert_int_equal(count(&f, "uart"), 0);
    run_ms(&f, 200);
    assert_true(f.serial_size >= 96);
    assert_int_equal(count(&f, "uart"), 1);
    assert_non_null(strstr(f.events, "bytes that are not text)"));
    bench_close(f.bench);
}

static void chip_says(struct fixture *f, const char *bytes)
{
    const struct uart_line *line = &bench_chip(f->bench)->uart[0].line;
    for (const char *c = bytes; *c; c++) {
        line->tx(line->ctx, (uint8_t)*c, 115200);
    }
}

static void console_lines_come_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *events;
    } rows[] = {
        {"one\r\ntwo\n", "uart one\nuart two\n"},
        {"\n\r\n\n", ""},
        {"prompt> ", "uart prompt> \n"},
        {"tab\there", "uart tab\there\n"},
        {"gr\xc3\xbc\xc3\x9f"
         "e\n",
         "uart gr\\xc3\\xbc\\xc3\\x9fe\n"},
        {"half\xc0\x01\x02", "uart half\nuart (3 bytes that are not text)\n"},
        /* Text between frames ends the burst; text inside them does not. */
        {"\xc0 a text in a frame\n\xc0\xc0\x01\xc0 ets Jan  8 2013\r\n",
         "uart (24 bytes that are not text)\nuart  ets Jan  8 2013\n"},
        /* A lost start or end of a frame does not matter for long. */
        {"\xc0\x01\xc0\x02\xc0\xc0 a text in a frame\n\xc0",
         "uart (26 bytes that are not text)\n"},
        {"\xc0\x01\xc0\xc0\x01\x02\xc0short\n\xc0\x03\xc0no newline",
         "uart (16 bytes that are not text)\nuart no newline\n"},
    };
    struct fixture f;
    /* In download mode nothing else is said. */
    open_config(&f, "mini", (struct bench_config){.is_holding_button = true});
    run_ms(&f, 500);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        forget(&f);
        chip_says(&f, rows[i].bytes);
        run_ms(&f, 1050);
        assert_string_equal(f.events, rows[i].events);
    }
    bench_close(f.bench);
}

/* The firmware's longest reply is one event; what is longer than any goes on
 * with a mark, and the next line is a line again. */
static void a_long_line_is_one_event(void **state)
{
    (void)state;
    static const struct {
        unsigned size, first, rest;
    } rows[] = {{2600, 2600, 0}, {4096, 4096, 0}, {4097, 4096, 1}};
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 500);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char line[4200], want[4300];
        memset(line, 'x', rows[i].size);
        strcpy(line + rows[i].size, "\r\nnext\n");
        size_t n = (size_t)snprintf(want, sizeof(want), "uart %.*s\n",
                                    (int)rows[i].first, line);
        if (rows[i].rest > 0) {
            n += (size_t)snprintf(want + n, sizeof(want) - n, "uart+ %.*s\n",
                                  (int)rows[i].rest, line);
        }
        strcpy(want + n, "uart next\n");
        forget(&f);
        chip_says(&f, line);
        assert_string_equal(f.events, want);
    }
    bench_close(f.bench);
}

/* A frame that never ends must not hide the firmware's lines for ever. */
static void a_frame_without_end_is_given_up(void **state)
{
    (void)state;
    struct fixture f;
    open_board(&f, "mini");
    run_ms(&f, 500);
    forget(&f);
    chip_says(&f, "\xc0");
    for (unsigned i = 0; i < 1200; i++) {
        chip_says(&f, "a line of text\n");
        run_ms(&f, 1);
    }
    assert_non_null(strstr(f.events, "\nuart a line of text\n"));
    bench_close(f.bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loader_s_frames_are_counted_not_printed),
        cmocka_unit_test(console_lines_come_one_by_one),
        cmocka_unit_test(a_long_line_is_one_event),
        cmocka_unit_test(a_frame_without_end_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
