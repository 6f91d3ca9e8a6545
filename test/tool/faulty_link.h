/* A link in front of another one: it goes away after so many bytes, pauses, or
 * spoils what is uploaded in a way that the boot ROM's checksum does not see.
 */
#ifndef TEST_TOOL_FAULTY_LINK_H
#define TEST_TOOL_FAULTY_LINK_H

#include <stdlib.h>
#include <string.h>

#include "tool/link.h"
#include "tool/loader.h"

struct faulty_link {
    struct link link;
    struct link *inner;
    size_t sent;        /* bytes to the chip so far */
    size_t gone_after;  /* of them, the port is unplugged; 0: never */
    size_t pause_every; /* so many bytes either way, 2 s; 0: never */
    size_t moved;
    bool is_spoiling;
    uint64_t deaf_until; /* ms: what comes in waits until then */
    struct {
        uint8_t op;     /* in a packet of this operation; 0: in any bytes */
        size_t mark_at; /* of those the first with this byte; 0: any */
        uint8_t mark;
        size_t at; /* of its data, or of all that is sent, from 1 on */
        unsigned bit;
    } flip; /* one bit is turned; at 0: none */
    bool has_flipped;
};

static inline struct faulty_link *faulty_of(struct link *link)
{
    return (struct faulty_link *)link;
}

static inline void faulty_pause(struct faulty_link *f, size_t size)
{
    if (f->pause_every == 0)
        return;
    if ((f->moved + size) / f->pause_every != f->moved / f->pause_every)
        f->inner->ops->sleep(f->inner, 2000);
    f->moved += size;
}

static inline bool faulty_is_gone(const struct faulty_link *f)
{
    return f->gone_after != 0 && f->sent >= f->gone_after;
}

static inline enum err faulty_read(struct link *link, uint8_t *data,
                                   size_t room, unsigned timeout_ms,
                                   size_t *got)
{
    struct faulty_link *f = faulty_of(link);
    *got = 0;
    if (faulty_is_gone(f))
        return ERR_PORT_GONE;
    uint64_t now = f->inner->ops->now_ms(f->inner);
    if (now < f->deaf_until) {
        uint64_t left = f->deaf_until - now;
        f->inner->ops->sleep(f->inner,
                             left < timeout_ms ? (unsigned)left : timeout_ms);
        return ERR_NONE;
    }
    enum err e = f->inner->ops->read(f->inner, data, room, timeout_ms, got);
    faulty_pause(f, *got);
    return e;
}

/* The same bit of two neighbours, so that their xor stays. */
static inline void faulty_spoil(uint8_t *data, size_t size)
{
    bool is_upload = size > 64 && data[1] == 0 && data[2] == ROM_MEM_DATA;
    for (size_t at = 40; is_upload && at + 1 < size; at++) {
        if (data[at] < 0x80 && data[at + 1] < 0x80) {
            data[at++] ^= 1;
            data[at] ^= 1;
        }
    }
}

/* A packet begins with C0, 00 and its operation; its data is behind the header,
 * where no byte before it needs an escape. */
static inline void faulty_flip(struct faulty_link *f, uint8_t *data,
                               size_t size)
{
    size_t at = f->flip.at - 1;
    if (f->flip.at == 0 || f->has_flipped)
        return;
    if (f->flip.op == 0) {
        if (at < f->sent || at >= f->sent + size)
            return;
        at -= f->sent;
    } else {
        at += 9;
        if (at >= size || data[1] != 0 || data[2] != f->flip.op ||
            (f->flip.mark_at > 0 && data[8 + f->flip.mark_at] != f->flip.mark))
            return;
    }
    data[at] ^= (uint8_t)(1u << f->flip.bit);
    f->has_flipped = true;
}

static inline enum err faulty_write(struct link *link, const uint8_t *data,
                                    size_t size)
{
    struct faulty_link *f = faulty_of(link);
    uint8_t copy[16384];
    size_t left = f->gone_after - f->sent;
    if (faulty_is_gone(f))
        return ERR_PORT_GONE;
    faulty_pause(f, size);
    if (f->gone_after != 0 && size > left)
        size = left;
    memcpy(copy, data, size);
    if (f->is_spoiling)
        faulty_spoil(copy, size);
    faulty_flip(f, copy, size);
    f->sent += size;
    return f->inner->ops->write(f->inner, copy, size);
}

static inline enum err faulty_set_baud(struct link *link, unsigned baud)
{
    struct faulty_link *f = faulty_of(link);
    return f->inner->ops->set_baud(f->inner, baud);
}

static inline enum err faulty_set_lines(struct link *link, bool dtr, bool rts)
{
    struct faulty_link *f = faulty_of(link);
    return f->inner->ops->set_lines(f->inner, dtr, rts);
}

static inline void faulty_sleep(struct link *link, unsigned ms)
{
    struct faulty_link *f = faulty_of(link);
    f->inner->ops->sleep(f->inner, ms);
}

static inline uint64_t faulty_now(struct link *link)
{
    struct faulty_link *f = faulty_of(link);
    return f->inner->ops->now_ms(f->inner);
}

static inline void faulty_discard(struct link *link)
{
    struct faulty_link *f = faulty_of(link);
    if (f->inner->ops->now_ms(f->inner) >= f->deaf_until)
        f->inner->ops->discard_input(f->inner);
}

static inline void faulty_close(struct link *link)
{
    link_close(faulty_of(link)->inner);
}

static inline void faulty_ask(struct link *link, enum link_ask what)
{
    struct faulty_link *f = faulty_of(link);
    f->inner->ops->ask(f->inner, what);
}

static const struct link_ops faulty_ops = {
    .read = faulty_read,
    .write = faulty_write,
    .set_baud = faulty_set_baud,
    .set_lines = faulty_set_lines,
    .sleep = faulty_sleep,
    .now_ms = faulty_now,
    .discard_input = faulty_discard,
    .close = faulty_close,
    .ask = faulty_ask,
};

/* Opens the port, too. */
static inline enum err faulty_open(struct faulty_link *f, const char *port)
{
    char detail[256];
    memset(f, 0, sizeof(*f));
    enum err e = link_open(port, 115200, &f->inner, detail, sizeof(detail));
    if (e == ERR_NONE)
        f->link = (struct link){.ops = &faulty_ops,
                                .has_lines = f->inner->has_lines,
                                .is_direct = f->inner->is_direct,
                                .name = port};
    return e;
}

#endif
