/* The serial loader and the flash: blocks, erases and their quirks, the end. */
#include "test/emulator/rom_loader_fixture.h"

static void flash_answers_only_after_flash_begin(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        check(ASK(b, 0x09, 20, 0x60000200, 1u << 28, ~0u, 0), 0x09, 0);
        struct reply reply = ASK(b, 0x0A, 20, 0x60000240);
        if (i)
            assert_int_equal(reply.val & 0xFFFFFF, 0x1440C8);
        else
            assert_int_equal(reply.val & 0xFFFFFF, 0xFFFFFF);
        check(ASK(b, 0x02, 50, 0, 0, 0, 0), 0x02, 0);
    }
    bench_free(b);
}

static void written_blocks_are_in_flash(void **state)
{
    uint8_t block[1024];
    struct rom_bench *b = connected(BAUD);
    (void)state;
    for (unsigned i = 0; i < sizeof(block); i++)
        block[i] = (uint8_t)(i * 7 + (i >> 8));
    memset(b->chip.flash.data, 0, 0x10000);
    check(ASK(b, 0x02, 3000, 2048, 2, 1024, 0x1000), 0x02, 0);
    check(ask_data(b, 0x03, 0, block, 1024, 0), 0x03, 0);
    check(ask_data(b, 0x03, 1, block, 1022, 0), 0x03, 5); /* not x4 */
    check(ask_data(b, 0x03, 1, block, 1024, 0), 0x03, 0);
    assert_memory_equal(b->chip.flash.data + 0x1000, block, 1024);
    assert_memory_equal(b->chip.flash.data + 0x1400, block, 1024);
    assert_int_equal(b->chip.flash.data[0x0FFF], 0);
    assert_int_equal(b->chip.flash.programs, 64); /* 32 bytes each */
    bench_free(b);
}

/* Formula of esptool's get_erase_size (targets/esp8266.py): what it passes so
 * that `sectors` are erased in the end. */
static uint32_t worked_around(uint32_t offset, uint32_t size)
{
    uint32_t sectors = (size + SECTOR - 1) / SECTOR, start = offset / SECTOR;
    uint32_t head = 16 - start % 16;
    if (sectors < head)
        head = sectors;
    return (sectors < 2 * head ? (sectors + 1) / 2 : sectors - head) * SECTOR;
}

static unsigned erased_sectors(struct rom_bench *b, uint32_t offset)
{
    unsigned n = 0;
    for (uint32_t at = offset; at < 0x100000; at += SECTOR, n++)
        if (b->chip.flash.data[at] != 0xFF)
            break;
    for (uint32_t at = offset + n * SECTOR; at < 0x100000; at += SECTOR)
        assert_int_equal(b->chip.flash.data[at], 0);
    assert_true(offset == 0 || b->chip.flash.data[offset - 1] == 0);
    return n;
}

static void erasing_counts_the_first_sectors_twice(void **state)
{
    static const struct {
        uint32_t offset, size;
        unsigned sectors, operations;
    } rows[] = {
        {0x0000, 0x1000, 2, 2},    {0x0000, 0x0001, 2, 2},
        {0x0000, 0xF000, 30, 30},  {0x0000, 0x10000, 32, 17},
        {0x0000, 0x20000, 48, 18}, {0xF000, 0x1000, 2, 2},
        {0xF000, 0x10000, 17, 2},  {0x1000, 0x2000, 4, 4},
        {0x8000, 0x11000, 25, 10},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = connected(BAUD);
        memset(b->chip.flash.data, 0, 0x100000);
        check(ASK(b, 0x02, 30000, rows[i].size, 1, 0x400, rows[i].offset), 0x02,
              0);
        assert_int_equal(erased_sectors(b, rows[i].offset), rows[i].sectors);
        assert_int_equal(b->chip.flash.erases, rows[i].operations);
        bench_free(b);
    }
}

static void esptools_way_around_the_bug_erases_what_it_should(void **state)
{
    static const struct {
        uint32_t offset, sectors;
    } rows[] = {{0, 1}, {0, 4}, {0, 31}, {0, 33}, {0xF000, 9}, {0x3000, 100}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = connected(BAUD);
        uint32_t size = rows[i].sectors * SECTOR;
        memset(b->chip.flash.data, 0, 0x100000);
        check(ASK(b, 0x02, 30000, worked_around(rows[i].offset, size), 1, 0x400,
                  rows[i].offset),
              0x02, 0);
        assert_in_range(erased_sectors(b, rows[i].offset), rows[i].sectors,
                        rows[i].sectors + 1);
        bench_free(b);
    }
}

static void erasing_takes_the_flash_its_time(void **state)
{
    struct rom_bench *b = connected(BAUD);
    uint8_t data[16] = {0};
    (void)state;
    put_u32le(data, 0x1000);
    send_packet(b, 0, 0x02, 0, data, sizeof(data));
    bench_run_ms(b, 40);
    assert_int_equal(b->sent_size, 0);
    bench_run_ms(b, 200);
    check(take_reply(b), 0x02, 0);
    bench_free(b);
}

/* Leaves the loader whatever it answers, and boots what is in flash. */
static void flash_end_leaves_the_loader(void **state)
{
    static const struct {
        bool is_complete;
        uint8_t error;
    } rows[] = {{true, 0}, {false, 6}};
    static const uint8_t block[0x400] = {0};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct rom_bench *b = connected(BAUD);
        check(ASK(b, 0x02, 500, 0x400, 1, 0x400, 0x2000), 0x02, 0);
        if (rows[i].is_complete)
            check(ask_data(b, 0x03, 0, block, 0x400, 0), 0x03, 0);
        const uint8_t stay[4] = {1};
        send_packet(b, 0, 0x04, 0, stay, sizeof(stay));
        bench_run_ms(b, 50);
        assert_int_equal(b->sent[9], rows[i].error != 0);
        assert_int_equal(b->sent[10], rows[i].error);
        assert_string_equal((char *)b->sent + 12, "ets_main.c 181 \r\n");
        bench_free(b);
    }
}

static void flash_parameters_can_be_set(void **state)
{
    struct rom_bench *b = connected(BAUD);
    (void)state;
    check(ASK(b, 0x0B, 20, 0, 0x80000, 0x10000, 0x1000, 0x100, 0xFFFF), 0x0B,
          0);
    check(ASK(b, 0x0B, 20, 0, 0x80000), 0x0B, 5);
    assert_int_equal(bench_word(b, 0x3fffc71c), 0x80000);
    check(ASK(b, 0x02, 50, 0x1000, 1, 0x400, 0x80000), 0x02, 6);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_answers_only_after_flash_begin),
        cmocka_unit_test(written_blocks_are_in_flash),
        cmocka_unit_test(erasing_counts_the_first_sectors_twice),
        cmocka_unit_test(esptools_way_around_the_bug_erases_what_it_should),
        cmocka_unit_test(erasing_takes_the_flash_its_time),
        cmocka_unit_test(flash_end_leaves_the_loader),
        cmocka_unit_test(flash_parameters_can_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
