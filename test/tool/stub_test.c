/* The stub, driven by hand (tool/stub/protocol.h): what it says to requests
 * that are wrong, and that no frame, however odd, brings it down. LOAD, GO and
 * READ_REG do with the chip's memory what they are told: not fuzzed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "tool/flasher.h"
#include "tool/stub/protocol.h"

static struct flasher f;

static void start(void)
{
    const struct flasher_config config = {.port = "bench:mini"};
    assert_int_equal(flasher_open(&f, &config), ERR_NONE);
    assert_true(f.loader.is_stub);
}

static void end(void)
{
    flasher_close(&f, ERR_NONE);
}

/* 0 or the stub's error. */
static uint8_t ask(uint8_t op, const void *data, size_t size, size_t *got)
{
    enum err e = loader_command(
        &f.loader, &(struct loader_request){op, data, size, 0, 1000}, got);
    assert_true(e == ERR_NONE || e == ERR_CHIP_REFUSED);
    return e == ERR_NONE ? 0 : f.loader.error;
}

static uint8_t ask_numbers(uint8_t op, const uint32_t *numbers, unsigned count)
{
    uint8_t data[64];
    size_t got;
    for (unsigned i = 0; i < count; i++)
        put_u32le(data + (size_t)4 * i, numbers[i]);
    return ask(op, data, (size_t)4 * count, &got);
}

static bool is_there(void)
{
    for (int i = 0; i < 10; i++) {
        if (loader_sync(&f.loader, 500) == ERR_NONE)
            return f.loader.is_stub;
        if (loader_resync(&f.loader) != ERR_NONE)
            return false;
    }
    return false;
}

/* clang-format off */
static const struct {
    uint8_t op;
    unsigned count;
    uint32_t numbers[4];
    uint8_t error;
} wrong[] = {
    {0x40, 1, {0}, STUB_UNKNOWN_OP},
    {0x02, 4, {0}, STUB_UNKNOWN_OP},       /* the ROM's FLASH_BEGIN */
    {STUB_READ, 0, {0}, STUB_BAD_LENGTH},
    {STUB_READ, 2, {0, 64}, STUB_BAD_LENGTH},
    {STUB_PLAN, 2, {STUB_RUNS_MAX, 0x1001}, STUB_BAD_LENGTH},
    {STUB_PLAN, 2, {0xFFFFFFFF, 0x1001}, STUB_BAD_LENGTH},
    {STUB_PLAN, 2, {0, 5}, 0},             /* a run of no sectors … */
    {STUB_WRITE, 1, {1}, STUB_BAD_LENGTH}, /* … is not written */
    {STUB_WRITE, 1, {STUB_RUNS_MAX + 1}, STUB_BAD_LENGTH},
    {STUB_PLAN, 3, {0, 0xFFF000, 0xFFF000}, 0},
    {STUB_WRITE, 1, {2}, STUB_BAD_LENGTH}, /* more sectors than it can keep */
    {STUB_RESULTS, 1, {0}, STUB_BAD_LENGTH},
    {STUB_RESULTS, 2, {0, 5000}, STUB_BAD_LENGTH},
    {STUB_DIGESTS, 2, {0, 0x200000}, STUB_BAD_LENGTH},
};
/* clang-format on */

static void what_is_wrong_is_refused_by_its_code(void **state)
{
    (void)state;
    start();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        print_message("# op %02x\n", wrong[i].op);
        assert_int_equal(
            ask_numbers(wrong[i].op, wrong[i].numbers, wrong[i].count),
            wrong[i].error);
    }
    assert_true(is_there());
    end();
}

/* As loader.c puts it together, with a check that is wrong. */
static void a_bad_crc_is_said(void **state)
{
    (void)state;
    uint8_t frame[16] = {0, STUB_DIGESTS, 8, 0, 1, 2, 3, 4};
    start();
    assert_int_equal(loader_send(&f.loader, frame, sizeof(frame)), ERR_NONE);
    assert_int_equal(loader_frame(&f.loader, 500), ERR_NONE);
    assert_true(loader_is_reply(&f.loader, STUB_DIGESTS));
    assert_int_equal(loader_take_reply(&f.loader, NULL), ERR_CHIP_REFUSED);
    assert_int_equal(f.loader.error, STUB_BAD_CRC);
    /* And a length that is not the frame's. */
    frame[2] = 200;
    assert_int_equal(loader_send(&f.loader, frame, sizeof(frame)), ERR_NONE);
    assert_int_equal(loader_frame(&f.loader, 500), ERR_NONE);
    assert_int_equal(loader_take_reply(&f.loader, NULL), ERR_CHIP_REFUSED);
    assert_int_equal(f.loader.error, STUB_BAD_CRC);
    end();
}

/* Until a reply to WRITE says that there is a gap. */
static bool has_told_gap(uint32_t *from)
{
    for (int i = 0; i < 10; i++) {
        size_t got = 0;
        if (loader_frame(&f.loader, 500) != ERR_NONE)
            return false;
        if (!loader_is_reply(&f.loader, STUB_WRITE) ||
            loader_take_reply(&f.loader, &got) != ERR_NONE || got != 12)
            return false;
        *from = f.loader.value;
        if (get_u32le(f.loader.frame + 8 + 8) != 0)
            return true;
    }
    return false;
}

static void data_out_of_order_is_asked_for_again(void **state)
{
    (void)state;
    static const uint32_t plan[2] = {0, 0x1000 | 3}, one[1] = {1};
    uint8_t data[4 + 100] = {0};
    uint32_t from = 1;
    start();
    assert_int_equal(ask_numbers(STUB_PLAN, plan, 2), 0);
    assert_int_equal(ask_numbers(STUB_WRITE, one, 1), 0);
    put_u32le(data, 100); /* the first hundred are missing */
    const struct loader_request rq = {STUB_DATA, data, sizeof(data), 0, 0};
    assert_int_equal(loader_request(&f.loader, &rq), ERR_NONE);
    assert_true(has_told_gap(&from));
    assert_int_equal(from, 0);
    assert_true(is_there()); /* any other request ends it */
    end();
}

static void a_stub_that_hears_nothing_restarts_the_chip(void **state)
{
    (void)state;
    start();
    f.link->ops->sleep(f.link, STUB_IDLE_MS - 1000);
    assert_true(is_there());
    f.link->ops->sleep(f.link, STUB_IDLE_MS + 1000);
    loader_discard(&f.loader);
    /* The ROM, in download mode: it measures the first SYNC's speed. */
    assert_int_equal(f.link->ops->set_baud(f.link, 115200), ERR_NONE);
    f.loader.is_stub = false;
    assert_false(is_there());
    assert_int_not_equal(f.loader.value, STUB_MAGIC);
    assert_int_equal(f.loader.value, 0x20120707);
    end();
}

static uint32_t chance = 20;

static uint32_t draw(uint32_t below)
{
    chance = chance * 1664525u + 1013904223u;
    return (chance >> 8) % below;
}

static void garbage_does_not_bring_it_down(void **state)
{
    (void)state;
    uint8_t bytes[997];
    start();
    for (int i = 0; i < 40; i++) {
        for (size_t k = 0; k < sizeof(bytes); k++)
            bytes[k] = draw(20) == 0 ? SLIP_END : (uint8_t)draw(256);
        assert_int_equal(f.link->ops->write(f.link, bytes, sizeof(bytes)),
                         ERR_NONE);
    }
    assert_int_equal(loader_resync(&f.loader), ERR_NONE);
    assert_true(is_there());
    end();
}

/* Small numbers are where the edges are. */
static size_t draw_data(uint8_t *data)
{
    static const uint32_t edges[] = {
        0, 1, 4, 63, 64, 4095, 4096, 0xFFFFF, 0x100000, 0x7FFFFFFF, 0xFFFFFFFF};
    size_t words = draw(12);
    for (size_t i = 0; i < words; i++) {
        uint32_t word = draw(3) ? edges[draw(11)] : chance;
        put_u32le(data + 4 * i, word);
    }
    return 4 * words + draw(4);
}

static void frames_with_a_good_crc_do_not_bring_it_down(void **state)
{
    (void)state;
    static const uint8_t ops[] = {
        STUB_PLAN, STUB_WRITE, STUB_DATA, STUB_RESULTS, STUB_DIGESTS,
        STUB_READ, STUB_ACK,   STUB_SPI,  0x00,         0x0B,
        0x40,      0x49,       0x60,      0xFF};
    start();
    for (int i = 0; i < 400; i++) {
        uint8_t data[64] = {0};
        size_t size = draw_data(data);
        const struct loader_request rq = {ops[draw(sizeof(ops))], data, size, 0,
                                          0};
        assert_int_equal(loader_request(&f.loader, &rq), ERR_NONE);
        if (i % 20 != 19)
            continue;
        assert_int_equal(loader_resync(&f.loader), ERR_NONE);
        assert_true(is_there());
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_refused_by_its_code),
        cmocka_unit_test(a_bad_crc_is_said),
        cmocka_unit_test(data_out_of_order_is_asked_for_again),
        cmocka_unit_test(a_stub_that_hears_nothing_restarts_the_chip),
        cmocka_unit_test(garbage_does_not_bring_it_down),
        cmocka_unit_test(frames_with_a_good_crc_do_not_bring_it_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
