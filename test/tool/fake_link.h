/* A link to nothing, in virtual time: what the tool sends goes to `heard`, and
 * what the test puts into `input` is what the tool reads. */
#ifndef TEST_TOOL_FAKE_LINK_H
#define TEST_TOOL_FAKE_LINK_H

#include <string.h>

#include "format/slip.h"
#include "tool/link.h"

#define FAKE_INPUT 65536u

struct fake_link {
    struct link link;
    uint64_t now_ms;
    uint8_t input[FAKE_INPUT];
    size_t input_size, input_at;
    unsigned baud;
    uint64_t gone_at_ms; /* unplugged then; 0: never */
    /* Called with every frame that the tool sends. */
    void (*on_frame)(struct fake_link *fake, const uint8_t *frame, size_t size);
    /* Called when time goes by. */
    void (*on_time)(struct fake_link *fake);
    void *ctx;
    struct slip_decoder decoder;
    uint8_t frame[8192];
    unsigned asked_download, asked_run;
};

static inline struct fake_link *fake_of(struct link *link)
{
    return (struct fake_link *)link;
}

static inline void fake_put(struct fake_link *f, const void *bytes, size_t size)
{
    if (f->input_at == f->input_size)
        f->input_at = f->input_size = 0;
    memcpy(f->input + f->input_size, bytes, size);
    f->input_size += size;
}

static inline void fake_put_frame(struct fake_link *f, const uint8_t *bytes,
                                  size_t size)
{
    uint8_t out[SLIP_ROOM(8192)];
    fake_put(f, out, slip_encode(bytes, size, out));
}

/* A reply without data. */
static inline void fake_reply(struct fake_link *f, uint8_t op, uint32_t value,
                              uint8_t error)
{
    uint8_t r[10] = {1,
                     op,
                     2,
                     0,
                     (uint8_t)value,
                     (uint8_t)(value >> 8),
                     (uint8_t)(value >> 16),
                     (uint8_t)(value >> 24),
                     error != 0,
                     error};
    fake_put_frame(f, r, sizeof(r));
}

static inline void fake_pass(struct fake_link *f, unsigned ms)
{
    f->now_ms += ms;
    if (f->on_time)
        f->on_time(f);
}

static inline enum err fake_read(struct link *link, uint8_t *data, size_t room,
                                 unsigned timeout_ms, size_t *got)
{
    struct fake_link *f = fake_of(link);
    *got = 0;
    if (f->gone_at_ms && f->now_ms >= f->gone_at_ms)
        return ERR_PORT_GONE;
    if (f->input_at == f->input_size) {
        fake_pass(f, timeout_ms);
        return ERR_NONE;
    }
    size_t n = f->input_size - f->input_at;
    *got = n < room ? n : room;
    memcpy(data, f->input + f->input_at, *got);
    f->input_at += *got;
    return ERR_NONE;
}

static inline enum err fake_write(struct link *link, const uint8_t *data,
                                  size_t size)
{
    struct fake_link *f = fake_of(link);
    if (f->gone_at_ms && f->now_ms >= f->gone_at_ms)
        return ERR_PORT_GONE;
    for (size_t i = 0; i < size; i++) {
        if (slip_decode(&f->decoder, data[i]) && f->on_frame)
            f->on_frame(f, f->frame, f->decoder.size);
    }
    return ERR_NONE;
}

static inline enum err fake_set_baud(struct link *link, unsigned baud)
{
    fake_of(link)->baud = baud;
    return ERR_NONE;
}

static inline enum err fake_set_lines(struct link *link, bool dtr, bool rts)
{
    (void)link;
    (void)dtr;
    (void)rts;
    return ERR_NONE;
}

static inline void fake_sleep(struct link *link, unsigned ms)
{
    fake_pass(fake_of(link), ms);
}

static inline uint64_t fake_now(struct link *link)
{
    return fake_of(link)->now_ms;
}

static inline void fake_discard(struct link *link)
{
    fake_of(link)->input_at = fake_of(link)->input_size;
}

static inline void fake_close(struct link *link)
{
    (void)link;
}

static inline void fake_ask(struct link *link, enum link_ask what)
{
    if (what == LINK_ASK_DOWNLOAD)
        fake_of(link)->asked_download++;
    else
        fake_of(link)->asked_run++;
}

static const struct link_ops fake_ops = {
    fake_read, fake_write,   fake_set_baud, fake_set_lines, fake_sleep,
    fake_now,  fake_discard, fake_close,    fake_ask,
};

static inline void fake_init(struct fake_link *f)
{
    memset(f, 0, sizeof(*f));
    f->link.ops = &fake_ops;
    f->link.name = "fake";
    f->baud = 115200;
    slip_decoder_init(&f->decoder, f->frame, sizeof(f->frame));
}

#endif
