#include "tool/loader.h"

#include <assert.h>
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "tool/stub/protocol.h"

#define HEADER 8u
#define STATUS 2u
#define CRC 4u
#define TRIES 16
#define REG_TIMEOUT_MS 300u
#define QUIET_MS 30u
#define START_TIMEOUT_MS 200u

void loader_init(struct loader *l, struct link *link)
{
    memset(l, 0, sizeof(*l));
    l->link = link;
    slip_decoder_init(&l->slip, l->frame, sizeof(l->frame));
}

void loader_forget_hearing(struct loader *l)
{
    memset(&l->heard, 0, sizeof(l->heard));
}

void loader_discard(struct loader *l)
{
    l->input_at = 0;
    l->input_size = 0;
    l->link->ops->discard_input(l->link);
    slip_decoder_init(&l->slip, l->frame, sizeof(l->frame));
}

/* A request of ours that comes back. */
static bool is_echo(const struct loader *l)
{
    return l->slip.size >= HEADER && l->frame[0] == 0 &&
           l->frame[1] == ROM_SYNC;
}

/* Decode what is buffered. True at the end of a frame. */
static bool decode_input(struct loader *l)
{
    while (l->input_at < l->input_size) {
        uint8_t byte = l->input[l->input_at++];
        hear_byte(&l->heard, byte);
        if (slip_decode(&l->slip, byte)) {
            l->heard.echoes += is_echo(l);
            return true;
        }
    }
    return false;
}

enum err loader_frame(struct loader *l, unsigned timeout_ms)
{
    const struct link_ops *ops = l->link->ops;
    uint64_t end = ops->now_ms(l->link) + timeout_ms;
    for (;;) {
        if (decode_input(l))
            return ERR_NONE;
        uint64_t now = ops->now_ms(l->link);
        if (now >= end)
            return ERR_TIMEOUT;
        l->input_at = 0;
        l->input_size = 0;
        enum err e = ops->read(l->link, l->input, sizeof(l->input),
                               (unsigned)(end - now), &l->input_size);
        if (e != ERR_NONE)
            return e;
    }
}

enum err loader_send(struct loader *l, const uint8_t *bytes, size_t size)
{
    uint8_t out[SLIP_ROOM(LOADER_DATA_MAX + HEADER)];
    assert(size <= LOADER_DATA_MAX + HEADER);
    return l->link->ops->write(l->link, out, slip_encode(bytes, size, out));
}

static uint32_t check_of(const struct loader *l,
                         const struct loader_request *rq)
{
    if (!l->is_stub)
        return rq->check;
    return crc32_update(crc32_update(0, &rq->op, 1), rq->data, rq->size);
}

static size_t put_request(struct loader *l, const struct loader_request *rq,
                          uint8_t *out)
{
    assert(rq->size <= LOADER_DATA_MAX);
    out[0] = 0;
    out[1] = rq->op;
    put_u16le(out + 2, (uint16_t)rq->size);
    put_u32le(out + 4, check_of(l, rq));
    if (rq->size > 0)
        memcpy(out + HEADER, rq->data, rq->size);
    return HEADER + rq->size;
}

/* The stub's replies end with the CRC-32 of what is before it. */
static bool has_crc(const struct loader *l, size_t size)
{
    return l->slip.size == size + CRC &&
           get_u32le(l->frame + size) == crc32_update(0, l->frame, size);
}

bool loader_is_reply(const struct loader *l, uint8_t op)
{
    const uint8_t *frame = l->frame;
    if (l->slip.size < HEADER + STATUS || frame[0] != 1 || frame[1] != op)
        return false;
    size_t size = HEADER + get_u16le(frame + 2);
    return size >= HEADER + STATUS &&
           (has_crc(l, size) || (!l->is_stub && l->slip.size == size));
}

enum err loader_take_reply(struct loader *l, size_t *got)
{
    size_t size = get_u16le(l->frame + 2) - STATUS;
    const uint8_t *status = l->frame + HEADER + size;
    l->value = get_u32le(l->frame + 4);
    l->error = status[1];
    if (got)
        *got = size;
    return status[0] == 0 ? ERR_NONE : ERR_CHIP_REFUSED;
}

/* The reply of our stub to another request of this operation, which was given
 * up too early. One with an error may be to a damaged request. */
static bool is_late(const struct loader *l, const uint32_t *chk)
{
    size_t size = HEADER + get_u16le(l->frame + 2) - STATUS;
    return chk && l->frame[size] == 0 && get_u32le(l->frame + 4) != *chk;
}

/* Whose replies have a value of their own. */
static bool has_own_value(uint8_t op)
{
    return op == ROM_SYNC || op == ROM_READ_REG || op == STUB_WRITE ||
           op == STUB_READ;
}

/* Wait for the reply to op; other frames (the ROM answers a SYNC eight times)
 * are passed over. chk: the request's, where the reply repeats it; or NULL. */
static enum err receive_reply(struct loader *l, uint8_t op, const uint32_t *chk,
                              unsigned timeout_ms, size_t *got)
{
    uint64_t end = l->link->ops->now_ms(l->link) + timeout_ms;
    for (;;) {
        uint64_t now = l->link->ops->now_ms(l->link);
        enum err e = loader_frame(l, now < end ? (unsigned)(end - now) : 0);
        if (e != ERR_NONE)
            return e;
        if (loader_is_reply(l, op) && !is_late(l, chk))
            return loader_take_reply(l, got);
    }
}

enum err loader_request(struct loader *l, const struct loader_request *rq)
{
    uint8_t packet[HEADER + LOADER_DATA_MAX];
    return loader_send(l, packet, put_request(l, rq, packet));
}

enum err loader_command(struct loader *l, const struct loader_request *rq,
                        size_t *got)
{
    enum err e = loader_request(l, rq);
    if (e != ERR_NONE)
        return e;
    uint32_t chk = check_of(l, rq);
    bool is_echoed = l->is_stub && !has_own_value(rq->op);
    return receive_reply(l, rq->op, is_echoed ? &chk : NULL, rq->timeout_ms,
                         got);
}

enum err loader_sync(struct loader *l, unsigned timeout_ms)
{
    uint8_t data[36] = {0x07, 0x07, 0x12, 0x20};
    memset(data + 4, 0x55, sizeof(data) - 4);
    enum err e = loader_command(
        l,
        &(struct loader_request){ROM_SYNC, data, sizeof(data), 0, timeout_ms},
        NULL);
    if (e == ERR_NONE)
        l->is_stub = l->value == STUB_MAGIC;
    return e;
}

enum err loader_resync(struct loader *l)
{
    static const uint8_t end = SLIP_END;
    enum err e = l->link->ops->write(l->link, &end, 1);
    while (e == ERR_NONE)
        e = loader_frame(l, QUIET_MS);
    loader_discard(l);
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

/* A refusal that the ROM or our stub means. */
static bool is_meant(uint8_t error)
{
    bool is_rom = error >= ROM_FAILED && error <= ROM_LENGTH;
    bool is_stub = error >= STUB_BAD_LENGTH && error <= STUB_BAD_DATA;
    return (is_rom && error != ROM_BAD_CHECK) ||
           (is_stub && error != STUB_BAD_CRC);
}

bool loader_is_line_fault(const struct loader *l, enum err e)
{
    return e == ERR_TIMEOUT || (e == ERR_CHIP_REFUSED && !is_meant(l->error));
}

bool loader_is_careful(const struct loader *l)
{
    return l->had_faults || l->is_careful;
}

enum err loader_insist(struct loader *l, const struct loader_request *rq,
                       size_t *got, bool (*is_damage)(const struct loader *l))
{
    enum err e = ERR_TIMEOUT;
    for (int i = 0; i < TRIES; i++) {
        e = loader_command(l, rq, got);
        bool is_damaged = e == ERR_CHIP_REFUSED && is_damage(l);
        if (!is_damaged && !loader_is_line_fault(l, e))
            return e;
        l->had_faults = true;
        enum err wrong = loader_resync(l);
        if (wrong != ERR_NONE)
            return wrong;
    }
    return e;
}

/* The ROM has no other error for registers than INVALID. */
static bool is_by_rom(const struct loader *l)
{
    return !l->is_stub;
}

enum err loader_read_reg(struct loader *l, uint32_t address, uint32_t *out)
{
    uint8_t data[4];
    put_u32le(data, address);
    enum err e = loader_insist(
        l, &(struct loader_request){ROM_READ_REG, data, 4, 0, REG_TIMEOUT_MS},
        NULL, is_by_rom);
    *out = l->value;
    return e;
}

enum err loader_read_reg_sure(struct loader *l, uint32_t address, uint32_t *out)
{
    uint32_t last;
    enum err e = loader_read_reg(l, address, &last);
    for (int i = 0; i < TRIES && e == ERR_NONE; i++) {
        e = loader_read_reg(l, address, out);
        if (e == ERR_NONE && *out == last)
            return ERR_NONE;
        last = *out;
    }
    return e == ERR_NONE ? ERR_TIMEOUT : e;
}

/* All requests at once, then all replies: one USB round trip, not sixteen. */
static enum err read_burst(struct loader *l, uint32_t address, unsigned count,
                           uint32_t *out)
{
    uint8_t burst[16 * SLIP_ROOM(HEADER + 4)] = {0};
    size_t size = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t data[4], packet[HEADER + 4];
        put_u32le(data, address + 4 * i);
        struct loader_request rq = {ROM_READ_REG, data, 4, 0, 0};
        size += slip_encode(packet, put_request(l, &rq, packet), burst + size);
    }
    enum err e = l->link->ops->write(l->link, burst, size);
    for (unsigned i = 0; i < count && e == ERR_NONE; i++) {
        e = receive_reply(l, ROM_READ_REG, NULL, REG_TIMEOUT_MS, NULL);
        out[i] = l->value;
    }
    return e;
}

/* One request of ours holds all addresses. */
static enum err read_list(struct loader *l, uint32_t address, unsigned count,
                          uint32_t *out)
{
    uint8_t data[4 * 16];
    size_t got = 0;
    for (unsigned i = 0; i < count; i++)
        put_u32le(data + (size_t)4 * i, address + 4 * i);
    const struct loader_request rq = {ROM_READ_REG, data, (size_t)4 * count, 0,
                                      REG_TIMEOUT_MS};
    enum err e = loader_insist(l, &rq, &got, is_by_rom);
    if (e == ERR_NONE && got != rq.size)
        return ERR_PROTOCOL;
    for (unsigned i = 0; i < count && e == ERR_NONE; i++)
        out[i] = get_u32le(l->frame + HEADER + (size_t)4 * i);
    return e;
}

enum err loader_read_regs(struct loader *l, uint32_t address, unsigned count,
                          uint32_t *out)
{
    assert(count <= 16);
    if (l->is_stub)
        return read_list(l, address, count, out);
    enum err e = read_burst(l, address, count, out);
    if (!loader_is_line_fault(l, e))
        return e;
    l->had_faults = true;
    e = loader_resync(l); /* a reply got lost: which one can't be told */
    for (unsigned i = 0; i < count && e == ERR_NONE; i++)
        e = loader_read_reg(l, address + 4 * i, out + i);
    return e;
}

enum err loader_write_regs(struct loader *l, const struct reg_write *rows,
                           unsigned count)
{
    uint8_t data[16 * LOADER_REGS_MAX];
    assert(count <= LOADER_REGS_MAX);
    for (unsigned i = 0; i < count; i++) {
        uint8_t *p = data + (size_t)16 * i;
        put_u32le(p, rows[i].address);
        put_u32le(p + 4, rows[i].value);
        put_u32le(p + 8, rows[i].mask);
        put_u32le(p + 12, rows[i].delay_us);
    }
    const struct loader_request rq = {ROM_WRITE_REG, data, (size_t)16 * count,
                                      0, REG_TIMEOUT_MS};
    return loader_insist(l, &rq, NULL, is_by_rom);
}

uint32_t loader_checksum(const uint8_t *bytes, size_t size)
{
    uint32_t check = 0xEF;
    while (size-- > 0)
        check ^= *bytes++;
    return check;
}

enum err loader_start(struct loader *l, uint32_t entry)
{
    uint8_t data[8] = {0};
    put_u32le(data + 4, entry);
    enum err e = loader_command(
        l, &(struct loader_request){ROM_MEM_END, data, 8, 0, START_TIMEOUT_MS},
        NULL);
    return loader_is_line_fault(l, e) ? ERR_NONE : e;
}
