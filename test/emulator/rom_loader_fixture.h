/* The serial loader's peer: packets to a chip in download mode, and its
 * replies. */
#ifndef TEST_EMULATOR_ROM_LOADER_FIXTURE_H
#define TEST_EMULATOR_ROM_LOADER_FIXTURE_H

#include "test/emulator/rom_bench.h"

#include "format/slip.h"

#define BAUD 115200u
#define SECTOR 0x1000u

static const uint8_t sync_data[36] = {
    0x07, 0x07, 0x12, 0x20, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
    0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
    0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55,
};

struct reply {
    uint8_t op, status, error;
    uint32_t val;
    unsigned copies;
};

static inline void send_raw(struct rom_bench *b, const uint8_t *data,
                            size_t size)
{
    assert_int_equal(uart_line_send(&b->chip.uart[0], data, size), size);
}

static inline void send_packet(struct rom_bench *b, uint8_t direction,
                               uint8_t op, uint32_t checksum,
                               const uint8_t *data, size_t size)
{
    uint8_t packet[0x2000], line[SLIP_ROOM(sizeof(packet))];
    packet[0] = direction;
    packet[1] = op;
    put_u16le(packet + 2, (uint16_t)size);
    put_u32le(packet + 4, checksum);
    if (size)
        memcpy(packet + 8, data, size);
    send_raw(b, line, slip_encode(packet, 8 + size, line));
}

/* All replies there are; they must be copies of one. */
static inline struct reply take_reply(struct rom_bench *b)
{
    struct reply reply = {0};
    struct slip_decoder decoder;
    uint8_t frame[64];
    slip_decoder_init(&decoder, frame, sizeof(frame));
    for (size_t i = 0; i < b->sent_size; i++) {
        if (!slip_decode(&decoder, b->sent[i]))
            continue;
        assert_int_equal(decoder.size, 10);
        assert_int_equal(frame[0], 1);
        assert_int_equal(get_u16le(frame + 2), 2);
        struct reply one = {frame[1], frame[8], frame[9], get_u32le(frame + 4),
                            0};
        one.copies = reply.copies + 1;
        assert_true(reply.copies == 0 ||
                    (one.op == reply.op && one.val == reply.val &&
                     one.error == reply.error));
        reply = one;
    }
    bench_forget(b);
    return reply;
}

static inline struct reply ask(struct rom_bench *b, uint8_t op,
                               uint32_t checksum, const uint8_t *data,
                               size_t size, unsigned ms)
{
    send_packet(b, 0, op, checksum, data, size);
    bench_run_ms(b, ms);
    return take_reply(b);
}

static inline struct reply ask_words(struct rom_bench *b, uint8_t op,
                                     size_t count, const uint32_t *words,
                                     unsigned ms)
{
    uint8_t data[256];
    for (size_t i = 0; i < count; i++)
        put_u32le(data + 4 * i, words[i]);
    return ask(b, op, 0, data, 4 * count, ms);
}

#define ASK(b, op, ms, ...)                                                    \
    ask_words(b, op,                                                           \
              sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),      \
              (const uint32_t[]){__VA_ARGS__}, ms)

/* FLASH_DATA or MEM_DATA of `size` bytes of payload. */
static inline struct reply ask_data(struct rom_bench *b, uint8_t op,
                                    uint32_t seq, const uint8_t *payload,
                                    uint32_t size, uint8_t wrong)
{
    uint8_t data[0x1900];
    uint8_t sum = 0xEF;
    memset(data, 0, 16);
    put_u32le(data, size);
    put_u32le(data + 4, seq);
    memcpy(data + 16, payload, size);
    for (uint32_t i = 0; i < size; i++)
        sum ^= payload[i];
    return ask(b, op, (uint32_t)(sum ^ wrong), data, 16 + size, 900);
}

/* As esptool: SYNC until it is answered. */
static inline struct rom_bench *connected(unsigned baud)
{
    struct rom_bench *b = bench_new(STRAP_DOWNLOAD, DOUT_ONLY);
    chip_power(&b->chip, true);
    bench_run_ms(b, 50);
    bench_forget(b);
    uart_line_set_baud(&b->chip.uart[0], baud);
    for (unsigned i = 0; i < 4 && b->sent_size == 0; i++) {
        send_packet(b, 0, 8, 0, sync_data, sizeof(sync_data));
        bench_run_ms(b, 100);
    }
    assert_int_equal(take_reply(b).copies, 8);
    return b;
}

static inline void check(struct reply reply, uint8_t op, uint8_t error)
{
    assert_true(reply.copies > 0);
    assert_int_equal(reply.op, op);
    assert_int_equal(reply.error, error);
    assert_int_equal(reply.status, error != 0);
}

#endif
