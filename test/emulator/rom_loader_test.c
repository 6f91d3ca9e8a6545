/* The serial loader, packet by packet over the UART. */
#include "test/emulator/rom_loader_fixture.h"

#define FIRST_WORD 0x20120707u

static void the_first_sync_sets_the_rate_and_the_next_is_answered(void **state)
{
    static const unsigned bauds[] = {74880, 115200, 230400, 460800, 921600};
    (void)state;
    for (size_t i = 0; i < sizeof(bauds) / sizeof(*bauds); i++) {
        struct rom_bench *b = bench_new(STRAP_DOWNLOAD, DOUT_ONLY);
        chip_power(&b->chip, true);
        bench_run_ms(b, 50);
        bench_forget(b);
        uart_line_set_baud(&b->chip.uart[0], bauds[i]);
        send_packet(b, 0, 8, 0, sync_data, sizeof(sync_data));
        bench_run_ms(b, 100);
        assert_int_equal(b->sent_size, 0);
        struct reply reply = ask(b, 8, 0, sync_data, sizeof(sync_data), 100);
        check(reply, 8, 0);
        assert_int_equal(reply.copies, 8);
        assert_int_equal(reply.val, FIRST_WORD);
        bench_free(b);
    }
}

/* Trace in esptool #617. */
static void a_sync_reply_is_these_bytes(void **state)
{
    static const uint8_t expected[] = {0xc0, 0x01, 0x08, 0x02, 0x00, 0x07,
                                       0x07, 0x12, 0x20, 0x00, 0x00, 0xc0};
    struct rom_bench *b = connected(BAUD);
    (void)state;
    send_packet(b, 0, 8, 0, sync_data, sizeof(sync_data));
    bench_run_ms(b, 100);
    assert_int_equal(b->sent_size, 8 * sizeof(expected));
    for (size_t i = 0; i < 8; i++)
        assert_memory_equal(b->sent + i * sizeof(expected), expected,
                            sizeof(expected));
    bench_free(b);
}

static void the_divider_tells_the_crystal(void **state)
{
    static const struct {
        unsigned baud;
        uint32_t low, high;
    } rows[] = {{115200, 450, 452}, {230400, 225, 227}, {460800, 112, 114}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = connected(rows[i].baud);
        struct reply reply = ASK(b, 0x0A, 20, 0x60000014);
        check(reply, 0x0A, 0);
        assert_in_range(reply.val & 0xFFFFF, rows[i].low, rows[i].high);
        bench_free(b);
    }
}

static void read_reg_gives_what_is_there(void **state)
{
    static const struct {
        uint32_t address, value;
    } rows[] = {
        {0x40001000, 0xFFF0C101}, /* what esptool knows the chip by */
        {0x3fffc714, 0x3fffc718}, /* flashchip */
        {0x3fffc718, 0x1640ef},   {0x3fffc71c, 0x400000},
        {0x4000FFF8, 0x4F474F50}, /* the bench's mark */
        {0x4000FFFC, 0x48434E42},
    };
    struct rom_bench *b = connected(BAUD);
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct reply reply = ASK(b, 0x0A, 20, rows[i].address);
        check(reply, 0x0A, 0);
        assert_int_equal(reply.val, rows[i].value);
    }
    bench_free(b);
}

static void write_reg_masks_waits_and_takes_many(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    check(ASK(b, 0x09, 20, SCRATCH, 0x12345678, ~0u, 0), 0x09, 0);
    check(ASK(b, 0x09, 20, SCRATCH, 0xFFFFFFFF, 0xFF00, 0, SCRATCH + 4, 7, ~0u,
              0),
          0x09, 0);
    assert_int_equal(bench_word(b, SCRATCH), 0x1234FF78);
    assert_int_equal(bench_word(b, SCRATCH + 4), 7);
    const uint8_t slow[16] = {0x00, 0x80, 0xFE, 0x3F, 1,    0,    0, 0,
                              0xFF, 0xFF, 0xFF, 0xFF, 0x50, 0xC3, 0, 0};
    send_packet(b, 0, 0x09, 0, slow, sizeof(slow)); /* 50,000 us first */
    bench_run_ms(b, 45);
    assert_int_equal(b->sent_size, 0);
    assert_int_equal(bench_word(b, SCRATCH), 0x1234FF78);
    bench_run_ms(b, 15);
    check(take_reply(b), 0x09, 0);
    assert_int_equal(bench_word(b, SCRATCH), 1);
    bench_free(b);
}

/* esptool's test for the ESP8266: GET_SECURITY_INFO right after SYNC. */
static void an_unknown_op_is_answered_as_the_last_one(void **state)
{
    struct rom_bench *b = connected(BAUD);
    struct reply reply = ask(b, 0x14, 0, NULL, 0, 50);
    (void)state;
    check(reply, 0x08, 5);
    assert_int_equal(reply.copies, 8);
    assert_int_equal(reply.val, FIRST_WORD);
    check(ASK(b, 0x0A, 20, 0x3fffc718), 0x0A, 0);
    static const uint8_t unknown[] = {0x00, 0x01, 0x0C, 0x0D, 0x0F,
                                      0x10, 0x13, 0xD0, 0xFF};
    for (size_t i = 0; i < sizeof(unknown); i++) {
        reply = ask(b, unknown[i], 0, NULL, 0, 20);
        check(reply, 0x0A, 5);
        assert_int_equal(reply.copies, 1);
        assert_int_equal(reply.val, 0x1640ef);
    }
    bench_free(b);
}

static void a_packet_in_the_wrong_direction_is_invalid(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    send_packet(b, 1, 0x0A, 0, sync_data, 4);
    bench_run_ms(b, 50);
    check(take_reply(b), 0x08, 5);
    bench_free(b);
}

static void ram_is_uploaded_in_order_only(void **state)
{
    uint8_t block[65], back[128];
    struct rom_bench *b = connected(BAUD);
    (void)state;
    for (unsigned i = 0; i < sizeof(block); i++)
        block[i] = (uint8_t)(i * 5);
    check(ASK(b, 0x05, 20, 128, 2, 64, 0x40100000), 0x05, 0);
    check(ask_data(b, 0x07, 1, block, 64, 0), 0x07, 5);
    check(ask_data(b, 0x07, 0, block, 64, 0), 0x07, 0);
    check(ask_data(b, 0x07, 1, block, 65, 0), 0x07, 5);
    check(ask_data(b, 0x07, 1, block, 63, 0), 0x07, 0); /* no multiple of 4 */
    bench_get(b, 0x40100000, back, 127);
    assert_memory_equal(back, block, 64);
    assert_memory_equal(back + 64, block, 63);
    bench_free(b);
}

/* chip.md A4: the sequence number moves on before the checksum is tested. */
static void a_block_can_not_be_sent_again_after_a_bad_checksum(void **state)
{
    static const uint8_t block[1024] = {1, 2, 3};
    struct rom_bench *b = connected(BAUD);
    (void)state;
    check(ASK(b, 0x02, 2000, 2048, 2, 1024, 0x1000), 0x02, 0);
    struct reply reply = ask_data(b, 0x03, 0, block, 1024, 1);
    check(reply, 0x03, 7);
    assert_int_equal(reply.val,
                     FIRST_WORD); /* the stale value of esptool #617 */
    check(ask_data(b, 0x03, 0, block, 1024, 0), 0x03, 5);
    check(ask_data(b, 0x03, 1, block, 1024, 0), 0x03, 0);
    bench_free(b);
}

static void begin_wants_sixteen_bytes_and_small_blocks(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    check(ASK(b, 0x02, 50, 0, 0, 0x400, 0, 0), 0x02, 5);
    check(ASK(b, 0x02, 50, 0, 0, 0x1801, 0), 0x02, 5);
    check(ASK(b, 0x05, 50, 0, 0, 0x1801, 0), 0x05, 5);
    check(ASK(b, 0x05, 50, 0, 0, 0x1800), 0x05, 5);
    check(ASK(b, 0x02, 50, 0x10, 1, 0x400, 0x400000), 0x02, 6);
    check(ASK(b, 0x02, 50, 0, 0, 0x400, 0), 0x02, 0);
    bench_free(b);
}

static void mem_end_stays_or_jumps(void **state)
{
    static const uint8_t hello[36] = {
        0x30, 0x3b, 0x00, 0x40, 0x12, 0xc1, 0xf0, 0x09, 0x01, 0x4c, 0x82,
        0x31, 0xfd, 0xff, 0xc0, 0x03, 0x00, 0x22, 0xa0, 0x69, 0x31, 0xfb,
        0xff, 0xc0, 0x03, 0x00, 0x08, 0x01, 0x12, 0xc1, 0x10, 0x0d, 0xf0,
    };
    static const uint8_t reply[] = {0xc0, 0x01, 0x06, 0x02, 0x00, 0x07,
                                    0x07, 0x12, 0x20, 0x00, 0x00, 0xc0};
    struct rom_bench *b = connected(BAUD);
    (void)state;
    check(ASK(b, 0x05, 20, 36, 1, 36, 0x40108000), 0x05, 0);
    check(ask_data(b, 0x07, 0, hello, 36, 0), 0x07, 0);
    check(ASK(b, 0x06, 20, 0, 0, 0), 0x06, 5);
    check(ASK(b, 0x06, 20, 1, 0), 0x06, 0);
    const uint32_t go[2] = {0, 0x40108004};
    uint8_t data[8];
    put_u32le(data, go[0]);
    put_u32le(data + 4, go[1]);
    send_packet(b, 0, 0x06, 0, data, sizeof(data));
    bench_run_ms(b, 50);
    assert_memory_equal(b->sent, reply, sizeof(reply));
    assert_string_equal((char *)b->sent + sizeof(reply),
                        "Hiuser code done\r\n");
    bench_free(b);
}

/* A stub's data lies under the packet buffer: short packets after it are fine,
 * a long one ruins it (chip.md A4). */
static void a_long_packet_overwrites_what_lies_in_its_buffer(void **state)
{
    static const uint8_t data[256] = {0x11, 0x22, 0x33, 0x44};
    uint8_t big[0x1400];
    struct rom_bench *b = connected(BAUD);
    (void)state;
    memset(big, 0x77, sizeof(big));
    check(ASK(b, 0x05, 20, 256, 1, 0x1800, 0x3fffacac), 0x05, 0);
    check(ask_data(b, 0x07, 0, data, 256, 0), 0x07, 0);
    check(ASK(b, 0x06, 20, 1, 0), 0x06, 0);
    assert_int_equal(bench_word(b, 0x3fffacac), 0x44332211);
    check(ASK(b, 0x05, 20, sizeof(big), 1, 0x1800, 0x40100000), 0x05, 0);
    check(ask_data(b, 0x07, 0, big, sizeof(big), 0), 0x07, 0);
    assert_int_equal(bench_word(b, 0x3fffacac), 0x77777777);
    bench_free(b);
}

/* In download mode nothing resets the chip. */
static void the_loader_waits_for_ever(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    bench_run_ms(b, 60000);
    assert_null(strstr(b->events, "boot"));
    check(ASK(b, 0x0A, 20, 0x40001000), 0x0A, 0);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_sync_sets_the_rate_and_the_next_is_answered),
        cmocka_unit_test(a_sync_reply_is_these_bytes),
        cmocka_unit_test(the_divider_tells_the_crystal),
        cmocka_unit_test(read_reg_gives_what_is_there),
        cmocka_unit_test(write_reg_masks_waits_and_takes_many),
        cmocka_unit_test(an_unknown_op_is_answered_as_the_last_one),
        cmocka_unit_test(a_packet_in_the_wrong_direction_is_invalid),
        cmocka_unit_test(ram_is_uploaded_in_order_only),
        cmocka_unit_test(a_block_can_not_be_sent_again_after_a_bad_checksum),
        cmocka_unit_test(begin_wants_sixteen_bytes_and_small_blocks),
        cmocka_unit_test(mem_end_stays_or_jumps),
        cmocka_unit_test(a_long_packet_overwrites_what_lies_in_its_buffer),
        cmocka_unit_test(the_loader_waits_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
