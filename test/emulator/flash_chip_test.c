/* The flash chip: its commands, times and registers. */
#include "test/emulator/flash_chip_fixture.h"

static void note_change(void *ctx, uint32_t address, uint32_t size)
{
    struct fixture *f = ctx;
    f->changed_at = address;
    f->changed_size = size;
    f->changes++;
}

static void open_flash(struct fixture *f, uint32_t size, bool is_puya)
{
    memset(f, 0, sizeof *f);
    struct flash_chip_config config = {
        .size = size,
        .jedec = is_puya ? 0x146085u : WINBOND_1M,
        .modes = 1u << MODE_DIO | 1u << MODE_DOUT,
        .is_puya = is_puya,
    };
    assert_int_equal(flash_chip_init(&f->flash, &f->clock, &config), ERR_NONE);
    flash_chip_power(&f->flash, true);
    f->flash.changed = note_change;
    f->flash.changed_ctx = f;
}

static void order_byte(struct fixture *f, uint8_t opcode, uint8_t byte)
{
    flash_chip_command(&f->flash, opcode, 0, &byte, 1, NULL, 0);
}

static uint8_t ask(struct fixture *f, uint8_t opcode)
{
    uint8_t answer;
    flash_chip_command(&f->flash, opcode, 0, NULL, 0, &answer, 1);
    return answer;
}

static void ids_are_answered(void **state)
{
    (void)state;
    static const struct {
        uint8_t opcode;
        uint32_t address;
        uint8_t answer[4];
    } rows[] = {
        {0x9F, 0, {0xEF, 0x40, 0x14, 0xEF}},
        {0x90, 0, {0xEF, 0x13, 0xEF, 0x13}},
        {0x90, 1, {0x13, 0xEF, 0x13, 0xEF}},
        {0xAB, 0, {0x13, 0x13, 0x13, 0x13}},
        {0x5A, 0, {'S', 'F', 'D', 'P'}},
        {0x5A, 0x10, {0xFF, 0xFF, 0xFF, 0xFF}},
        {0x5A, 0x34, {0xFF, 0xFF, 0x7F, 0x00}}, /* 8 Mbit less one */
        {0x00, 0, {0xFF, 0xFF, 0xFF, 0xFF}},
        {0x77, 0, {0xFF, 0xFF, 0xFF, 0xFF}},
    };
    struct fixture f;
    open_flash(&f, MB, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t answer[4];
        flash_chip_command(&f.flash, rows[i].opcode, rows[i].address, NULL, 0,
                           answer, sizeof answer);
        assert_memory_equal(answer, rows[i].answer, sizeof answer);
    }
    uint8_t id[16];
    flash_chip_command(&f.flash, 0x4B, 0, NULL, 0, id, sizeof id);
    assert_memory_equal(id, f.flash.unique_id, 8);
    flash_chip_free(&f.flash);
}

static void nothing_changes_without_write_enable(void **state)
{
    (void)state;
    static const uint8_t opcodes[] = {0x02, 0x20, 0x52, 0xD8, 0x60, 0xC7, 0x01};
    struct fixture f;
    open_flash(&f, MB, false);
    f.flash.data[0x1234] = 0x5A;
    for (size_t i = 0; i < COUNT(opcodes); i++) {
        uint8_t zero = 0;
        flash_chip_command(&f.flash, opcodes[i], 0x1234, &zero, 1, NULL, 0);
        assert_int_equal(f.flash.data[0x1234], 0x5A);
        assert_false(flash_chip_is_busy(&f.flash));
    }
    order(&f, 0x06, 0);
    assert_int_equal(ask(&f, 0x05), 0x02);
    order(&f, 0x04, 0);
    assert_int_equal(ask(&f, 0x05), 0x00);
    order(&f, 0x20, 0x1234);
    assert_int_equal(f.flash.data[0x1234], 0x5A);
    assert_int_equal(f.changes, 0);
    flash_chip_free(&f.flash);
}

static void programming_clears_bits_and_puya_overwrites(void **state)
{
    (void)state;
    static const struct {
        bool is_puya;
        uint8_t expect;
    } rows[] = {{false, 0x30}, {true, 0xF0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;
        open_flash(&f, MB, rows[i].is_puya);
        put(&f, 0x100, "\x3C");
        assert_int_equal(f.flash.data[0x100], 0x3C);
        put(&f, 0x100, "\xF0");
        assert_int_equal(f.flash.data[0x100], rows[i].expect);
        assert_int_equal(f.flash.programs, 2);
        flash_chip_free(&f.flash);
    }
}

static void a_program_wraps_in_its_page(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, MB, false);
    put(&f, 0x2FE, "abcd");
    assert_memory_equal(f.flash.data + 0x2FE, "ab", 2);
    assert_memory_equal(f.flash.data + 0x200, "cd", 2);
    assert_int_equal(f.flash.data[0x300], 0xFF);
    assert_int_equal(f.changed_at, 0x200);
    assert_int_equal(f.changed_size, 0x100);
    flash_chip_free(&f.flash);
}

static void more_than_a_page_keeps_the_last_256_bytes(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t data[260];
    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    open_flash(&f, MB, false);
    order(&f, 0x06, 0);
    flash_chip_command(&f.flash, 0x02, 0x400, data, sizeof data, NULL, 0);
    assert_int_equal(f.flash.data[0x400], 0); /* byte 256 came round */
    assert_int_equal(f.flash.data[0x403], 3);
    assert_int_equal(f.flash.data[0x404], 4);
    assert_int_equal(f.flash.data[0x4FF], 255);
    flash_chip_free(&f.flash);
}

static void erases_take_their_range_and_time(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        bool is_puya;
        uint8_t opcode;
        uint32_t from, length;
        unsigned ms;
    } rows[] = {
        {MB, false, 0x20, 0x5000, 0x1000, 50},
        {MB, false, 0x52, 0x0000, 0x8000, 120},
        {MB, false, 0xD8, 0x0000, 0x10000, 200},
        {MB, false, 0xC7, 0, MB, 2000},
        {MB, false, 0x60, 0, MB, 2000},
        {4 * MB, false, 0xC7, 0, 4 * MB, 4000},
        {MB, true, 0x20, 0x5000, 0x1000, 8},
        {MB, true, 0xD8, 0x0000, 0x10000, 8},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;
        open_flash(&f, rows[i].size, rows[i].is_puya);
        memset(f.flash.data, 0, rows[i].size);
        order(&f, 0x06, 0);
        order(&f, rows[i].opcode, 0x5678);
        uint32_t erased = 0;
        for (uint32_t at = 0; at < rows[i].size; at++)
            erased += f.flash.data[at] == 0xFF;
        assert_int_equal(erased, rows[i].length);
        assert_int_equal(f.flash.data[rows[i].from], 0xFF);
        assert_int_equal(f.changed_at, rows[i].from);
        assert_int_equal(f.changed_size, rows[i].length);
        assert_int_equal(f.flash.busy_until,
                         (uint64_t)rows[i].ms * CYCLES_PER_MS);
        assert_int_equal(ask(&f, 0x05) & 1, 1);
        settle(&f);
        assert_int_equal(ask(&f, 0x05), 0);
        flash_chip_free(&f.flash);
    }
}

static void a_page_takes_its_time(void **state)
{
    (void)state;
    static const struct {
        bool is_puya;
        size_t size;
        unsigned us;
    } rows[] = {{false, 1, 30},
                {false, 32, 110},
                {false, 256, 693},
                {true, 1, 2000},
                {true, 256, 2000}};
    uint8_t data[256] = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;
        open_flash(&f, MB, rows[i].is_puya);
        order(&f, 0x06, 0);
        assert_true(flash_chip_program(&f.flash, 0, data, rows[i].size));
        assert_int_equal(f.flash.busy_until / CYCLES_PER_US, rows[i].us);
        flash_chip_free(&f.flash);
    }
}

static void a_busy_chip_answers_only_its_status(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, MB, false);
    put(&f, 0, "hello");
    order(&f, 0x06, 0);
    order(&f, 0x20, 0x1000);
    uint8_t data[5];
    flash_chip_command(&f.flash, 0x03, 0, NULL, 0, data, sizeof data);
    assert_memory_equal(data, "\xFF\xFF\xFF\xFF\xFF", 5);
    assert_int_equal(ask(&f, 0x9F), 0xFF);
    order(&f, 0x06, 0); /* ignored */
    assert_int_equal(ask(&f, 0x05), 0x01);
    settle(&f);
    flash_chip_command(&f.flash, 0x03, 0, NULL, 0, data, sizeof data);
    assert_memory_equal(data, "hello", 5);
    flash_chip_free(&f.flash);
}

static void block_protect_bits_protect(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        uint8_t status1, status2;
        uint32_t first, last; /* sectors that can't be erased */
    } rows[] = {
        {MB, 0x04, 0, 0xF0, 0xFF}, /* upper 64 KB */
        {MB, 0x08, 0, 0xE0, 0xFF},
        {MB, 0x10, 0, 0x80, 0xFF}, /* upper half */
        {MB, 0x14, 0, 0x00, 0xFF},
        {MB, 0x1C, 0, 0x00, 0xFF},
        {MB, 0x24, 0, 0x00, 0x0F},    /* from the bottom */
        {MB, 0x44, 0, 0xFF, 0xFF},    /* upper sector */
        {MB, 0x70, 0, 0x00, 0x07},    /* lower 32 KB */
        {MB, 0x04, 0x40, 0x00, 0xEF}, /* complement */
        {4 * MB, 0x04, 0, 0x3F0, 0x3FF},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fixture f;
        open_flash(&f, rows[i].size, false);
        order(&f, 0x06, 0);
        uint8_t status[2] = {rows[i].status1, rows[i].status2};
        flash_chip_command(&f.flash, 0x01, 0, status, 2, NULL, 0);
        settle(&f);
        assert_int_equal(ask(&f, 0x05), rows[i].status1);
        assert_int_equal(ask(&f, 0x35), rows[i].status2);
        for (uint32_t sector = 0; sector < rows[i].size >> 12; sector++) {
            order(&f, 0x06, 0);
            bool is_done = flash_chip_erase(&f.flash, sector << 12, 0x1000);
            settle(&f);
            assert_int_equal(is_done,
                             sector < rows[i].first || sector > rows[i].last);
        }
        order(&f, 0x06, 0);
        assert_false(flash_chip_erase(&f.flash, 0, 0));
        flash_chip_free(&f.flash);
    }
}

static void status_registers_are_written_one_by_one(void **state)
{
    (void)state;
    static const struct {
        uint8_t write, read;
    } rows[] = {{0x01, 0x05}, {0x31, 0x35}, {0x11, 0x15}};
    struct fixture f;
    open_flash(&f, MB, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        order(&f, 0x06, 0);
        order_byte(&f, rows[i].write, 0x60);
        assert_true(flash_chip_is_busy(&f.flash));
        settle(&f);
        assert_int_equal(ask(&f, rows[i].read), 0x60);
    }
    flash_chip_power(&f.flash, false);
    flash_chip_power(&f.flash, true);
    assert_int_equal(ask(&f, 0x35), 0x60); /* kept */
    order(&f, 0x50, 0);
    order_byte(&f, 0x31, 0x02);
    assert_false(flash_chip_is_busy(&f.flash));
    assert_int_equal(ask(&f, 0x35), 0x02);
    order(&f, 0x66, 0);
    order(&f, 0x99, 0);
    assert_int_equal(ask(&f, 0x35), 0x60); /* was volatile */
    flash_chip_free(&f.flash);
}

static void a_reset_counts_only_right_after_its_key(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, MB, false);
    order(&f, 0x06, 0);
    order(&f, 0x99, 0);
    assert_int_equal(ask(&f, 0x05), 0x02);
    order(&f, 0x66, 0);
    (void)ask(&f, 0x05);
    order(&f, 0x99, 0);
    assert_int_equal(ask(&f, 0x05), 0x02);
    order(&f, 0x66, 0);
    order(&f, 0x99, 0);
    assert_int_equal(ask(&f, 0x05), 0);
    flash_chip_free(&f.flash);
}

static void asleep_it_hears_only_the_wake_up(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, MB, false);
    order(&f, 0xB9, 0);
    assert_int_equal(ask(&f, 0x9F), 0xFF);
    assert_int_equal(ask(&f, 0xAB), 0x13);
    assert_int_equal(ask(&f, 0x9F), 0xEF);
    flash_chip_free(&f.flash);
}

static void without_power_it_is_deaf(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, MB, false);
    order(&f, 0x06, 0);
    flash_chip_power(&f.flash, false);
    assert_int_equal(ask(&f, 0x9F), 0xFF);
    assert_false(flash_chip_erase(&f.flash, 0, 0x1000));
    flash_chip_power(&f.flash, true);
    assert_int_equal(ask(&f, 0x05), 0); /* write enable is gone */
    flash_chip_free(&f.flash);
}

static void reading_wraps_at_the_end(void **state)
{
    (void)state;
    struct fixture f;
    open_flash(&f, 0x80000, false);
    put(&f, 0x7FFFE, "ab");
    put(&f, 0, "cd");
    uint8_t data[4];
    flash_chip_read(&f.flash, 0x7FFFE, data, 4);
    assert_memory_equal(data, "abcd", 4);
    flash_chip_read(&f.flash, 0xFFFFE, data, 4);
    assert_memory_equal(data, "abcd", 4);
    flash_chip_free(&f.flash);
}

static void a_mode_the_wiring_lacks_reads_rubbish(void **state)
{
    (void)state;
    static const struct {
        enum flash_mode mode;
        bool is_right;
    } rows[] = {{MODE_QIO, false},
                {MODE_QOUT, false},
                {MODE_DIO, true},
                {MODE_DOUT, true}};
    struct fixture f;
    open_flash(&f, MB, false);
    for (unsigned i = 0; i < 256; i++)
        f.flash.data[i] = (uint8_t)i;
    f.flash.data[0] = 0xE9;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t a[256], b[256];
        flash_chip_read_mode(&f.flash, rows[i].mode, 0, a, sizeof a);
        flash_chip_read_mode(&f.flash, rows[i].mode, 0, b, sizeof b);
        assert_memory_equal(a, b, sizeof a);
        assert_int_equal(memcmp(a, f.flash.data, sizeof a) == 0,
                         rows[i].is_right);
        assert_int_equal(a[0] == 0xE9, rows[i].is_right);
    }
    flash_chip_free(&f.flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_answered),
        cmocka_unit_test(nothing_changes_without_write_enable),
        cmocka_unit_test(programming_clears_bits_and_puya_overwrites),
        cmocka_unit_test(a_program_wraps_in_its_page),
        cmocka_unit_test(more_than_a_page_keeps_the_last_256_bytes),
        cmocka_unit_test(erases_take_their_range_and_time),
        cmocka_unit_test(a_page_takes_its_time),
        cmocka_unit_test(a_busy_chip_answers_only_its_status),
        cmocka_unit_test(block_protect_bits_protect),
        cmocka_unit_test(status_registers_are_written_one_by_one),
        cmocka_unit_test(a_reset_counts_only_right_after_its_key),
        cmocka_unit_test(asleep_it_hears_only_the_wake_up),
        cmocka_unit_test(without_power_it_is_deaf),
        cmocka_unit_test(reading_wraps_at_the_end),
        cmocka_unit_test(a_mode_the_wiring_lacks_reads_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
